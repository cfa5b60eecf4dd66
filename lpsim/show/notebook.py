"""What a notebook shows of a scenario, a run, a store, a comparison or a design, and figures that it shows.

The things themselves hand over (`lpsim.shown`): a table in HTML, from the same cells as in the terminal.
"""

from __future__ import annotations

import html as markup
import io
from functools import singledispatch
from typing import TYPE_CHECKING, Any

from lpsim.analysis.comparison import Comparison
from lpsim.analysis.worlds import COMPARED
from lpsim.engines.behaviours import agent_places
from lpsim.errors import InputError
from lpsim.plain import one_line
from lpsim.runs.measures import LEVELS
from lpsim.runs.run import Run
from lpsim.scenario import Scenario
from lpsim.show.text.closing import levels_table
from lpsim.show.text.comparison import effect_tables, headline
from lpsim.show.text.numbers import number
from lpsim.show.text.scenario import UNTITLED, changes, written
from lpsim.show.text.table import Cell, Number, Table
from lpsim.show.text.uncertainty import one_run
from lpsim.show.text.vocabulary import noun
from lpsim.sweeps.design.design import Design
from lpsim.sweeps.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure

MOST_POINTS = 8
"""So many points of a store or a design are shown."""


@singledispatch
def html(thing: Any) -> str:
    """A thing as a notebook shows it."""
    raise TypeError(f"found {type(thing).__name__}")


@html.register
def _(scenario: Scenario) -> str:
    population = scenario.population
    practices = population.workforce or population.practices
    rows: list[list[Cell]] = [
        ["steps", f"{scenario.steps} (a step is a {scenario.step or 'step'})"],
        ["practices", str(practices)],
        ["roles", ", ".join(f"{name} {role.headcount:g}" for name, role in scenario.roles.items())],
        ["issues, domains", f"{scenario.world.issues}, {scenario.world.domains}"],
    ]
    if scenario.kinds:
        rows.append(
            ["kinds", ", ".join(f"{kind.name} {number(kind.share, share=True)}" for kind in scenario.kinds)]
        )
    rows += [
        [f"from {scenario.step or 'step'} {change.at}", change.title or _settings(change.set)]
        for change in scenario.interventions
    ]
    note = [text for text in (scenario.description, changes(scenario)) if text]
    return _page("Scenario", scenario.title, Table(["", ""], rows, notes=note))


@html.register
def _(run: Run) -> str:
    table = levels_table([run])
    plain = Table(table.headings, table.rows, notes=[one_run(run.seed)])
    return _page("Run", run.scenario.title, plain, changes(run.scenario, agent_places(run.provenance)))


@html.register
def _(design: Design) -> str:
    return _page("Design", design.title, _points(design), _extent(design))


@html.register
def _(store: Store) -> str:
    counts = store.query("select status, count(*) as runs from status group by status order by status")
    status = ", ".join(f"{runs:,} {name}" for name, runs in counts.itertuples(index=False))
    return _page("Store", store.head["title"], _points(store.design), f"{_extent(store.design)}; {status}")


@html.register
def _(comparison: Comparison) -> str:
    shown = [name for name in comparison.measures if name in LEVELS or name not in COMPARED]
    tables = "".join(table.html() for table in effect_tables(comparison, shown, brief=True))
    return f"<p><b>{_text(headline(comparison))}.</b></p>\n{tables}"


def _points(design: Design) -> Table:
    """The first points of a design, a row each."""
    rows: list[list[Cell]] = [
        [Number(point.number, "d"), *(written(value) for value in point.values.values())]
        for point in design.points[:MOST_POINTS]
    ]
    more = len(design.points) - len(rows)
    return Table(["point", *design.columns], rows, notes=[f"and {more:,} more points"] if more else [])


def _extent(design: Design) -> str:
    points, seeds = len(design.points), design.scheme.replications
    each = f"{seeds:,} {noun(seeds, 'run')} of {'it' if points == 1 else 'each'}"
    return f"{design.method}: {points:,} {noun(points, 'point')}, {each}"


def _settings(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} = {written(value)}" for key, value in values.items())


def _page(kind: str, title: str, table: Table, more: str = "") -> str:
    below = f"<p>{_text(more)}</p>\n" if more else ""
    return f"<p>{kind}: <b>{_text(one_line(title, UNTITLED))}</b></p>\n{below}{table.html()}"


def _text(text: str) -> str:
    return markup.escape(one_line(text))


# --- figures --------------------------------------------------------------------------------------


def of_run(run: Run, what: str) -> Figure:
    """One of the figures that runs leave, by its name."""
    from lpsim.show.figures import plots  # noqa: PLC0415 (slow to import, and a table needs none)
    from lpsim.show.figures.loops import plot_loops  # noqa: PLC0415
    from lpsim.show.figures.page import figure_of  # noqa: PLC0415

    known = {"levels": plots.plot_levels, "funnel": plots.plot_funnel, "kinds": plots.plot_kinds}
    if what == "loops":
        return _displayed(plot_loops([run]))
    if what not in known:
        raise InputError(f"what: found {what!r}; allowed is one of {', '.join((*known, 'loops'))}.")
    return _displayed(figure_of(known[what]([run])))


def of_store(store: Store, measure: str | None) -> Figure:
    """What each factor does alone: `lpsim.show.figures.factors`."""
    from lpsim.show.figures.factors import plot_factors  # noqa: PLC0415

    return _displayed(plot_factors(store, measure))


def _displayed(figure: Figure) -> Figure:
    """The figure, which a notebook shows by itself; without this it does where pyplot is imported alone."""

    def png() -> bytes:
        stream = io.BytesIO()
        figure.savefig(stream, format="png", dpi=110)
        return stream.getvalue()

    figure._repr_png_ = png  # type: ignore[attr-defined]
    return figure
