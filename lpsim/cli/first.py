"""What a person reads first: lpsim without a command, and the list of commands in the order of work."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

SECTIONS = {
    "Begin": ("scenarios", "run", "explore", "check", "schema"),
    "Look into a run": ("lessons", "lesson", "practices", "rerun"),
    "Ask a question": ("compare", "report", "guide", "retained", "replications"),
    "Many runs": ("sweep", "query", "sensitivity", "discover", "calibrate"),
}
"""Every command, by what it is for and in the order in which it is met."""
EXAMPLES = """\
lpsim run one_practice                            # nine people, twenty times
lpsim compare learning_practice written_records   # what does an option do?
lpsim run one_practice --set world.turbulence=0   # with a key changed
lpsim check mine.toml                             # is a file of mine right?"""
BEGINNING = """\
lpsim simulates how general practices and their health service learn.

Begin with nine people, sixty months, twenty times (the first runs of all
are slower, as the model is compiled beside them, once):

    lpsim run one_practice
    lpsim lessons runs/one_practice   # how far did what they learned get?

Then see what else ships, and what options do in the same worlds:

    lpsim scenarios
    lpsim compare learning_practice written_records

lpsim --help lists all commands, in the order of work."""
"""What to do first, for whoever has typed the program's name."""


class InOrder(TyperGroup):
    """Lists commands in sections, with examples below."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The commands in the order of work."""
        order = [name for names in SECTIONS.values() for name in names]
        return [name for name in order if name in self.commands]

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the sections, each command with the beginning of its help."""
        width = max(map(len, self.commands))
        for section, names in SECTIONS.items():
            there = {name: self.commands[name] for name in names if name in self.commands}
            with formatter.section(section):
                formatter.write_dl([(name.ljust(width), _short(command)) for name, command in there.items()])
        with formatter.section("Examples"):
            for example in EXAMPLES.splitlines():
                formatter.write(f"  {example}\n")


def _short(command: Any) -> str:
    """A command's help as far as one line takes it: to the end of its first sentence, or a part of that."""
    return str(command.help).splitlines()[0].split(";")[0].rstrip(".")
