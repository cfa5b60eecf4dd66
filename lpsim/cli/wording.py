"""The help of a command: what it takes is called by the words of its own, whichever Typer is installed."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand


class Worded(TyperCommand):
    """A command whose help names what it takes and no type of Python.

    A word that stands for several ends in "…"; in the usage, brackets are around what may be left out.
    """

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What stands behind the command's name in its usage."""
        taken = [one for one in self.get_params(ctx) if one.param_type_name == "argument"]
        words = [_word(one) if one.required else f"[{_word(one)}]" for one in taken]
        return ["[OPTIONS]", *words]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write what the command takes, and its options."""
        for kind, heading in (("argument", "Arguments"), ("option", "Options")):
            params = [one for one in self.get_params(ctx) if one.param_type_name == kind]
            found = [(one, one.get_help_record(ctx)) for one in params]
            rows = [(_word(one) if kind == "argument" else told[0], told[1]) for one, told in found if told]
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)


def _word(param: Any) -> str:
    """What an argument is called."""
    return str(param.metavar or param.name.upper())
