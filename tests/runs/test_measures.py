"""Every column against tables worked out by hand, and against naive twins written entry by entry."""

import math
import re
from fractions import Fraction
from pathlib import Path
from statistics import pstdev

import numpy as np
import pytest
from worlds import EVERYTHING_ON, counted, learning, row_of, seen, start, world

from lpsim.runs.measures import FUNNEL, LEVELS, MEASURES, measures_of
from lpsim.runs.simulate import simulate, simulate_many
from lpsim.scenario import Scenario
from lpsim.scenario.learning_parameters import ROUTINES

ODD = (Path(__file__).parents[2] / "docs" / "ODD.md").read_text(encoding="utf-8")


def test_every_measure_is_defined_in_the_odd_document_and_no_other():
    (table,) = re.findall(r"\| measure \| definition \|\n\|[-|]+\n((?:\|.*\n)+)", ODD)
    assert tuple(re.findall(r"^\| `(\w+)` \|", table, flags=re.MULTILINE)) == tuple(MEASURES)


def test_no_two_measures_have_one_label():
    assert len({measure.label for measure in MEASURES.values()}) == len(MEASURES)
    assert all(name == measure.name for name, measure in MEASURES.items())


def test_the_four_levels_and_the_funnel_go_from_staff_to_the_service():
    for names in (LEVELS, FUNNEL):
        assert [MEASURES[name].level for name in names] == ["staff", "team", "practice", "service"]
    assert set(LEVELS + FUNNEL) < set(measures_of("groups"))


def test_what_is_held_wrongly_stands_wherever_what_is_held_rightly_does():
    for name, measure in MEASURES.items():
        if name.endswith("_wrong"):
            right = MEASURES.get(name.replace("_wrong", "_right")) or MEASURES[name.removesuffix("_wrong")]
            assert set(measure.tables) >= set(right.tables) - {"issues"}
            assert (right.higher_is_better, measure.higher_is_better) == (True, False)


@pytest.mark.parametrize("seed", [1, 2])
def test_no_value_leaves_the_range_of_its_measure(seed):
    model = start(Scenario().replace(EVERYTHING_ON), seed)
    model.step()
    for name, value in row_of(model).items():
        if name != "step":
            assert MEASURES[name].low <= value <= MEASURES[name].high


def groups_of(model):
    """The rows of groups by name, without the measures that do not apply to a group of that sort."""
    measured = {
        "role": {"staff_knowledge", "staff_right", "staff_wrong"},
        "tier": {"service_knowledge", "in_service_guidance", "in_service_guidance_wrong"},
    }
    measured["kind"] = set(measures_of("groups")) - measured["tier"]
    groups = {}
    for row in seen(model).tables({})["groups"].to_dict("records"):
        names = {"step", "group", *measured[row["group"].split(":")[0]]}
        assert empty(row) >= set(row) - names
        groups[row["group"]] = {name: value for name, value in row.items() if name in names}
    return groups


def tiny(**more):
    """Two practices, of three people and of one; reality is + - + -."""
    of = {
        "issues": 4,
        "domains": 2,
        "teams": (("gp", "gp", "nurse"), ("nurse",)),
        "roles": {"gp": {}, "nurse": {}},
        "bodies": (2, 1),
        "reality": "+-+-",
        "right": "+-",
        # Knowledge sums: 1, 0, 3 and -1.
        "staff": ["+000", "++00", "+-+0", "-000"],
        "staff_assumptions": ["+-", "++", "-+", "+-"],
        # 1 and 3.
        "memory": ["+000", "+-+0"],
        "assumptions": ["+-", "--"],
        # -2 and 1, then 2.
        "guidance": ["-+00", "000-", "+0+0"],
        "service_assumptions": ["++", "--", "-+"],
        **more,
    }
    return world(**of)


# Of the first practice: + 00 0, + + 00, + - + 0: votes +3, 0, +1, 0: majority + 0 + 0, knows 2.
# Rightly held by 3, 1, 1, 0 of three; of the second: - 000: majority - 000, knows -1; by none.
BY_HAND = {
    "step": 1,
    "staff_knowledge": (1 + 0 + 3 - 1) / 16,
    "collective_knowledge": (2 - 1) / 8,
    "practice_knowledge": (1 + 3) / 8,
    "service_knowledge": 2 / 4,
    "known_by_someone": (3 + 0) / 8,
    "known_by_most": (1 + 0) / 8,
    "in_practice_memory": (1 + 3) / 8,
    "in_service_guidance": 2 / 4,
    "assumptions_right_staff": (2 + 1 + 0 + 2) / 8,
    "assumptions_right_practice": (2 + 1) / 4,
    "assumptions_right_service": 0 / 2,
    "practice_spread": 0.25,  # 1/4 and 3/4
    "agreement": ((3 + 0 + 1 + 0) / 3 + 1 / 1) / 8,
    "staff_right": (1 + 1 + 3 + 0) / 16,
    "staff_wrong": (0 + 1 + 0 + 1) / 16,
    "in_practice_memory_wrong": (0 + 0) / 8,
    "in_service_guidance_wrong": 0 / 4,
    "time_reflection": 4 / 20,
    "time_discussion": 4 / 20,
    "time_codification": 4 / 20,
    "time_questioning": 4 / 20,
    "time_outreach": 4 / 20,
    "time_moved": 0 / 20,  # nothing was observed before
    "learning_time": 0.02,
    # Own standards; the norm is all -. The first practice is right throughout: 1, 0, 3. The second
    # is wrong in its first domain and judges by --+-: 1.
    "performance": (1 + 0 + 3 + 1) / 16,
}


def test_the_columns_of_a_tiny_world():
    model = learning(tiny())
    row = row_of(model)
    assert row.keys() == {"step", *MEASURES}
    assert row == BY_HAND
    assert tuple(BY_HAND) == ("step", *MEASURES)


def test_what_memories_and_guidance_hold_wrongly():
    model = learning(tiny(memory=["-+00", "+---"], guidance=["0000", "0000", "-+-0"]))
    row = row_of(model)
    assert (row["in_practice_memory"], row["in_practice_memory_wrong"]) == ((0 + 3) / 8, (2 + 1) / 8)
    assert (row["in_service_guidance"], row["in_service_guidance_wrong"]) == (0 / 4, 3 / 4)
    assert row["service_knowledge"] == -3 / 4


TIMED = {
    "protected_time.share": 0.05,
    "kinds": [{"name": "own", "share": 0.5, "set": {"protected_time.enabled": True}}],
    "steps": 4,
    "record.every": 2,
    "interventions": [
        {"at": 2, "set": {"protected_time.share": 0.08}},
        {"at": 3, "set": {"protected_time.enabled": True}},
        {"at": 4, "set": {"kinds.own.protected_time.share": 0.5}},
    ],
}


def test_time_is_the_mean_over_practices_of_what_their_settings_give_at_the_step():
    run = simulate(Scenario().replace({**TIMED, "population.practices": 2}), seed=1, engine="reference")
    # One practice has protected time of .05, then .08, then .5; the other .02 at first, then .08.
    assert run.series["learning_time"].tolist() == [(0.05 + 0.02) / 2, (0.08 + 0.02) / 2, (0.5 + 0.08) / 2]
    of_own = run.groups.query("group == 'kind: own'")
    assert of_own["learning_time"].tolist() == [0.05, 0.08, 0.5]
    assert sorted(run.practices["learning_time"].tolist()) == [0.02, 0.02, 0.05, 0.08, 0.08, 0.5]


def test_time_goes_where_the_practices_put_it():
    model = learning(tiny(allocation=[[4, 4, 4, 4, 4], [8, 2, 10, 0, 0]]))
    row = row_of(model)
    shares = {routine: row[f"time_{routine}"] for routine in ROUTINES}
    assert shares == {
        "reflection": 12 / 40,
        "discussion": 6 / 40,
        "codification": 14 / 40,
        "questioning": 4 / 40,
        "outreach": 4 / 40,
    }


@pytest.mark.medium
@pytest.mark.parametrize("engine", ["compiled", "reference"])
@pytest.mark.parametrize("seeds", [[1], [1, 2, 3]])
def test_time_is_that_at_the_end_of_a_step_also_where_time_moves_in_it(engine, seeds):
    timed = {"protected_time.enabled": True, "loops.triple.review": 2, "steps": 7, "population.practices": 6}
    runs = simulate_many(Scenario().replace({**timed, "population.spread": 0}), seeds, engine=engine)
    for run in runs:
        slots = run.observations.counts.slots
        moved = (slots[1:] != slots[:-1]).any(axis=(1, 2)).tolist()
        assert [step for step, moves in enumerate(moved, start=1) if moves] == [2, 4, 6]
        assert (slots.sum(axis=2) == 20).all()
        elsewhere = [
            [
                sum(max(0, a - b) for a, b in zip(now, then, strict=True))
                for now, then in zip(step, slots[0].tolist(), strict=True)
            ]
            for step in slots.tolist()
        ]
        assert run.column("time_moved").tolist() == [sum(step) / 120 for step in elsewhere]
        assert run.practices["time_moved"].tolist() == [n / 20 for step in elsewhere for n in step]
        assert run.column("time_moved")[-1] > 0


def test_performance_is_divided_by_what_was_audited():
    model = learning(tiny(), audited="0+0+")
    # Audited are issues 1 and 3: 0, -1, 1 and 0 by the standards above.
    assert model.state.performance.tolist() == [0, -1, 1, 0]
    assert row_of(model)["performance"] == 0 / 8
    model = learning(tiny(), audited="+000")
    assert model.state.performance.tolist() == [1, 1, 1, 1]
    assert row_of(model)["performance"] == 4 / 4


def test_guesses_count_for_performance_and_for_nothing_else():
    model = learning(tiny(overrides={"judgement.doubt": "guess"}))
    row = row_of(model)
    assert {k: v for k, v in row.items() if k != "performance"} == {
        k: v for k, v in BY_HAND.items() if k != "performance"
    }
    acted = [person.standing for person in model.learners[0]]
    assert row["performance"] == sum(acted) / 16


@pytest.mark.parametrize(("payoff", "expected"), [("matches", 6 / 8), ("bundles", 4 / 8)])
def test_performance_under_the_other_payoffs(payoff, expected):
    # Right: 4 and 2, of which a bundle of two each 2 and 1.
    model = world(
        {"judgement.payoff": payoff, "world.bundle": 2},
        issues=4,
        teams=(("staff",) * 2,),
        staff=["++++", "+0+-"],
    )
    learning(model)
    assert row_of(model)["performance"] == expected


def test_bundles_are_divided_by_all_issues_and_matches_by_those_audited():
    found = {}
    for payoff in ("matches", "bundles"):
        model = world({"judgement.payoff": payoff, "world.bundle": 2}, issues=6, staff=["+++++-"])
        learning(model, audited="+++0++")
        found[payoff] = row_of(model)["performance"]
    assert found == {"matches": 4 / 5, "bundles": 2 / 6}


def empty(row):
    return {name for name, value in row.items() if isinstance(value, float) and math.isnan(value)}


ASSUMPTIONS = {f"assumptions_right_{level}" for level in ("staff", "practice", "service")}


def test_what_has_no_meaning_is_empty():
    assert empty(row_of(learning(tiny()))) == set()
    nothing_audited = learning(tiny(), audited="0000")
    assert empty(row_of(nothing_audited)) == {"performance"}
    assert empty(row_of(tiny(step=0))) == {"performance"}
    without_domains = tiny(
        domains=0, right="", staff_assumptions=None, assumptions=None, service_assumptions=None
    )
    assert empty(row_of(learning(without_domains))) == ASSUMPTIONS


def test_nothing_audited_is_empty_for_bundles_too():
    model = world({"judgement.payoff": "bundles", "world.bundle": 2}, issues=2, staff=["++"])
    assert empty(row_of(learning(model, audited="00"))) == {"performance", *ASSUMPTIONS}


def test_knowledge_is_of_the_reality_of_today():
    model = world({"world.turbulence": 1.0}, issues=4, staff=["+++0"], step=0)
    assert row_of(model)["staff_knowledge"] == 3 / 4
    model.step()
    assert row_of(model)["staff_knowledge"] == -3 / 4


def test_half_is_not_most_and_a_tie_is_no_collective_view():
    model = world(issues=2, teams=(("staff",) * 2,), staff=["++", "-0"])
    row = row_of(learning(model))
    # Issue 0: one right of two, votes 0. Issue 1: one right of two, votes +1.
    assert (row["known_by_someone"], row["known_by_most"]) == (1.0, 0.0)
    assert row["collective_knowledge"] == 1 / 2
    assert row["agreement"] == (0 / 2 + 1 / 2) / 2


@pytest.mark.parametrize(
    ("memory", "spread"),
    [
        (["++", "++", "++"], 0.0),
        (["++", "--"], 1.0),
        (["++", "+0", "--", "00"], pstdev([1, 0.5, -1, 0])),
        (["++"], 0.0),
    ],
)
def test_practice_spread_is_the_population_standard_deviation_of_memories(memory, spread):
    model = world(issues=2, teams=(("staff",),) * len(memory), memory=memory)
    assert row_of(model)["practice_spread"] == pytest.approx(spread, abs=1e-15)


def test_agreement_weighs_practices_and_not_people():
    model = world(
        issues=2,
        teams=(("staff",) * 4, ("staff",), ("staff",) * 2),
        staff=["+0", "+0", "+0", "-0", "+-", "+0", "-0"],
    )
    # |2|/4 + 0, then 1 + 1, then 0 + 0, over three practices and two issues.
    assert row_of(model)["agreement"] == (0.5 + 2 + 0) / 6


# --- groups --------------------------------------------------------------------------------------------


def test_groups_of_a_tiny_world():
    kinds = [{"name": "own", "share": 0.5, "set": {"practice.discussion.rate": 0.0}}]
    model = learning(tiny(overrides={"kinds": kinds}, kinds=[1, 0]))
    groups = groups_of(model)
    assert list(groups) == [
        *("role: gp", "role: nurse"),
        *("kind: other practices", "kind: own"),
        *("tier: tier 0", "tier: tier 1"),
    ]
    assert all(row.pop("step") == 1 for row in groups.values())
    assert all(row.pop("group") == name for name, row in groups.items())
    assert groups["role: gp"] == {"staff_knowledge": 1 / 8, "staff_right": 2 / 8, "staff_wrong": 1 / 8}
    assert groups["role: nurse"] == {"staff_knowledge": 2 / 8, "staff_right": 3 / 8, "staff_wrong": 1 / 8}
    time = {f"time_{routine}": 4 / 20 for routine in ROUTINES} | {"time_moved": 0.0, "learning_time": 0.02}
    assert groups["kind: own"] == {
        "staff_knowledge": (1 + 0 + 3) / 12,
        "collective_knowledge": 2 / 4,
        "practice_knowledge": 1 / 4,
        "known_by_someone": 3 / 4,
        "known_by_most": 1 / 4,
        "in_practice_memory": 1 / 4,
        "staff_right": 5 / 12,
        "staff_wrong": 1 / 12,
        "in_practice_memory_wrong": 0.0,
        **time,
    }
    assert groups["kind: other practices"] == {
        "staff_knowledge": -1 / 4,
        "collective_knowledge": -1 / 4,
        "practice_knowledge": 3 / 4,
        "known_by_someone": 0.0,
        "known_by_most": 0.0,
        "in_practice_memory": 3 / 4,
        "staff_right": 0.0,
        "staff_wrong": 1 / 4,
        "in_practice_memory_wrong": 0.0,
        **time,
    }
    of_tiers = [list(groups[f"tier: tier {tier}"].values()) for tier in (0, 1)]
    assert of_tiers == [[-1 / 8, 1 / 8, 2 / 8], [2 / 4, 2 / 4, 0.0]]
    assert {name for row in groups.values() for name in row} == set(measures_of("groups"))


def test_without_kinds_there_are_no_groups_of_them():
    assert list(groups_of(tiny())) == ["role: gp", "role: nurse", "tier: tier 0", "tier: tier 1"]


def test_a_kind_without_practices_is_empty():
    kinds = [{"name": "own", "share": 0.0, "set": {}}]
    row = groups_of(tiny(overrides={"kinds": kinds}, kinds=[0, 0]))["kind: own"]
    of_tiers = {"service_knowledge", "in_service_guidance", "in_service_guidance_wrong"}
    assert empty(row) == set(measures_of("groups")) - of_tiers


# --- naive twins ---------------------------------------------------------------------------------------


def naive_row(model):
    """Every column, entry by entry, in exact fractions."""
    structure, state = model.structure, model.state
    reality, right = state.reality.tolist(), state.right_assumptions.tolist()
    issues, domains = range(len(reality)), range(len(right))
    people = state.staff.beliefs.tolist()
    teams = [[] for _ in range(structure.practices)]
    for person, practice in enumerate(structure.staff_practice):
        teams[practice].append(people[person])
    memories, top = state.practices.beliefs.tolist(), state.service[-1].beliefs.tolist()

    def mean(values):
        values = list(values)
        return sum(map(Fraction, values)) / len(values)

    def knowledge(beliefs):
        return mean(b * r for b, r in zip(beliefs, reality, strict=True))

    def sign(x):
        return (x > 0) - (x < 0)

    def rightly(team, d):
        return sum(member[d] == reality[d] for member in team)

    def shared(learners):
        return mean(a[k] == right[k] for a in learners.assumptions.tolist() for k in domains)

    votes = [[sum(member[d] for member in team) for d in issues] for team in teams]
    known = [knowledge(memory) for memory in memories]
    slots = state.allocation.T.tolist()
    return {
        "staff_knowledge": mean(map(knowledge, people)),
        "collective_knowledge": mean(knowledge(map(sign, vote)) for vote in votes),
        "practice_knowledge": mean(known),
        "service_knowledge": mean(map(knowledge, top)),
        "known_by_someone": mean(rightly(team, d) > 0 for team in teams for d in issues),
        "known_by_most": mean(2 * rightly(t, d) > len(t) for t in teams for d in issues),
        "in_practice_memory": mean(m[d] == reality[d] for m in memories for d in issues),
        "in_service_guidance": mean(g[d] == reality[d] for g in top for d in issues),
        "assumptions_right_staff": shared(state.staff),
        "assumptions_right_practice": shared(state.practices),
        "assumptions_right_service": shared(state.service[-1]),
        "practice_spread": math.sqrt(mean((k - mean(known)) ** 2 for k in known)),
        "agreement": mean(
            Fraction(abs(vote[d]), len(team)) for vote, team in zip(votes, teams, strict=True) for d in issues
        ),
        "staff_right": mean(b[d] == reality[d] for b in people for d in issues),
        "staff_wrong": mean(b[d] == -reality[d] for b in people for d in issues),
        "in_practice_memory_wrong": mean(m[d] == -reality[d] for m in memories for d in issues),
        "in_service_guidance_wrong": mean(g[d] == -reality[d] for g in top for d in issues),
        **{f"time_{name}": mean(shares) / 20 for name, shares in zip(ROUTINES, slots, strict=True)},
        "time_moved": Fraction(0),  # since the only step counted
        "learning_time": mean(
            model.settings.by_kind[kind].protected_time.share for kind in structure.practice_kind.tolist()
        ),
        "performance": mean(Fraction(int(p), state.audited) for p in state.performance),
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_columns_of_a_large_world_equal_their_naive_twins(seed):
    model = start(Scenario().replace(EVERYTHING_ON), seed)
    assert len(set(np.diff(model.structure.first_staff).tolist())) > 1  # teams of unequal size
    for _ in range(4):
        model.step()
        row, twin = row_of(model), naive_row(model)
        assert row.pop("step") == model.state.step
        assert row.keys() == twin.keys()
        for name, value in twin.items():
            if name in ("practice_spread", "agreement"):
                assert row[name] == pytest.approx(float(value), rel=1e-12)
            else:
                assert row[name] == float(value)  # one division: the nearest double
            assert type(row[name]) is float


def test_counting_changes_nothing_and_counts_are_exact_integers():
    model = start(Scenario().replace(EVERYTHING_ON), 4)
    model.step()
    one, two = counted(model), counted(model)
    model.observe(two, 0)  # a row is written anew
    for a, b in zip(one, two, strict=True):
        assert np.array_equal(a, b)
        assert np.issubdtype(a.dtype, np.integer)


def test_every_measure_is_among_the_names_that_can_be_typed():
    from typing import get_args

    from lpsim.runs.names import Measured

    assert set(get_args(Measured)) == set(MEASURES)
