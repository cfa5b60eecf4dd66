"""Lines fit, and hold nothing that a terminal would obey."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from strategies import examples

from lpsim.show.text.lines import fold, plain


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("a b c d e f", 5, ["a b c", "d e f"]),
        ("a b c d e f", None, ["a b c d e f"]),
        ("abcdefgh ij", 3, ["abc", "def", "gh", "ij"]),
        ("  kept  as it is ", 20, ["  kept  as it is "]),
        ("one\n\ntwo", 5, ["one", "", "two"]),
        ("", 5, [""]),
        ("日本語 日本", 6, ["日本語", "日本"]),
    ],
)
def test_lines_are_broken_between_words_where_that_can_be(text, width, lines):
    assert fold(text, width) == lines


def test_a_number_and_its_per_cent_sign_stay_on_one_line():
    assert fold("of all 49 % and 5 %, too", 9) == ["of all", "49 % and", "5 %, too"]
    assert fold("it holds 49 % and", 11) == ["it holds", "49 % and"]
    assert all("%" not in line[:1] for width in range(4, 30) for line in fold("holds 49 % and 7 %.", width))


def test_what_was_broken_may_be_indented():
    assert fold("a b c d e f g h", 5, indent=2) == ["a b c", "  d e", "  f g", "  h"]


def test_control_characters_are_written_out():
    assert plain("a\tb\x1b[1m\ud800") == r"a\tb\x1b[1m\ud800"


@examples(300)
@given(st.text(max_size=60), st.integers(8, 30), st.integers(0, 4))
def test_no_line_is_wider_and_no_word_is_lost(text, width, indent):
    lines = fold(text, width, indent=indent)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(plain(text).split())
