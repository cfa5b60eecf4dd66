"""What is drawn in a browser, as data: the numbers are those of the runs."""

import base64
import json

import numpy as np
import pytest

import lpsim
from lpsim.analysis.grid import grid, read_lever
from lpsim.analysis.summary import summarize_runs
from lpsim.runs.measures import FUNNEL, LEVELS
from lpsim.scenario.settings import loops_of
from lpsim.show.text.numbers import PLACES
from lpsim.show.web.panels import levers as levers_panel
from lpsim.show.web.panels.differences import differences
from lpsim.show.web.panels.funnel import funnel
from lpsim.show.web.panels.lesson_map import lesson_map
from lpsim.show.web.panels.levels import levels
from lpsim.show.web.panels.loops import loops
from lpsim.show.web.panels.people import people
from lpsim.show.web.panels.sample import Sample

CLOSE = {"rtol": 0, "atol": 10.0**-PLACES}


@pytest.fixture(scope="module")
def scenario():
    return lpsim.Scenario.load("one_practice").adapted({"steps": 12})


@pytest.fixture(scope="module")
def runs(scenario):
    return list(lpsim.simulate_many(scenario, range(1, 7)))


@pytest.fixture(scope="module")
def life(runs):
    run = runs[0]
    return lpsim.Life.of(run, lpsim.pick(*run.journal(), "furthest"))


def test_levels_are_the_mean_and_the_spread_of_the_runs(runs):
    found = levels(Sample.of_runs(runs))
    assert [line["name"] for line in found["lines"]] == list(LEVELS)
    assert found["steps"] == list(range(13))
    for line in found["lines"]:
        summary = summarize_runs([run.column(line["name"]) for run in runs])
        for key, values in (("mean", summary.mean), ("low", summary.spread[0]), ("high", summary.spread[1])):
            np.testing.assert_allclose(line[key], values, **CLOSE)


def test_a_single_run_has_no_band(runs):
    found = levels(Sample.of_runs(runs[:1]))
    assert {line["low"] for line in found["lines"]} == {None}
    assert "another seed" in found["about"]


def test_a_page_says_which_steps_alone_were_looked_at(runs, scenario):
    run = lpsim.simulate(scenario.adapted({"record.every": 6}))
    assert levels(Sample.of_runs([run]))["about"].endswith("Looked at in months 0, 6 and 12 only.")
    assert "Looked at" not in levels(Sample.of_runs(runs))["about"]


def test_the_same_worlds_give_the_same_panels_from_runs_and_from_a_comparison(runs, scenario):
    other = list(lpsim.simulate_many(scenario.adapted({"practice.analysis.share": 1.0}), range(1, 7)))
    comparison = lpsim.compare(runs, {"more": other})
    again = Sample.of_worlds(comparison.base, comparison.seeds, comparison.steps)
    assert levels(again)["lines"] == levels(Sample.of_runs(runs))["lines"]


def test_the_funnel_narrows_from_someone_to_the_service(runs):
    found = funnel(Sample.of_runs(runs))
    assert [stage["right"]["name"] for stage in found["stages"]] == list(FUNNEL)
    assert [stage["wrong"] is not None for stage in found["stages"]] == [False, False, True, True]
    someone, most = (stage["right"]["mean"][-1] for stage in found["stages"][:2])
    assert someone >= most


def test_the_funnel_says_what_marks_the_start_where_something_was_known_then(runs, scenario):
    assert funnel(Sample.of_runs(runs))["about"].endswith("Stroke across: the start (month 0).")
    without = lpsim.simulate(scenario.adapted({"initial.prior": 0.0, "turnover.prior": 0.0}), seed=1)
    assert "Stroke" not in funnel(Sample.of_runs([without]))["about"]


def test_there_is_a_panel_for_each_loop_that_acts():
    for name in ("one_practice", "double_loop", "triple_loop"):
        scenario = lpsim.Scenario.load(name).adapted({"steps": 3, "population.practices": 2})
        sample = Sample.of_runs(list(lpsim.simulate_many(scenario, [1])))
        assert [panel["heading"].split()[0].lower() for panel in loops(sample)] == list(loops_of(scenario))


def test_differences_are_those_of_the_comparison(runs, scenario):
    other = list(lpsim.simulate_many(scenario.adapted({"practice.analysis.share": 1.0}), range(1, 7)))
    comparison = lpsim.compare(runs, {"more": other})
    found = differences(comparison)
    for panel in found["panels"]:
        (effect,) = [one for one in comparison.effects() if one.measure == panel["name"]]
        end = panel["options"][0]["end"]
        assert end["mean"] == pytest.approx(effect.difference.mean, abs=1e-6)
        assert end["low"] == pytest.approx(effect.difference.low, abs=1e-6)
        assert np.mean(end["each"]) == pytest.approx(end["mean"], abs=1e-6)
        assert panel["base"][-1] == pytest.approx(effect.base, abs=1e-6)
        assert sum(value > 0 for value in end["each"]) == end["higher"]


def test_a_lesson_s_frames_say_who_carries_it(life):
    found = lesson_map(life)
    assert found["frames"][0]["step"] == life.reached["born"]
    assert sum(frame["milestone"] for frame in found["frames"]) >= 2
    for frame in found["frames"]:
        assert any(frame["fill"]) or frame["ring"] or frame["bodies"] or not len(life.holders(frame["step"]))
    assert found["story"][0]["step"] == found["frames"][0]["step"]


def test_the_story_by_step_is_the_story_as_told(life):
    told = " ".join(lpsim.tell(life, width=0).split())
    assert " ".join(part["text"] for part in lesson_map(life)["story"]) == told


def test_people_are_those_of_the_run(runs):
    found = lpsim.People.of(runs[0])
    rows = people(found)["rows"]
    posts = [row for row in rows if row["post"]]
    assert len(posts) == found.structure.staff
    mean = np.mean([row["right"] for row in posts], axis=0)
    np.testing.assert_allclose(mean, runs[0].column("staff_right"), **CLOSE)


def test_a_byte_a_value_is_close_enough_to_be_shown(scenario):
    lever = read_lever(scenario, "practice.analysis.share=0:1:3")
    made = grid(scenario, [lever], [1, 2, 3])
    packed = levers_panel.levers(made)["values"]
    found = packed["low"] + packed["step"] * np.frombuffer(base64.b64decode(packed["bytes"]), dtype=np.uint8)
    wanted = np.stack([made.mean, made.low, made.high], axis=-2).ravel()
    assert packed["step"] < 0.01
    np.testing.assert_allclose(found, wanted, rtol=0, atol=packed["step"] / 2 + 1e-9)


def test_what_levers_say_in_words_is_no_byte_but_the_number(scenario):
    made = grid(scenario, [read_lever(scenario, "practice.analysis.share=0:1:3")], [1, 2, 3])
    ends = levers_panel.levers(made)["ends"]
    np.testing.assert_allclose(ends["mean"], made.mean[..., -1].ravel(), **CLOSE)
    told = np.stack([ends["apart"], ends["low"], ends["high"]], axis=-1)
    np.testing.assert_allclose(told, made.apart.reshape(-1, 3), **CLOSE)
    assert ends["clear"] == made.clear.ravel().tolist()


def test_what_has_no_value_has_a_byte_of_its_own():
    packed = levers_panel._packed(np.array([np.nan, -0.5, 0.0, 1.0]))
    found = list(base64.b64decode(packed["bytes"]))
    assert found[0] == levers_panel.NONE
    assert packed["low"] + packed["step"] * found[2] == pytest.approx(0, abs=1e-12)
    assert max(found[1:]) < levers_panel.NONE


def test_every_panel_is_plain_json(runs, life):
    sample = Sample.of_runs(runs)
    for panel in (levels(sample), funnel(sample), loops(sample), lesson_map(life)):
        json.dumps(panel, allow_nan=False)
