"""Commands that are offered: as they can be pasted, and where something was given to another command."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

import re
import shlex
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lpsim.errors import InputError
from lpsim.storage.readers import DESIGN, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = {
    "scenario": "a scenario",
    "design": "a sweep's design",
    "calibration": "a calibration file",
    "run": "the folder of a saved run",
    "store": "the folder of a sweep",
}
"""What commands take, and what it is called."""


def command(*words: object) -> str:
    """A command of lpsim as a shell takes it, whatever is in its words."""
    return " ".join(["lpsim", *(_quoted(word) for word in words)])


def _quoted(word: object) -> str:
    text = str(word)
    if isinstance(word, Path) and text.startswith("-"):  # or it would be an option
        text = f"./{text}"
    if not text.isprintable():
        escaped = text.replace("\\", "\\\\").replace("'", "\\'")
        shown = (c if c.isprintable() else c.encode("unicode_escape").decode() for c in escaped)
        return f"$'{''.join(shown)}'"
    if re.fullmatch(r'[^"$`\\!%]+', text) and shlex.quote(text) != text:
        return f'"{text}"'  # which the shells of Windows know as well
    return shlex.quote(text)


@contextmanager
def meant_as(wanted: str, path: Path, *also: str) -> Iterator[None]:
    """Read what should be one of `NAMES`; where it is another of them, say which command takes that.

    Those in `also` are taken as well.

    Raises
    ------
    InputError
        What reading raises, or in its place: use that command.
    """
    try:
        yield
    except InputError:
        found, path = _kind(path)
        if found is None or found in (wanted, *also):
            raise
        raise InputError(
            f"{shown(path)}: is {NAMES[found]}, not {NAMES[wanted]}; use: {_use(found, path)}"
        ) from None


def _use(kind: str, path: Path) -> str:
    """What is most likely to be done with it."""
    if kind == "store":
        return command("query", path, "describe runs")
    if kind == "run":
        return command("lessons" if (path / "lessons.parquet").exists() else "practices", path)
    return command({"scenario": "run", "calibration": "calibrate"}.get(kind, "sweep"), path)


def _kind(path: Path) -> tuple[str | None, Path]:
    """Which of `NAMES` there is at a path, if any; for the head of a folder, that of its folder."""
    from lpsim.scenario.saved import SEAL as RUN
    from lpsim.sweeps.store.store import SEAL as STORE

    for kind, seal in (("run", RUN), ("store", STORE)):
        for folder in (path, path.parent) if path.name == seal.head else (path,):
            try:
                seal.read(folder)
            except InputError:
                continue
            return kind, folder
    return _kind_of_file(path), path


def _kind_of_file(path: Path) -> str | None:
    """What a file's keys say; nothing where they are of both kinds, or of none."""
    from lpsim.scenario import Scenario, toml_files
    from lpsim.scenario.file_kinds import OF_CALIBRATIONS
    from lpsim.sweeps.design.design import KEYS

    try:
        keys = set(toml_files.parse(path, DESIGN))
    except InputError:
        return None
    if keys & OF_CALIBRATIONS:
        return "calibration"
    of_scenarios, of_designs = {"extends", *Scenario.model_fields}, set(KEYS)
    kinds = {
        "scenario": keys & (of_scenarios - of_designs),
        "design": keys & (of_designs - of_scenarios),
    }
    found = [kind for kind, own in kinds.items() if own]
    return found[0] if len(found) == 1 else None
