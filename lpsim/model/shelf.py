"""Where compiled code is kept between processes: a file per function, in a folder of the user's own.

The folder is named by a digest of all sources that can be part of compiled code: numba by itself notices
changes of one file only, and would run stale code. It is expendable: whatever is wrong with it, a run
compiles again or goes on without it, and says so once. To see what is kept does not take numba.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import re
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

from llvmlite.binding import get_host_cpu_name

from lpsim.errors import InputError
from lpsim.model.compiling import PARTIAL, say_once
from lpsim.storage.folders import is_own, unfinished_folder

SOURCES = ("model", "population", "lessons", "engines/compiled")
"""Rooms of the package that compiled code stands in, or takes constants from."""
SUFFIX = ".code"
MONTH = 30 * 24 * 3600
"""Seconds."""
_SEAL = 32
"""Bytes of a checksum, with which a file begins."""


class Shelf:
    """The folders that compiled code is in: the user's, and where that cannot be used one of this process.

    Attributes
    ----------
    folders : list of Path
        It is looked for in all of them, and kept in the last.
    trouble : str or None
        Which folder cannot be used, and why.
    """

    def __init__(self) -> None:
        self.folders: list[Path] = []
        self.trouble: str | None = None
        try:
            self.folders.append(_users_folder())
        except InputError as error:
            self.trouble = str(error)

    @property
    def for_good(self) -> Path | None:
        """The folder in which code will be found the next time, if there is one."""
        return self.folders[-1] if self.folders and self.trouble is None else None

    def read(self, name: str) -> bytes | None:
        """What is kept by a name; None where nothing is, or nothing that can be trusted."""
        for folder in self.folders:
            try:
                with (folder / name).open("rb") as file:
                    own, content = is_own(os.fstat(file.fileno())), file.read()
            except OSError:
                continue
            if not own:
                self.drop(name, "is not yours alone")
            elif _seal(content[_SEAL:]) != content[:_SEAL]:
                self.drop(name, "is damaged")
            else:
                return content[_SEAL:]
        return None

    def holds(self, function: str) -> bool:
        """Whether code of a function is kept, for any types."""
        return any(path for folder in self.folders for path in folder.glob(f"{function}-*{SUFFIX}"))

    def drop(self, name: str, why: str) -> None:
        """Delete what is kept by a name, and say why."""
        say_once(f"{self.folders[0]}: compiled code there {why}, and is compiled again")
        for folder in self.folders:
            with suppress(OSError):
                (folder / name).unlink(missing_ok=True)

    def write(self, name: str, content: bytes) -> None:
        """Keep something by a name, where that is possible."""
        content = _seal(content) + content
        if self.for_good is not None:
            try:
                return _write(self.folders[-1] / name, content)
            except OSError as error:
                self.trouble = f"{self.folders[-1]} ({error.strerror})"
        say_once(
            f"compiled code cannot be kept in {self.trouble}: this run compiles for itself alone "
            "(NUMBA_CACHE_DIR names another folder)"
        )
        with suppress(OSError, InputError):
            if _fresh_folder() not in self.folders:
                self.folders.append(_fresh_folder())
            _write(_fresh_folder() / name, content)
        return None


@cache
def shelf() -> Shelf:
    """The one of this process."""
    return Shelf()


def share_shelf(folders: list[Path]) -> None:
    """Take the folders of the process that made this one, which has told what there is to tell."""
    shelf().folders, shelf().trouble = list(folders), None


def _users_folder() -> Path:
    """The user's folder for this version's code, made if it is missing; `InputError` says what is wrong."""
    named = os.environ.get("NUMBA_CACHE_DIR")
    try:
        home = named or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "lpsim")
    except RuntimeError:  # nobody, or nowhere
        raise InputError("the home folder (which is not known)") from None
    folder = Path(home).absolute() / _digest()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not is_own(folder.stat()):
            raise InputError(f"{folder} (it is not yours alone)")
    except OSError as error:
        raise InputError(f"{folder} ({error.strerror})") from None
    with suppress(OSError):
        os.utime(folder)
        _forget_unused(folder.parent)
    return folder


@cache
def _fresh_folder() -> Path:
    """A folder that is deleted when this process ends."""
    stack = ExitStack()
    folder = stack.enter_context(unfinished_folder(Path(tempfile.gettempdir(), "lpsim-code")))
    atexit.register(stack.close)
    return folder


def _digest() -> str:
    """The digest of the processor, the compiler, and every source file that can be part of compiled code."""
    package = Path(__file__).parents[1]
    found = hashlib.sha256(f"{version('numba')} {sys.version} {get_host_cpu_name()}".encode())
    for path in sorted(path for room in SOURCES for path in (package / room).glob("*.py")):
        found.update(f"\n{path.relative_to(package)}\n".encode() + path.read_bytes())
    return found.hexdigest()[:16]


def _forget_unused(parent: Path) -> None:
    """Delete the code of versions that nobody has used for a month."""
    for folder in parent.iterdir():
        ours = re.fullmatch(r"[0-9a-f]{16}", folder.name) and folder.is_dir()
        if ours and folder.stat().st_mtime < time.time() - MONTH:
            shutil.rmtree(folder, ignore_errors=True)


def _seal(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def _write(path: Path, content: bytes) -> None:
    """Write a file that appears whole or not at all, for this user alone."""
    handle, partial = tempfile.mkstemp(suffix=PARTIAL, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(partial).replace(path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise
