"""What was discovered, in words: the box in a sentence, how surely, regret, and what to beware of."""

from dataclasses import replace

import numpy as np
import pytest
from sweeping import filled

from lpsim.analysis.discovery import discover
from lpsim.scenario import Scenario
from lpsim.show.text.discovery import (
    discovery_markdown,
    discovery_text,
    headline,
    region_sentence,
    regret_sentence,
    warnings,
)
from lpsim.show.text.levers import meaning
from lpsim.sweeps.design.design import Design

BASE = Scenario().replace({"steps": 3, "population.practices": 2, "world.issues": 6, "world.domains": 2})
WEEKS = Scenario.from_dict(
    {
        "steps": 3,
        "step": "week",
        "population": {"practices": 2},
        "world": {"issues": 6, "domains": 2},
    }
)
RATE = {"key": "practice.reflection.rate", "kind": "uncertainty", "values": [i / 10 for i in range(1, 10)]}
RULE = {"key": "practice.discussion.rule", "kind": "lever", "values": ["superiors", "best", "majority"]}
TACIT = {"key": "world.tacit", "kind": "uncertainty", "values": [0.0, 0.3, 0.6, 0.9]}


def discovered(folder, function, factors=(RULE, RATE, TACIT), when="staff_knowledge < 0.3", **more):
    """What is found of a store whose measures are a function of the factors' values."""
    scheme = {"method": "factorial", "keep": {"measures": ["staff_knowledge"]}} | more
    made = Design.from_dict({"base": BASE, "factors": list(factors), **scheme})
    store = filled(folder / "store", made, lambda point, seed: function(*point.factors.values()))
    return discover(store, when)


def low_by_rule(rule, rate, tacit):
    return (0.1 if rule == "best" and rate < 0.65 else 0.6) + tacit / 10


def nothing(rule, rate, tacit):
    return np.random.default_rng([len(rule), round(10 * rate), round(10 * tacit)]).random()


def test_the_headline_is_the_first_box_in_a_sentence(tmp_path):
    found = discovered(tmp_path, low_by_rule)
    assert headline(found) == (
        "Where practice.discussion.rule is best and practice.reflection.rate is below 0.65 per month, "
        "knowledge of staff is below 0.3 in 24 of 24 points (of all: 24 of 108)"
    )
    assert region_sentence(found, found.boxes[0]).startswith(
        "Where practice.discussion.rule is best and practice.reflection.rate is below 0.65 per month, "
        "knowledge of staff is below 0.3 in 24 of 24 points: density 100 % (of all points 22 %), coverage "
        "100 % of all such points. On points left out: "
    )


def test_what_keys_mean_is_told_once_below_the_sentences(tmp_path):
    found = discovered(tmp_path, low_by_rule)
    told = (
        "In words, practice.discussion.rule: Whom a person listens to; practice.reflection.rate: "
        f"{meaning('practice.reflection.rate', BASE)}."
    )
    for text in (discovery_text(found, width=None), discovery_markdown(found)):
        assert text.count(told) == 1
    nowhere = replace(found, boxes=(), leaves=(), policies=())
    assert "In words" not in discovery_text(nowhere, width=None)


def test_both_ends_of_a_factor_are_told_together(tmp_path):
    found = discovered(tmp_path, lambda rule, rate, tacit: 0.1 if 0.25 < rate < 0.65 else 0.6)
    assert headline(found).startswith(
        "Where practice.reflection.rate is between 0.25 and 0.65 per month, knowledge"
    )


def test_all_policies_that_are_regretted_least_are_named(tmp_path):
    found = discovered(tmp_path, low_by_rule)
    said = regret_sentence(found)
    both = "practice.discussion.rule = superiors and practice.discussion.rule = majority"
    assert said.startswith(f"{both} are regretted least: knowledge of staff is at")
    assert said.endswith("and none is better in 100 % of 36 futures.")


@pytest.mark.parametrize("function", [low_by_rule, nothing])
def test_terminal_and_page_hold_every_limit_and_every_warning(tmp_path, function):
    found = discovered(tmp_path, function)
    for text in (discovery_text(found, width=None), discovery_markdown(found)):
        for region in (*found.boxes, *found.leaves):
            assert region_sentence(found, region) in text
        for warning in warnings(found):
            assert warning in text
        for policy in found.policies:
            assert f"practice.discussion.rule = {policy.levers['practice.discussion.rule']}" in text
    assert max(map(len, discovery_text(found, width=80).split("\n"))) <= 80


def test_where_there_is_no_box_it_says_so(tmp_path):
    found = discovered(tmp_path, nothing)
    assert headline(found) == "No limits on few factors tell where knowledge of staff is below 0.3"


def test_boxes_that_promise_more_than_they_hold_are_warned_of(tmp_path):
    keys = ["practice.reflection.rate", "world.tacit", "forgetting.staff", "initial.prior"]
    factors = [{"key": key, "kind": "uncertainty", "range": [0, 1]} for key in keys]

    def luck(rate, *_):
        return np.random.default_rng(int(1e6 * rate)).random()

    found = discovered(tmp_path, luck, factors, method="latin_hypercube", samples=150)
    assert found.boxes
    assert any("promises more than it holds on points left out" in warning for warning in warnings(found))


def of(found, kind, **changes):
    """The same with one box, or one leaf, that is otherwise."""
    return replace(found, **{kind: (getattr(found, kind)[0]._replace(**changes),)})


@pytest.mark.parametrize(("kind", "name"), [("boxes", "box 1"), ("leaves", "leaf 1")])
def test_a_leaf_that_promises_more_than_it_holds_is_warned_of_as_a_box_is(tmp_path, kind, name):
    found = discovered(tmp_path, low_by_rule)
    held = of(found, kind, density=0.92, held_density=0.78)
    assert not any("promises more" in warning for warning in warnings(held))
    fallen = of(found, kind, density=0.923, held_density=0.774)
    expected = f"warning: {name} promises more than it holds on points left out (92 % against 77 %)"
    assert any(warning.startswith(expected) for warning in warnings(fallen))


def test_a_limit_of_a_leaf_that_seldom_comes_back_is_warned_of(tmp_path):
    found = discovered(tmp_path, low_by_rule)
    one, *others = found.leaves[0].sides
    weak = of(found, "leaves", sides=(one._replace(kept=14 / 50), *others))
    expected = (
        "warning: leaf 1 has a limit that seldom comes back in resamples: practice.discussion.rule is best "
        "(in 14 of 50)."
    )
    assert expected in list(warnings(weak))


def test_where_levers_are_drawn_with_uncertainties_it_says_why_there_is_no_regret(tmp_path):
    factors = [
        {"key": "practice.reflection.rate", "kind": "lever", "range": [0, 1]},
        {"key": "world.tacit", "kind": "uncertainty", "range": [0, 1]},
    ]
    scheme = {"method": "latin_hypercube", "samples": 100}
    found = discovered(tmp_path, lambda rate, tacit: rate, factors, **scheme)
    assert regret_sentence(found) == ""
    assert any("no two policies meet the same futures" in warning for warning in warnings(found))


def test_where_there_are_levers_alone_nobody_is_sent_to_the_method_that_is_there(tmp_path):
    found = discovered(tmp_path, low_by_rule, [factor | {"kind": "lever"} for factor in (RULE, RATE, TACIT)])
    (why,) = [warning for warning in warnings(found) if "regret" in warning]
    assert "no factor that varies is an uncertainty" in why
    assert "factorial" not in why


def test_times_to_half_are_told_in_the_scenarios_own_steps(tmp_path):
    months, weeks = "months_to_half_by_memory", WEEKS
    more = {"base": weeks, "keep": {"measures": [months]}}
    found = discovered(tmp_path, low_by_rule, when=f"{months} < 0.3", **more)
    assert "weeks to half by memory is below 0.3" in headline(found)
    assert "weeks to half by memory is at worst" in regret_sentence(found)
