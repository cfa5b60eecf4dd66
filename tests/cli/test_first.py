"""What lpsim says first: alone it says what to do, and its help lists commands in the order of work."""

import re

import typer
from typer.testing import CliRunner

from lpsim import cli
from lpsim.cli.first import BEGINNING, EXAMPLES, SECTIONS

COMMANDS = typer.main.get_command(cli.app).commands


def lpsim(*arguments):
    return CliRunner().invoke(cli.app, arguments, prog_name="lpsim")


def test_alone_it_says_what_to_do_first_and_nothing_is_wrong():
    result = lpsim()
    assert (result.exit_code, result.stdout) == (0, f"{BEGINNING}\n")
    assert max(map(len, result.stdout.splitlines())) < 80


def test_every_command_stands_once_in_the_order_of_work():
    order = [name for names in SECTIONS.values() for name in names]
    assert len(order) == len(set(order))
    assert set(COMMANDS) <= set(order)
    listed = re.findall(r"^  ([a-z]+)  ", lpsim("--help").stdout, flags=re.MULTILINE)
    assert listed == [name for name in order if name in COMMANDS]


def test_the_examples_shown_first_are_understood():
    shown = re.findall(r"^ *lpsim ([a-z]+) ([^#\n]*)", f"{EXAMPLES}\n{BEGINNING}", flags=re.MULTILINE)
    commands = [(name, words.split()) for name, words in shown if name in COMMANDS]
    assert len(commands) == 7
    for name, words in commands:
        COMMANDS[name].make_context(name, list(words)).close()


def test_the_examples_stand_below_the_commands():
    assert lpsim("--help").stdout.split("Examples:\n")[1].splitlines()[0].strip() == EXAMPLES.splitlines()[0]
