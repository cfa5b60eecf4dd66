"""Text is text: nothing that was written in it is obeyed."""

import re
from pathlib import Path

import pytest

from lpsim.errors import say
from lpsim.plain import one_line, plain

CLI = Path(__file__).parents[1] / "lpsim" / "cli"


@pytest.mark.parametrize(
    ("char", "written"),
    [
        ("\x1b", "\\x1b"),
        ("\x07", "\\x07"),
        ("\r", "\\r"),
        ("\x9b", "\\x9b"),
        ("\u202e", "\\u202e"),
        ("\u2066", "\\u2066"),
    ],
)
def test_what_a_terminal_would_obey_is_written_out(char, written, capsys):
    assert plain(f"a{char}b") == f"a{written}b"
    say(f"a{char}b")
    assert capsys.readouterr().err == f"a{written}b\n"


@pytest.mark.parametrize(
    "text", ["", "学習する診療所", "é – “x”", "عيادة", "क्\u200dष", "[red] :smile: $x$", "a\nb"]
)
def test_letters_of_every_script_and_markup_stay_as_they_are(text):
    assert plain(text) == text


def test_one_line_has_a_word_where_nothing_is_left():
    assert one_line(" a\n\tb ") == "a b"
    assert one_line(" \n", "none") == "none"


def test_commands_print_through_what_cleans():
    for path in CLI.glob("*.py"):
        if path.name != "streams.py":
            assert not re.search(r"typer\.echo\(|(?<!\w)print\(", path.read_text(encoding="utf-8")), path
