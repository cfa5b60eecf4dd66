"""How practices and staff came to be, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Facts = Mapping[str, Any]


def population_sentences(report: Facts) -> list[str]:
    """What the report of a population (`lpsim.population.build.Population`) says."""
    said = _drawn(report) if report["source"] == "drawn" else _read(report)
    files = report["network_files"].items()
    return [*said, *_moved(report["moved_bodies"]), *(s for who, of in files for s in _of_network(who, of))]


def table_sentences(table: Facts) -> Iterator[str]:
    """What a `lpsim.population.workforce.WorkforceReport` says, of its plain values."""
    yield f"{table['file']} has {table['rows']:,} rows; practices read from it: {table['practices']:,}."
    if table["extract"]:
        yield f"Extract read: {', '.join(f'{column} {date}' for column, date in table['extract'].items())}."
    yield from (f"Rows left out, {why}: {n:,}." for why, n in table["left_out"].items() if n)
    yield from (f"No row has {c} {_some(codes)}." for c, codes in table["unmatched"].items() if codes)
    yield from (f"{asked} is called {name} in it." for asked, name in table["renamed"].items())
    yield from (f"It has no column {column}." for column in table["absent"])
    yield f"List sizes missing: {table['patients_missing']:,}; zero: {table['patients_zero']:,}."
    for column, counts in table["figures"].items():
        told = ", ".join(f"{n:,} {what.replace('_', ' ')}" for what, n in counts.items())
        yield f"{column}: {told}."
    for column, codes in table["placeholders"].items():
        yield from (f"Without a code, {column} {code or 'blank'}: {n:,}." for code, n in codes.items())
    yield f"SHA-256 of the file: {table['sha256']}."


def _drawn(report: Facts) -> Iterator[str]:
    yield (
        f"Practices drawn: {report['practices']}, their size with a coefficient of variation of "
        f"{report['spread']:g}; people: {report['staff']}."
    )


def _read(report: Facts) -> Iterator[str]:
    yield from table_sentences(report["table"])
    for role, counts in report["headcounts"].items():
        yield (
            f"{role}: {counts['read']} headcounts read, {counts['rounded']} of them rounded to whole people; "
            f"{_drawn_headcounts(report, counts)}."
        )
    if report["list_sizes_known"] and report["table"]["patients_missing"]:
        yield "A practice without a list size counts as one of mean size."
    if report["left_empty"]:
        empty = _practices(report["left_empty"])
        yield f"{empty} without anybody got one person of the first role."
    if report["left_out_without_code"]:
        left = _practices(report["left_out_without_code"])
        yield f"{left} left out: no code in a column that is a tier of the service."


def _practices(count: int) -> str:
    return "1 practice" if count == 1 else f"{count:,} practices"


def _drawn_headcounts(report: Facts, counts: Mapping[str, int]) -> str:
    """How many headcounts are missing in the table, and by what they are drawn."""
    if not counts["drawn"]:
        return "none drawn"
    how = "by list size"
    if not report["list_sizes_known"]:
        mean = "the table's mean per practice" if counts["read"] else "the scenario's mean"
        how = f"at {mean}, as no list size is known"
    return f"{counts['drawn']} drawn {how} (modelled, not observed)"


_DROPPED = {
    "directions": "the direction of {}",
    "weights": "the weight of {}",
    "weights_not_positive": "that the weight of {} is 0 or less",
    "to_themselves": "{} to oneself",
    "doubled": "{} that stand there already",
}


def _of_network(who: str, file: Facts) -> Iterator[str]:
    """What was read of a network file, and what not."""
    name, nodes, dropped = file["file"], file["nodes"], file["dropped"]
    yield f"Ties between {who} read from {name} ({file['format']}): {file['ties']:,}."
    yield f"Nodes in it: {nodes:,}, called by their {file['named_by']}."
    if file["without"]:
        yield f"Of the {who}, {file['without']:,} are not in it and have no ties from it."
    unused = [words.format(f"{dropped[what]:,}") for what, words in _DROPPED.items() if what in dropped]
    if unused:
        yield f"Not used of its ties: {', '.join(unused)}."
    if file["unused"]:
        yield f"Not read of it: {_some(file['unused'])}."
    if "remarks" in dropped:
        yield f"Lines of it passed over as remarks: {dropped['remarks']:,}."


def _moved(moved: Mapping[str, int]) -> Iterator[str]:
    for tier, count in moved.items():
        if count:
            yield (
                f"Practices that belong, with the body above them, to a {tier} other than their own code's: "
                f"{count}."
            )


def _some(texts: Sequence[str], most: int = 8) -> str:
    shown = ", ".join(repr(text[:40]) for text in texts[:most])
    return shown if len(texts) <= most else f"{shown} and {len(texts) - most} more"
