"""The folder of a comparison: its numbers, and all worlds it is made of, so that more can be added to them.

========================  ================================================================
``comparison.json``       what was compared, every effect, every key that differs, the scenarios
``effects.csv``           the effects at the step compared
``over_time.csv``         the same at every step up to it
``worlds.parquet``        every measure of every world there is, by option (or base), seed and step;
                          ``compared`` where the other files tell of it
``lessons.parquet``       where lessons are followed: each lesson of every world, and how far it got
========================  ================================================================

What shows them, the page and the figure, is written beside by whoever has words and colours.
"""

from __future__ import annotations

import io
import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pydantic import ValidationError

from lpsim.analysis.worlds import Worlds
from lpsim.errors import InputError
from lpsim.scenario import Scenario
from lpsim.storage.results import ResultFolder
from lpsim.storage.sealed import Seal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from lpsim.analysis.comparison import Comparison
    from lpsim.analysis.paired_effects import Effect

SEAL = Seal(
    "comparison.json", "lpsim compare", 1, folder="the folder of a comparison", otherwise="compare again"
)
EFFECTS, OVER_TIME, WORLDS, LESSONS = "effects.csv", "over_time.csv", "worlds.parquet", "lessons.parquet"
_OWN = re.compile(r"comparison\.(json|md|png|svg)|(effects|over_time)\.csv|(worlds|lessons)\.parquet")
FOLDER = ResultFolder(SEAL, _OWN, above="comparisons", noun="a comparison")
_KEYS = ["option", "seed", "step", "compared"]


def save(
    comparison: Comparison,
    folder: Path,
    *,
    show: Callable[[Comparison, Path], object] | None = None,
    force: bool = False,
) -> Path:
    """Save a comparison in a folder that appears whole or not at all; returns which it became.

    Errors as in `lpsim.storage.results.ResultFolder.save`.
    """

    def shown(inside: Path) -> None:
        if show is not None:
            show(comparison, inside)

    return FOLDER.save(folder, _says(comparison), _files(comparison), show=shown, force=force)


def load(folder: Path) -> list[Worlds]:
    """The worlds that a comparison was made of: the base's first.

    Raises
    ------
    InputError
        The folder is none of a comparison, or damaged.
    """
    head = SEAL.read(folder)
    frame = _read(folder, head, WORLDS)
    found = [
        _restored(folder, said, frame[frame["option"] == said["name"]], head["measures"])
        for said in head["scenarios"]
    ]
    if LESSONS not in head["checksums"]:
        return found
    lessons = _read(folder, head, LESSONS)
    return [replace(one, lessons=_by_seed(lessons[lessons["option"] == one.name])) for one in found]


def _read(folder: Path, head: dict[str, Any], name: str) -> pd.DataFrame:
    return pd.read_parquet(io.BytesIO(SEAL.content(folder, head, name)), engine="pyarrow")


def _by_seed(lessons: pd.DataFrame) -> dict[int, pd.DataFrame]:
    return {
        int(str(seed)): rows.drop(columns=["option", "seed"]).reset_index(drop=True)
        for seed, rows in lessons.groupby("seed")
    }


def _says(comparison: Comparison) -> dict[str, Any]:
    every = (comparison.base, *comparison.options)
    return {
        "base": comparison.base.name,
        "options": [option.name for option in comparison.options],
        "seeds": list(comparison.seeds),
        "measures": list(comparison.measures),
        "precision": comparison.precision,
        "step": int(comparison.steps[-1]),
        "effects": [_plain(row) for row in effect_rows(comparison.effects())],
        "differing": {
            option.name: [one._asdict() for one in comparison.changes(option)]
            for option in comparison.options
        },
        "scenarios": [
            {
                "name": one.name,
                "digest": one.digest,
                "agents": dict(one.agents),
                "named": None if one.named is None else sorted(one.named),
                "changed": dict(one.scenario.given.changed),
                "scenario": one.scenario.model_dump(mode="json"),
            }
            for one in every
        ],
    }


def effect_rows(effects: list[Effect]) -> list[dict[str, Any]]:
    """Effects as rows of plain numbers."""
    rows = []
    for effect in effects:
        found = effect.difference
        rows.append(
            {
                "option": effect.option, "measure": effect.measure, "step": effect.step,
                "worlds": effect.worlds, "base": effect.base, "mean": effect.mean,
                "difference": found.mean, "low": found.low, "high": found.high, "sd": found.sd,
                "base_worlds": effect.base_worlds, "option_worlds": effect.option_worlds,
                "base_median": effect.base_median, "median": effect.median, "ranked": effect.ranked,
                "higher": effect.higher, "lower": effect.lower, "worse": effect.worse,
                "variance_ratio": effect.variance_ratio, "unpaired_needed": effect.unpaired_needed,
                "worlds_needed": effect.worlds_needed,
            }
        )  # fmt: skip
    return rows


def _files(comparison: Comparison) -> Iterator[tuple[str, bytes]]:
    yield EFFECTS, _csv(pd.DataFrame(effect_rows(comparison.effects())))
    yield OVER_TIME, _csv(comparison.table())
    yield WORLDS, _worlds(comparison).to_parquet(None, engine="pyarrow", index=False)
    lessons = [
        rows.assign(option=one.name, seed=np.uint64(seed))
        for one in (comparison.base, *comparison.options)
        for seed, rows in one.lessons.items()
    ]
    if lessons:
        yield LESSONS, pd.concat(lessons, ignore_index=True).to_parquet(None, engine="pyarrow", index=False)


def _csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False, lineterminator="\n").encode()


def _worlds(comparison: Comparison) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                "option": one.name,
                "seed": np.uint64(seed),
                "step": one.steps,
                "compared": (one.steps <= comparison.steps[-1]) & (seed in comparison.seeds),
                **columns,
            }
        )
        for one in (comparison.base, *comparison.options)
        for seed, columns in one.by_seed.items()
    ]
    return pd.concat(parts, ignore_index=True)


def _restored(folder: Path, said: dict[str, Any], frame: pd.DataFrame, compared: Sequence[str]) -> Worlds:
    """Worlds of one option; what was compared is known of all, be it that none has a value."""
    try:
        scenario = Scenario.restored(said["scenario"], changed=said["changed"])
    except ValidationError:
        raise InputError(f"{folder}: holds no scenario of this lpsim; compare again.") from None
    measured = frame.drop(columns=_KEYS, errors="ignore")
    known = measured[[name for name in measured if name in compared or measured[name].notna().any()]]
    by_seed = {
        int(str(seed)): {str(name): known[name].loc[rows.index].to_numpy() for name in known}
        for seed, rows in frame.groupby("seed")
    }
    named = None if said["named"] is None else frozenset(said["named"])
    steps = np.array(sorted(frame["step"].unique()), dtype=np.int64)
    agents = said.get("agents", {})
    return Worlds(said["name"], scenario, said["digest"], by_seed, steps, named, agents=agents)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """NaN is no JSON: None stands for it."""
    return {
        key: None if isinstance(value, float) and math.isnan(value) else value for key, value in row.items()
    }
