"""How the parts of compiled functions are compiled: not to machine code, and optimised only as a whole.

The compiler would make machine code of every function, and optimise whatever it calls anew at every level
of calls: most of the time of compiling. A part that is always put in the place of its call needs neither.
"""

from __future__ import annotations

from typing import Any

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler


class PartCompiler(Compiler):
    """Compiles a function that only other compiled functions call, and only in its place."""

    def __init__(self, typing: Any, target: Any, library: Any, *rest: Any) -> None:
        super().__init__(typing, target, library or _PartLibrary(target.codegen(), "part"), *rest)


class _PartLibrary(JITCodeLibrary):
    """The code of a part and of all that it calls, to be linked into the code of its callers."""

    @property
    def codegen(self) -> Any:
        """The generator of code, which has no machine code whose environment could be set."""
        return _NoEnvironment(self._codegen)

    def get_pointer_to_function(self, _name: str) -> int:
        """Null: nothing can call it."""
        return 0

    def _optimize_final_module(self) -> None:
        """Its callers' code is optimised, and it with them."""

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._verify_declare_only_symbols()
        self._finalized = True


class _NoEnvironment:
    """A generator of code that leaves environments alone: only code that falls back on Python needs one."""

    def __init__(self, codegen: Any) -> None:
        self._codegen = codegen

    def set_env(self, _name: str, _environment: Any) -> None:
        """Set none."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._codegen, name)
