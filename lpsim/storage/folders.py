"""Folders and files that appear whole or not at all; what a process leaves is swept up by the next.

What is not finished lies in a *holder* beside the place it is for: ``.<name>-<machine>-<random>.partial``.
Its process holds the operating system's lock on the file ``lock`` in it, which ends with the process,
however that ends: a holder that can be locked is nobody's any more.
"""

from __future__ import annotations

import errno
import hashlib
import os
import platform
import re
import shutil
import sys
import tempfile
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from lpsim.errors import InputError
from lpsim.storage.readers import as_path, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import filelock

_PARTIAL = ".partial"
_NEW, _OLD, _LOCK = "new", "old", "lock"
_MACHINE = hashlib.sha256(platform.node().encode()).hexdigest()[:8]
_HOLDER = re.compile(rf"\.(?P<name>.+)-{_MACHINE}-[^-]+{re.escape(_PARTIAL)}")
_LITTER = re.compile(r"\.DS_Store|\._.*|Thumbs\.db|desktop\.ini|\.directory|\.nfs[0-9a-f]+", re.IGNORECASE)
"""What systems put into folders that somebody looks into, and make anew."""
_TAKEN = (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR)
"""What renaming a folder says where the name is another's."""


def is_unfinished(folder: Path) -> bool:
    """Whether a folder is in one that was never finished."""
    return any(is_holder(part) for part in folder.resolve().parts)


def is_holder(name: str) -> bool:
    """Whether a name is that of a holder, of this machine or another."""
    return name.startswith(".") and name.endswith(_PARTIAL)


def is_litter(path: Path) -> bool:
    """Whether a file is a system's own, which nobody misses."""
    return _LITTER.fullmatch(path.name) is not None and not path.is_dir()


def is_empty(folder: Path) -> bool:
    """Whether there is nothing in a folder that anybody would miss."""
    return all(is_litter(path) for path in folder.iterdir())


def is_own(status: os.stat_result) -> bool:
    """Whether a file or folder is this user's, and nobody else may write to it."""
    return not hasattr(os, "geteuid") or (status.st_uid == os.geteuid() and not status.st_mode & 0o022)


def numbered(path: Path) -> Iterator[Path]:
    """A name, and those to take where it is taken: with -2, -3 … at its end."""
    yield path
    yield from (path.with_name(f"{path.name}-{number}") for number in count(2))


# --- to write into --------------------------------------------------------------------------------


def whole_path(folder: Path) -> Path:
    """The path of a folder to be made, links followed.

    Raises
    ------
    InputError
        None can be made there: its name holds a null character or is too long, or a link leads back to
        itself.
    """
    try:
        whole = folder.resolve()
        if not whole.is_symlink():  # as Python 3.13 gives it back
            return whole
    except (OSError, RuntimeError, ValueError):
        pass
    raise InputError(f"{shown(folder)}: no folder can be there; name another (--out).")


def made(folder: str | Path) -> Path:
    """A folder, which is there from now on.

    Raises
    ------
    InputError
        It is no path, or cannot be made.
    """
    path = as_path(folder, "folder", "the path of a folder")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{shown(path)}: cannot be made ({why}); name another folder.") from None
    return path


@contextmanager
def unfinished_folder(target: Path) -> Iterator[Path]:
    """Give a folder to write into that is to lie at `target`: it does once it was given to `settle`.

    Without that it is deleted when the block ends.

    Raises
    ------
    InputError
        It cannot be made there.
    """
    target = whole_path(target)
    missing = [parent for parent in target.parents if not parent.exists()]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        sweep_up(target.parent)
        holder, lock = _new_holder(target)
    except OSError as error:
        remove_empty(missing)
        raise InputError(f"{target}: cannot be made ({error.strerror}); name another folder.") from None
    try:
        yield holder / _NEW
    finally:
        with suppress(BaseException):  # Ctrl-C comes too late now, and the next one sweeps up
            if lock is not None:
                lock.release()
            _clear(holder, target)
            if not target.exists():
                remove_empty(missing)


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Give a folder to write into that gets the name `target` once the block ends, whole or never.

    Raises
    ------
    InputError
        It cannot be made there.
    FileExistsError
        Something that is not an empty folder has got the name meanwhile.
    """
    with unfinished_folder(target) as inside:
        yield inside
        _sync_all(inside)
        if not _renamed(inside, target.resolve()):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
        _sync_name(target)


@contextmanager
def files_for(folder: Path) -> Iterator[Path]:
    """Give a folder to write files into that are all put into `folder` when the block ends, each whole.

    A file of the same name is replaced. Raises `InputError` where the folder cannot be made.
    """
    with unfinished_folder(folder / "files") as inside:
        yield inside
        _sync_all(inside)
        for path in sorted(inside.iterdir()):
            path.replace(folder / path.name)
        _sync_name(folder / "files")


def settle(new: Path, target: Path, *, staying: Callable[[Path], list[str] | None] | None = None) -> Path:
    """Give a folder of `unfinished_folder` its name, or the next one that is free; returns which.

    What has the name keeps it, unless `staying` says what of it (by relative path) is to stay there when the
    rest is replaced; None is all of it. There is always something whole at the name: the two change names
    at once.
    """
    first = target.resolve()  # a link to a folder stays one
    if staying is not None and _replaced(new, first, staying):
        name = first
    else:
        _sync_all(new)
        name = next(name for name in numbered(first) if _renamed(new, name))
    _sync_name(name)
    if name == first:
        return target
    return name if target.is_symlink() else target.with_name(name.name)


def _replaced(new: Path, target: Path, staying: Callable[[Path], list[str] | None]) -> bool:
    """Take the place of a folder that may be replaced; False where it is not there or may not be."""
    names = staying(target) if target.is_dir() else None
    if names is None:
        return False
    for name in names:
        (new / name).parent.mkdir(parents=True, exist_ok=True)
        _copy(target / name, new / name)
    _sync_all(new)
    _exchange(new, target)
    if staying(new) == names:
        return True
    _exchange(new, target)  # somebody has put something into it at this very moment
    for name in names:
        _delete(new / name)
    return False


def _copy(source: Path, target: Path) -> None:
    """Have a file or folder at a second place too, as the same files where the disk can."""
    if source.is_dir() and not source.is_symlink():
        shutil.copytree(source, target, symlinks=True, copy_function=_link)
    else:
        _link(source, target)


def _link(source: str | Path, target: str | Path) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(source, target, follow_symlinks=False)


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _renamed(new: Path, name: Path) -> bool:
    """Give a folder a name that is free, or an empty folder's; False where it is neither."""
    with suppress(OSError):
        if is_empty(name):
            for litter in name.iterdir():
                litter.unlink()
            name.rmdir()  # or Windows would say that it is taken
    try:
        new.rename(name)
    except OSError as error:
        if error.errno in _TAKEN:
            return False
        raise
    return True


def _exchange(new: Path, target: Path) -> None:
    """Let two folders change names, at once where the system can, else by way of a third name."""
    if not _exchanged_at_once(new, target):
        old = new.with_name(_OLD)
        target.rename(old)
        new.rename(target)  # a process that dies before this leaves `old`: see `_clear`
        old.rename(new)


def _exchanged_at_once(one: Path, other: Path) -> bool:
    if sys.platform != "linux":
        return False
    import ctypes  # noqa: PLC0415

    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    here, exchange = -100, 2
    return rename is not None and rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0


# --- what is left ---------------------------------------------------------------------------------


def sweep_up(folder: Path) -> None:
    """Delete what processes of this machine that are gone have left unfinished in a folder."""
    for holder in folder.glob(f".*{_PARTIAL}"):
        found = _HOLDER.fullmatch(holder.name)
        with suppress(OSError, NotImplementedError):
            if found is not None and _is_mine(holder):
                lock = _locked(holder)  # held to the end, or it could be another process's new one by then
                _clear(holder, folder / found["name"])
                lock.release()
                holder.rmdir()  # where a file that is locked cannot be deleted


def _is_mine(holder: Path) -> bool:
    """Whether it is a folder (no link) of this user; others may have put theirs into a common folder."""
    return holder.is_dir() and (not hasattr(os, "geteuid") or holder.lstat().st_uid == os.geteuid())


def _new_holder(target: Path) -> tuple[Path, filelock.BaseFileLock | None]:
    """A holder that is this process's, with a folder in it that is open to others as any is."""
    while True:
        name = tempfile.mkdtemp(prefix=f".{target.name}-{_MACHINE}-", suffix=_PARTIAL, dir=target.parent)
        holder, lock = Path(name), None
        try:
            lock = _locked(holder)
        except (TimeoutError, FileNotFoundError):
            continue  # another process took it for a dead one's, before it was locked
        except (OSError, NotImplementedError):
            pass  # locks do not work there: nobody will be able to lock it and sweep it up
        try:
            (holder / _NEW).mkdir()
        except FileNotFoundError:
            continue
        except OSError:
            shutil.rmtree(holder, ignore_errors=True)
            raise
        return holder, lock


def _locked(holder: Path) -> filelock.BaseFileLock:
    """The lock of a holder; raises `OSError`, which a `TimeoutError` is, or `NotImplementedError`."""
    import filelock  # noqa: PLC0415 (whoever only reads needs none)

    lock = filelock.FileLock(holder / _LOCK, fallback_to_soft=False)
    lock.acquire(timeout=0)
    return lock


def _clear(holder: Path, target: Path) -> None:
    """Delete a holder; what its process moved aside and never replaced gets its name back."""
    old = holder / _OLD
    if old.exists() and not target.exists():
        with suppress(OSError):
            old.rename(target)
    if target.exists() or not old.exists():
        shutil.rmtree(holder, ignore_errors=True)


def remove_empty(folders: Iterable[Path]) -> None:
    """Remove folders, the innermost first, as far as nobody has put anything into them."""
    with suppress(OSError):
        for folder in folders:
            folder.rmdir()


# --- on the disk ----------------------------------------------------------------------------------


def _sync_all(folder: Path) -> None:
    """Have all of a folder on the disk before its name says that it is there."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 (slow to import)

    # Side by side, as a disk writes many files down in about the time of one.
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(sync, [*folder.rglob("*"), folder]))


def _sync_name(path: Path) -> None:
    """Have a name on the disk: it is there already, and only a power cut could still undo it."""
    with suppress(OSError):
        sync(path.parent)


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk."""
    if os.name == "posix":  # elsewhere folders cannot be opened
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
