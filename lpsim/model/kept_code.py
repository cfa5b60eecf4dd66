"""How numba keeps compiled code on the shelf (`lpsim.model.shelf`), and takes it from there.

Numba's own keeper raises whatever a damaged file or a full disk raises, and believes every file.
"""

from __future__ import annotations

import hashlib
import pickle
from typing import Any

from numba.core.compiler import CompileResult
from numba.core.runtime import rtsys
from numba.core.serialize import dumps
from numba.core.sigutils import normalize_signature

from lpsim.garbage import seldom_looked_for
from lpsim.model.compiling import COMPILING
from lpsim.model.shelf import SUFFIX, shelf


def keep(dispatcher: Any) -> Any:
    """Have the code of a function that numba compiles kept, and compiling told."""
    compile_ = dispatcher.compile

    def compile_and_tell(signature: Any) -> Any:
        with COMPILING, seldom_looked_for():
            return compile_(signature)

    dispatcher.compile = compile_and_tell
    dispatcher._cache = KeptCode(dispatcher.py_func)
    return dispatcher


class KeptCode:
    """The code of one function, as `numba.core.caching` wants it."""

    cache_path = None

    def __init__(self, function: Any) -> None:
        self._function = function

    def enable(self) -> None:
        """It always is."""

    def load_overload(self, signature: Any, context: Any) -> Any:
        """The code for a signature, if it is kept: by another process perhaps, which is waited for."""
        rtsys.initialize(context)  # all that kept code needs of what numba prepares to compile (.3 s)
        name = self._name(signature, context.codegen())
        found = self._load(name, context)
        if found is None:
            COMPILING.begin(shelf().for_good, name)
            found = self._load(name, context)
        if found is None:
            from lpsim.model.spared import spare  # noqa: PLC0415 (slow to import, and kept code needs it not)

            spare()
        return found

    def save_overload(self, signature: Any, code: Any) -> None:
        """Keep the code for a signature."""
        if not code.library.has_dynamic_globals:
            shelf().write(self._name(signature, code.codegen), dumps(code._reduce()))

    def _load(self, name: str, context: Any) -> Any:
        content = shelf().read(name)
        if content is None:
            return None
        try:
            return CompileResult._rebuild(context, *pickle.loads(content))
        except Exception:  # whatever unpickling raises
            shelf().drop(name, "cannot be read")
            return None

    def _name(self, signature: Any, codegen: Any) -> str:
        """A file's name: a digest of the function, the types it takes, and the processor."""
        function = self._function
        code = function.__code__
        constants = [value for value in code.co_consts if not hasattr(value, "co_code")]
        cells = [cell.cell_contents for cell in function.__closure__ or ()]
        parts = (
            function.__module__,
            function.__qualname__,
            code.co_firstlineno,
            code.co_code,
            constants,
            code.co_names,
            dumps(cells) if cells else b"",
            [str(kind) for kind in normalize_signature(signature)[0]],
            codegen.magic_tuple(),
        )
        digest = hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
        return f"{function.__name__}-{digest}{SUFFIX}"
