"""Commands that are offered: as they can be pasted, and where something was given to another command."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

import re
import shlex
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from lpsim.errors import InputError
from lpsim.storage.readers import DESIGN, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NAMES = {
    "scenario": "a scenario",
    "design": "a sweep's design",
    "calibration": "a calibration file",
    "run": "the folder of a saved run",
    "store": "the folder of a sweep",
    "comparison": "the folder of a comparison",
    "plan": "the plan of a lesson",
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
        hint = _hint(path, wanted, (wanted, *also))
        if hint is None:
            raise
        raise InputError(hint) from None


def _hint(path: Path, wanted: str, taken: Sequence[str]) -> str | None:
    """What to do with what there is at a path, or ships under that name, where it is not as wanted."""
    from lpsim.scenario.shipped import name_meant

    kind, there = _kind(path)
    if kind in taken:
        return None
    if kind is not None:
        return f"{shown(there)}: is {NAMES[kind]}, not {NAMES[wanted]}; use: {_use(kind, there)}"
    name = name_meant(path)
    kind = _that_ships(name) if name else None
    if name is None or kind in taken:
        return None
    if kind is None:
        return None if "plan" in taken else _plan_alike(path, name, wanted)
    return f"{shown(path)}: is {NAMES[kind]} that ships, not {NAMES[wanted]}; use: {_use(kind, Path(name))}"


def _that_ships(name: str) -> str | None:
    """Which of `NAMES` ships under a name."""
    from lpsim.scenario.shipped import others_shipped, shipped
    from lpsim.show.web.app.teaching import plans

    if name in shipped():
        return "scenario"
    kind, _ = others_shipped().get(name, (None, None))
    return "plan" if kind is None and name in plans() else kind


def _plan_alike(path: Path, name: str, wanted: str) -> str | None:
    """What is asked of a name that is more like that of the plan of a lesson than like any other's."""
    from lpsim.scenario.shipped import others_shipped, shipped
    from lpsim.show.web.app.teaching import plans

    alike = get_close_matches(name, [*shipped(), *others_shipped(), *plans()], n=1)
    if not alike or alike[0] not in plans():
        return None
    use = _use("plan", Path(alike[0]))
    return f'{shown(path)}: is not {NAMES[wanted]}; did you mean the lesson "{alike[0]}"? use: {use}'


def _use(kind: str, path: Path) -> str:
    """What is most likely to be done with it."""
    if kind == "comparison":
        return command("report", path)
    if kind == "store":
        return command("query", path, "describe runs")
    if kind == "run":
        return command("lessons" if (path / "lessons.parquet").exists() else "practices", path)
    if kind == "plan":
        return command("explore", "--lesson", path)
    return command({"scenario": "run", "calibration": "calibrate"}.get(kind, "sweep"), path)


def _kind(path: Path) -> tuple[str | None, Path]:
    """Which of `NAMES` there is at a path, if any; for the head of a folder, that of its folder."""
    from lpsim.analysis.comparison_folder import SEAL as COMPARISON
    from lpsim.scenario.saved import SEAL as RUN
    from lpsim.sweeps.store.store import SEAL as STORE

    for kind, seal in (("run", RUN), ("store", STORE), ("comparison", COMPARISON)):
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
