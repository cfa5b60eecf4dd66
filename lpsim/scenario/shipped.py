"""The scenarios that ship with lpsim: by name, wherever the program is started.

They are the folder ``configs`` of the project, of which an installed package holds a copy. A name is that of
a file without its suffix; a file of one's own is always meant first.
"""

from __future__ import annotations

import difflib
from functools import cache
from pathlib import Path

from lpsim.errors import InputError
from lpsim.scenario.file_kinds import KINDS
from lpsim.scenario.keys import nearest
from lpsim.storage.readers import shown

_PACKAGE = Path(__file__).parents[1]
_FOLDERS = (_PACKAGE / "configs", _PACKAGE.parent / "configs")
_PARTS = (".", "policy")
"""Folders of scenarios; others hold designs of sweeps."""
_OTHERS = {"sweeps": "design", "calibration": "calibration"}
"""By the folders of others which of `lpsim.scenario.file_kinds.KINDS` they hold."""
_LESSONS = _PACKAGE / "show" / "web" / "teach"
"""Plans of lessons, which pages lead through: here their names are known, and no more."""


@cache
def shipped() -> dict[str, Path]:
    """Every scenario that ships, by its name: first those that stand alone, then policies."""
    return {path.stem: path for part in _PARTS for path in _files(part)}


@cache
def others_shipped() -> dict[str, tuple[str, Path]]:
    """What else ships, by its name: of which kind it is, and its file."""
    return {path.stem: (kind, path) for part, kind in _OTHERS.items() for path in _files(part)}


@cache
def lessons_shipped() -> tuple[str, ...]:
    """The names of the lessons for classes that ship."""
    return tuple(sorted(path.stem for path in _LESSONS.glob("*.toml")))


def other_meant(path: Path, kind: str) -> Path:
    """What a path means where one of `KINDS` is wanted: what lies there, else what ships under the name."""
    found, file = others_shipped().get(path.name, ("", path))
    return file if found == kind and path.name == str(path) and not may_be_there(path) else path


def name_meant(path: Path) -> str | None:
    """The name that a path could stand for, be it with the folder or the suffix of what ships under it.

    None where something lies there.
    """
    folders, known = set(path.parts[:-1]), {"configs", *_PARTS, *_OTHERS}
    is_one = path.suffix in ("", ".toml") and folders <= known and not may_be_there(path)
    return path.stem if is_one else None


def of_that_name(path: Path) -> str | None:
    """What ships under a name, where nothing lies there; no whole sentence."""
    name = name_meant(path)
    if name is None:
        return None
    kind, file = others_shipped().get(name, ("", path))
    if path.name != str(path) and (kind or name in shipped()):
        return f'write "{name}" for what ships under that name'
    if name in shipped():
        return f"the scenario of that name that ships is {shown(shipped()[name])}"
    if name in lessons_shipped():
        return f"the lesson for classes of that name is opened by `lpsim explore --lesson {name}`"
    return f"the file of that name that ships is {KINDS[kind][0]}: {shown(file)}" if kind else None


def of_a_name_alike(path: Path) -> str | None:
    """A question for a name under which nothing ships or lies here: whether another was meant."""
    name = name_meant(path)
    alike = difflib.get_close_matches(name or "", [*shipped(), *others_shipped()], n=1)
    return f'did you mean "{alike[0]}", which ships?' if alike and str(path) == name else None


def _files(part: str) -> list[Path]:
    folder = next((folder for folder in _FOLDERS if folder.is_dir()), _FOLDERS[0])
    return sorted((folder / part).glob("*.toml"))


def file_meant(path: Path, folder: Path = Path()) -> Path:
    """What a path from a folder, that of the file that names it, means: what lies there; where there is
    nothing and it could be a name, the file that ships under that.

    Raises
    ------
    InputError
        It could be a name, and nothing ships under it; or it is one, except for a suffix.
    """
    there = folder / path
    if path.name != str(path) or may_be_there(there):
        return there
    if path.suffix == ".toml" and path.stem in shipped():
        raise InputError(
            f'{shown(there)}: there is no such file here; write "{path.stem}" for the scenario that ships.'
        )
    other = of_that_name(path)
    if other is not None and path.stem not in shipped():
        raise InputError(f"{shown(there)}: there is no such file here; {other}.")
    if path.suffix:
        return there
    if path.name not in shipped():
        hint = nearest(path.name, [*shipped(), *others_shipped(), *lessons_shipped()])
        raise InputError(
            f"{shown(there)}: there is no such file, and no scenario of that name ships; {hint} "
            "(`lpsim scenarios` lists them)."
        )
    return shipped()[path.name]


def name_of(path: Path) -> str | None:
    """The name that a file ships under; None of one that does not."""
    return next((name for name, file in shipped().items() if file == path), None)


def may_be_there(path: Path) -> bool:
    """Whether there is a file, or the path is none that any file can have: whoever reads it tells."""
    try:
        # A link in a circle is something, and at a name with a null in it nothing can be.
        return path.exists() or path.is_symlink() or "\0" in str(path)
    except (OSError, ValueError):
        return True
