"""Claims of the validation, gathered while their tests run, and drawn: one figure a claim."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

EXPERIMENTS = Path(__file__).parents[2] / "experiments"
CLOSED_FORMS = ("closed_forms", "spread_in_a_team")
"""Sources whose classes (or functions) are results of their own."""
FOUND, EXPECTED = "#0072B2", "#000000"


@dataclass
class Claim:
    """A test function: what it says, what it compared, and whether it holds."""

    source: str
    name: str
    words: str
    about: str = ""
    """What the source is, in a line."""
    rows: list = field(default_factory=list)
    """(label, comparison) of every comparison, in order."""
    holds: bool = True

    @property
    def stem(self) -> str:
        """Of its figure's file."""
        return f"{self.source}-{_spoken(self.name).replace(': ', '-').replace(' ', '_')}"

    @property
    def page(self) -> str:
        """Of its page's file: a closed form has one of its own, other sources one for all of their claims."""
        if self.source not in CLOSED_FORMS:
            return self.source
        first = self.name.split(".")[0]
        return f"{self.source}-{first.removeprefix('Test').removeprefix('test_').lower()}"

    @property
    def heading(self) -> str:
        """Of its figure: its name, whether it holds, and what its test says of it."""
        first = f"{self.source} – {_spoken(self.name)}: {'holds' if self.holds else 'does not hold'}"
        return "\n".join([first, *textwrap.wrap(self.words, 120)])

    @property
    def verdict(self) -> str:
        """In a few words."""
        if not self.holds:
            return "does not hold"
        if not self.rows:
            return "holds exactly"
        return f"holds; {len(self.rows)} compared"


class Claims:
    """A plugin of pytest that gathers the claims of the tests it sees."""

    def __init__(self) -> None:
        self.all: dict[str, Claim] = {}

    # --- what pytest calls --------------------------------------------------------------------------

    def pytest_collection_modifyitems(self, items: list[pytest.Function]) -> None:
        for item in items:
            self._claim_of(item)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Function) -> Iterator[None]:
        compared = item.funcargs["lab"].compared
        compared.clear()
        try:
            return (yield)
        finally:
            claim, labels = self._claim_of(item), _labels(item)
            claim.rows += [(", ".join(filter(None, [*labels, one.of])), one) for one in compared]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Function) -> Iterator[pytest.TestReport]:
        report = yield
        self._claim_of(item).holds &= not report.failed
        return report

    def _claim_of(self, item: pytest.Function) -> Claim:
        key = item.nodeid.split("[")[0]
        if key not in self.all:
            source = item.path.stem.removeprefix("test_")
            name = ".".join(key.split("::")[1:])
            words = (item.function.__doc__ or "").strip().split("\n\n")[0]
            about = (item.module.__doc__ or "").strip().split("\n")[0]
            self.all[key] = Claim(source, name, words, about)
        return self.all[key]

    # --- what is made of them -----------------------------------------------------------------------

    def listing(self) -> list[str]:
        """A line for every claim."""
        return [f"{claim.source:18} {_spoken(claim.name)}" for claim in self.all.values()]

    def save(self, folder: Path) -> list[Path]:
        """Figures, a page per published model and closed form, and `claims.md` with all verdicts."""
        folder.mkdir(parents=True, exist_ok=True)
        table = ["| source | claim | verdict |", "|---|---|---|"]
        pages: dict[str, list[str]] = {}
        paths = []
        for claim in self.all.values():
            link = f"[{claim.source}]({claim.page}.md)"
            table.append(f"| {link} | {_spoken(claim.name)} | {claim.verdict} |")
            pages.setdefault(claim.page, head(claim)).extend(section(claim))
            if claim.rows:
                paths.append(folder / f"{claim.stem}.png")
                draw(claim).savefig(paths[-1])
        for name, lines in {**pages, "claims": table}.items():
            paths.append(folder / f"{name}.md")
            paths[-1].write_text("\n".join(lines) + "\n", encoding="utf-8")
        return paths


def _labels(item: pytest.Function) -> list[str]:
    """What the parameters of a test say, where they are numbers or words."""
    given = item.callspec.params if hasattr(item, "callspec") else {}
    told = {name: value for name, value in given.items() if isinstance(value, str | int | float)}
    return [f"{name} = {value}" for name, value in told.items() if name not in NOT_SAID]


NOT_SAID = ("published", "repetitions", "right", "none", "knowledge")
"""Parameters that are expected values or sizes, which stand elsewhere in the figure."""


def _spoken(name: str) -> str:
    """A test's name as words: "TestFigure4.test_turnover" is "Figure4: turnover"."""
    *classes, function = name.split(".")
    return ": ".join([part.removeprefix("Test") for part in classes] + [function[5:].replace("_", " ")])


# --- a page ---------------------------------------------------------------------------------------


def head(claim: Claim) -> list[str]:
    """The beginning of the page of a claim."""
    lines = [f"# {claim.page.replace('_', ' ').replace('-', ': ')}", "", claim.about, ""]
    if (EXPERIMENTS / claim.source / "published.csv").exists():
        told = f"experiments/{claim.source}/results/verdict.md"
        lines += [f"At full size, with figures and every published number: `{told}`.", ""]
    return lines


def section(claim: Claim) -> list[str]:
    """What a page says of a claim: its verdict, its figure, and differences in standard errors."""
    lines = [f"## {_spoken(claim.name)}", "", f"{claim.verdict.capitalize()}. {claim.words}".strip(), ""]
    if not claim.rows:
        return lines
    lines += [f"![found beside expected]({claim.stem}.png)", ""]
    lines += ["| compared | found | s.e. | expected | s.e. | difference in s.e. |", "|---" * 6 + "|"]
    for label, one in claim.rows:
        numbers = (f"{value:.4f}" for value in (one.found, one.error, one.expected, one.error_expected))
        lines.append(f"| {label} | {' | '.join(numbers)} | {one.z:+.1f} |")
    return [*lines, ""]


# --- a figure -------------------------------------------------------------------------------------


def draw(claim: Claim) -> Figure:
    """What was found with 4 standard errors, and what was expected with its own."""
    figure = Figure(figsize=(8, 1.7 + 0.28 * len(claim.rows)), dpi=120, layout="constrained")
    figure.suptitle(claim.heading, fontsize=9, x=0.01, ha="left")
    ax = figure.add_subplot()
    for row, (_, one) in enumerate(claim.rows):
        _mark(ax, one.found, row, 4 * one.error, color=FOUND, markersize=4)
        _mark(ax, one.expected, row, 4 * one.error_expected, color=EXPECTED, markersize=8, mfc="none")
        at_right = {"xycoords": ("axes fraction", "data"), "va": "center", "fontsize": 8}
        ax.annotate(f"{one.z:+.1f} SE", (1.01, row), **at_right)
    ax.set_yticks(range(len(claim.rows)), [label for label, _ in claim.rows])
    ax.set_ylim(len(claim.rows) - 0.5, -0.5)
    ax.set_xlabel("dots: found; rings: expected (of differences, none); bars: 4 standard errors", fontsize=8)
    ax.tick_params(labelsize=8)
    ax.spines[["top", "right"]].set_visible(False)
    return figure


def _mark(ax: Axes, at: float, row: int, reach: float, **look: Any) -> None:
    ax.errorbar(at, row, xerr=reach or None, marker="o", capsize=2, linewidth=1, **look)
