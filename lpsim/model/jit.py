"""Compiled code: where it is kept, and the instructions that Python has no word for.

Code is compiled at its first use and kept in a folder named by a digest of all sources that can be part
of it, so that no edit can run stale code: numba by itself notices changes of one file only.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import caching, config
from numba.extending import intrinsic

JIT = not config.DISABLE_JIT
"""Whether code is compiled at all; NUMBA_DISABLE_JIT=1 runs it as plain, slow, checked Python."""


MONTH = 30 * 24 * 3600
"""Seconds."""


SOURCES = ("model", "population", "lessons", "engines/compiled")
"""Rooms of the package that compiled code stands in, or takes constants from."""


def _digest() -> str:
    """A digest of every source file that can be part of compiled code, and of the compiler."""
    package = Path(__file__).parents[1]
    found = hashlib.sha256(f"{numba.__version__} {sys.version}".encode())
    for path in sorted(path for room in SOURCES for path in (package / room).glob("*.py")):
        found.update(f"\n{path.relative_to(package)}\n".encode() + path.read_bytes())
    return found.hexdigest()[:16]


def _cache_folder() -> Path | None:
    """A folder for this version's compiled code that can be written to, if there is one."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(os.environ.get("NUMBA_CACHE_DIR") or Path(home, "lpsim")) / _digest()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"0")
        os.utime(folder)
        _forget_unused(folder.parent)
    except OSError:
        return None
    return folder


def _forget_unused(parent: Path) -> None:
    """Delete the code of versions that nobody has used for a month."""
    for folder in parent.iterdir():
        ours = re.fullmatch(r"[0-9a-f]{16}", folder.name) and folder.is_dir()
        if ours and folder.stat().st_mtime < time.time() - MONTH:
            shutil.rmtree(folder, ignore_errors=True)


FOLDER = _cache_folder() if JIT else None
"""Where compiled code is kept; None where nowhere."""
if not JIT:
    np.seterr(over="ignore")  # words wrap around


class _KeptByContent(caching._CacheLocator):  # type: ignore[misc]
    """Where numba keeps a function of ours: by the folder's name, which says what all sources hold.

    Numba's own locators go by the path of the source file (and old ones by its date), so that every clone
    and every virtual environment would compile the same code again.
    """

    def __init__(self, function: Any) -> None:
        self._module, self._line = function.__module__, function.__code__.co_firstlineno

    @classmethod
    def from_function(cls, function: Any, _file: str) -> _KeptByContent | None:
        if FOLDER is None or not function.__module__.startswith("lpsim."):
            return None
        found = cls(function)
        found.ensure_cache_path()
        return found

    def get_cache_path(self) -> str:
        return str(FOLDER / self._module) if FOLDER is not None else ""

    def get_source_stamp(self) -> str:
        return FOLDER.name if FOLDER is not None else ""

    def get_disambiguator(self) -> str:
        return str(self._line)


caching.CacheImpl._locator_classes.insert(0, _KeptByContent)


def compiled(function: Any) -> Any:
    """Compile a function at its first call, and keep the code between processes where possible."""
    if not JIT:
        return function
    keep = FOLDER is not None
    return njit(cache=keep, nogil=True, error_model="numpy", no_cfunc_wrapper=True, _nrt=False)(function)


def inlined(function: Any) -> Any:
    """Compile a part of other compiled functions, always put in the place of its call.

    A call would copy whole bundles of arrays. Python itself cannot call it.
    """
    if not JIT:
        return function
    return njit(
        cache=FOLDER is not None,
        nogil=True,
        error_model="numpy",
        forceinline=True,
        no_cpython_wrapper=True,
        no_cfunc_wrapper=True,
        _nrt=False,
    )(function)


def compiled_as(signature: Any) -> Any:
    """`compiled` for one signature, when the module is read: for what Python calls."""

    def compile_(function: Any) -> Any:
        if not JIT:
            return function
        return njit(signature, cache=FOLDER is not None, nogil=True, error_model="numpy")(function)

    return compile_


@cache
def announce(part: str) -> None:
    """Say that a part of the program is about to be compiled, if it has not been before."""
    if not JIT:
        return
    if FOLDER is None:
        words = "compiling, and not for later: no folder for it can be written to (set NUMBA_CACHE_DIR)"
    elif (FOLDER / part).exists():
        return
    else:
        (FOLDER / part).touch()
        words = "compiling, once per version: about half a minute"
    print(words, file=sys.stderr, flush=True)


if JIT:

    @intrinsic
    def multiply_wide(_context: Any, _a: Any, _b: Any) -> Any:
        """Return the high and the low half of the 128-bit product of two words."""
        pair = types.UniTuple(types.uint64, 2)

        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            wide, word = ir.IntType(128), ir.IntType(64)
            product = builder.mul(builder.zext(arguments[0], wide), builder.zext(arguments[1], wide))
            high = builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), word)
            return context.make_tuple(builder, pair, (high, builder.trunc(product, word)))

        return pair(types.uint64, types.uint64), generate

    @intrinsic
    def popcount(_context: Any, _word: Any) -> Any:
        """How many lanes of a word are set."""

        def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            return builder.ctpop(arguments[0])

        return types.int64(types.uint64), generate

    @intrinsic
    def lowest(_context: Any, _word: Any) -> Any:
        """The lowest lane set; 64 where none is."""

        def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

        return types.int64(types.uint64), generate

else:

    def multiply_wide(a: Any, b: Any) -> Any:
        """Return the high and the low half of the 128-bit product of two words."""
        product = int(a) * int(b)
        return np.uint64(product >> 64), np.uint64(product & (2**64 - 1))

    def popcount(word: Any) -> int:
        """How many lanes of a word are set."""
        return int(word).bit_count()

    def lowest(word: Any) -> int:
        """The lowest lane set; 64 where none is."""
        number = int(word)
        return (number & -number).bit_length() - 1 if number else 64
