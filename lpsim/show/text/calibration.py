"""A calibration in words: what was found acceptable, how much of it was chance, and what is left open."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lpsim.analysis.calibration_fits import IDENTIFIED, PARTLY, shares_of_names
from lpsim.show.text.levers import with_unit
from lpsim.show.text.lines import WIDTH, fold
from lpsim.show.text.numbers import number, written
from lpsim.show.text.scenario import UNTITLED, stand_ins
from lpsim.show.text.table import NONE, Cell, Number, Range, Table, escaped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpsim.analysis.calibration import Calibration
    from lpsim.analysis.calibration_fits import KeyFit
    from lpsim.sweeps.design.factors import Factor, Row

_FINE = ".3g"
_FEW = 5
"""Listed values of a key that a table has room for."""


def headline(calibration: Calibration) -> str:
    """What a person would say of a calibration: how many points fit, and which keys that settles."""
    found, keys = calibration.found, calibration.free_keys()
    settled = [fit.name for fit in keys if fit.width < IDENTIFIED]
    points = "1 point comes" if found == 1 else f"{found:,} points come"
    some = f"; {_kept(calibration)}" if found > len(calibration.rows) else ""
    cutoff = calibration.plan.search.cutoff
    said = f"{points} within {cutoff:g} deviations of every target (its own and chance together{some})"
    if len(settled) == len(keys):
        return (
            f"{said}, and {_of_all(len(keys), 'its key is', 'both keys are', 'all {} keys are')} identified"
        )
    if not settled:
        none = _of_all(len(keys), "its key is not", "neither key is", "none of {} keys is")
        return f"{said}, but {none} identified"
    names = " and ".join([", ".join(settled[:-1]), settled[-1]] if len(settled) > 1 else settled)
    verb = "are" if len(settled) > 1 else "is"
    return f"{said}: of {len(keys)} keys only {names} {verb} identified"


def _of_all(count: int, one: str, two: str, more: str) -> str:
    """What is said where there is one of something, two, or more of them."""
    return {1: one, 2: two}.get(count, more.format(f"{count:,}"))


def _kept(calibration: Calibration) -> str:
    kept = len(calibration.rows)
    return f"{kept:,} of them {'is' if kept == 1 else 'are'} kept"


def calibration_text(calibration: Calibration, *, width: int | None = WIDTH) -> str:
    """What the terminal shows."""
    tables = (targets_table(calibration), keys_table(calibration))
    parts = [f"{headline(calibration)}.", *notes(calibration)]
    lines = [line for part in parts[:1] for line in fold(part, width)]
    for table in tables:
        lines += ["", table.terminal(width)]
    lines.append("")
    return "\n".join([*lines, *(line for part in parts[1:] for line in fold(part, width))])


def calibration_markdown(calibration: Calibration) -> str:
    """The same as a page."""
    title = calibration.plan.title or UNTITLED
    parts = [f"# {escaped(title)}", escaped(f"{headline(calibration)}.")]
    parts += [table.markdown() for table in (targets_table(calibration), keys_table(calibration))]
    return "\n\n".join([*parts, *map(escaped, notes(calibration))]) + "\n"


def targets_table(calibration: Calibration) -> Table:
    """A row per target: what was observed, and what the model gives with either seeds."""
    rows = []
    for fit in calibration.targets():
        low, high = fit.centre - fit.spread, fit.centre + fit.spread
        rows.append(
            (
                fit.name,
                Number(fit.centre, _FINE),
                Range(low, high, _FINE),
                Range(*fit.first, _FINE),
                Number(fit.fitted[0], _FINE),
                Range(fit.fitted[1], fit.fitted[2], _FINE),
                Number(fit.held_out[0], _FINE),
                NONE if math.isnan(fit.difference[0]) else "yes" if fit.agrees else "no",
            )
        )
    headings = (
        "target", "observed", "± 1 deviation", "model at first", "at acceptable points", "9 of 10 within",
        "seeds held out", "agree",
    )  # fmt: skip
    return Table(headings, rows)


def keys_table(calibration: Calibration) -> Table:
    """A row per free key: its range, what is acceptable, and how much that says."""
    rows = []
    factors, points = calibration.plan.design.factors, calibration.acceptable
    for fit, factor, shares in zip(calibration.free_keys(), factors, points.shares.T, strict=True):
        spread, names = factor.spread, shares_of_names(factor, shares, points.chances)
        whole: Cell = Range(spread.low, spread.high, _FINE) if spread is not None else _listed(factor)
        middle, within = row_words(fit.median), f"{row_words(fit.low)} to {row_words(fit.high)}"
        if names:  # which lie in no order
            middle = NONE
            within = ", ".join(
                f"{row_words(name)} ({number(share, share=True)})" for name, share in names.items()
            )
        key = with_unit(calibration.plan.design.base, *factor.columns)
        rows.append((key, whole, middle, within, Number(100 * fit.width, ".0f"), verdict(fit)))
    return Table(
        ("key", "its range", "middle of acceptable points", "9 of 10 within", "spread, % of range's", ""),
        rows,
    )


def _listed(factor: Factor) -> Cell:
    """The values of a key that has no range, where they are few."""
    rows = factor.rows or []
    return ", ".join(map(row_words, rows)) if 0 < len(rows) <= _FEW else NONE


def verdict(fit: KeyFit) -> str:
    """Whether the targets say what a key is."""
    if math.isnan(fit.width):
        return "too few points to say"
    if fit.width < IDENTIFIED:
        return "identified"
    return "partly identified" if fit.width < PARTLY else "not identified"


def _still(calibration: Calibration) -> str:
    """How much of what is kept was fitted to chance."""
    kept = len(calibration.rows)
    if calibration.still_acceptable == 1:
        told = _of_all(kept, "it is", "both points kept are", "all {} points kept are")
        return f"{told} still acceptable"
    return (
        f"{number(calibration.still_acceptable, share=True)} of the {kept:,} points kept are still "
        "acceptable; what is missing fits the first seeds in part by chance"
    )


def row_words(row: Row) -> str:
    """What a key is set to, or several together: once where that is the same."""
    shown = [f"{value:.3g}" if isinstance(value, float) else str(value) for value in row]
    return shown[0] if len(set(shown)) == 1 else f"({', '.join(shown)})"


def notes(calibration: Calibration) -> Iterator[str]:
    """How it was looked for, how much was chance, what is not told apart, and where targets come from."""
    yield from _searched(calibration)
    yield from _acceptable(calibration)
    yield from _chance(calibration)
    yield from _without_value(calibration)
    yield from _misfits(calibration)
    for pair in calibration.pairs():
        alike = written(pair.correlation, "+.2f")
        yield (
            f"{pair.one} and {pair.other} are told apart badly (rank correlation {alike}): "
            "what one changes the other can undo, so take both together, from the acceptable points."
        )
    yield from _loose(calibration)
    if calibration.agents:
        yield f"Made with {'; '.join(stand_ins(calibration.agents))}."
    for target in calibration.plan.targets:
        yield f"{target.name}: {target.about}; {target.origin or 'no source given'}."


def _searched(calibration: Calibration) -> Iterator[str]:
    """What is acceptable, and how such points were looked for."""
    first, last = _seeds(calibration)
    search = calibration.plan.search
    simulated = sum(len(wave.rows) for wave in calibration.waves)
    how = "history matching" if search.method == "history_matching" else "ABC"
    waves = f"{len(calibration.waves)} wave{'s' * (len(calibration.waves) > 1)}"
    yield (
        f"Acceptable: no target further off than {search.cutoff:g} standard deviations of its own "
        f"uncertainty and the chance of {search.replications} runs together ({how}, {waves}, {simulated:,} "
        f"points with the seeds {first} to {last}; {calibration.found:,} are acceptable)."
    )


def _acceptable(calibration: Calibration) -> Iterator[str]:
    """What is said of which points, and how many of those kept hold with other seeds."""
    search, kept, (_, last) = calibration.plan.search, len(calibration.rows), _seeds(calibration)
    if calibration.found > kept:
        yield (
            f"What is said of keys is of all {calibration.found:,} acceptable points, each counted by its "
            f"chance to be kept; what is said of targets, of the {kept:,} that are kept."
        )
    if kept < search.accept:
        yield (
            f"Asked were {search.accept} acceptable points: with more waves or samples in the file the same "
            "command goes on and finds more."
        )
    yield f"With the seeds held out ({last + 1} to {last + search.held_out}) {_still(calibration)}."
    different = len(set(calibration.rows))
    if different < kept:
        yield f"Of the {kept:,} points kept {different:,} differ, as keys have few values."


def _seeds(calibration: Calibration) -> tuple[int, int]:
    """The first and the last seed that points were fitted with."""
    first = calibration.plan.design.scheme.first_seed
    return first, first + calibration.plan.search.replications - 1


def _misfits(calibration: Calibration) -> Iterator[str]:
    """Targets that acceptable points miss to one side, and those on which other seeds do not agree."""
    for fit in calibration.targets():
        if abs(fit.fitted[0] - fit.centre) > fit.spread:
            side = "more" if fit.fitted[0] > fit.centre else "less"
            yield (
                f"Even acceptable points give {side} of {fit.name} than was observed: {fit.fitted[0]:.3g} in "
                f"the mean, not {fit.centre:.3g}."
            )
    off = [fit for fit in calibration.targets() if not fit.agrees]
    if off:
        names = ", ".join(f"{fit.name} ({fit.held_out[0]:.3g}, not {fit.fitted[0]:.3g})" for fit in off)
        yield f"Seeds held out differ by more than chance explains in {names}: more replications are needed."


def _chance(calibration: Calibration) -> Iterator[str]:
    """Where few runs, and not the target, decide what is acceptable."""
    pairs = zip(calibration.plan.targets, calibration.chance(), strict=True)
    hidden = [
        f"{target.name} ({chance:.2g}, its own {target.spread:.2g})"
        for target, chance in pairs
        if chance > target.spread
    ]
    if hidden:
        yield (
            f"Chance counts for more than the target's own deviation in {', '.join(hidden)}: with more than "
            f"{calibration.plan.search.replications} replications less is acceptable."
        )


def _without_value(calibration: Calibration) -> Iterator[str]:
    """Where means are of some of the runs alone."""
    runs = len(calibration.rows) * calibration.plan.search.replications
    missing = calibration.fitted.missing.sum(axis=0).tolist()
    for target, count in zip(calibration.plan.targets, missing, strict=True):
        if count:
            yield (
                f"Of {target.name} {count:,} of {runs:,} runs at acceptable points have no value: means are "
                "of the others."
            )


def _loose(calibration: Calibration) -> Iterator[str]:
    """Keys that are as open as before, except those that targets know together with another."""
    paired = {name for pair in calibration.pairs() for name in (pair.one, pair.other)}
    loose = [fit.name for fit in calibration.free_keys() if fit.width >= PARTLY and fit.name not in paired]
    hidden = any(
        chance > target.spread
        for target, chance in zip(calibration.plan.targets, calibration.chance(), strict=True)
    )
    if loose:
        cure = "more replications may, or another source" if hidden else "another source is needed"
        yield f"The targets hardly narrow {', '.join(loose)}: {cure}, or its whole range."
