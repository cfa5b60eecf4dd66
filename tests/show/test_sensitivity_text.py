"""A sensitivity analysis in words: what matters, which way, what chance does, and what to beware of."""

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from sweeping import filled

from lpsim.scenario import Scenario
from lpsim.show.text.sensitivity import (
    FLOOR,
    direction,
    finding,
    headline,
    how_many,
    sensitivity_markdown,
    sensitivity_text,
    warnings,
)
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
KEYS = ["practice.reflection.rate", "practice.discussion.rate", "forgetting.staff"]


def analysed(folder, function, method="morris", **more):
    """An analysis of three keys, whose measures are a function of where a point lies, and of the seed."""
    factors = [{"key": key, "kind": "uncertainty", "range": [0, 1]} for key in KEYS]
    scheme = {"method": method, "samples": 16, "seed_blocks": 4, "replications": 2} | more
    keep = {"measures": ["staff_knowledge", "practice_knowledge"]}
    design = Design.from_dict({"base": BASE, "factors": factors, "keep": keep, **scheme})
    store = filled(folder / "store", design, lambda point, seed: function(*point.factors.values(), seed))
    return store.morris() if method == "morris" else store.sobol()


def luck(seed):
    return np.random.default_rng(seed).normal()


def one_matters(x, y, z, seed):
    value = 3 * x - 0.1 * y + 0.1 * luck(seed)
    return {"staff_knowledge": value, "practice_knowledge": value / 2}


def test_a_title_that_looks_like_markup_is_text_on_the_page(tmp_path):
    found = analysed(tmp_path, one_matters, title="1. <b>a | *b* [x]</b>")
    head, about = sensitivity_markdown(found).splitlines()[:3:2]
    assert about == r"1\. \<b\>a \| \*b\* \[x\]\</b\> (month 3)"
    assert head.replace("\\", "") == f"# {headline(found)}"


def test_the_headline_says_how_many_factors_matter_and_which_the_most(tmp_path):
    found = analysed(tmp_path, one_matters)
    assert headline(found).startswith(
        "One of three factors clearly moves something more than chance does: “Staff reflect on cases” "
        "(practice.reflection.rate) moves "
        "knowledge of staff most (3.00, "
    )
    assert finding(found, "practice_knowledge") == (
        "practices' memory: practice.reflection.rate stands clear of chance"
    )
    assert how_many(found, "staff_knowledge") == "staff: 1 of 3 clear of chance"


def test_where_nothing_stands_clear_of_chance_it_says_so(tmp_path):
    found = analysed(tmp_path, lambda x, y, z, seed: 0.01 * x + luck(seed))
    assert headline(found) == f"None of three factors clearly moves anything more than {FLOOR} does"
    assert finding(found, "staff_knowledge") == "staff: no factor stands clear of chance"


def test_without_blocks_of_seeds_it_says_that_chance_was_not_looked_at(tmp_path):
    found = analysed(tmp_path, one_matters, seed_blocks=1)
    assert headline(found).endswith("what chance alone does was not looked at")
    assert any("set seed_blocks = 4" in warning for warning in warnings(found))


def test_the_direction_of_an_effect_is_told(tmp_path):
    found = analysed(tmp_path, lambda x, y, z, seed: x - y + 6 * (z - 0.5) ** 2)
    told = {one.factor: direction(one) for one in found.influences["staff_knowledge"]}
    assert [told[key] for key in KEYS] == ["raises", "lowers", "both ways"]
    assert told["seed_block"] == ""


@pytest.mark.parametrize("method", ["morris", "saltelli"])
def test_terminal_and_page_show_the_floor_and_every_warning(tmp_path, method):
    found = analysed(tmp_path, lambda x, y, z, seed: x * y * z + 0.01 * luck(seed), method)
    for text in (sensitivity_text(found, width=None), sensitivity_markdown(found)):
        assert FLOOR in text
        for one in found.factors("staff_knowledge"):
            assert one.factor in text
        for warning in warnings(found):
            assert warning in text
    assert max(map(len, sensitivity_text(found, width=80).split("\n"))) <= 80


def test_intervals_that_are_wider_than_what_they_rank_are_warned_of(tmp_path):
    found = analysed(tmp_path, lambda x, y, z, seed: x + 30 * (x > 0.9) * (y > 0.9) * (z > 0.9))
    said = " ".join(warnings(found))
    assert "wider than what they rank" in said
    assert "their order says nothing; more samples narrow them" in said


def in_the_corner(x, y, z, seed):
    return x + 30 * (x > 0.9) * (y > 0.9) * (z > 0.9)


def test_without_blocks_of_seeds_the_headline_ranks_nothing_whose_order_says_nothing(tmp_path):
    found = analysed(tmp_path, in_the_corner, seed_blocks=1)
    assert found.factors("staff_knowledge")[0] in found.wide("staff_knowledge")
    assert " most " not in headline(found)


def test_without_blocks_of_seeds_the_headline_calls_nothing_clear_that_may_be_0(tmp_path):
    found = analysed(tmp_path, in_the_corner, seed_blocks=1)
    nothing = {
        measure: tuple(
            one._replace(indices={name: index._replace(low=0.0) for name, index in one.indices.items()})
            for one in influences
        )
        for measure, influences in found.influences.items()
    }
    assert headline(replace(found, influences=nothing)) == (
        "None of three factors clearly moves anything; what chance alone does was not looked at"
    )


def test_of_a_single_factor_nobody_is_told_of_an_order(tmp_path):
    found = screened(tmp_path, [RATE], lambda point: float(point.values[RATE["key"]] > 0.9), seed_blocks=1)
    (one,) = found.factors("staff_knowledge")
    wide = one._replace(indices={name: index._replace(low=0.0) for name, index in one.indices.items()})
    wide = wide._replace(
        indices={name: index._replace(high=2 * index.value + 0.1) for name, index in wide.indices.items()}
    )
    found = replace(found, influences={"staff_knowledge": (wide,)})
    said = " ".join(warnings(found))
    assert "has an interval wider than its index" in said
    assert "order" not in said
    assert headline(found).startswith(f"{KEYS[0]} does not clearly move knowledge of staff;")


def screened(folder, factors, function, **more):
    keep = {"measures": ["staff_knowledge"]}
    scheme = {"base": BASE, "method": "morris", "samples": 8, "factors": factors, "keep": keep} | more
    design = Design.from_dict(scheme)
    return filled(folder / "store", design, lambda point, seed: function(point)).morris()


RULES = {"key": "practice.discussion.rule", "kind": "uncertainty", "values": ["superiors", "majority"]}
RATE = {"key": KEYS[0], "kind": "uncertainty", "range": [0, 1]}


def test_names_have_no_direction(tmp_path):
    found = screened(tmp_path, [RULES, RATE], lambda point: point.values[RULES["key"]] == "majority")
    told = {one.factor: direction(one) for one in found.influences["staff_knowledge"]}
    assert told[RULES["key"]] == ""
    assert "of names, switches and blocks of seeds: as it goes from one value to another" in (
        sensitivity_text(found, width=None)
    )


def test_what_has_no_interval_is_warned_of_and_none_is_shown(tmp_path):
    found = screened(tmp_path, [RULES], lambda point: point.values[RULES["key"]] == "majority")
    assert headline(found).startswith(f"{RULES['key']} moves knowledge of staff (1.00);")
    assert any("no interval says how far its effect differs" in warning for warning in warnings(found))
    assert how_many(found, "staff_knowledge") == "staff: none of 1 clear of 0"


def test_the_terminal_explains_only_the_indices_that_it_shows(tmp_path):
    found = analysed(tmp_path, one_matters)
    assert "σ" not in sensitivity_text(found, width=None)
    assert "σ: how far that differs between places" in sensitivity_markdown(found)
    assert "of names" in sensitivity_text(found, width=None)


def test_the_headline_of_sobol_indices_says_that_they_are_shares_of_the_variance(tmp_path):
    found = analysed(tmp_path, lambda x, y, z, seed: 3 * x + 2 * y + 0.1 * luck(seed), "saltelli", samples=64)
    assert re.search(
        r"“Staff reflect on cases” \(practice\.reflection\.rate\)"
        r" moves knowledge of \S+ most \(\d+ % of its variance, \d+ to \d+ %\)",
        headline(found),
    )


def in_a_corner(x, y, z, seed):
    """Of few samples hardly one lies where anything happens."""
    return {"staff_knowledge": float(x > 0.9 and y > 0.9) + 1e-3 * luck(seed), "practice_knowledge": x}


def test_where_samples_are_too_few_for_shares_nothing_is_called_clear_and_it_is_warned(tmp_path):
    found = analysed(tmp_path, in_a_corner, "saltelli")
    assert found.unsettled("staff_knowledge")
    assert found.clear("staff_knowledge") == []
    assert how_many(found, "staff_knowledge") == "staff: too few samples to say"
    assert any("16 samples are too few for shares of the variance" in text for text in warnings(found))
    assert "knowledge in practices' memories" in headline(found)


def test_where_samples_are_too_few_for_every_measure_the_headline_says_so(tmp_path):
    found = analysed(tmp_path, lambda *places: in_a_corner(*places)["staff_knowledge"], "saltelli")
    assert headline(found) == "Too few samples to say which of three factors matter"


def test_times_to_half_are_told_in_the_scenarios_own_steps(tmp_path):
    factors = [{"key": key, "kind": "uncertainty", "range": [0, 1]} for key in KEYS]
    scheme = {"method": "morris", "samples": 8, "keep": {"measures": ["months_to_half_by_memory"]}}
    design = Design.from_dict({"base": WEEKS, "factors": factors, **scheme})
    found = filled(tmp_path / "store", design, lambda point, seed: sum(point.factors.values())).morris()
    for text in (headline(found), sensitivity_text(found), sensitivity_markdown(found)):
        assert "weeks to half by memory" in text
        assert "months" not in text


def test_places_that_were_drawn_more_than_once_are_told(tmp_path):
    """Of two factors with two levels there are four steps of each, both ways, and of each two places."""
    found = analysed(tmp_path / "few", one_matters, samples=8, levels=2, seed_blocks=1)
    rows = [tuple(point.values.values()) for point in found.design.points]
    for one in found.influences["staff_knowledge"]:
        place = KEYS.index(one.factor)
        moved = {
            frozenset((before, after))
            for before, after in pairwise(rows)
            if [k for k in range(3) if before[k] != after[k]] == [place]
        }
        assert one.places <= len(moved) < 8
    low, high = (end([one.places for one in found.influences["staff_knowledge"]]) for end in (min, max))
    differ = f"{low}" if low == high else f"{low} to {high}, by factor,"
    text = sensitivity_text(found, width=None)
    assert f"in the mean over 8 places, of which {differ} differ and move it" in text
    many = analysed(tmp_path / "many", one_matters, samples=4, levels=64, seed_blocks=1)
    assert "in the mean over 4 places." in sensitivity_text(many, width=None)


def test_what_two_factors_do_together_is_on_the_screen_the_page_and_in_the_table(tmp_path):
    found = analysed(
        tmp_path, lambda x, y, z, seed: x * y + 0.1 * luck(seed), "saltelli", samples=64, second_order=True
    )
    pairs = found.interactions["staff_knowledge"]
    assert len(pairs) == 6
    screen, page = sensitivity_text(found, width=None), sensitivity_markdown(found)
    for text in (screen, page):
        assert "staff: what two factors do together only" in text
        assert "S2: what two make together only" in text
        assert "seed_block" not in text.replace("seed_blocks", "").replace("\\_", "_")
    assert "… and 3 more pairs below these" in screen
    assert "more pairs" not in page
    table = found.table()
    second = table[(table["index"] == "second") & (table["measure"] == "staff_knowledge")]
    assert list(zip(second["factor"], second["with"], second["value"], strict=True)) == [
        (pair.one, pair.other, pair.share.value) for pair in pairs
    ]


def test_pairs_are_nowhere_where_the_design_is_not_made_for_them(tmp_path):
    found = analysed(tmp_path, one_matters, "saltelli", samples=16)
    assert "with" not in found.table().columns
    assert "S2" not in sensitivity_text(found) + sensitivity_markdown(found)
