"""What is read when runs end: mean, interval of the mean and spread between worlds, each by its name."""

import numpy as np
import pandas as pd
import pytest

import lpsim
from lpsim.analysis.diffusion import months_to_half_replicated
from lpsim.analysis.summary import summarize
from lpsim.runs.measures import FUNNEL, LEVELS, LOOPS, MEASURES, RIGHT_AND_WRONG
from lpsim.scenario import Scenario
from lpsim.scenario.settings import loops_of
from lpsim.show.figures.page import about
from lpsim.show.text.closing import closing_text, levels_table, loops_table, right_and_wrong_table
from lpsim.show.text.findings import funnel_found, levels_found
from lpsim.show.text.numbers import number
from lpsim.show.text.table import Number, Range
from lpsim.show.text.vocabulary import looked_at

SCENARIO = Scenario().replace(
    {"title": "A *title*", "steps": 6, "world.issues": 10, "population.practices": 3}
)


@pytest.fixture(scope="module")
def runs():
    return list(lpsim.simulate_many(SCENARIO, range(1, 11)))


def test_the_table_says_how_well_the_mean_is_known_and_what_may_happen_in_one_world(runs):
    table = levels_table(runs)
    assert table.headings == ["knowledge (-1 to 1)", "start", "month 6", "8 of 10 worlds lie between"]
    assert table.notes == ["Means of 10 runs; in brackets the 95 % interval of the mean, where runs differ."]
    for name, row in zip(LEVELS, table.rows, strict=True):
        values = [run.series[name].iloc[-1] for run in runs]
        found = summarize(values)
        assert row[0] == MEASURES[name].label
        assert row[2] == Number(found.mean, ".2f", max(found.low, -1), min(found.high, 1))
        assert row[3] == Range(*(float(np.quantile(values, q, method="weibull")) for q in (0.1, 0.9)))


@pytest.mark.parametrize("many", [3, 10])
def test_the_band_of_the_figure_and_the_spread_of_the_table_have_one_name(runs, many):
    spread = levels_table(runs[:many]).headings[-1]
    assert spread in about(runs[:many])


def test_of_few_runs_the_spread_is_told_as_lowest_and_highest(runs):
    table = levels_table(runs[:3])
    assert table.headings[-1] == "lowest to highest world"
    values = [run.series["staff_knowledge"].iloc[-1] for run in runs[:3]]
    assert table.rows[0][-1] == Range(min(values), max(values))


def test_one_run_has_neither_interval_nor_spread_and_warns(runs):
    text = closing_text(runs[:1])
    assert text.startswith("A *title*: one run, seed 1\n")
    assert "[" not in text and " to " not in text.replace("-1 to 1", "")
    assert "One run: another seed gives other numbers. (--replications 20)" in text


def test_the_times_to_half_are_told_with_what_they_are_of(runs):
    text = closing_text(runs)
    times = months_to_half_replicated(runs).set_index("time")["median"]
    for name, holder in (("by_staff", "by most of their staff"), ("by_memory", "in their memory")):
        found = "not within 6 months" if pd.isna(times[name]) else f"from month {times[name]:g}"
        assert f"  {holder}: {found} (median of the runs)" in text
    assert "(median" not in closing_text(runs[:1])


@pytest.mark.parametrize(
    ("every", "only"),
    [
        (1000, "Looked at in months 0 and 6 only."),
        (2, "Looked at in months 0, 2, 4 and 6 only."),
        (4, "Looked at in months 0, 4 and 6 only."),
    ],
)
def test_of_steps_that_nobody_looked_at_nothing_is_claimed(every, only):
    text = closing_text(list(lpsim.simulate_many(SCENARIO.replace({"record.every": every}), [1, 2])))
    assert only in text
    assert "not within" not in text and "from month" not in text


def test_many_steps_that_were_looked_at_are_told_by_their_distance():
    assert looked_at(SCENARIO.replace({"steps": 20, "record.every": 3})) == (
        "Looked at every 3 months and in month 20 only."
    )
    assert looked_at(SCENARIO) == looked_at(SCENARIO, [6]) == ""
    assert looked_at(SCENARIO, [0, 1, 3, 5, 6]) == "Looked at in 5 months only."


def test_a_time_is_of_one_month_in_the_singular():
    text = closing_text([lpsim.simulate(SCENARIO.replace({"steps": 1, "initial.prior": 0.0}))])
    assert "in their memory: not within 1 month\n" in f"{text}\n"


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_is_longer_than_there_is_room(runs, width):
    table = levels_table(runs).terminal(width)
    assert max(map(len, table.splitlines())) <= width


def test_what_is_held_wrongly_stands_beside_what_is_held_rightly_and_the_rest_is_no_view(runs):
    table = right_and_wrong_table(runs)
    assert table.headings == ["share of issues, month 6", "right", "wrong", "no view", "wrong of held"]
    for (holders, names), row in zip(RIGHT_AND_WRONG.items(), table.rows, strict=True):
        right, wrong = (np.mean([run.series[name].iloc[-1] for run in runs]) for name in names)
        assert row[0] == holders
        assert [cell.value for cell in row[1:4]] == pytest.approx([right, wrong, 1 - right - wrong])
    assert "wrong" in closing_text(runs)


def test_knowledge_is_what_is_held_rightly_less_what_is_held_wrongly(runs):
    levels = ("staff_knowledge", "practice_knowledge", "service_knowledge")
    for run in runs:
        for level, (right, wrong) in zip(levels, RIGHT_AND_WRONG.values(), strict=True):
            signed = run.series[right] - run.series[wrong]
            np.testing.assert_allclose(signed, run.series[level], rtol=0, atol=1e-12)


def test_time_for_learning_is_told_where_it_is_protected():
    timed = SCENARIO.replace({"protected_time.enabled": True, "protected_time.share": 0.05})
    text = closing_text([lpsim.simulate(timed, seed=1)])
    assert "Time for learning at month 6: 5 % of working time" in text
    assert "reflecting on cases 20 %, discussing with colleagues 20 %" in " ".join(text.split())


def test_of_time_that_is_not_protected_nothing_is_told(runs):
    assert "Time for learning" not in closing_text(runs)


def test_of_what_is_held_the_share_that_is_wrong_is_told_beside_what_luck_would_give(runs):
    table = right_and_wrong_table(runs)
    for names, row in zip(RIGHT_AND_WRONG.values(), table.rows, strict=True):
        right, wrong = (np.array([run.series[name].iloc[-1] for run in runs]) for name in names)
        held = right + wrong
        if held.any():  # of all runs together: one that holds little says little
            assert row[4].value == pytest.approx(wrong.sum() / held.sum())
        else:
            assert row[4].text == "–"
    assert table.notes == ["Of what is held, half would be wrong by luck alone."]


def test_one_mean_is_told_in_one_rounding_in_the_table_and_in_the_sentence():
    """Of these the mean is .145, whose last bit, and so its rounding, hangs on how it is computed."""
    ends = [0.25, 0.4, 0.35, 0.0, 0.0, 0.15, 0.0, 0.05, 0.1, 0.15]
    assert f"{np.mean(ends):.0%}" != f"{summarize(ends).mean:.0%}"

    class Ended:
        scenario = Scenario()

        def __init__(self, end):
            self.end = end

        def column(self, name):
            return np.array([0.0, self.end])

    runs = [Ended(end) for end in ends]
    (said,) = {cell.text for row in right_and_wrong_table(runs).rows for cell in row[1:3]}
    assert funnel_found(runs).endswith(f"the service's guidance {said}")
    assert levels_found(runs).endswith(f"the service's guidance {said} and {said}")


def shares_at(runs, place):
    means = (summarize(run.series[name].iloc[place] for run in runs).mean for name in FUNNEL)
    return [number(mean, share=True) for mean in means]


def test_how_far_correct_knowledge_gets_is_a_sentence_that_tells_what_was_known_at_the_start(runs):
    someone, most, memory, guidance = shares_at(runs, -1)
    by_luck, *_ = shares_at(runs, 0)
    assert (
        f"How far correct knowledge gets: by month 6 someone in the practice knows {someone} of all issues "
        f"rightly ({by_luck} at the start), most of its team {most}, its memory holds {memory} and the "
        f"service's guidance {guidance}."
    ) in " ".join(closing_text(runs).split())


def test_what_is_known_at_the_start_is_told_of_every_stage_where_it_is_something():
    known = SCENARIO.replace({"initial.prior": 1.0, "initial.right": 0.9, "initial.memory": 0.5})
    runs = [lpsim.simulate(known, seed=seed) for seed in (1, 2)]
    someone, most, memory, _ = shares_at(runs, 0)
    text = " ".join(closing_text(runs).split())
    assert text.count(" at the start)") == 1
    assert f"rightly ({someone} at the start), most of its team " in text
    assert f" ({most}), its memory holds " in text and f" ({memory}) and the service's guidance" in text
    none = [lpsim.simulate(SCENARIO.replace({"initial.prior": 0.0}), seed=seed) for seed in (1, 2)]
    assert "at the start" not in closing_text(none)


def test_the_title_over_the_levels_says_what_is_wrong_beside_what_is_right(runs):
    ends = [
        number(float(np.mean([run.series[name].iloc[-1] for run in runs])), share=True)
        for names in RIGHT_AND_WRONG.values()
        for name in names
    ]
    assert levels_found(runs) == (
        "By month 6 staff hold {} of all issues rightly and {} wrongly; practices' memories {} and {}; the "
        "service's guidance {} and {}".format(*ends)
    )


LOOPED = SCENARIO.replace(
    {
        "world.domains": 3,
        "loops.double.practice": 0.5,
        "protected_time.enabled": True,
        "protected_time.allocation_spread": 20,
        "loops.triple.review": 2,
        "loops.triple.imitate": 0.5,
    }
)


def test_each_loop_that_acts_is_told_by_what_it_changed_since_the_start():
    looped = list(lpsim.simulate_many(LOOPED, range(1, 4)))
    table = loops_table(looped)
    assert [row[0] for row in table.rows] == ["single", "", "", "double", "", "", "triple"]
    for name, row in zip([name for names in LOOPS.values() for name in names], table.rows, strict=True):
        start, end = (np.mean([run.series[name].iloc[place] for run in looped]) for place in (0, -1))
        assert [cell.value for cell in row[2:]] == pytest.approx([start, end])
    assert table.rows[-1][2].value == 0 < table.rows[-1][3].value
    assert table.terminal(100) in closing_text(looped)


def test_loops_that_do_not_act_are_not_told(runs):
    assert loops_of(SCENARIO) == ("single",)
    assert "triple" not in closing_text(runs) and "double" not in closing_text(runs)
    only = SCENARIO.replace({"world.domains": 3, "loops.double.staff": 0.1})
    assert [row[0] for row in loops_table([lpsim.simulate(only)]).rows] == [
        "single",
        "",
        "",
        "double",
        "",
        "",
    ]
