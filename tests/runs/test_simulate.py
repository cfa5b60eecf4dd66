"""One run, and many: what a run of a batch shares with the others never shows in its numbers."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from strategies import examples, scenarios

import lpsim
from lpsim.errors import InputError
from lpsim.population.build import Builder
from lpsim.runs.groups import groups_of
from lpsim.runs.measures import MEASURES
from lpsim.runs.run import table_names
from lpsim.scenario import Scenario
from lpsim.sweeps.batches import column_of

CONFIGS = Path(__file__).parents[2] / "configs"
TABLE = CONFIGS / "made_up_practices.csv"


def assert_same(one, other):
    assert (one.scenario, one.seed) == (other.scenario, other.seed)
    for name in table_names(one.scenario):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)
    timeless = [
        {k: v for k, v in run.provenance.items() if k not in ("seconds", "finished")} for run in (one, other)
    ]
    assert timeless[0] == timeless[1]


SHARED = {
    "everything but the world": {"population.spread": 0},
    "little": {},
    "a table": {
        "population.workforce": str(TABLE),
        "network.column": "PCN_CODE",
        "service.networking.meetings": 0.3,
    },
    "kinds": {"kinds": [{"name": "own", "share": 0.4, "set": {"practice.codification.rate": 0.5}}]},
    "ties": {
        "population.spread": 0,
        "network.rewire": 0.2,
        "network.practices": "small_world",
        "service.networking.meetings": 0.3,
    },
    "interventions": {
        "population.spread": 0,
        "interventions": [{"at": 3, "set": {"practice.reflection.rate": 0.4}}],
    },
    "reviews": {
        "population.spread": 0,
        "protected_time.enabled": True,
        "loops.triple.review": 2,
    },
    "lessons": {"population.spread": 0, "record.lessons": True},
}


@pytest.mark.parametrize("case", SHARED)
@pytest.mark.parametrize("engine", ["compiled", "reference"])
def test_a_run_among_many_is_the_run_by_itself(case, engine):
    few = {} if case == "a table" else {"population.practices": 6}
    scenario = Scenario().replace({"steps": 8, **few, **SHARED[case]})
    seeds = [3, 1, 2**64 - 1, 1]
    many = list(lpsim.simulate_many(scenario, seeds, engine=engine))
    assert [run.seed for run in many] == seeds
    for run in many:  # all looked at after all were made: none may hold memory of another
        assert_same(run, lpsim.simulate(scenario, seed=run.seed, engine=engine))


@examples(40)
@given(scenario=scenarios())
def test_every_scenario_gives_the_same_runs_among_many(scenario):
    for run in lpsim.simulate_many(scenario, [5, 6]):
        assert_same(run, lpsim.simulate(scenario, seed=run.seed))


def test_runs_come_one_by_one():
    runs = lpsim.simulate_many(Scenario().replace({"steps": 2}), iter([1, 2, -1]))
    assert [next(runs).seed, next(runs).seed] == [1, 2]
    with pytest.raises(InputError, match="seed: found -1; allowed is a whole number"):
        next(runs)


def test_seeds_that_end_in_an_error_are_run_up_to_it():
    def seeds():
        yield 1
        yield 2
        raise ZeroDivisionError

    runs = lpsim.simulate_many(Scenario().replace({"steps": 2, "population.spread": 0}), seeds())
    assert [next(runs).seed, next(runs).seed] == [1, 2]
    with pytest.raises(ZeroDivisionError):
        next(runs)


@pytest.mark.parametrize("at_once", [1, 2500, 10**9])
def test_how_many_runs_are_made_side_by_side_changes_no_number(at_once, monkeypatch):
    scenario = Scenario.load(CONFIGS / "march1991.toml", {"steps": 20})
    alone = [lpsim.simulate(scenario, seed=seed) for seed in range(7)]
    monkeypatch.setattr("lpsim.runs.simulate.AT_ONCE", at_once)
    done = []
    for one, other in zip(alone, lpsim.simulate_many(scenario, range(7), on_step=done.append), strict=True):
        assert_same(one, other)
    assert sum(done) == 7 * 20


def test_the_more_issues_the_fewer_runs_at_once(monkeypatch):
    groups = []
    original = Builder.build_together
    monkeypatch.setattr("lpsim.runs.simulate.AT_ONCE", 250_000)

    def counted(builder, seeds):
        groups.append(len(seeds))
        return original(builder, seeds)

    monkeypatch.setattr(Builder, "build_together", counted)
    one, many = ({"steps": 100, "world.issues": issues} for issues in (64, 640))
    for changes in (one, many):
        list(lpsim.simulate_many(Scenario.load(CONFIGS / "march1991.toml", changes), range(100)))
    assert groups == [50, 50, *20 * [5]]


def test_an_unknown_engine_is_refused_before_the_first_run_is_asked_for():
    with pytest.raises(InputError, match="engine: found 'fast'"):
        lpsim.simulate_many(Scenario(), [1], engine="fast")


def test_columns_are_those_of_the_series_before_and_after_saving(tmp_path):
    run = lpsim.simulate(Scenario().replace({"steps": 12, "record.every": 5}), seed=1)
    run.save(tmp_path / "run")
    loaded = lpsim.Run.load(tmp_path / "run")
    assert run.column("step").tolist() == loaded.column("step").tolist() == [0, 5, 10, 12]
    for name in MEASURES:
        expected = run.series[name].to_numpy()
        for column in (run.column(name), loaded.column(name)):
            assert np.array_equal(column, expected, equal_nan=True)
    assert run.summary == loaded.summary


@pytest.mark.parametrize("name", ["march1991", "some_learning_practices"])
def test_columns_of_groups_are_those_of_the_groups_before_and_after_saving(name, tmp_path):
    scenario = Scenario.load(CONFIGS / f"{name}.toml", {"steps": 12, "record.every": 5})
    run = lpsim.simulate(scenario, seed=1)
    run.save(tmp_path / "run")
    loaded = lpsim.Run.load(tmp_path / "run")
    tables = dict(iter(run.groups.groupby("group", sort=False)))
    assert list(tables) == list(groups_of(scenario))
    for group, measures in groups_of(scenario).items():
        assert set(measures) == set(tables[group].drop(columns=["step", "group"]).dropna(axis=1))
        for measure in measures:
            for column in (found.column(f"{measure}[{group}]") for found in (run, loaded)):
                assert np.array_equal(column, tables[group][measure])


@pytest.mark.parametrize("name", ["staff_knowlege", "staff_knowledge[role: gpp]", "agreement[role: gp]"])
def test_a_column_that_is_not_there_is_a_key_error(name, tmp_path):
    run = lpsim.simulate(Scenario().replace({"steps": 1}), seed=1)
    run.save(tmp_path / "run")
    for found in (run, lpsim.Run.load(tmp_path / "run")):
        with pytest.raises(KeyError):
            found.column(name)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "practise_knowledge",
            'practise_knowledge: this run has no such column; did you mean "practice',
        ),
        ("staff_knowledge[role: gpp]", "no group 'role: gpp'; did you mean \"role: gp\"?"),
        ("agreement[role: gp]", "of role: gp there is staff_knowledge and"),
    ],
)
def test_a_column_that_is_not_there_is_told_with_the_one_most_like_it(name, words):
    run = lpsim.simulate(Scenario().replace({"steps": 2}), seed=1)
    with pytest.raises(InputError) as caught:
        run.column(name)
    assert words in str(caught.value)


def test_a_column_of_several_steps_is_what_sweeps_keep_where_every_step_is_recorded():
    run = lpsim.simulate(Scenario().replace({"steps": 3}), seed=1)
    for name in ("staff_knowledge[last 2]", "staff_knowledge[role: gp][last 2]", "months_to_half_by_staff"):
        assert np.array_equal(run.column(name), column_of(run, name), equal_nan=True)
    assert run.column("staff_knowledge[last 2]")[3] == run.column("staff_knowledge")[2:].mean()
    seldom = lpsim.simulate(Scenario().replace({"steps": 3, "record.every": 2}), seed=1)
    with pytest.raises(InputError, match=r"staff_knowledge\[last 2\]: needs every step; record them"):
        seldom.column("staff_knowledge[last 2]")


def test_tables_are_made_once_and_when_asked_for():
    run = lpsim.simulate(Scenario().replace({"steps": 2}), seed=1)
    assert run.series is run.series
    assert list(run.tables) == ["series", "groups", "practices", "issues"]
    assert len(run.tables) == 4
    assert (run.lessons, run.lesson_events) == (None, None)


def test_progress_adds_up_to_the_steps(monkeypatch):
    done = []
    monkeypatch.setattr("lpsim.runs.simulate.AT_ONCE", 10_000)
    lpsim.simulate(Scenario().replace({"steps": 1000}), seed=1, on_step=done.append)
    assert sum(done) == 1000
    assert 1 < len(done) < 1000
