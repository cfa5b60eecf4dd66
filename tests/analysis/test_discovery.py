"""Discovery in a store: what is sought, how surely a box is known, regret, folders and refusals."""

import csv
import sys

import numpy as np
import pytest
from sweeping import filled

import lpsim
from lpsim.analysis.boxes import Axis, Limit
from lpsim.analysis.cases import cases_of
from lpsim.analysis.discovery import RESAMPLES, Condition, _groups, _side, discover
from lpsim.analysis.discovery_folder import SEAL, save
from lpsim.analysis.summary import summarize
from lpsim.errors import InputError
from lpsim.scenario import Scenario
from lpsim.sweeps.design.design import Design

BASE = Scenario().replace({"steps": 3, "population.practices": 2, "world.issues": 6, "world.domains": 2})
KEYS = ["practice.reflection.rate", "practice.discussion.rate", "forgetting.staff", "world.tacit"]
RULE = {"key": "practice.discussion.rule", "kind": "lever", "values": ["superiors", "best", "majority"]}


def design(method="latin_hypercube", factors=None, **more):
    if factors is None:
        factors = [{"key": key, "kind": "uncertainty", "range": [0, 1]} for key in KEYS]
    keep = {"measures": ["staff_knowledge", "performance"]}
    scheme = {"samples": 200} if method == "latin_hypercube" else {}
    return Design.from_dict(
        {"base": BASE, "method": method, "factors": factors, "keep": keep, **scheme, **more}
    )


def swept(folder, function, made=None):
    """A store whose measures are a function of the factors' values."""
    return filled(folder / "store", made or design(), lambda point, seed: function(*point.factors.values()))


def in_a_corner(x, y, *_):
    return 0.1 if x < 0.4 and y > 0.5 else 0.6


def refused(function, *arguments, **named):
    with pytest.raises(InputError) as caught:
        function(*arguments, **named)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# --- boxes ----------------------------------------------------------------------------------------------


def test_a_corner_is_found_by_both_and_every_limit_comes_back(tmp_path):
    found = discover(swept(tmp_path, in_a_corner), "staff_knowledge < 0.3")
    for region in (found.boxes[0], found.leaves[0]):
        assert [(side.factor, side.side) for side in region.sides] == [(KEYS[0], "high"), (KEYS[1], "low")]
        assert [side.end for side in region.sides] == [
            pytest.approx(0.4, abs=0.05),
            pytest.approx(0.5, abs=0.05),
        ]
        assert all(side.kept > 0.95 for side in region.sides)
        assert region.density > 0.95 < region.coverage
        assert region.held_density > 0.85 < region.held_coverage
        assert region.cases == found.sought.sum() == region.sought
    assert len(found.boxes) == 1


def test_two_corners_are_two_boxes(tmp_path):
    def in_two(x, y, *_):
        return 0.1 if (x < 0.3 and y < 0.5) or (x > 0.7 and y > 0.5) else 0.6

    found = discover(swept(tmp_path, in_two), "staff_knowledge < 0.3")
    assert len(found.boxes) == 2
    assert sum(region.coverage for region in found.boxes) > 0.95


def test_boxes_of_mere_chance_are_worth_nothing_on_points_left_out(tmp_path):
    draws = np.random.default_rng(5)
    store = filled(tmp_path / "store", design(), lambda point, seed: draws.random())
    found = discover(store, "staff_knowledge < 0.2")
    for region in found.boxes:
        assert region.held_density < found.sought.mean() + 0.05 < region.density


def test_the_mean_over_the_runs_of_a_point_meets_the_condition_or_does_not(tmp_path):
    made = design(replications=2)
    store = filled(
        tmp_path / "store", made, lambda point, seed: point.factors[KEYS[0]] + (1 if seed == 1 else -1)
    )
    found = discover(store, "staff_knowledge >= 0.5")
    assert found.sought.sum() == 100


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("staff_knowledge < .3", ("staff_knowledge", "<", 0.3)),
        ("staff_knowledge[role: gp]>=1e-2", ("staff_knowledge[role: gp]", ">=", 0.01)),
        (" performance  <= -0.5 ", ("performance", "<=", -0.5)),
    ],
)
def test_a_condition_is_a_measure_a_sign_and_a_number(text, expected):
    assert Condition.read(text) == expected


@pytest.mark.parametrize(("sign", "holds"), [(">=", True), ("<=", True), (">", False), ("<", False)])
@pytest.mark.parametrize("means", [[0.04, 0.05, 0.06], [0.1, 0.2, 0.3], [1000.1, 1000.2, 1000.3]])
def test_a_mean_that_is_the_threshold_but_for_binary_rounding_is_the_threshold(sign, holds, means):
    threshold = means[1]
    mean = np.array([np.mean(means), np.mean(means) + 1e-7, np.mean(means) - 1e-7])
    assert mean[0] != threshold
    found = Condition("staff_knowledge", sign, threshold).holds(mean)
    assert found.tolist() == [holds, ">" in sign, "<" in sign]


@pytest.mark.parametrize(
    "text", ["", "staff_knowledge", "staff_knowledge < low", "< 0.3", "x == 3", "x < nan", "x < 1 < 2"]
)
def test_anything_else_is_refused(text):
    assert 'such as "staff_knowledge < 0.3".' in refused(Condition.read, text)


# --- regret -----------------------------------------------------------------------------------------------


def test_regret_is_what_a_policy_gives_up_against_the_best_of_the_same_future(tmp_path):
    future = {"key": KEYS[0], "kind": "uncertainty", "values": [0.1 * step for step in range(1, 10)] + [0.95]}
    other = {"key": KEYS[1], "kind": "uncertainty", "values": [0.2, 0.4, 0.6, 0.8]}
    made = design("factorial", [RULE, future, other])

    def fares(rule, x, _):
        return {"superiors": 0.5, "best": x, "majority": 0.2}[rule]

    found = discover(swept(tmp_path, fares, made), "staff_knowledge < 0.3")
    assert [policy.levers["practice.discussion.rule"] for policy in found.policies] == [
        "best", "superiors", "majority",
    ]  # fmt: skip
    by_rule = {policy.levers["practice.discussion.rule"]: policy for policy in found.policies}
    assert by_rule["best"].worst == pytest.approx(0.4)
    assert by_rule["superiors"].worst == pytest.approx(0.45)
    assert by_rule["superiors"].best == pytest.approx(0.5)
    assert by_rule["majority"].meets == 1
    assert len(by_rule["majority"].regret) == 40


def test_policies_that_differ_by_binary_rounding_alone_are_regretted_alike(tmp_path):
    future = {"key": KEYS[0], "kind": "uncertainty", "values": np.linspace(0, 1, 20).round(3).tolist()}
    made = design("factorial", [RULE, future], replications=3)
    runs = {"superiors": [0.04, 0.05, 0.06], "best": [0.05, 0.05, 0.05], "majority": [0.05, 0.04, 0.06]}

    def fares(point, seed):
        rule, place = point.factors.values()
        return runs[rule][(seed - 1) % 3] + (place > 0.5)

    found = discover(filled(tmp_path / "store", made, fares), "staff_knowledge < 0.5")
    assert len({*found.values.tolist()}) > 2
    assert [(policy.worst, policy.best) for policy in found.policies] == [(0.0, 1.0)] * 3


def test_scenarios_that_are_listed_are_policies(tmp_path):
    listed = [{"name": "one"}, {"name": "other", "set": {"forgetting.practice": 0.5}}]
    made = design(
        scenarios=listed,
        factors=[{"key": key, "kind": "uncertainty", "range": [0, 1]} for key in KEYS[:2]],
        samples=60,
    )
    store = filled(
        tmp_path / "store", made, lambda point, seed: point.factors[KEYS[0]] + 0.2 * (point.listed == "other")
    )
    found = discover(store, "staff_knowledge > 0.5")
    assert [policy.levers for policy in found.policies] == [{"scenario": "other"}, {"scenario": "one"}]
    assert found.policies[1].worst == pytest.approx(0.2)
    assert found.kind("scenario") == "lever"


def test_keys_that_rise_together_are_one_factor(tmp_path):
    both = {"keys": KEYS[:2], "kind": "lever", "range": [0.0, 1.0]}
    other = {"key": KEYS[2], "kind": "uncertainty", "range": [0.0, 1.0]}
    made = design(factors=[both, other])
    store = filled(tmp_path / "store", made, lambda point, seed: point.factors[KEYS[0]])
    found = discover(store, "staff_knowledge > 0.6")
    assert [axis.name for axis in found.axes] == [KEYS[0], KEYS[2]]
    assert {side.factor for region in found.leaves for side in region.sides} == {KEYS[0]}


@pytest.mark.parametrize(("kind", "policies"), [("uncertainty", 2), ("lever", 4)])
def test_scenarios_that_a_factor_draws_are_what_the_factor_is(tmp_path, kind, policies):
    scenario = {"key": "scenario", "kind": kind, "values": ["one", "other"]}
    lever = {"key": KEYS[0], "kind": "lever", "values": [0.0, 1.0]}
    future = {"key": KEYS[1], "kind": "uncertainty", "values": np.linspace(0.0, 1.0, 20).round(3).tolist()}
    listed = [{"name": "one"}, {"name": "other", "set": {"forgetting.practice": 0.5}}]
    made = design("factorial", [scenario, lever, future], scenarios=listed, seeds="paired", stride=5)
    store = filled(tmp_path / "store", made, lambda point, seed: point.factors[KEYS[1]])
    found = discover(store, "staff_knowledge > 0.5")
    assert len(found.policies) == policies
    assert all(("scenario" in policy.levers) == (kind == "lever") for policy in found.policies)
    futures = 20 * (2 if kind == "uncertainty" else 1)
    assert len({made.seeds(point) for point in made.points}) == futures


def test_points_that_blocks_of_seeds_alone_tell_apart_are_one_case_of_regret(tmp_path):
    future = {"key": KEYS[0], "kind": "uncertainty", "values": [0.0, 1.0]}
    lever = {"key": KEYS[1], "kind": "lever", "values": [0.0, 1.0]}
    made = design("saltelli", [lever, future], samples=32, seed_blocks=4)
    store = filled(tmp_path / "store", made, lambda point, seed: 0.1 * seed + point.factors[KEYS[1]] / 4)
    found = discover(store, "staff_knowledge < 0.3")
    frame = store.frame()
    means = frame.groupby([KEYS[1], KEYS[0]])["staff_knowledge"].mean().unstack()
    assert frame.groupby([KEYS[1], KEYS[0]])["seed"].nunique().min() > 1
    for policy in found.policies:
        row = means.loc[policy.levers[KEYS[1]]]
        assert policy.mean == pytest.approx(row.mean())
        assert sorted(policy.regret) == pytest.approx(sorted(means.max() - row))


def test_levers_that_are_drawn_with_the_uncertainties_have_no_regret(tmp_path):
    factors = [
        {"key": key, "kind": kind, "range": [0, 1]}
        for key, kind in zip(KEYS, ("lever", *["uncertainty"] * 3), strict=True)
    ]
    found = discover(swept(tmp_path, in_a_corner, design(factors=factors)), "staff_knowledge < 0.3")
    assert found.policies == ()
    assert found.kind(KEYS[0]) == "lever"


# --- folders and refusals -----------------------------------------------------------------------------------


def test_the_tables_and_the_json_hold_the_same_numbers(tmp_path):
    found = discover(swept(tmp_path, in_a_corner), "staff_knowledge < 0.3")
    folder = save(found, tmp_path / "out")
    head = SEAL.read(folder)
    rows = list(csv.DictReader((folder / "limits.csv").read_text().splitlines()))
    ends = [side["end"] for region in (*head["boxes"], *head["leaves"]) for side in region["sides"]]
    assert [float(row["end"]) for row in rows] == ends
    assert head["condition"] == {"measure": "staff_knowledge", "sign": "<", "threshold": 0.3}
    assert not (folder / "policies.csv").exists()


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("staff_knowledge < 0.01", "0 of 200 points have staff_knowledge < 0.01, and a box needs 20 that do"),
        (
            "staff_knowledge < 5",
            "200 of 200 points have staff_knowledge < 5, and a box needs 20 that do and 20",
        ),
        ("wisdom < 5", "when wisdom: was not kept;"),
    ],
)
def test_too_few_points_for_a_box_and_measures_that_are_not_there_are_told(tmp_path, when, words):
    assert words in refused(discover, swept(tmp_path, in_a_corner), when)


def test_a_design_whose_points_do_not_fill_the_space_is_refused(tmp_path):
    store = swept(tmp_path, in_a_corner, design("morris", samples=8))
    said = refused(discover, store, "staff_knowledge < 0.3")
    assert (
        'method morris, whose points do not fill the space; sweep one with method = "latin_hypercube"' in said
    )


def test_without_scikit_learn_the_extra_is_named(tmp_path, monkeypatch):
    store = swept(tmp_path, in_a_corner)
    monkeypatch.setitem(sys.modules, "sklearn.tree", None)
    said = refused(discover, store, "staff_knowledge < 0.3")
    assert said == "scikit-learn is not installed; pip install '.[discovery]' in your clone of lpsim."


def test_resamples_are_the_same_each_time(tmp_path):
    store = swept(tmp_path, lambda x, y, *_: x * y)
    one, other = (discover(store, "staff_knowledge > 0.4") for _ in range(2))
    assert one.boxes == other.boxes
    assert RESAMPLES == 50


def test_the_face_has_the_same_function():
    assert lpsim.discover is discover


# --- what stands or falls together ------------------------------------------------------------------------


def crossed(futures, kinds=("lever", "uncertainty")):
    """Four values of a lever at each of so many of an uncertainty."""
    rates, forgotten = np.linspace(0, 1, 4), np.linspace(0, 1, futures).round(4)
    keys = zip(KEYS[1:3], kinds, (rates.round(4).tolist(), forgotten.tolist()), strict=True)
    factors = [{"key": key, "kind": kind, "values": values} for key, kind, values in keys]
    return design("factorial", factors, replications=1)


def test_chance_that_is_the_same_with_every_lever_does_not_come_out_on_points_left_out(tmp_path):
    """By point most of a box's luck would be seen again: the twin with another lever has the same chance."""
    promised, held = [], []
    for case in range(8):
        chance = np.random.default_rng(case).random(100) < 0.35
        made = crossed(100)
        lucky = dict(zip(made.factors[1].values, chance, strict=True))
        store = swept(
            tmp_path / f"{case}", lambda _, future, lucky=lucky: 0.1 if lucky[future] else 0.6, made
        )
        found = discover(store, "staff_knowledge < 0.3")
        for region in (*found.boxes, *found.leaves):
            if region.density > chance.mean() + 0.15:
                promised.append(region.density - chance.mean())
                held.append(region.held_density - chance.mean())
    assert len(held) >= 5
    assert np.mean(promised) > 0.3
    assert np.mean(held) < 0.1


@pytest.mark.parametrize(
    ("made", "groups"),
    [
        (crossed(100), 100),
        (crossed(10), 40),  # too few futures to leave some out
        (crossed(100, kinds=("lever", "lever")), 400),
        (design(samples=64), 64),
        (design("saltelli", samples=16), 16),
    ],
)
def test_points_stand_or_fall_by_future_or_else_alone(tmp_path, made, groups):
    found = _groups(cases_of(swept(tmp_path, lambda *_: 0.5, made)))
    assert len(set(found.tolist())) == found.max() + 1 == groups


def test_8_of_10_of_the_ends_of_a_side_are_those_of_a_spread_between_worlds():
    ends = np.arange(1.0, 20.0)
    boxes = [{0: Limit(low=end)} for end in ends.tolist()]
    side = _side(Axis("x", ends), 0, Limit(low=7.0), "low", [*boxes, {}])
    spread = summarize(ends).spread
    assert side.ends == spread == (2.0, 18.0)
    assert side.kept == 19 / 20
