"""Settings that cannot act: the rules are true (what they name changes no number), and who is told."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import lpsim
from lpsim.scenario import Scenario, needs
from lpsim.scenario.idle import NEEDS, OF_THE_SERVICE, idle_settings, why_idle
from lpsim.scenario.keys import CHANGEABLE, OF_A_KIND, known_keys, matches
from lpsim.scenario.parameters import Role, Tier
from tests.strategies import FACTORS, OF_KINDS, PROBABILITIES, ROUTINES, RULES, examples, scenarios
from tests.worlds import EVERYTHING_ON, ON_A_LANDSCAPE

CONFIGS = Path(__file__).parents[2] / "configs"
TABLE = str(CONFIGS / "made_up_practices.csv")
ALLOCATION = "protected_time.allocation."


untold = pytest.mark.filterwarnings("ignore::lpsim.errors.IdleSettingWarning")


def numbers(scenario, seed=7):
    """Everything that is counted of a run, but for the time that a setting gives to routines itself."""
    counts = lpsim.simulate(scenario, seed=seed).observations.counts._asdict()
    return [counted for name, counted in counts.items() if name != "slots"]


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(numbers(one), numbers(other), strict=True))


# --- what cannot act changes no number ---------------------------------------------------------------

NO_REVIEWS = {"loops.triple.review": 0}
NO_REVISION = {"practice.revision.rate": 0.0}  # which is refused where nothing is ever written
NO_ANALYSIS = {"practice.analysis.share": 0.0}  # which is refused where nobody ever meets
NO_MEETINGS = {"practice.discussion.meetings": 0.0, **NO_ANALYSIS}
NO_MEMORY = {
    "initial.memory": 0.0,
    "practice.codification.rate": 0.0,
    "practice.analysis.record": 0.0,
    **NO_REVISION,
}
NO_HEARING = {"practice.discussion.rate": 0.0, "practice.trial.rate": 0.0}
NO_COLLEAGUES = {
    "network.staff": "none",
    "network.professional": 0,
    "network.staff_degree": 4,
    "network.staff_small_world": 0.1,
    "network.staff_density": 0.05,
}
NO_GUIDANCE = {"initial.memory": 0.0, "service.reporting.share": 0.0}
OFF: dict[str, dict[str, Any]] = {
    "DOMAINS": {"world.domains": 0, "world.specialisation": 0.0},
    "BUNDLES": {"judgement.payoff": "score"},
    "TIME": {"protected_time.enabled": False, "protected_time.allocation_spread": 0, **NO_REVIEWS},
    "TIME_SOMEWHERE": {"protected_time.enabled": False, "protected_time.allocation_spread": 0, **NO_REVIEWS},
    "OTHER_SHARE": {"protected_time.share": 0.25, "protected_time.base": 0.25},
    "REVIEWS": NO_REVIEWS,
    "QUESTIONING": {**{f"loops.double.{who}": 0.0 for who in ("staff", "practice", "service")}, **NO_REVIEWS},
    "THRESHOLD": {"loops.double.threshold": 0.0},
    "REFLECTION": {"practice.reflection.rate": 0.0},
    "DISCUSSION_RATE": {"practice.discussion.rate": 0.0},
    "MEETINGS": NO_MEETINGS,
    "HEARING": NO_HEARING,
    "MEETING_FOR": {**NO_HEARING, **NO_ANALYSIS},
    "TAKING": {"practice.discussion.rate": 0.0, "practice.analysis.rate": 0.0},
    "LISTENING": {**NO_HEARING, "practice.analysis.rate": 0.0},
    "EVENTS": {"practice.reflection.rate": 0.0},
    "ANALYSIS_SHARE": NO_ANALYSIS,
    "CODIFICATION_RATE": {"practice.codification.rate": 0.0, **NO_REVISION},
    "RECORDING": {"practice.codification.meetings": 0.0, **NO_REVISION},
    "SOCIALISATION": {"practice.socialisation.rate": 0.0},
    "COLLEAGUES": NO_COLLEAGUES,
    "COLLEAGUES_OR_ANALYSIS": {**NO_COLLEAGUES, **NO_ANALYSIS},
    "SPEAKING": {**NO_MEETINGS, "practice.codification.rate": 0.0, **NO_REVISION},
    "NETWORKING_RATE": {"service.networking.rate": 0.0},
    "NETWORKING": {"service.networking.meetings": 0.0},
    "PEERS": {"network.practices": "none"},
    "ASKING_PEERS": {"service.networking.meetings": 0.0, "loops.triple.imitate": 0.0},
    "REPORTING_RATE": {"service.reporting.rate": 0.0},
    "REPORTS": {"service.reporting.share": 0.0, "population.tiers": [{"name": "service"}]},
    "ATTENDANCE": {"service.training.attendance": 0.0},
    "UPTAKE": {"service.training.uptake": 0.0},
    "MEMORY": NO_MEMORY,
    "GUIDANCE": NO_GUIDANCE,
    "MEMORY_OR_ASSUMPTIONS": {**NO_MEMORY, "loops.depth": 0.0},
    "GUIDANCE_OR_ASSUMPTIONS": {**NO_GUIDANCE, "loops.depth": 0.0},
    "STAGE_OF_MEMORY": {**NO_MEMORY, **NO_REVIEWS},
    "INITIAL_MEMORY": {"initial.memory": 0.0},
    "VIEWS": {"initial.prior": 0.0, "turnover.prior": 0.0},
    "VACANCIES": {"roles.*.turnover": 0.0},
    "STAFF_TIES": NO_COLLEAGUES,
    "WITH_DEGREE": {"network.practices": "groups"},
    "SMALL_WORLD": {"network.practices": "groups"},
    "GROUPS": {"network.practices": "none"},
}
"""How each need is left unmet; those of workforce tables have tests of their own."""
REFUSED = [
    ("loops.triple.review", "TIME"),
    ("practice.analysis.share", "MEETINGS"),
]
"""What a scenario may not set at all where a need of its is met nowhere."""
NAMES = {id(need): name for name, need in vars(needs).items() if isinstance(need, needs.Need)}
OF_TABLES = {"TABLE", "DRAWN", "NO_COLUMN"}
OF_DEFAULTS = {"LANDSCAPE", "STAFF_DEGREE", "STAFF_SMALL_WORLD", "STAFF_RANDOM"}
"""Needs without which no value but the default is allowed."""
BY_HAND = {"PARTNERS", "UNCOUNTED"}
STAFF_DEFAULTS = {key: value for key, value in NO_COLLEAGUES.items() if key.startswith("network.staff_")}
STAFF_NETWORKS = {
    "network.staff": STAFF_DEFAULTS,
    "network.staff_degree": {**STAFF_DEFAULTS, "network.staff": "ring"},
    "network.staff_small_world": {**STAFF_DEFAULTS, "network.staff": "small_world"},
    "network.staff_density": {**STAFF_DEFAULTS, "network.staff": "random"},
}
"""What goes with a key of a network of staff."""
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "world.bundle": st.just(1),
    "network.staff": st.sampled_from(["complete", "none", "line"]),
    "network.staff_degree": st.sampled_from([2, 4]),
    "network.professional": st.integers(0, 2),
    "network.practices": st.sampled_from(["none", "groups"]),
    "network.degree": st.just(2),
    "network.groups": st.integers(1, 4),
    "judgement.standard": st.sampled_from(["own", "reality"]),
    "practice.discussion.rule": RULES,
    "service.networking.rule": RULES,
    "loops.double.evidence": st.just(1),
    "loops.triple.review": st.integers(0, 3),
    "protected_time.base": st.floats(0.005, 0.5),
    "protected_time.half": st.floats(0.005, 0.5),
}
BESIDE = {"network.column", "network.file", "network.staff_file", "network.staff_rewired"}
"""Settings that read files, or say how many of so many, and have tests of their own."""
RULED = [
    (key, names)
    for key in sorted(NEEDS.keys() - BESIDE)
    if (
        names := [
            name for need in NEEDS[key] if (name := NAMES[id(need)]) in OFF and (key, name) not in REFUSED
        ]
    )
]
"""Settings and those of their needs that a random scenario can leave unmet."""


def fitting(patterns):
    """Rules and needs of settings that all can be set in one way: by kinds, or by interventions."""
    return [
        (rule, name)
        for rule in sorted(NEEDS.keys() - BESIDE)
        for name in (NAMES[id(need)] for need in NEEDS[rule] if not need.lasting)
        if name in OFF and all(matches(key.replace("*", "any"), patterns) for key in (rule, *OFF[name]))
    ]


def stripped(scenario, keys):
    """The kinds and interventions of a scenario, but for what they say of some keys."""
    whole = scenario.model_dump(mode="json", include={"kinds", "interventions"})
    for table in (*whole["kinds"], *whole["interventions"]):
        table["set"] = {key: value for key, value in table["set"].items() if plain(key) not in keys}
    return whole


def plain(key):
    return key.split(".", maxsplit=2)[2] if key.startswith("kinds.") else key


BUSY = {
    "judgement.standard": st.sampled_from(["own", "reality"]),
    "judgement.payoff": st.sampled_from(["score", "matches", "bundles"]),
    "judgement.doubt": st.sampled_from(["abstain", "guess"]),
    "practice.learning_step": st.sampled_from(["direct", "gradual"]),
    "practice.discussion.rule": RULES,
    "service.networking.rule": RULES,
    "network.practices": st.sampled_from(["ring", "small_world", "groups"]),
    "interventions": st.sampled_from([[], [{"at": 3, "set": {"practice.discussion.rate": 0.6}}]]),
}
"""Rules of a world in which everything is on, so that whatever can show does."""


UNSPECIALISED = {"world.specialisation": 0.0, "loops.double.evidence": 1}
"""So that no role meets more than every case, and every domain has enough."""


def busy():
    return st.fixed_dictionaries(BUSY).map(
        lambda rules: Scenario().replace({**EVERYTHING_ON, **UNSPECIALISED, "steps": 4, **rules})
    )


def draw_unmet(draw, rule, name):
    """A random scenario, what leaves a need of a rule's unmet in it, and the key of a setting."""
    scenario = draw(busy() | scenarios())
    off = {k.replace("*", role): value for k, value in OFF[name].items() for role in scenario.roles}
    entries = list(scenario.roles)
    if rule.startswith("population.tiers"):
        tiers = off.get("population.tiers") or scenario.model_dump(mode="json")["population"]["tiers"]
        entries = [tier["name"] for tier in tiers]
    return scenario, off, rule.replace("*", draw(st.sampled_from(entries)))


def values_of(rule):
    if rule.startswith(ALLOCATION):
        return st.integers(0, 20)
    factor = rule.startswith("roles.") and not rule.endswith(("voice", "presence"))
    return VALUES.get(rule, FACTORS if factor else PROBABILITIES)


def setting(key, value, before=""):
    """A value at a key, and what goes with it: slots sum to 20, staff networks have keys of their own."""
    if not key.startswith(ALLOCATION):
        return {**STAFF_NETWORKS.get(key, {}), before + key: value}
    routine = key.removeprefix(ALLOCATION)
    other = next(name for name in ROUTINES if name != routine)
    slots = dict.fromkeys(ROUTINES, 0) | {routine: value, other: 20 - value}
    return {f"{before}{ALLOCATION}{name}": slot for name, slot in slots.items()}


def valid(scenario, overrides):
    """A scenario with other values; another example where something else in it forbids them."""
    try:
        return scenario.replace(overrides)
    except lpsim.ScenarioError:
        assume(False)


def assert_idle(key, one, other):
    assert why_idle(one, key)
    assert why_idle(other, key)
    assert same(one, other)


@untold
@pytest.mark.parametrize(("rule", "names"), RULED)
@examples(6)
@given(data=st.data())
def test_where_a_need_is_met_nowhere_a_setting_changes_no_number(rule, names, data):
    name = data.draw(st.sampled_from(names))
    scenario, off, key = draw_unmet(data.draw, rule, name)
    start = valid(scenario, {**stripped(scenario, off), **off})
    kinds = [f"kinds.{kind.name}." for kind in start.kinds if matches(key, OF_A_KIND)]
    before = data.draw(st.sampled_from(["", *kinds]))
    one, other = (valid(start, setting(key, data.draw(values_of(rule)), before)) for _ in range(2))
    assert_idle(before + key, one, other)


@untold
@pytest.mark.parametrize(("rule", "name"), fitting(OF_A_KIND))
@examples(6)
@given(data=st.data())
def test_where_a_need_is_not_met_in_a_kind_the_kinds_setting_changes_no_number(rule, name, data):
    scenario, off, key = draw_unmet(data.draw, rule, name)
    assume(scenario.kinds)
    before = f"kinds.{data.draw(st.sampled_from(scenario.kinds)).name}."
    changes = {"interventions": stripped(scenario, off)["interventions"]}
    start = valid(scenario, {**changes, **{before + k: value for k, value in off.items()}})
    one, other = (valid(start, setting(key, data.draw(values_of(rule)), before)) for _ in range(2))
    assert_idle(before + key, one, other)


@untold
@pytest.mark.parametrize(("rule", "name"), fitting(CHANGEABLE))
@examples(6)
@given(data=st.data())
def test_where_a_need_is_met_no_more_an_intervention_changes_no_number(rule, name, data):
    scenario, off, key = draw_unmet(data.draw, rule, name)
    at = data.draw(st.integers(1, scenario.steps))
    whole = stripped(scenario, off)
    earlier = scenario.model_dump(mode="json")["interventions"]
    earlier = [
        {**change, "set": {k: v for k, v in change["set"].items() if k == plain(k)}} for change in earlier
    ]
    changes = [change for change in earlier if change["at"] < at]
    changes += [change for change in whole["interventions"] if change["at"] > at]
    one, other = (
        valid(
            scenario,
            {
                "kinds": whole["kinds"],
                "interventions": [*changes, {"at": at, "set": {**off, key: data.draw(values_of(rule))}}],
            },
        )
        for _ in range(2)
    )
    assert_idle(f"interventions.{len(changes)}.set.{key}", one, other)


def test_every_need_is_left_unmet_in_a_test():
    used = {NAMES[id(need)] for wanted in NEEDS.values() for need in wanted}
    assert used == set(NAMES.values()) == set(OFF) | OF_TABLES | OF_DEFAULTS | BY_HAND


@pytest.mark.parametrize(
    ("key", "other", "cure"),
    [
        ("world.nk.k", 3, 'set judgement.payoff = "nk"'),
        ("world.nk.partners", "distinct", 'set judgement.payoff = "nk"'),
        ("world.nk.exponent", 2, 'set judgement.payoff = "nk"'),
        ("network.staff_degree", 2, 'set network.staff = "ring"'),
        ("network.staff_small_world", 0.5, 'set network.staff = "small_world"'),
        ("network.staff_rewired", 1, 'set network.staff = "small_world"'),
        ("network.staff_density", 0.5, 'set network.staff = "random"'),
    ],
)
def test_a_default_that_is_given_where_no_other_value_is_allowed_is_idle(key, other, cure):
    assert cure in why_idle(Scenario(), key)
    with pytest.raises(lpsim.ScenarioError):
        Scenario().replace({key: other})


@untold
@pytest.mark.parametrize(
    ("key", "values", "more", "why"),
    [
        ("world.nk.partners", ("replacement", "distinct"), {"world.nk.k": 0}, "world.nk.k is 0"),
        (
            "network.staff_small_world",
            (0.1, 0.9),
            {"network.staff": "small_world", "network.staff_degree": 2, "network.staff_rewired": 1},
            "network.staff_rewired says how many",
        ),
        (
            "network.staff_rewired",
            (0, 1),
            {"network.staff": "small_world", "practice.discussion.rate": 0.0, "interventions": []},
            "practice.discussion.rate is 0",
        ),
    ],
)
def test_what_another_key_leaves_without_use_changes_no_number(key, values, more, why):
    world = {
        **EVERYTHING_ON,
        **ON_A_LANDSCAPE,
        "population.spread": 0,
        "steps": 4,
        "practice.trial.rate": 0.0,
    }
    one, other = (Scenario().replace({**world, **more, key: value}) for value in values)
    for scenario in (one, other):
        assert why in why_idle(scenario, key)
    assert same(one, other)


READ_IDLE = {
    "population.practices": (7, "read from population.workforce"),
    "population.spread": (0.1, "read from population.workforce"),
    "population.tiers.board.count": (3, "read from the column ICB_CODE"),
    "network.practices": ("groups", "network.column"),
    "network.groups": (2, "there are no groups"),
}
DRAWN_IDLE = {
    "population.practice": ("PRAC_NAME", "only a workforce table has columns"),
    "population.patients": ("PRAC_NAME", "only a workforce table has columns"),
    "population.tiers.place.column": ("ICB_CODE", "only a workforce table has columns"),
    "roles.gp.column": ("TOTAL_GP_HC", "only a workforce table has columns"),
    "roles.gp.people": (1.3, "only a workforce table has columns"),
    "network.column": ("PCN_CODE", "only a workforce table has columns"),
}


@untold
@pytest.mark.parametrize("key", [*READ_IDLE, *DRAWN_IDLE])
def test_what_is_said_of_practices_drawn_and_of_practices_read_changes_no_number_of_the_others(key):
    value, why = READ_IDLE.get(key) or DRAWN_IDLE[key]
    start = Scenario().replace({**EVERYTHING_ON, "steps": 3, **(READ if key in READ_IDLE else {})})
    other = start.replace({key: value})
    assert why in why_idle(start, key)
    assert why in why_idle(other, key)
    assert same(start, other)


@untold
def test_a_network_file_is_idle_where_nobody_learns_from_peers(tmp_path):
    files = [tmp_path / "one.csv", tmp_path / "other.csv"]
    for file, ties in zip(files, ("0,1\n1,2\n", "0,3\n3,4\n"), strict=True):
        file.write_text(ties)
    for meetings in (0.0, 0.6):
        one, other = (
            Scenario().replace(
                {
                    **EVERYTHING_ON,
                    "network.practices": "file",
                    "network.file": str(file),
                    "service.networking.meetings": meetings,
                    "loops.triple.imitate": 0.0,
                }
            )
            for file in files
        )
        assert same(one, other) == (meetings == 0)
        assert bool(why_idle(one, "network.file")) == (meetings == 0)


@untold
def test_a_file_of_staffs_ties_is_idle_where_nobody_hears_colleagues(tmp_path):
    files = [tmp_path / "one.csv", tmp_path / "other.csv"]
    for file, colleague in zip(files, ("gp/1", "nurse/0"), strict=True):
        file.write_text(f"0/gp/0,0/{colleague}\n1/gp/0,1/{colleague}\n")
    for hearing in (0.0, 0.9):
        one, other = (
            Scenario().replace(
                {
                    **EVERYTHING_ON,
                    "population.spread": 0,
                    "network.staff": "file",
                    "network.staff_file": str(file),
                    "network.professional": 0,
                    "network.rewire": 0.0,
                    "practice.discussion.rate": hearing,
                    "practice.trial.rate": 0.0,
                    "interventions": [],
                }
            )
            for file in files
        )
        assert same(one, other) == (hearing == 0)
        assert bool(why_idle(one, "network.staff_file")) == (hearing == 0)


def test_who_has_no_members_or_no_role_and_what_lies_above_the_last_tier_is_idle():
    scenario = Scenario().replace(
        {
            "kinds": [{"name": "few", "share": 0.01, "set": {"practice.discussion.meetings": 0.9}}],
            "roles.nurse.headcount": 0,
            "population.tiers": [{"name": "place", "count": 2}, {"name": "nation"}],
        }
    )
    assert "raise kinds.few.share" in why_idle(scenario, "kinds.few.practice.discussion.meetings")
    assert why_idle(scenario, "kinds.few.share") is None
    assert "give it a headcount" in why_idle(scenario, "roles.nurse.voice")
    assert why_idle(scenario, "roles.nurse.headcount") is None
    assert "nobody is above" in why_idle(scenario, "population.tiers.nation.reporting")
    assert why_idle(scenario, "population.tiers.place.reporting") is None


OF_PRACTICES = sorted({key for key in OF_KINDS if key not in OF_THE_SERVICE} | {"roles.gp.voice"})


@untold
@pytest.mark.parametrize("key", OF_PRACTICES)
@examples(3)
@given(data=st.data())
def test_what_every_kind_of_practices_has_its_own_value_of_changes_no_number(key, data):
    own = data.draw(values_of(key))
    kinds = [{"name": name, "share": 0.5, "set": {key: own}} for name in ("one", "other")]
    start = Scenario().replace(
        {**EVERYTHING_ON, **UNSPECIALISED, "steps": 4, "kinds": kinds, "interventions": []}
    )
    one, other = (valid(start, {key: data.draw(values_of(key))}) for _ in range(2))
    assert "all practices are of kinds that have their own" in why_idle(one, key)
    assert same(one, other)
    few = start.replace({"kinds.other.share": 0.1})
    assert "have their own" not in (why_idle(few, key) or "")


def test_the_keys_that_bodies_of_the_service_read_as_well_act_whatever_kinds_set():
    for key in OF_THE_SERVICE:
        value = 1 if key.endswith("evidence") else 0.9  # neither of which is what bodies have
        kinds = [{"name": "all", "share": 1, "set": {key: value}}]
        start = Scenario().replace({**EVERYTHING_ON, "steps": 6, "kinds": kinds})
        assert why_idle(start, key) is None
        assert not same(start, start.replace({key: 0.0 if value != 1 else 7})), key


# --- what can act does, somewhere --------------------------------------------------------------------

TIERS = [{"name": "place", "count": 2}, {"name": "nation"}]
READ = {
    "population.workforce": TABLE,
    "network.column": "PCN_CODE",
    "network.rewire": 0.0,
    "network.professional": 0,
    "roles": {"gp": {"headcount": 3, "column": "TOTAL_GP_HC", "voice": 0.8}},
    "kinds": [],
    "population.tiers": [{"name": "board", "count": 1, "column": "ICB_CODE"}, {"name": "nation"}],
    "steps": 3,
}
ACTS: dict[str, tuple[Any, dict[str, Any]]] = {
    "world.issues": (63, {}),
    "world.domains": (6, {}),
    "world.overlap": (0.9, {}),
    "world.turbulence": (0.2, {}),
    "world.upheaval": (0.5, {}),
    "world.bundle": (2, {"judgement.payoff": "bundles", "judgement.coverage": 1.0}),
    "world.tacit": (0.8, {}),
    "world.specialisation": (0.1, {}),
    "world.nk.k": (2, ON_A_LANDSCAPE),
    "world.nk.partners": ("distinct", ON_A_LANDSCAPE),
    "world.nk.exponent": (3, ON_A_LANDSCAPE),
    "population.practices": (8, {}),
    "population.spread": (1.0, {}),
    "population.workforce": (TABLE, {"kinds": [], "population.tiers": TIERS}),
    "population.patients": ("TOTAL_NURSES_HC", {**READ, "roles": {"gp": {"headcount": 3}}}),
    "population.filter": ({"ICB_CODE": ["QX1"]}, READ),
    "population.tiers.*.count": (4, {}),
    "population.tiers.*.reporting": (0.0, {}),
    "population.tiers.*.column": ("REGION_CODE", READ),
    "roles.*.headcount": (6.0, {}),
    "roles.*.turnover": (0.4, {}),
    "roles.*.voice": (0.1, {}),
    "roles.*.experience": (2.5, {}),
    "roles.*.discussion": (0.1, {}),
    "roles.*.socialisation": (2.5, {}),
    "roles.*.column": ("TOTAL_NURSES_HC", READ),
    "roles.*.people": (2.0, READ),
    "roles.*.presence": (0.1, {}),
    "network.staff": ("none", {}),
    "network.staff_degree": (2, {"network.staff": "ring"}),
    "network.staff_small_world": (0.9, {"network.staff": "small_world"}),
    "network.staff_rewired": (2, {"network.staff": "small_world", "population.spread": 0}),
    "network.staff_density": (0.9, {"network.staff": "random"}),
    "network.rewire": (0.9, {}),
    "network.professional": (3, {}),
    "network.practices": ("none", {}),
    "network.degree": (4, {}),
    "network.small_world": (0.9, {"network.practices": "small_world", "network.degree": 4}),
    "network.groups": (3, {"network.practices": "groups"}),
    "network.column": ("SUB_ICB_CODE", READ),
    "initial.prior": (0.9, {}),
    "initial.right": (0.9, {}),
    "initial.memory": (0.9, {}),
    "initial.memory_right": (0.9, {}),
    "initial.assumption_right": (0.1, {}),
    "initial.shared_culture": (0.1, {}),
    "judgement.standard": ("reality", {}),
    "judgement.payoff": ("matches", {}),
    "judgement.doubt": ("abstain", {}),
    "judgement.coverage": (0.1, {}),
    "practice.learning_step": ("gradual", {}),
    "practice.reflection.rate": (0.5, UNSPECIALISED),
    "practice.reflection.noise": (0.9, {}),
    "practice.discussion.rate": (0.9, {"interventions": []}),
    "practice.discussion.meetings": (0.9, {}),
    "practice.discussion.rule": ("majority", {}),
    "practice.codification.rate": (0.9, {}),
    "practice.codification.meetings": (0.1, {}),
    "practice.socialisation.rate": (0.9, {}),
    "practice.analysis.share": (0.1, {}),
    "practice.analysis.rate": (0.1, {}),
    "practice.analysis.record": (0.9, {}),
    "practice.revision.rate": (0.9, {}),
    "practice.trial.rate": (0.9, {}),
    "service.networking.rate": (0.9, {}),
    "service.networking.meetings": (0.1, {}),
    "service.networking.rule": ("majority", {}),
    "service.reporting.rate": (0.9, {}),
    "service.reporting.share": (0.1, {}),
    "service.guidance.rate": (0.9, {}),
    "service.training.attendance": (0.9, {}),
    "service.training.uptake": (0.9, {}),
    "service.training.curriculum": (0.0, {"roles.gp.turnover": 0.5, "turnover.experienced": 0.0}),
    "loops.depth": (0.0, {"interventions": []}),
    "loops.double.staff": (0.9, {}),
    "loops.double.practice": (0.9, {}),
    "loops.double.service": (0.9, {}),
    "loops.double.threshold": (0.9, {}),
    "loops.double.evidence": (7, {}),
    "loops.triple.review": (0, {}),
    "loops.triple.imitate": (0.0, {"network.practices": "none"}),  # who has no peer keeps the allocation
    "protected_time.enabled": (False, {"loops.triple.review": 0, "protected_time.allocation_spread": 0}),
    "protected_time.share": (0.3, {}),
    "protected_time.base": (0.3, {}),
    "protected_time.half": (0.3, {}),
    "protected_time.allocation_spread": (9, {}),
    "protected_time.service_load": (0.0, {**UNSPECIALISED, "protected_time.share": 0.5}),
    "turnover.experienced": (0.0, {"roles.gp.turnover": 0.5}),
    "turnover.prior": (0.9, {"roles.gp.turnover": 0.5}),
    "forgetting.staff": (0.4, {}),
    "forgetting.practice": (0.4, {}),
    "forgetting.service": (0.4, {}),
}
"""For each key another value, and what more it takes than a world in which everything is on."""
NO_NUMBERS = {"own", "title", "description", "step", "steps", "kinds", "interventions", "population.tiers"}
NO_NUMBERS |= {"population.practice", "evidence"}
"""Labels, names and tables; and longer runs go on."""


@untold
@pytest.mark.parametrize("rule", [*ACTS, *(f"{ALLOCATION}{routine}" for routine in ROUTINES)])
def test_every_setting_acts_somewhere_and_is_not_called_idle_there(rule):
    value, more = ACTS.get(rule, (10, {}))
    start = Scenario().replace({**EVERYTHING_ON, "steps": 6, **more})
    entry = "gp" if rule.startswith("roles") else start.population.tiers[0].name
    key = rule.replace("*", entry)
    other = start.replace(setting(key, value))
    assert why_idle(start, key) is None
    assert why_idle(other, key) is None
    one, two = numbers(start), numbers(other)
    assert any(a.shape != b.shape or not np.array_equal(a, b) for a, b in zip(one, two, strict=True))


def test_every_key_of_a_scenario_is_shown_to_act():
    tables = {key.rpartition(".")[0] for key in known_keys(Scenario)} | {"roles"}
    leaves = {key for key in known_keys(Scenario) if key not in tables and not key.startswith("record")}
    leaves |= {f"roles.*.{key}" for key in Role.model_fields}
    leaves |= {f"population.tiers.*.{key}" for key in Tier.model_fields if key != "name"}
    shown = {*ACTS, *(f"{ALLOCATION}{routine}" for routine in ROUTINES), "network.file", "network.staff_file"}
    assert leaves - NO_NUMBERS == shown
    assert set(NEEDS) <= shown | NO_NUMBERS


# --- who is told -------------------------------------------------------------------------------------

WITHOUT_TIME = "protected_time.enabled is false; set protected_time.enabled = true"


@pytest.fixture
def write(tmp_path):
    def written(text, name="scenario.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_a_files_own_setting_is_told_with_what_would_let_it_act(write):
    scenario = Scenario.load(write("[protected_time]\nshare = 0.1\n"))
    assert idle_settings(scenario) == [f"protected_time.share = 0.1 changes nothing: {WITHOUT_TIME}"]


@pytest.mark.parametrize(
    ("key", "value", "cure"),
    [
        ("protected_time.share", 0.1, "set protected_time.enabled = true"),
        ("protected_time.half", 0.1, "set protected_time.enabled = true"),
        ("protected_time.base", 0.1, "set protected_time.enabled = true"),
        ("service.networking.meetings", 0.2, 'set network.practices = "groups"'),
        ("service.networking.rate", 0.2, "set service.networking.meetings above 0"),
        ("network.groups", 5, 'set network.practices = "groups"'),
        ("network.degree", 6, "small_world"),
        ("loops.triple.imitate", 0.5, "set loops.triple.review above 0"),
        ("loops.double.threshold", 0.9, "set loops.double.staff"),
        ("world.bundle", 5, 'set judgement.payoff = "bundles"'),
        ("service.training.uptake", 0.9, "set service.training.attendance above 0"),
        ("initial.memory_right", 0.9, "set initial.memory above 0"),
        ("roles.gp.column", "TOTAL_GP_HC", "population.workforce"),
    ],
)
def test_what_was_changed_is_told_however_it_was_changed(write, key, value, cure):
    loaded = Scenario.load(write("steps = 3\n"), {key: value})
    for scenario in (loaded, Scenario().replace({key: value})):
        (told,) = idle_settings(scenario)
        assert told.startswith(f"{key} = ")
        assert "changes nothing: " in told and cure in told


def test_interventions_and_kinds_are_told_where_they_cannot_act_and_only_there(write):
    scenario = Scenario.load(
        write(
            """
            [[kinds]]
            name = "quiet"
            share = 0.5
            set = { "protected_time.share" = 0.1, "practice.discussion.meetings" = 0.2 }
            [[kinds]]
            name = "timed"
            share = 0.5
            set = { "protected_time.half" = 0.1, "protected_time.enabled" = true }
            [[interventions]]
            at = 2
            set = { "protected_time.share" = 0.2, "kinds.quiet.protected_time.share" = 0.3 }
            """
        )
    )
    assert [told.split(" changes")[0] for told in idle_settings(scenario)] == [
        "kinds.quiet.set.protected_time.share = 0.1",
        "interventions.0.set.kinds.quiet.protected_time.share = 0.3",
    ]


def test_an_intervention_that_sets_nothing_is_told(write):
    scenario = Scenario.load(write("[[interventions]]\nat = 3\nset = {}\n"))
    (sentence,) = idle_settings(scenario)
    assert sentence.startswith("interventions.0.set = {} changes nothing: it has no keys; give it some, or")
    assert not idle_settings(scenario.adapted({}))


def test_what_comes_into_force_later_counts():
    change = {"at": 50, "set": {"protected_time.enabled": True}}
    scenario = Scenario().replace({"protected_time.share": 0.1, "interventions": [change]})
    assert idle_settings(scenario) == []
    over = {"at": 60, "set": {"protected_time.enabled": False}}
    late = {"at": 70, "set": {"protected_time.share": 0.2}}
    scenario = scenario.replace({"interventions": [change, over, late]})
    assert [told.split(" = ")[0] for told in idle_settings(scenario)] == [
        "interventions.2.set.protected_time.share"
    ]


def test_what_a_file_inherits_is_not_told(write):
    write("[protected_time]\nshare = 0.1\n[world]\nbundle = 2\n", "base.toml")
    scenario = Scenario.load(write('extends = "base.toml"\n[world]\nbundle = 3\n'))
    assert [told.split(" = ")[0] for told in idle_settings(scenario)] == ["world.bundle"]


def test_a_file_may_switch_off_what_is_off_and_hold_columns_and_newcomers_in_readiness(write):
    scenario = Scenario.load(
        write(
            """
            [roles.gp]
            headcount = 3
            column = "TOTAL_GP_HC"
            [turnover]
            prior = 0.3
            [practice.discussion]
            rate = 0.0
            meetings = 0.0
            [network]
            practices = "groups"
            """
        )
    )
    assert idle_settings(scenario) == []
    assert len(idle_settings(scenario.replace({"turnover.prior": 0.4, "network.practices": "ring"}))) == 2


@pytest.mark.parametrize(
    ("key", "value"), [("forgetting.practice", 0.0), ("network.practices", "none"), ("roles.gp.column", None)]
)
def test_what_switches_off_asks_for_nothing_and_is_not_told(key, value):
    empty = Scenario().replace({"practice.codification.rate": 0.0})
    assert idle_settings(empty.replace({key: value})) == []


def test_a_file_is_judged_as_it_stands_and_as_it_was_changed(write):
    path = write("[protected_time]\nshare = 0.1\n[practice.reflection]\nnoise = 0.3\n")
    assert idle_settings(Scenario.load(path, {"protected_time.enabled": True})) == []
    # What a change leaves without use was of use in the file, and the change is what was asked for.
    for scenario in (
        Scenario.load(path, {"practice.reflection.rate": 0.0}),
        Scenario.load(path).replace({"practice.reflection.rate": 0.0}).replace({"steps": 9}),
    ):
        assert [told.split(" = ")[0] for told in idle_settings(scenario)] == ["protected_time.share"]


def test_the_last_value_given_is_told_once():
    scenario = Scenario().replace({"world.bundle": 2}).replace({"world.bundle": 3})
    assert [told.split(" changes")[0] for told in idle_settings(scenario)] == ["world.bundle = 3"]
    assert idle_settings(scenario.replace({"judgement.payoff": "bundles"})) == []


@pytest.mark.parametrize(
    "path", sorted([*CONFIGS.glob("*.toml"), *CONFIGS.glob("policy/*.toml")]), ids=lambda path: path.stem
)
def test_every_setting_of_a_scenario_that_ships_can_act(path):
    assert idle_settings(Scenario.load(path)) == []


@pytest.mark.parametrize("simulate", [lpsim.simulate, lambda s, **_: list(lpsim.simulate_many(s, [1]))])
def test_python_is_warned_where_it_simulates(simulate):
    scenario = Scenario().replace({"steps": 1, "population.practices": 1, "world.bundle": 2})
    with pytest.warns(lpsim.IdleSettingWarning, match=r"world\.bundle = 2 changes nothing: .*\.$") as caught:
        simulate(scenario, seed=1)
    assert [warning.filename for warning in caught] == [__file__]


def test_an_experiment_of_the_programs_own_warns_of_nothing():
    scenario = Scenario().replace({"population.practices": 1, "steps": 2, "protected_time.enabled": True})
    scenario = scenario.replace({"loops.triple.review": 1, "loops.triple.imitate": 0.5})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lpsim.retained(scenario, at=[1], later=1)
