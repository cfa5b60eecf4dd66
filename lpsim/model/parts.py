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
        library = library or _PartLibrary(_PartCodegen(target.codegen()), "part")
        super().__init__(typing, target, library, *rest)


class _PartLibrary(JITCodeLibrary):
    """The code of a part and of all that it calls, to be linked into the code of its callers."""

    def get_pointer_to_function(self, _name: str) -> int:
        """Null: nothing can call it."""
        return 0

    def _optimize_final_module(self) -> None:
        """Its callers' code is optimised, and it with them."""

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._verify_declare_only_symbols()
        self._finalized = True


class _PartCodegen:
    """A generator of code that sets no environment, as only machine code has one, and tidies functions only.

    They are optimised with the whole: to do more of it before takes a twelfth of the time of compiling, and
    changes nothing.
    """

    def __init__(self, codegen: Any) -> None:
        self._codegen = codegen

    def set_env(self, _name: str, _environment: Any) -> None:
        """Set none."""

    def _function_pass_manager(self, *arguments: Any) -> Any:
        return self._codegen._function_pass_manager(*arguments, opt=1)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._codegen, name)
