"""One table, three forms: the same numbers, and text that is never more than text."""

import math
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from strategies import examples

from lpsim.analysis.summary import summarize
from lpsim.show.text.numbers import as_written, number
from lpsim.show.text.table import Number, Range, Table, as_rounded

MARKUP = ["[bold]x[/]", "<b>&amp;", "a|b", "*a*", "`c`", "\\d", "\x1b[31mred", "日本語", "# h", "$x_1$"]
TABLE = Table(
    ["level", "start", "end", "8 of 10 worlds lie between"],
    [
        ["staff", Number(0.1), Number(0.4, ".2f", 0.35, 0.45), Range(-0.1, 0.6)],
        ["service's guidance", Number(-0.001), Number(math.nan), Range(math.nan, 0.6)],
        ["shares", Number(0.123, ".1%"), Number(12, "d"), Range(0.1, 0.25, ".0%")],
    ],
    title="What is known",
    notes=["A note.", "Another, which is so long that it does not stand on one line of fifty characters."],
)
CELLS = st.one_of(
    st.sampled_from(MARKUP),
    st.text(max_size=30),
    st.builds(Number, st.floats(-1e6, 1e6), st.sampled_from([".2f", ".6g", ".1%", ".4f"])),
    st.builds(Number, st.just(0.5), st.just(".2f"), st.floats(-1, 0.5), st.floats(0.5, 2)),
    st.builds(Range, st.floats(-1, 0), st.floats(0, 1), st.just(".2f")),
)
HEADINGS = ["a", "a long heading of a column", "x.y.z_with_dots"]
TABLES = st.integers(1, 5).flatmap(
    lambda n: st.builds(
        Table,
        st.lists(st.sampled_from(HEADINGS), min_size=n, max_size=n),
        st.lists(st.lists(CELLS, min_size=n, max_size=n), max_size=5),
    )
)


def cells_of_markdown(text):
    """The cells as GitHub shows them."""
    rows = [line for line in text.split("\n") if line.startswith("|")]
    assert re.fullmatch(r"\|( ---:? \|)+", rows[1])
    shown = [re.split(r"(?<!\\) \| |^\| | \|$", row)[1:-1] for row in (rows[0], *rows[2:])]
    return [[re.sub(r"\\(.)", r"\1", cell) for cell in row] for row in shown]


def cells_of_html(text):
    body = ET.fromstring(f"<div>{text.replace('<br>', '<br/>')}</div>").find("table")
    return [["\n".join(cell.itertext()) for cell in row] for row in body.iter("tr")]


class TestNumbers:
    @pytest.mark.parametrize(
        ("cell", "text"),
        [
            (Number(0.125, ".2f"), "0.12"),
            (Number(-0.001), "0.00"),
            (Number(1234567, ",d"), "1,234,567"),
            (Number(0.333, ".1%"), "33.3 %"),
            (Number(0.333, ".1%", 0.3, 0.4), "33.3 % [30.0 to 40.0]"),
            (Number(-0.1, ".2f", -0.2, 0.0), "−0.10 [−0.20 to 0.00]"),
            (Number(-0.3, "+.1f", -0.6, 0.04), "−0.3 [−0.6 to 0.0]"),
            (Number(0.04, "+.1f", -0.04, 0.3), "0.0 [0.0 to +0.3]"),
            (Number(0.5, ".2f", math.nan, math.nan), "0.50"),
            (Number(math.nan, ".1%"), "–"),
            (Range(-0.5, 0.25), "−0.50 to 0.25"),
            (Range(0.1, 0.25, ".0%"), "10 to 25 %"),
            (Range(math.nan, 1), "–"),
        ],
    )
    def test_it_is_shown_by_its_format(self, cell, text):
        assert str(cell) == text

    def test_a_mean_stands_with_its_interval_in_brackets(self):
        found = summarize([0.1, 0.2, 0.3])
        assert str(Number.mean(found)) == f"0.20 [−{-found.low:.2f} to {found.high:.2f}]"
        assert str(Number.mean(summarize([0.1]))) == "0.10"

    @examples(200)
    @given(st.floats(-1e6, 1e6), st.sampled_from([(".2f", 0.005), (".4f", 5e-5), (".1%", 5e-4)]))
    def test_what_is_shown_is_the_value_up_to_rounding(self, value, form):
        form, half = form
        table = Table(["a"], [[Number(value, form)]])
        shown = [
            table.terminal().splitlines()[2],
            cells_of_markdown(table.markdown())[1][0],
            cells_of_html(table.html())[1][0],
        ]
        for text in shown:
            found = as_written(text) / (100 if "%" in form else 1)
            assert abs(found - value) <= half * (1 + 1e-9) + 1e-15 * abs(value)


class TestTheTerminal:
    def test_numbers_stand_below_each_other_and_intervals_too(self):
        assert TABLE.terminal(None).splitlines() == [
            "What is known",
            "level                start                  end  8 of 10 worlds lie between",
            "───────────────────────────────────────────────────────────────────────────",
            "staff                 0.10  0.40 [0.35 to 0.45]               −0.10 to 0.60",
            "service's guidance    0.00     –                                          –",
            "shares              12.3 %    12                                 10 to 25 %",
            "A note.",
            "Another, which is so long that it does not stand on one line of fifty characters.",
        ]

    def test_where_there_is_no_room_intervals_stand_below_their_numbers(self):
        assert TABLE.terminal(64).splitlines()[1:6] == [
            "level                start             end    8 of 10 worlds lie",
            "                                                         between",
            "────────────────────────────────────────────────────────────────",
            "staff                 0.10            0.40         −0.10 to 0.60",
            "                            [0.35 to 0.45]",
        ]

    def test_columns_go_below_each_other_before_words_are_broken(self):
        row = ["a representative", Number(1.0), Number(2.0)]
        table = Table(["", "organizational", "administrative"], [row])
        assert table.terminal(36).split() == [
            *("organizational", "─" * 30, "a", "1.00", "representative"),
            *("administrative", "─" * 30, "a", "2.00", "representative"),
        ]
        assert "organization" in table.terminal(20).split()

    @pytest.mark.parametrize("width", [30, 50, 80])
    def test_no_line_is_wider_than_there_is_room_and_nothing_is_lost(self, width):
        text = TABLE.terminal(width)
        assert max(map(len, text.splitlines())) <= width
        words = re.findall(r"[\d.]+", " ".join(str(cell) for row in TABLE.rows for cell in row))
        assert set(words) <= set(re.findall(r"[\d.]+", text))

    def test_columns_that_go_below_take_the_names_of_the_rows_with_them(self):
        text = TABLE.terminal(30)
        assert text.count("staff") > 1

    def test_columns_are_aligned_by_what_they_show_and_not_by_their_bytes(self):
        table = Table(["name", "n"], [["日本語", Number(1, "d")], ["abcdef", Number(2, "d")]])
        rows = table.terminal().splitlines()[2:]
        assert len({cell_len(row) for row in rows}) == 1

    def test_lines_of_a_cell_stay_lines(self):
        table = Table(["a", "b"], [["one\ntwo", "x"]])
        assert table.terminal().splitlines()[2:] == ["one  x", "two"]

    @pytest.mark.parametrize("text", ["\x1b[31mred", "a\rb", "\x07", "a\tb", "\x9b1m"])
    def test_nothing_in_a_cell_is_obeyed_by_the_terminal(self, text):
        shown = Table([text], [[text]], text, [text]).terminal()
        assert all(c == "\n" or c.isprintable() for c in shown)

    def test_a_table_without_rows_has_its_headings(self):
        assert Table(["a", "b"], []).terminal() == "a  b\n────"


class TestMarkdownAndHtml:
    @pytest.mark.parametrize("text", MARKUP)
    def test_text_is_text(self, text):
        table = Table([text, "n"], [[text, Number(1, "d")]], title=text, notes=[text])
        shown = text.replace("\x1b", "\\x1b")
        assert cells_of_html(table.html()) == [[shown, "n"], [shown, "1"]]
        assert cells_of_markdown(table.markdown()) == [[shown, "n"], [shown, "1"]]
        for special in ("*", "`", "[", "<", "$", "|"):
            assert not re.search(rf"(?<!\\){re.escape(special)}", table.markdown().split("\n")[-2])

    def test_numbers_are_on_the_right_and_rows_have_names(self):
        assert TABLE.markdown().splitlines()[3] == "| --- | ---: | ---: | ---: |"
        assert '<th scope="row">staff</th><td class="number">0.10</td>' in TABLE.html()
        assert '<th scope="col" class="number">start</th>' in TABLE.html()

    def test_title_and_notes_stand_around_it(self):
        assert TABLE.markdown().startswith("**What is known**\n\n| level |")
        assert TABLE.markdown().endswith("\n\nA note.\n\n" + TABLE.notes[1] + "\n")
        assert "<caption>What is known</caption>" in TABLE.html()
        assert TABLE.html().count('<p class="note">') == 2

    def test_all_forms_show_the_same_cells(self):
        cells = [list(TABLE.headings), *([str(cell) for cell in row] for row in TABLE.rows)]
        assert cells_of_markdown(TABLE.markdown()) == cells
        assert cells_of_html(TABLE.html()) == cells


@examples(300)
@given(TABLES, st.integers(20, 120))
def test_any_table_can_be_shown(table, width):
    text = table.terminal(width)
    widest = max((cell_len(str(c)) for row in table.rows for c in row if not isinstance(c, str)), default=0)
    assert all(cell_len(line) <= max(width, 2 * widest + 40) for line in text.split("\n"))
    assert cells_of_html(table.html())[0] == list(table.headings)
    assert table.markdown().count("\n") == len(table.rows) + 2


def test_a_row_without_a_cell_for_each_heading_is_refused():
    with pytest.raises(ValueError, match="found 1 cells under 2 headings"):
        Table(["a", "b"], [["x"]])


@pytest.mark.parametrize(("value", "told"), [(0.004, "<1 %"), (0.996, ">99 %"), (0, "0 %"), (0.014, "1 %")])
def test_a_share_is_told_in_a_table_as_in_a_sentence(value, told):
    assert Number(value, ".0%").text == number(value, share=True) == told


def test_an_interval_of_shares_ends_as_its_share_is_told():
    assert str(Number(0.02, ".0%", 0.004, 0.036)) == "2 % [<1 to 4]"


@pytest.mark.parametrize(
    ("more", "less", "difference", "agree"),
    [
        (Number(0.5405), Number(0.4251), Number(0.1154), False),  # 0.54, 0.43 and 0.12
        (Number(0.54), Number(0.43), Number(0.11), True),
        (Number(0.3, ".3f"), Number(0.1, ".3f"), Number(0.2, "+.3f"), True),  # whatever binary makes of it
        (Number(0.1234, ".1%"), Number(0.2, ".1%"), Number(-7.66, "+.1f"), True),
        (Number(0.1254, ".1%"), Number(0.1021, ".1%"), Number(2.33, "+.1f"), True),
        (Number(0.12346, ".1%"), Number(0.1005, ".1%"), Number(2.296, "+.1f"), False),
        (Number(math.nan), Number(0.1), Number(math.nan), True),
    ],
)
def test_it_is_known_whether_a_difference_is_that_of_the_numbers_as_they_are_shown(
    more, less, difference, agree
):
    assert as_rounded(more, less, difference) == agree
