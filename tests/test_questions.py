"""Questions are put as they say: paired on seeds, in three settings; what is said follows from the tables."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import lpsim
from experiments import tables
from experiments.effects import adjusted, findings, p_value
from experiments.gallery import HERE, answered, claims, gallery, questions
from experiments.hypotheses import HYPOTHESES, says
from experiments.question import MAIN_SCENARIO, NOT_KNOWN, SETTINGS, Contrast, Curve, Question, Times
from experiments.run import simulate
from experiments.verdicts import verdict, where

NAMES = list(questions())
EVERY = pytest.mark.parametrize("name", NAMES)
SMALL = {"steps": 3, "population.practices": 3}
MEMORY = "practice_knowledge"


def question(*contrasts, **changes):
    """A small one: record every month or never, twice the turnover of doctors."""
    options = {
        "never": {"practice.codification.meetings": 0.0},
        "always": {"practice.codification.meetings": 1.0},
        "always, they leave": {"practice.codification.meetings": 1.0, "roles.gp.turnover": Times(20)},
        "never, they leave": {"practice.codification.meetings": 0.0, "roles.gp.turnover": Times(20)},
    }
    sizes = {"seeds": 4, "seeds_of_points": 2, "points": 3}
    made = contrasts or (contrast(),)
    return Question("Is it small?", Path("small"), options, made, **{"base": SMALL, **sizes, **changes})


def contrast(name="recording", *, plus=("always",), minus=("never",), expected="more"):
    return Contrast(name, "it is so", "it is not so", MEMORY, plus, minus, expected)


def known(scenario, seeds):
    return np.array([run.column(MEMORY)[-1] for run in lpsim.simulate_many(scenario, seeds)])


# --- how a question is put ------------------------------------------------------------------------


@EVERY
def test_every_option_of_every_claim_is_there_and_every_point_a_valid_scenario(name):
    asked = replace(questions()[name], points=5)
    for one in asked.contrasts:
        assert {*one.plus, *one.minus} <= set(asked.options)
    for part in SETTINGS:
        assert asked.design(part, 2).points


def test_differences_are_those_of_runs_with_the_same_seed(tmp_path):
    asked = question(contrast(plus=("always, they leave", "never"), minus=("never, they leave", "always")))
    simulate(asked, tmp_path, parts=["main"])
    (row,) = tables.read(tmp_path / "main.csv").itertuples()
    base = lpsim.Scenario.load(MAIN_SCENARIO).replace(SMALL)
    doctors = 20 * base.roles["gp"].turnover
    runs = {
        (record, leave): known(
            base.adapted({"practice.codification.meetings": record, "roles.gp.turnover": leave}), range(1, 5)
        )
        for record in (0.0, 1.0)
        for leave in (base.roles["gp"].turnover, doctors)
    }
    today = base.roles["gp"].turnover
    apart = runs[1, doctors] + runs[0, today] - runs[0, doctors] - runs[1, today]
    assert row.mean == pytest.approx(apart.mean())
    assert row.se == pytest.approx(apart.std(ddof=1) / 2)


def test_an_option_goes_before_what_a_point_says_and_multiplies_what_it_has():
    names = ("always", "never", "always, they leave", "never, they leave")
    asked = question(contrast(plus=names[:2], minus=names[2:]))
    first, *_ = asked.points_of("hypercube").values()
    rows = [point.values for point in asked.design("hypercube").points[: len(asked.options)]]
    assert {row["practice.codification.meetings"] for row in rows} <= {0.0, 1.0}
    assert first["practice.codification.meetings"] not in (0.0, 1.0)
    assert {row["practice.codification.rate"] for row in rows} == {first["practice.codification.rate"]}
    assert {row["roles.gp.turnover"] for row in rows} == {0.01, 0.2}


def test_what_all_options_have_no_point_changes():
    asked = question(base={**SMALL, "world.turbulence": 0.0})
    assert all("world.turbulence" not in point for point in asked.points_of("hypercube").values())


def test_the_hypercube_is_over_keys_that_are_marked_as_assumed_and_two_known_by_a_bound_only():
    marks = {row.key: row.mark for row in _evidence()}
    design = lpsim.Design.load(NOT_KNOWN)
    keys = {key for factor in design.factors for key in factor.columns}
    assert {key for key in keys if marks[key] != "assumed"} == {
        "practice.reflection.rate",
        "world.turbulence",
    }


def _evidence():
    from lpsim.scenario.evidence import evidence

    return evidence(lpsim.Scenario.load(MAIN_SCENARIO))


def test_a_question_goes_on_where_it_was_interrupted(tmp_path):
    def interrupted(part, now):
        if now.done > 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(question(), tmp_path / "out", parts=["hypercube"], on_progress=interrupted)
    for folder in ("out", "whole"):
        simulate(question(), tmp_path / folder, parts=["hypercube"])
    assert (tmp_path / "out" / "hypercube.csv").read_text() == (
        tmp_path / "whole" / "hypercube.csv"
    ).read_text()


def test_a_question_is_told_and_drawn_in_the_settings_that_were_run(tmp_path):
    options = dict.fromkeys((0.0, 1.0), "never"), {0.0: "never", 1.0: "always"}
    curve = Curve("recording", {"flat": options[0], "steep": options[1]}, (MEMORY,))
    asked = question(contrast(), contrast("nothing", plus=("never",), expected="same"), curve=curve)
    simulate(asked, tmp_path, parts=["main", "hypercube"])
    asked.present(tmp_path)
    told = (tmp_path / "verdict.md").read_text()
    assert told.startswith("# Is it small?\n")
    assert "2 seeds at each of 3 hypercube points" in told
    assert "calibrated" not in told
    assert {path.name for path in tmp_path.glob("*.png")} == {"effects.png", "levels.png"}


# --- what is made of it ---------------------------------------------------------------------------


def table(means, se=0.01):
    return pd.DataFrame(
        {
            "contrast": "recording",
            "point": range(len(means)),
            "mean": means,
            "se": se,
            "sd": 2 * se,
            "repetitions": 4,
        }
    )


def at_points(means):
    asked = question(points=50)
    (found,) = findings(asked, {"main": table([0.1]), "hypercube": table(means)})
    return asked, found


def test_the_key_that_turns_a_claim_is_found_with_its_value():
    asked = question(points=50)
    values = np.array([point["world.turbulence"] for point in asked.points_of("hypercube").values()])
    _, found = at_points(np.where(values < 0.004, 0.05, -0.05))
    assert found.turn.key == "world.turbulence"
    assert found.turn.value == pytest.approx(0.004, abs=0.0002)
    assert found.turn.below[0] == found.turn.below[1]
    assert found.turn.above[0] == 0
    assert found.answer == "depends"


def test_chance_turns_nothing_in_nineteen_of_twenty_cases():
    """Bonferroni keeps it below one in twenty; of 20 draws more than 4 would be one in 300."""
    rng = np.random.default_rng(7)
    turned = sum(at_points(rng.normal(0, 0.05, 50))[1].turn is not None for _ in range(20))
    assert turned <= 4


@pytest.mark.parametrize(
    ("main", "points", "answer"),
    [
        (0.1, 0.1, "yes"),
        (0.1, -0.1, "depends"),
        (0.0, 0.0, "not seen"),
        (-0.1, -0.1, "reversed"),
        (-0.1, 0.0, "not seen"),
    ],
)
def test_an_answer_asks_all_settings(main, points, answer):
    spread = np.linspace(-0.02, 0.02, 20)
    (found,) = findings(question(), {"main": table([main]), "hypercube": table(points + spread)})
    assert found.answer == answer


def test_where_the_reverse_is_in_some_settings_alone_the_verdict_says_in_which():
    asked, spread = question(), np.linspace(-0.02, 0.02, 20)
    (some,) = findings(asked, {"main": table([-0.1]), "hypercube": table(spread)})
    (every,) = findings(asked, {"main": table([-0.1]), "hypercube": table(spread - 0.1)})
    assert "The reverse is beyond error in the main scenario." in where(asked, some)
    assert "The reverse" not in where(asked, every)


def test_the_same_is_claimed_only_where_both_margins_are_left_out():
    assert p_value(0.0, 0.005, 20, "same", 0.02) < 0.001
    assert p_value(0.0, 0.02, 20, "same", 0.02) > 0.1
    assert p_value(0.03, 0.005, 20, "same", 0.02) > 0.9
    assert p_value(0.0, 0.0, 20, "same", 0.02) == 0
    assert p_value(0.0, 0.0, 20, "more", 0.02) == 1


def test_false_discoveries_are_as_few_as_is_said():
    """A thousand null claims beside a hundred true ones: at most one in twenty of what is found is false."""
    rng = np.random.default_rng(1)
    p = np.concatenate([rng.uniform(size=1000), rng.uniform(size=100) * 1e-6])
    found = adjusted(p) < 0.05
    assert found[1000:].all()
    assert found[:1000].sum() <= 12


# --- what is committed ----------------------------------------------------------------------------


@EVERY
def test_the_committed_verdict_follows_from_the_tables(name):
    asked = questions()[name]
    results = asked.folder / "results"
    assert (results / "verdict.md").read_text() == verdict(asked, results)


def test_the_committed_gallery_and_claims_follow_from_the_tables(tmp_path):
    found = answered()
    assert gallery(found) in (HERE / "README.md").read_text()
    tables.write(claims(found), tmp_path / "claims.csv", [])
    committed = [line for line in (HERE / "claims.csv").read_text().splitlines() if not line.startswith("#")]
    assert (tmp_path / "claims.csv").read_text().splitlines() == committed


def test_every_hypothesis_is_borne_on_by_a_claim_or_says_why_not():
    marked = {one.hypothesis for asked in questions().values() for one in asked.contrasts} - {""}
    assert marked <= {one.name for one in HYPOTHESES}
    assert len(HYPOTHESES) == 14
    assert all(one.name in marked or one.untested for one in HYPOTHESES)
    assert says(HYPOTHESES[7], []) == "cannot be tested"


@pytest.mark.slow
@EVERY
@pytest.mark.parametrize("part", ["main", "hypercube"])
@pytest.mark.filterwarnings("ignore::lpsim.errors.IdleSettingWarning")
def test_a_questions_sweep_gives_the_same_as_its_runs_one_by_one(name, part, tmp_path):
    """To the last bit: points of a sweep share what is alike in them, and nothing else."""
    asked = replace(questions()[name], seeds=1, seeds_of_points=1, points=1)
    design = asked.design(part)
    swept = lpsim.sweep(design, store=tmp_path / "store").frame()
    for row, point in zip(swept.to_dict("records"), design.points, strict=True):
        run = lpsim.simulate(design.scenario(point), seed=row["seed"], engine="compiled")
        for measure in asked.kept:
            np.testing.assert_array_equal(row[measure], run.column(measure)[-1], f"{row}")


@pytest.mark.slow
@EVERY
def test_a_verdict_is_the_same_with_fresh_seeds(name, tmp_path):
    """Every effect, with other seeds and fewer points, within 5 standard errors of what is committed.

    By the deviations of the committed runs. Of about 230 comparisons a right model fails one once in some
    hundreds of times; differences below .005 are let pass, where a deviation may rest on a single run.
    """
    asked = questions()[name]
    fresh = replace(asked, seeds=4, seeds_of_points=2, points=2, first_seed=1001)
    simulate(fresh, tmp_path, parts=list(SETTINGS))
    for part in SETTINGS:
        ours, theirs = (
            tables.read(folder / f"{part}.csv") for folder in (tmp_path, asked.folder / "results")
        )
        for one in asked.contrasts:
            here, there = (rows[rows["contrast"] == one.name] for rows in (ours, theirs))
            both = here.merge(there, on="point", suffixes=("", "_kept"))
            assert len(both) == (1 if part == "main" else 2)
            apart = (both["mean"] - both["mean_kept"]).mean()
            runs = 1 / both["repetitions"] + 1 / both["repetitions_kept"]
            error = np.sqrt((there["sd"] ** 2).mean() * runs.mean() / len(both))
            assert abs(apart) < max(5 * error, 0.005), (part, one.name, apart, error)
