"""A grid of levers: each combination is the scenario with these settings, in the same worlds."""

import numpy as np
import pytest

import lpsim
from lpsim.analysis import grid as grids
from lpsim.analysis.grid import Lever, affordable, grid, read_lever, read_levers, usual_levers
from lpsim.analysis.paired_effects import clear_among
from lpsim.analysis.summary import paired_differences, summarize_runs
from lpsim.errors import InputError
from lpsim.runs.measures import LEVELS

SEEDS = [1, 2, 3]


@pytest.fixture(scope="module")
def scenario():
    return lpsim.Scenario.load("one_practice").adapted({"steps": 9, "record.lessons": False})


@pytest.fixture(scope="module")
def made(scenario):
    texts = ("practice.analysis.share=0:1:2", "practice.codification.meetings=0:1:2")
    return grid(scenario, [read_lever(scenario, text) for text in texts], SEEDS)


def test_a_combination_is_the_scenario_with_these_settings(scenario, made):
    analysis, meetings = made.levers
    settings = {analysis.key: analysis.values[-1], meetings.key: meetings.values[1]}
    runs = list(lpsim.simulate_many(scenario.adapted(settings), SEEDS))
    own = list(lpsim.simulate_many(scenario, SEEDS))
    for level, name in enumerate(LEVELS):
        values = [run.column(name) for run in runs]
        place = (len(analysis.values) - 1, 1, level)
        np.testing.assert_array_equal(made.mean[place], summarize_runs(values).mean)
        np.testing.assert_array_equal(made.high[place], summarize_runs(values).spread[1])
        apart = paired_differences(values, [run.column(name) for run in own])
        np.testing.assert_allclose(made.apart[place], [apart.mean[-1], apart.low[-1], apart.high[-1]])


def test_what_is_clear_of_a_combination_is_clear_of_the_option(scenario):
    longer, seeds = scenario.adapted({"steps": 40}), range(1, 9)
    made = grid(longer, [read_lever(longer, "practice.codification.meetings=0.1:1:3")], seeds)
    (lever,) = made.levers
    for value, found in zip(lever.values, made.clear, strict=True):
        effects = lpsim.compare(longer, {"x": longer.adapted({lever.key: value})}, seeds=seeds).effects()
        levels = [one for one in effects if one.measure in LEVELS]
        clear = [one in clear_among(levels) for one in levels]
        assert found.tolist() == clear
    assert made.clear.any() and not made.clear.all()


def test_nothing_is_clear_of_one_world_nor_of_what_has_no_value(scenario, made):
    assert not made.clear[0, 0].any()
    one = grid(scenario, [read_lever(scenario, "practice.analysis.share=0:1:2")], [1])
    assert not one.clear.any()


def test_what_is_just_as_large_in_each_of_a_few_worlds_is_no_clearer_than_of_an_option(scenario):
    short, seeds = scenario.adapted({"steps": 6}), [4, 5, 6]
    texts = ("practice.codification.meetings=0:1:2", "practice.analysis.share=0:1:2")
    made = grid(short, [read_lever(short, text) for text in texts], seeds)
    mean, low, high = np.moveaxis(made.apart, -1, 0)
    equal = (np.abs(high - low) < 1e-12) & (np.abs(mean) > 1e-12)
    assert equal.any()
    assert not made.clear[equal].any()


def test_settings_that_contradict_each_other_have_no_value(made):
    assert (made.levers[0].values[0], made.levers[1].values[0]) == (0, 0)  # and what is written is revised
    assert np.isnan(made.mean[0, 0]).all()
    assert np.isnan(made.apart[0, 0]).all()
    assert not np.isnan(made.mean[0, 1:]).any()


def test_a_lever_has_the_scenario_s_own_value(scenario):
    lever = read_lever(scenario, "practice.analysis.share=0:1:3")
    assert lever == Lever("practice.analysis.share", (0.0, 0.5, 0.61, 1.0), 0.61)
    assert lever.values[lever.place] == lever.own


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "practice.analysis.share",
            "COUNT; write it as practice.analysis.share=0:1:5",
        ),
        ("practice.analysis.share=0:1", "found no KEY=FROM:TO:COUNT"),
        ("practice.analysis.share=1:0:3", "allowed are two ascending numbers"),
        ("practice.analysis.share=0:1:99", "2 to 11 values"),
        ("practice.analysis.share=0:x:3", "'x', which is no number"),
        ("practice.analysis.share=0:nan:3", "'nan', which is no number"),
        (
            "practice.analysis.share=0:2:3",
            "lever practice.analysis.share=0:2:3: practice.analysis",
        ),
        ("practice.analysis.shere=0:1:3", "did you mean"),
        ("steps=1:10:3", "can be moved"),
        ("title=0:1:2", "can be moved"),
    ],
)
def test_what_is_no_lever_is_told_with_its_cure(scenario, text, found):
    with pytest.raises(InputError) as told:
        read_lever(scenario, text)
    assert found in str(told.value)
    assert "\n" not in str(told.value)
    assert "?." not in str(told.value)


def test_levers_that_nobody_chose_act_and_are_moved_by_no_intervention(scenario):
    usual = [lever.key for lever in usual_levers(scenario)]
    assert len(usual) == 3
    moved = scenario.adapted({"interventions": [{"at": 3, "title": "x", "set": {usual[0]: 0.9}}]})
    assert usual[0] not in [lever.key for lever in usual_levers(moved)]
    still = scenario.adapted({"practice.analysis.share": 0.0})
    assert all(lever.values[lever.place] == lever.own for lever in usual_levers(still))


def test_levers_that_an_option_changes_come_first(scenario):
    changed = ["practice.discussion.meetings", "roles.gp.voice"]
    assert usual_levers(scenario, changed)[0].key == "practice.discussion.meetings"
    assert len(usual_levers(scenario, changed)) == 3


def test_a_grid_that_nobody_asked_for_takes_little(scenario, monkeypatch):
    levers = usual_levers(scenario)
    assert affordable(scenario, levers, 20) == (levers, 20)
    monkeypatch.setattr(grids, "BUDGET", 9 * 9 * 36 * 7)  # people, steps, two levers' combinations, worlds
    fewer, worlds = affordable(scenario, levers, 20)
    assert len(fewer) < 3
    assert 5 <= worlds < 20
    monkeypatch.setattr(grids, "BUDGET", 1)
    assert affordable(scenario, levers, 20) == ([], 0)


def test_too_many_levers_are_refused(scenario):
    levers = [read_lever(scenario, "practice.analysis.share=0:1:11")] * 3
    with pytest.raises(InputError, match="400 combinations"):
        grid(scenario, levers, SEEDS)


def test_a_lever_given_twice_is_refused_before_anything_is_simulated(scenario):
    text = "practice.analysis.share=0:1:2"
    with pytest.raises(InputError, match=r"lever practice\.analysis\.share: is given twice"):
        read_levers(scenario, [text, text])
