"""How many replications are enough, in words that follow from the numbers."""

import pytest

from lpsim.analysis.replications import enough
from lpsim.scenario import Scenario
from lpsim.show.text.replications import replications_text

SCENARIO = Scenario().replace({"steps": 12})
VALUES = [0.5 + 0.1 * (-1) ** n for n in range(400)]


def text_of(found, **more):
    return replications_text(found, "practice_knowledge", SCENARIO, **more)


def test_the_table_shows_round_numbers_the_answer_and_the_last():
    found = enough(VALUES, precision=0.02)
    lines = text_of(found).splitlines()
    assert lines[0] == (
        "practice_knowledge (practices' memory) at month 12; asked: the mean to within 0.02 on its own scale"
    )
    assert lines[2].split() == ["replications", "mean", "±", "(95", "%)"]
    rows = [line.split() for line in lines[4 : lines.index("", 4)]]
    expected = sorted({3, 5, 10, 20, 30, 50, 100, 200, found.needed, len(found.means)})
    assert [int(row[0]) for row in rows] == [n for n in expected if n <= len(found.means)]
    for row in rows:
        mean = found.means[int(row[0]) - 1]
        assert row[1:3] == [f"{mean.mean:.4f}", f"{mean.half_width:.4f}"]
        assert row[3:] == (["enough"] if mean.replications == found.needed else [])


def test_a_relative_precision_has_a_column_of_its_own():
    lines = text_of(enough(VALUES, precision=0.1, relative=True)).splitlines()
    assert "10 % of itself" in lines[0]
    assert "± / mean" in lines[2]
    assert "%" in lines[4]


def test_a_relative_precision_of_a_mean_of_nought_has_no_number():
    lines = text_of(enough([0.0] * 9, precision=0.1, relative=True)).splitlines()
    assert lines[4].split() == ["3", "0.0000", "0.0000", "–"]


def test_of_values_that_are_all_equal_it_says_what_it_cannot_know():
    text = " ".join(text_of(enough([0.0] * 40, precision=0.01)).split())
    assert (
        "All 35 runs have the same value of practice_knowledge, 0.000: how far runs differ is not known"
        in text
    )
    assert "up to 8.2 % of runs may have another value (with 95 % confidence, the rule of three)." in text
    text = " ".join(text_of(enough([0.0] * 9, precision=0.01)).split())
    assert "are enough from 30 replications on (--max)." in text


def test_where_they_are_not_enough_it_says_how_many_may_be():
    found = enough(VALUES[:12], precision=0.001)
    text = " ".join(text_of(found).split())
    assert "12 replications are not enough: the mean is known to within" in text
    assert f"About {found.estimate:,} may be needed (--max)" in text


@pytest.mark.parametrize("width", [60, 100])
def test_no_line_is_longer_than_there_is_room(width):
    assert max(map(len, text_of(enough(VALUES, precision=0.02), width=width).splitlines())) <= width
