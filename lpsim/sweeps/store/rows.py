"""A row of a sweep's results: which run, what it was set to, what was seen, and how it went."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from lpsim.lessons.stages import REACHED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from lpsim.sweeps.design.design import Design
    from lpsim.sweeps.design.factors import Point

LESSONS = tuple(f"lessons_{stage}" for stage in REACHED)
"""Lessons (as `lpsim.lessons.stages.counted`) born, and that reached each stage, up to the row's step."""
HOW_IT_WENT = ("status", "seconds", "host", "stage", "exception", "traceback")
"""Columns that are no results: they may differ when a run is made again, the results may not."""
DONE, FAILED, PENDING = "done", "failed", "pending"

_WORDS = pa.dictionary(pa.int32(), pa.string())


def run_id(digest: str, seed: int) -> str:
    """The name of a run: 32 hex digits of the SHA-256 of a digest (`Design.digest_of`) and its seed."""
    return hashlib.sha256(f"{digest} {seed}".encode()).hexdigest()[:32]


def schema_of(design: Design) -> pa.Schema:
    """The columns of a design's results, in order, with those of `HOW_IT_WENT` last."""
    kept = [*design.measured, *(LESSONS if design.keep.lessons else ())]
    return pa.schema(
        [
            ("run_id", pa.string()),
            ("point", pa.int32()),
            ("seed", pa.uint64()),
            *((name, column_type(design, name)) for name in design.columns),
            ("step", pa.int32()),
            *((name, pa.int32() if name in LESSONS else pa.float64()) for name in kept),
            ("status", _WORDS),
            ("seconds", pa.float32()),
            ("host", _WORDS),
            ("stage", _WORDS),
            ("exception", _WORDS),
            ("traceback", _WORDS),
        ]
    )


def column_type(design: Design, name: str) -> pa.DataType:
    """The type that holds all values of one of a design's columns; text where they are of several kinds."""
    kinds = {type(point.values[name]) for point in design.points}
    if kinds == {bool}:
        return pa.bool_()
    if kinds == {int}:
        return pa.int64()
    return pa.float64() if kinds <= {int, float} else pa.string()


def as_column(values: Iterable[Any], kind: pa.DataType) -> pa.Array:
    """Values as a column; what is no text becomes one where the column is."""
    if kind == pa.string():
        values = [str(value) for value in values]
    return pa.array(values, type=kind)


@dataclass(frozen=True)
class Made:
    """What came of one run."""

    run_id: str
    points: Sequence[Point]
    """Those that have its scenario: each gets rows of its own."""
    seed: int
    seconds: float
    host: str
    seen: Mapping[str, NDArray[Any]]
    """By column, a value per step kept; of a run that failed nothing."""
    failure: Failure | None = None


class Failure(NamedTuple):
    """Where a run raised, what, and the whole traceback."""

    stage: str
    exception: str
    traceback: str


def table_of(schema: pa.Schema, runs: Sequence[Made]) -> pa.Table:
    """What came of some runs, as a table; what has no value (NaN) is empty."""
    pairs = [(run, point) for run in runs for point in run.points]
    lengths = [len(run.seen["step"]) if run.seen else 1 for run, _ in pairs]
    of_row = np.repeat(np.arange(len(pairs)), lengths)
    columns: dict[str, Iterable[Any]] = {
        "run_id": [run.run_id for run, _ in pairs],
        "point": [point.number for _, point in pairs],
        "seed": [run.seed for run, _ in pairs],
        "status": [FAILED if run.failure else DONE for run, _ in pairs],
        "seconds": [run.seconds for run, _ in pairs],
        "host": [run.host for run, _ in pairs],
        **{part: [getattr(run.failure, part, None) for run, _ in pairs] for part in Failure._fields},
        **{key: [point.values[key] for _, point in pairs] for key in (pairs[0][1].values if pairs else ())},
    }
    nothing = {name: [np.nan] for name in schema.names}
    arrays = []
    for name, kind in zip(schema.names, schema.types, strict=True):
        if name in columns:
            arrays.append(as_column(columns[name], kind).take(of_row))
        else:
            values = np.concatenate([(run.seen or nothing)[name] for run, _ in pairs])
            arrays.append(pa.array(values, from_pandas=True).cast(kind))
    return pa.Table.from_arrays(arrays, schema=schema)


def result_names(schema: pa.Schema) -> list[str]:
    """The columns that are the same whenever and wherever a run is made."""
    return [name for name in schema.names if name not in HOW_IT_WENT]
