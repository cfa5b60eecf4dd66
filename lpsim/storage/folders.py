"""Folders that appear whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from lpsim.errors import InputError
from lpsim.storage.readers import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PARTIAL = ".partial"


def is_unfinished(folder: Path) -> bool:
    """Whether a folder is in one that `new_folder` was about to make."""
    return any(part.startswith(".") and part.endswith(_PARTIAL) for part in folder.resolve().parts)


def whole_path(folder: Path) -> Path:
    """The path of a folder to be made, links followed.

    Raises
    ------
    InputError
        None can be made there: its name holds a null character, or a link leads back to itself.
    """
    try:
        whole = folder.resolve()
        if not whole.is_symlink():  # as Python 3.13 gives it back
            return whole
    except (RuntimeError, ValueError):
        pass
    raise InputError(f"{shown(folder)}: no folder can be there; name another (--out).")


@contextmanager
def new_folder(target: Path, *, replace: bool = False) -> Iterator[Path]:
    """Give a folder to write into that gets the name `target` once the block ends, whole or never.

    With `replace`, what had the name before is deleted after that; if anything fails it stays.

    Raises
    ------
    InputError
        The folder cannot be made where `target` lies.
    """
    target = whole_path(target)
    missing = [parent for parent in target.parents if not parent.exists()]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        holder = tempfile.mkdtemp(prefix=f".{target.name}-", suffix=_PARTIAL, dir=target.parent)
    except OSError as error:
        raise InputError(f"{target}: cannot be made ({error.strerror}); name another folder.") from None
    inside, old = Path(holder, "new"), Path(holder, "old")
    inside.mkdir()  # a folder of its own, as mkdtemp's is closed to all other users
    try:
        yield inside
        _sync_all(inside)
        if target.exists() and not replace:
            target.rmdir()  # empty, or an error
        _rename(inside, target, old)
        sync(target.parent)
    finally:
        if target.exists() or not old.exists():
            shutil.rmtree(holder, ignore_errors=True)
        if not target.exists():
            _remove_empty(missing)


def _remove_empty(folders: Iterable[Path]) -> None:
    """Remove folders, the innermost first, as far as nobody has put anything into them."""
    with suppress(OSError):
        for folder in folders:
            folder.rmdir()


def _rename(new: Path, target: Path, old: Path) -> None:
    """Give `new` the name `target`; what had it becomes `old`, or keeps it if that fails."""
    try:
        if target.exists():
            target.rename(old)
        new.rename(target)
    except BaseException:
        if old.exists() and not target.exists():
            old.rename(target)
        raise


def _sync_all(folder: Path) -> None:
    """Have all of a folder on the disk before its name says that it is there."""
    for path in [*folder.rglob("*"), folder]:
        sync(path)


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk."""
    if os.name == "posix":  # elsewhere folders cannot be opened
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
