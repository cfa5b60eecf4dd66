"""Texts as pages show them."""

import pytest

from lpsim.show.web.texts import shown, together

HELD = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("62 % rightly", "62_% rightly"),
        ("<1 % (95 % interval)", "<1_% (95_% interval)"),
        ("by 5.8 points in 2 of 6 worlds", "by 5.8_points in 2 of 6_worlds"),
        ("At month 120, after 12 months", "At month_120, after 12_months"),
        ("Month 3: 1,000 runs", "Month_3: 1,000_runs"),
        ("68 people in 14 practices", "68 people in 14 practices"),
        ("the 3 worldly monthly 4", "the 3 worldly monthly 4"),
    ],
)
def test_a_number_and_its_unit_are_held_together_and_nothing_else_is(text, held):
    assert together(text) == held.replace("_", HELD)


def test_texts_are_held_together_wherever_they_stand_in_data_and_names_stay():
    data = {"5 %": ["5 %", {"told": "month 3"}, 3, None]}
    assert shown(data) == {"5 %": [f"5{HELD}%", {"told": f"month{HELD}3"}, 3, None]}
