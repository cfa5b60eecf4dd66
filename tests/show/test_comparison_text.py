"""A comparison in words: the sentence says what the table says, and nothing where nothing is clear."""

import re

import numpy as np
import pytest

from lpsim.analysis.comparison import compare_worlds
from lpsim.analysis.comparison_folder import effect_rows
from lpsim.analysis.worlds import Worlds
from lpsim.runs.measures import MEASURES, RIGHT_AND_WRONG
from lpsim.scenario import Scenario
from lpsim.show.text.comparison import (
    comparison_markdown,
    comparison_text,
    digits,
    headline,
    held,
    shares_tables,
)

BASE = Scenario().replace({"steps": 2, "title": "As it is"})


def worlds(name, measure="practice_knowledge", ends=(), **changes):
    scenario = BASE.replace(changes)
    flat = {other: np.zeros(2) for other in MEASURES}
    by_seed = {seed: {**flat, measure: np.array([0.0, end])} for seed, end in enumerate(ends, start=1)}
    return Worlds(name, scenario, scenario.digest, by_seed, np.array([0, 2]))


def compared(*options):
    return compare_worlds(worlds("as it is", ends=[0.1, 0.2, 0.3, 0.2]), options)


RECORDS = worlds(
    "records", ends=[0.3, 0.42, 0.5, 0.41], **{"practice.codification.meetings": 0.5, "title": "Records"}
)
WORSE = worlds("silence", ends=[0.0, 0.09, 0.2, 0.1])


def test_the_sentence_says_the_numbers_of_the_table():
    comparison = compared(RECORDS)
    (row,) = [row for row in effect_rows(comparison.effects()) if row["measure"] == "practice_knowledge"]
    said, table = (
        [format(row[key], form) for key in ("difference", "low", "high")] for form in (".2f", ".3f")
    )
    assert headline(comparison) == (
        f"With records, knowledge in practices' memories is {said[0]} higher ({said[1]} to {said[2]}) at "
        "month 2, in the same 4 worlds: the only clear difference among 4"
    )
    assert "+{} [+{} to +{}]".format(*table) in comparison_text(comparison)


def test_a_second_sentence_says_how_much_is_held_rightly_and_wrongly_for_the_largest_difference():
    def holding(name, right, wrong):
        ends = [0.1, 0.2, 0.3, 0.2]
        found = worlds(name, ends=[end + right - wrong for end in ends])
        for one in found.by_seed.values():
            one |= {"in_practice_memory": np.full(2, right), "in_practice_memory_wrong": np.full(2, wrong)}
        return found

    comparison = compare_worlds(holding("as it is", 0.4, 0.2), [holding("records", 0.6, 0.25)])
    assert held(comparison) == (
        "Of all issues, 60 % are then held rightly in practices' memories and 25 % wrongly; "
        "with as it is 40 % and 20 %"
    )
    assert f"{held(comparison)}.\n" in comparison_text(comparison, width=None)
    assert f"\n{held(comparison)}.\n" in comparison_markdown(comparison)
    nothing = compare_worlds(holding("as it is", 0.4, 0.2), [holding("same", 0.4, 0.2)])
    assert held(nothing) == ""


def test_what_is_lower_is_told_as_lower_with_its_interval_the_right_way_round():
    found = re.search(r"is (\S+) lower \((\S+) to (\S+)\)", headline(compared(WORSE)))
    mean, low, high = map(float, found.groups())
    assert 0 < low < mean < high


def test_no_end_of_an_interval_is_told_as_0_and_loses_its_sign():
    hardly = worlds("hardly", ends=[0.2449, 0.2449, 0.4449, 0.2449])  # 0.1449 or 0.0449 higher
    (effect,) = [one for one in compared(hardly).effects() if one.measure == "practice_knowledge"]
    assert 0 < effect.difference.low < 0.005
    assert digits(effect) == 3


def test_where_nothing_is_clear_the_sentence_says_so():
    noise = worlds("noise", ends=[0.3, 0.1, 0.3, 0.1])
    assert headline(compared(noise)) == (
        "In the same 4 worlds, noise makes no clear difference to any level at month 2"
    )
    other = worlds("other", ends=[0.1, 0.3, 0.2, 0.2])
    assert "no option makes a clear difference" in headline(compared(noise, other))


def test_the_same_scenario_twice_makes_no_difference():
    same = worlds("same", ends=[0.1, 0.2, 0.3, 0.2])
    assert "same makes no clear difference" in headline(compared(same))
    assert "same (As it is): differs in nothing" in comparison_text(compared(same))


def test_risk_is_told_in_worlds():
    (line,) = [line for line in comparison_text(compared(WORSE)).splitlines() if "4 of 4" in line]
    assert re.search(r"0 of 4 +4 of 4", line)


def test_every_key_that_differs_stands_below():
    text = comparison_text(compared(RECORDS))
    assert "records (Records)\n  practice.codification.meetings: 0.1 → 0.5" in text


@pytest.mark.parametrize("width", [60, 100])
def test_no_line_is_wider_than_there_is_room_for(width):
    text = comparison_text(compared(RECORDS, WORSE), width=width)
    assert max(map(len, text.splitlines())) <= width


def test_of_a_measure_in_months_no_number_of_worlds_is_told_for_a_precision_of_measures_up_to_1():
    months = "months_to_half_by_staff"
    base, option = (
        worlds(name, months, ends) for name, ends in (("base", [30.0, 40.0]), ("less", [20.0, 25.0]))
    )
    text = comparison_text(compare_worlds(base, [option], measures=[months]), [months])
    (row,) = [line for line in text.splitlines() if "-12.5 [" in line]
    assert row.rstrip().endswith("–")


def test_the_page_has_every_measure_and_the_same_numbers():
    comparison = compared(RECORDS)
    page = comparison_markdown(comparison)
    assert page.startswith(f"# {headline(comparison)}\n")
    assert page.count("| with |") == len(comparison.measures)
    assert "- practice.codification.meetings: 0.1 → 0.5" in page
    assert "Seeds: 1, 2, 3, 4." in page


def test_what_is_held_rightly_and_wrongly_and_the_effort_stand_beside_the_signed_numbers():
    right = worlds("more", "in_practice_memory", ends=[0.5, 0.5, 0.5, 0.5])
    (table,) = shares_tables(compared(right))
    holders = [f"{holders}: right, wrong" for holders in RIGHT_AND_WRONG]
    assert table.headings == ["", *holders]
    assert table.rows == [["as it is", *["0 %, 0 %"] * 3], ["more", "0 %, 0 %", "50 %, 0 %", "0 %, 0 %"]]
    timed = worlds("timed", "learning_time", ends=[0.05] * 4, **{"protected_time.enabled": True})
    (table,) = shares_tables(compared(timed))
    assert table.headings == ["", *holders, "effort"]
    assert [row[-1].text for row in table.rows] == ["0.0 %", "5.0 %"]
    assert table.terminal(100) in comparison_text(compared(timed))
