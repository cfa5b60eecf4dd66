"""The text of what survives the people claims what the numbers allow, and no more."""

import math

import pandas as pd
import pytest

from lpsim.analysis.retention import CASES, KEPT, RETAINED_MEASURES, retained_over_seeds
from lpsim.runs.measures import MEASURES
from lpsim.scenario import Scenario
from lpsim.show.text.retention import retention_text

SMALL = Scenario().replace(
    {"steps": 30, "population.practices": 3, "world.issues": 12, "practice.codification.meetings": 0.5}
)


def summary(kept, *, runs=5, at=60, replaced=0.43):
    """A table in which the memory kept a mean of `kept` (low, mean, high) of what most know."""
    means = dict(zip(CASES, (0.7, 0.81, replaced, replaced - kept[1]), strict=True))
    rows = []
    for measure in RETAINED_MEASURES:
        for case, mean in means.items():
            low, high = (mean - 0.04, mean + 0.04) if runs > 1 else (math.nan, math.nan)
            rows.append({"at": at, "measure": measure, "case": case, "mean": mean, "low": low, "high": high})
        low, mean, high = kept
        rows.append({"at": at, "measure": measure, "case": KEPT, "mean": mean, "low": low, "high": high})
    return pd.DataFrame(rows).assign(runs=runs)


def text_of(table, scenario=SMALL, *, width=100, **more):
    text = retention_text(table, scenario, width=width, **more)
    assert max(map(len, text.splitlines())) <= width
    return " ".join(text.split())


def test_it_says_what_a_year_later_is_known_and_what_the_memory_kept():
    text = text_of(summary((0.18, 0.23, 0.28)))
    assert text.startswith("Everybody leaves after month 60, beginners come; a year later:")
    assert (
        "If everybody left after month 60 and beginners came, most of a practice's staff would know 43 % of "
        "what there is to know a year later, instead of 81 % had everybody but the usual leavers stayed. Had "
        "protocols and records been lost as well, it would be 20 %: the practices' memories kept 23 points "
        "(95 % interval 18 to 28) of it alive."
    ) in text
    assert text.endswith("Means of 5 runs; in brackets the 95 % interval of the mean, where runs differ.")


def test_a_number_of_points_that_the_shares_beside_it_do_not_give_is_told_as_not_rounded():
    assert "rounded" not in text_of(summary((0.18, 0.23, 0.28)))
    text = text_of(summary((0.18, 0.2298, 0.28), replaced=0.4349))
    assert "would know 43 % of" in text
    assert "it would be 21 %: the practices' memories kept 23 points (before rounding; 95 % inter" in text
    assert "a difference may be one off in its last place. Means of 5 runs" in text
    alone = text_of(summary((math.nan, 0.2298, math.nan), runs=1, replaced=0.4349))
    assert "the practices' memories kept 23 points (before rounding) of it alive." in alone


def test_of_few_runs_that_differ_by_just_as_much_each_it_says_that_they_cannot_tell():
    assert "made a difference to what most of the staff know, these runs cannot tell" in text_of(
        summary((-0.05, -0.05, -0.05), runs=2)
    )
    assert "cost 5 points (95 % interval 5 to 5) of it" in text_of(summary((-0.05, -0.05, -0.05), runs=6))


def test_every_mean_stands_with_its_interval():
    text = " ".join(retention_text(summary((0.18, 0.23, 0.28)), SMALL, width=None).split())
    assert (
        "known by most of the practice 0.70 [0.66 to 0.74] 0.81 [0.77 to 0.85] 0.43 [0.39 to 0.47] "
        "0.20 [0.16 to 0.24] 0.23 [0.18 to 0.28]"
    ) in text


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_is_longer_than_there_is_room(width):
    text_of(summary((0.18, 0.23, 0.28)), width=width)


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        (
            (-0.02, 0.01, 0.04),
            "whether the practices' memories made a difference to what most of the staff know, these runs "
            "cannot tell.",
        ),
        ((-0.12, -0.08, -0.04), "the practices' memories cost 8 points (95 % interval 4 to 12) of it."),
        ((0.0, 0.0, 0.0), "the practices' memories made no difference to that."),
    ],
)
def test_it_claims_no_more_than_the_interval_allows(kept, words):
    assert words in text_of(summary(kept))


@pytest.mark.parametrize(
    ("mean", "words"),
    [
        (0.23, "the practices' memories kept 23 points of it alive."),
        (-0.05, "the practices' memories cost 5 points of it."),
        (0.0, "the practices' memories made no difference to that."),
    ],
)
def test_that_of_one_run_warns_that_it_is_one(mean, words):
    text = text_of(summary((math.nan, mean, math.nan), runs=1))
    assert words in text and "[" not in text and "interval" not in text
    assert text.endswith("One run: another seed gives other numbers.")


def test_it_calls_steps_what_the_scenario_calls_them():
    weeks, nameless = (SMALL.model_copy(update={"step": step}) for step in ("week", ""))
    table = summary((0.1, 0.2, 0.3))
    assert "Everybody leaves after week 60, beginners come; 12 weeks later:" in text_of(table, weeks)
    assert "beginners come; 1 week later:" in text_of(table, weeks, later=1)
    assert "beginners come; 6 months later:" in text_of(table, later=6)
    assert "Everybody leaves after step 60, beginners come; 12 steps later:" in text_of(table, nameless)
    assert "If everybody left at the start and beginners came" in text_of(summary((0.1, 0.2, 0.3), at=0))


def test_it_tells_of_every_stated_step_and_measure_in_the_order_given():
    text = retention_text(retained_over_seeds(SMALL, at=[9, 2], seeds=[1, 2]), SMALL, width=None)
    found = text.splitlines()
    assert [line for line in found if line.startswith("Everybody leaves")] == [
        f"Everybody leaves after month {at}, beginners come; a year later:" for at in (9, 2)
    ]
    for measure in RETAINED_MEASURES:
        assert sum(line.startswith(f"{MEASURES[measure].label} ") for line in found) == 2
