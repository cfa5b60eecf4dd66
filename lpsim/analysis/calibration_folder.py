"""The folder of a calibration: its sweeps, the acceptable points as a design, and what was found.

=====================  ==================================================================
``waves/``             the stores of its waves
``held_out/``          the store of the acceptable points with the seeds held out
``accepted.csv``       the acceptable points: a row each, a column per key
``design.toml``        the same as a design that `lpsim sweep` takes
``calibration.json``   targets, what the model gives, and what is left open, sealed
=====================  ==================================================================

What shows them, the page and the figure, is written beside by whoever has words and colours.
"""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpsim.analysis.calibration import HELD_OUT, WAVES
from lpsim.errors import InputError, StoppedError
from lpsim.scenario.shipped import name_of
from lpsim.storage.folders import files_for, is_holder, is_litter, whole_path
from lpsim.storage.sealed import Seal
from lpsim.sweeps.design.varying import file_kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lpsim.analysis.calibration import Calibration

SEAL = Seal(
    "calibration.json",
    "lpsim calibrate",
    1,
    folder="the folder of a calibration",
    otherwise="calibrate again",
)
ACCEPTED, DESIGN = "accepted.csv", "design.toml"
_OWN = re.compile(rf"calibration\.(json|md|png|svg)|{ACCEPTED}|{DESIGN}|{WAVES}|{HELD_OUT}")


def save(calibration: Calibration, folder: Path, *, show: Callable[[Path], object] | None = None) -> None:
    """Write what was found into the folder of a calibration, each file whole; what was there is replaced.

    Raises
    ------
    InputError
        As `check_target`.
    StoppedError
        The disk is full, or what else ends writing.
    """
    check_target(folder)
    try:
        with files_for(folder) as inside:
            SEAL.write(inside, _says(calibration), _files(calibration, folder))
            if show is not None:
                show(inside)
    except OSError as error:
        cure = "make room, and the same command goes on from there"
        raise StoppedError(f"{folder}: cannot be written to ({error.strerror}); {cure}") from error


def check_target(folder: Path) -> None:
    """See that a calibration can go into a folder, before anything is simulated for it.

    Raises
    ------
    InputError
        It is a file or the working folder, or holds what is of no calibration.
    """
    target = whole_path(folder)
    if Path.cwd().is_relative_to(target):
        raise InputError(f"{folder}: is the working folder, or above it; name a folder in it.")
    if target.exists() and not target.is_dir():
        raise InputError(f"{folder}: is a file; name a folder (--out).")
    found = sorted(target.iterdir()) if target.is_dir() else []
    if not all(is_litter(path) or is_holder(path.name) or _OWN.fullmatch(path.name) for path in found):
        raise InputError(
            f"{folder}: holds what `lpsim calibrate` did not write; name another folder (--out)."
        )


def _files(calibration: Calibration, folder: Path) -> Iterator[tuple[str, bytes]]:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([calibration.plan.design.columns, *calibration.rows])
    yield ACCEPTED, text.getvalue().encode()
    yield DESIGN, design_text(calibration, folder).encode()


def design_text(calibration: Calibration, folder: Path) -> str:
    """The acceptable points as a design file that is to lie in a folder."""
    plan, own = calibration.plan, calibration.agents.items()
    base = name_of(plan.base) or _beside(plan.base, folder)
    lines = [
        "# The acceptable points of a calibration: scenarios listed, or factors added, are tried at each.",
        *(f"# Made with {agent.replace('_', ' ')}: {place}; give it again." for agent, place in own),
        f"title = {_toml(f'Acceptable points: {plan.title}'.removesuffix(': '))}",
        f"base = {_toml(base)}",
        'method = "points"',
        f'points = "{ACCEPTED}"',
        f"replications = {plan.search.replications}",
    ]
    if plan.settings:
        lines += ["", "[set]"]
    for key, value in plan.settings.items():
        lines.append(f"{_key(key)} = {_toml(_beside(Path(value), folder) if file_kind(key) else value)}")
    for factor in plan.design.factors:
        for key in factor.columns:
            lines += ["", "[[factors]]", f"key = {_toml(key)}", f"kind = {_toml(factor.kind)}"]
    return "\n".join(lines) + "\n"


def _beside(path: Path, folder: Path) -> str:
    """A path relative to a folder."""
    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()


def _key(key: str) -> str:
    return ".".join(
        part if re.fullmatch(r"[\w-]+", part, re.ASCII) else _toml(part) for part in key.split(".")
    )


def _toml(value: Any) -> str:
    """A value as TOML has it."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_toml(str(key))} = {_toml(one)}' for key, one in value.items())} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)


def _says(calibration: Calibration) -> dict[str, Any]:
    plan = calibration.plan
    return {
        "title": plan.title,
        "search": plan.search.model_dump(mode="json"),
        "base": plan.design.base.digest,
        **({"agents": dict(calibration.agents)} if calibration.agents else {}),
        "seeds": {
            "first": plan.design.scheme.first_seed,
            "fitted": plan.search.replications,
            "held_out": plan.search.held_out,
        },
        "waves": [
            {
                "points": len(wave.rows),
                "acceptable": int((wave.off <= plan.search.cutoff).sum()),
                "nearest": _plain(float(wave.off.min())),
            }
            for wave in calibration.waves
        ],
        "acceptable": calibration.found,
        "kept": len(calibration.rows),
        "still_acceptable": calibration.still_acceptable,
        "targets": [
            {**_plain(fit._asdict()), "source": target.origin, "agrees": fit.agrees}
            for fit, target in zip(calibration.targets(), plan.targets, strict=True)
        ],
        "keys": [_plain(fit._asdict()) for fit in calibration.free_keys()],
        "told_apart_badly": [pair._asdict() for pair in calibration.pairs()],
    }


def _plain(value: Any) -> Any:
    """NaN and infinity are no JSON: None stands for them."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
