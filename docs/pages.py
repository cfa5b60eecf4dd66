"""What nobody writes of the site: names, commands, keys, experiments, claims, files elsewhere.

A page holds ``<!-- made: keys -->`` where one of `PARTS` belongs; whole pages are written to ``made/``.
"""

from __future__ import annotations

import ast
import csv
import inspect
import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from pydantic import BaseModel
from typer.testing import CliRunner

import lpsim
from lpsim.cli import app
from lpsim.scenario.evidence import evidence
from lpsim.scenario.keys import CHANGEABLE, OF_A_KIND, allowed, entry_of, inner_table, is_per_step, matches
from lpsim.scenario.schema import OF_FILES
from lpsim.show.text.keys import default
from lpsim.show.text.table import NONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic.fields import FieldInfo

    from lpsim.scenario.evidence import Evidence

DOCS = Path(__file__).parent
ROOT = DOCS.parent
MAIN = "learning_practice"
"""The scenario whose values and evidence stand beside the defaults."""
COPIES = {
    "README.md": "readme",
    "CONTRIBUTING.md": "contributing",
    "CODE_OF_CONDUCT.md": "code_of_conduct",
    "CHANGELOG.md": "changelog",
    "experiments/README.md": "experiments",
}
"""Files of the project that are pages as well, and the names of those."""
SET_BY = {"kind of practices": OF_A_KIND, "dated intervention": CHANGEABLE}
"""What may set some keys for itself."""


# --- pages ----------------------------------------------------------------------------------------


def write() -> None:
    """Write the pages that are made, where they say something new, and delete those that are no longer."""
    pages = {DOCS / "made" / f"{name}.md": text for name, text in made()}
    for path in [path for path in (DOCS / "made").rglob("*.md") if path not in pages]:
        path.unlink()
    for path, text in pages.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def made() -> Iterator[tuple[str, str]]:
    """Each page that is made: its name and what it says."""
    for file, name in COPIES.items():
        yield name, copied(file)
    for name in lpsim.__all__:
        yield f"python/{name}", one_name(name)
    for folder in experiments():
        yield f"experiments/{folder.name}", experiment(folder)


def copied(file: str) -> str:
    """A file of the project as a page in ``made``, from where its links lead elsewhere."""
    text = (ROOT / file).read_text(encoding="utf-8")
    text = re.sub(r"\]\((\w+)/results/verdict\.md\)", r"](experiments/\1.md)", text)
    text = re.sub(r"\]\(docs/([^)]*)\)", r"](/\1)", text)
    folder = f"../../{Path(file).parent.as_posix()}/"
    return re.sub(r"(?<=\]\()(?!\w+:|/|#|experiments/)", folder, text)


def filled(text: str) -> str:
    """A page with what is made for it, on which files of the project that are pages are links to these."""
    text = re.sub(r"<!-- made: (\w+)((?: \w+)*) -->", part, text)
    text = re.sub(r"(?<!\[)`docs/([\w/]+\.md)`", r"[`docs/\1`](/\1)", text)
    for file, name in COPIES.items():
        page = f"(/made/{name}.md)"
        text = re.sub(rf"(?<!\[)`{re.escape(file)}`", f"[`{file}`]{page}", text)
        text = re.sub(rf"(?<=\])\((?:\.{{1,2}}/)*{re.escape(file)}\)", page, text)
    return text


def part(found: re.Match[str]) -> str:
    """What is made in the place of a comment: the name of a part, and what that is about."""
    return "\n".join(PARTS[found[1]](*found[2].split()))


def others() -> Iterator[str]:
    """A list of the pages that no page lists, as far as they lie in no folder."""
    text = "\n".join(page.read_text(encoding="utf-8") for page in DOCS.rglob("*.md"))
    lists = re.findall(r"```\{toctree\}\n(.*?)```", text, flags=re.DOTALL)
    listed = set(re.findall(r"[\w/]+", "\n".join(lists)))
    yield from listing(path.stem for path in sorted(DOCS.glob("*.md")) if path.stem not in {*listed, "index"})


def inside(folder: str) -> Iterator[str]:
    """A list of the pages in a folder."""
    paths = sorted((DOCS / folder).glob("*.md"))
    yield from listing(f"/{folder}/{path.stem}" for path in paths if path.stem != "index")


def listing(pages: Iterable[str]) -> Iterator[str]:
    """A list of pages, as Sphinx wants it."""
    yield "```{toctree}\n:maxdepth: 1\n"
    yield from pages
    yield "```"


# --- Python ---------------------------------------------------------------------------------------


def names() -> Iterator[str]:
    """What `lpsim` offers, in the groups of its docstring."""
    groups = re.findall(r"^(\S[^\n]*):\n((?:    .*\n|\n)+)", lpsim.__doc__ or "", flags=re.MULTILINE)
    for title, body in groups:
        yield f"## {title}\n\n```{{eval-rst}}\n.. currentmodule:: lpsim\n.. autosummary::"
        yield "   :nosignatures:\n"
        yield from (f"   {name}" for name in re.findall(r"`(\w+)`", body.replace("``", "")))
        yield "```\n"


def one_name(name: str) -> str:
    """A page for one name."""
    value = getattr(lpsim, name)
    directive = f"function:: {name}"
    if inspect.isclass(value):
        arguments = "(**tables)" if issubclass(value, BaseModel) else ""  # which would fill a page
        members = "   :members:\n   :exclude-members: model_config, model_post_init"
        directive = f"class:: {name}{arguments}\n{members}"
    return f"# {name}\n\n```{{eval-rst}}\n.. currentmodule:: lpsim\n.. auto{directive}\n```\n"


# --- the command line -----------------------------------------------------------------------------


def commands() -> Iterator[str]:
    """The help of lpsim, and of each command, with the pages that show it."""
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(DOCS.glob("*.md"))}
    group = typer.main.get_command(app)
    yield helped()
    for name in group.list_commands(typer.Context(group)):
        showing = [path.name for path, text in pages.items() if f"\n    lpsim {name} " in text]
        yield f"## lpsim {name}\n"
        yield f"Shown in {', '.join(f'[{page[:-3]}]({page})' for page in showing)}.\n" if showing else ""
        yield helped(name)


def helped(*command: str) -> str:
    """The help of a command, as a block of text."""
    told = CliRunner().invoke(app, [*command, "--help"], prog_name="lpsim", terminal_width=72)
    return f"```text\n{told.stdout.strip()}\n```\n"


# --- keys of a scenario ---------------------------------------------------------------------------


def keys() -> Iterator[str]:
    """Every key of a scenario file."""
    main = lpsim.Scenario.load(MAIN)
    yield from tables(lpsim.Scenario, "", {number.key: number for number in evidence(main)})


def tables(model: type[BaseModel], prefix: str, known: dict[str, Evidence]) -> Iterator[str]:
    """A section for a table of the scenario that has keys of its own, and for each table below it."""
    fields = {f"{prefix}{name}": field for name, field in model.model_fields.items()}
    if not prefix:
        fields = {**OF_FILES, **fields}
    below = {key: inner for key, field in fields.items() if (inner := inner_table(field))}
    own = {key: field for key, field in fields.items() if key not in below}
    if own:
        yield f"## {prefix.rstrip('.') or 'At the top'}\n"
        yield f"{(model.__doc__ or '').splitlines()[0]}\n"
        yield "| key | what it means, and what is allowed | default | main scenario |\n|---|---|---|---|"
        yield from (row(key, field, known) for key, field in own.items())
        yield ""
    for key, inner in below.items():
        yield from tables(inner, f"{key}.{entry_of(fields[key])}", known)


def row(key: str, field: FieldInfo, known: dict[str, Evidence]) -> str:
    """A key's line."""
    may = [f"a {name} may set it" for name, patterns in SET_BY.items() if matches(key, patterns)]
    told = [allowed(field) + " per step" * is_per_step(field), *may]
    found = [known[name] for name in known if fnmatchcase(name, key.replace("NAME", "*"))]
    cells = [f"`{key}`", f"{field.description} ({'; '.join(told)})", _default(field), said(found)]
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _default(field: FieldInfo) -> str:
    value = default(field)
    return value if value in ("required", NONE) else f"`{value}`"


def said(found: list[Evidence]) -> str:
    """Values in the main scenario, and what they rest on."""
    values = ", ".join(dict.fromkeys(f"{number.value:g}" for number in found))
    marks = dict.fromkeys(f"{n.mark}{': ' * bool(n.source)}{n.source}" for n in found)
    return f"{values} – {'; '.join(marks)}" if found else ""


# --- experiments ----------------------------------------------------------------------------------


def gallery() -> Iterator[str]:
    """A picture of every question."""
    for folder in experiments():
        title, _ = verdict(folder)
        page = f"made/experiments/{folder.name}.md"
        yield f"## {title}\n"
        yield from (f"[{picture}]({page})\n" for picture in pictures(folder, "..")[:1])
        yield f"[Verdict and all figures]({page}): `python -m experiments {folder.name}`\n"


def published() -> Iterator[str]:
    """How far every question that has published numbers is from them, in standard errors."""
    yield (
        "| model | published numbers | within 1 standard error | within 2 | within 3.3 | farthest |\n"
        + "|---" * 6
        + "|"
    )
    for folder in experiments():
        path = folder / "results" / "differences.csv"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        off = [float(row["in_se"]) for row in rows if row["panel"] == row["made_by"]]
        if off:
            within = (sum(abs(one) < bound for one in off) for bound in (1, 2, 3.3))
            link = f"[{verdict(folder)[0]}](made/experiments/{folder.name}.md)"
            farthest = max(off, key=abs)
            yield f"| {link} | {len(off)} | {' | '.join(map(str, within))} | {farthest:+.1f} |"
    yield "\nA right model is within 1 in 68 of 100 numbers, within 2 in 95 and within 3.3 in 999 of 1,000."


def experiments() -> list[Path]:
    """The folders of questions that have a verdict."""
    return sorted(path.parents[1] for path in (ROOT / "experiments").glob("*/results/verdict.md"))


def experiment(folder: Path) -> str:
    """A question's verdict, after the figures that it does not show itself."""
    up = "../../.."
    title, rest = verdict(folder)
    place = f"{up}/experiments/{folder.name}/results"
    rest = re.sub(r"(?<=\]\()([\w-]+\.png)\)", rf"{place}/\1)", rest)
    more = [picture for picture in pictures(folder, up) if picture.split("](")[1] not in rest]
    return "\n\n".join([f"# {title}", f"    python -m experiments {folder.name}", *more, rest]) + "\n"


def verdict(folder: Path) -> tuple[str, str]:
    """The title of a question's verdict, and the rest."""
    title, _, rest = (folder / "results" / "verdict.md").read_text(encoding="utf-8").partition("\n")
    return title.lstrip("# ").removesuffix(": what came out"), rest.strip()


def pictures(folder: Path, up: str) -> list[str]:
    """The figures of a question, for a page from which `up` leads to the project; differences come last."""
    paths = sorted((folder / "results").glob("*.png"), key=lambda path: (path.stem == "differences", path))
    return [f"![{path.stem}]({up}/{path.relative_to(ROOT).as_posix()})" for path in paths]


def claims() -> Iterator[str]:
    """Every claim about the model, by the file that tries it."""
    for path in sorted((ROOT / "tests" / "validation").glob("test_*.py")):
        module = ast.parse(path.read_text(encoding="utf-8"))
        about = (ast.get_docstring(module) or "").splitlines()[0]
        yield f"### {path.stem.removeprefix('test_')}\n\n{about}\n"
        yield from (f"- {claim}" for claim in claims_of(module.body))
        yield ""


def claims_of(body: list[ast.stmt], before: str = "") -> Iterator[str]:
    """The names of tests in words, those of a class after its name."""
    for node in body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            named = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", node.name.removeprefix("Test"))
            yield from claims_of(node.body, f"{named.capitalize()}: ")
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield before + node.name.removeprefix("test_").replace("_", " ")


PARTS = {
    "others": others,
    "inside": inside,
    "names": names,
    "commands": commands,
    "keys": keys,
    "gallery": gallery,
    "published": published,
    "claims": claims,
}
