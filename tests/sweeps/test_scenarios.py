"""Designs that list scenarios, seeds of a point's own, and measures of groups: made, refused, run, read."""

import json
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sweeping import SMALL, contents, result_bytes
from typer.testing import CliRunner

import lpsim
from lpsim import cli
from lpsim.scenario import Scenario
from lpsim.sweeps import batches
from lpsim.sweeps.design.design import Design, DesignError
from lpsim.sweeps.pilot import runs
from lpsim.sweeps.plan import Plan
from lpsim.sweeps.runner import sweep
from lpsim.sweeps.store.rows import run_id
from lpsim.sweeps.store.store import Store

ROOT = Path(__file__).parents[2]
BASE = Scenario().replace(SMALL)
RATE = {"key": "practice.codification.rate", "kind": "lever", "values": [0.1, 0.4]}
WORLD = {"key": "world.turbulence", "kind": "uncertainty", "values": [0.0, 0.1]}
WORLD_ROW = {"world.turbulence": 0.1}
GUESS = {"name": "guess", "set": {"judgement": {"doubt": "guess"}}}
PLAIN = {"name": "plain"}


def as_dict(*scenarios, **more):
    return {"base": BASE, "method": "scenarios", "scenarios": list(scenarios), **more}


def design(*scenarios, **more):
    return Design.from_dict(as_dict(*scenarios, **more))


def crossed(**more):
    return design(PLAIN, GUESS, **{"method": "factorial", "factors": [RATE], "replications": 3, **more})


def values(made):
    return [tuple(point.values.values()) for point in made.points]


def refused(*scenarios, **more):
    with pytest.raises(DesignError) as caught:
        design(*scenarios, **more)
    return caught.value.problems


# --- scenarios as points --------------------------------------------------------------------------


def test_the_scenarios_listed_are_the_points():
    made = design(PLAIN, GUESS)
    assert values(made) == [("plain",), ("guess",)]
    assert made.scenario(made.points[0]).digest == BASE.digest
    assert made.scenario(made.points[1]).digest == BASE.replace({"judgement.doubt": "guess"}).digest


def test_scenarios_are_files_beside_the_design_with_what_differs_from_them(tmp_path):
    (tmp_path / "a.toml").write_text("steps = 5\n[forgetting]\nstaff = 0.1\n")
    (tmp_path / "b.toml").write_text('extends = "a.toml"\n[judgement]\ndoubt = "guess"\n')
    path = tmp_path / "design.toml"
    path.write_text(
        'base = "a.toml"\nmethod = "scenarios"\n[set]\nforgetting.practice = 0.2\n'
        '[[scenarios]]\nname = "as it is"\n'
        '[[scenarios]]\nname = "other"\nfile = "b.toml"\nset = { forgetting.practice = 0.3 }\n'
    )
    made = Design.load(path)
    first, second = (made.scenario(point) for point in made.points)
    assert (first.forgetting.staff, first.forgetting.practice, first.judgement.doubt) == (0.1, 0.2, "abstain")
    assert (second.forgetting.staff, second.forgetting.practice, second.judgement.doubt) == (
        0.1,
        0.3,
        "guess",
    )


@pytest.mark.parametrize(
    ("method", "needs", "each"),
    [("factorial", {}, 2), ("one_at_a_time", {}, None), ("latin_hypercube", {"samples": 4}, 4)],
)
def test_every_scenario_has_every_point_of_the_method(method, needs, each):
    made = design(
        PLAIN, {**GUESS, "set": {**GUESS["set"], RATE["key"]: 0.4}}, method=method, factors=[RATE], **needs
    )
    if method == "one_at_a_time":  # around each scenario
        at = BASE.practice.codification.rate
        assert values(made) == [("plain", at), ("plain", 0.1), ("plain", 0.4), ("guess", 0.4), ("guess", 0.1)]
    else:
        plain, guess = values(made)[:each], values(made)[each:]
        assert [row[1:] for row in plain] == [row[1:] for row in guess]
        assert [row[0] for row in (*plain, *guess)] == ["plain"] * each + ["guess"] * each


def test_all_scenarios_record_what_the_first_one_records():
    often, seldom = (
        {**row, "set": {**row.get("set", {}), "record.every": n}} for row, n in ((PLAIN, 1), (GUESS, 3))
    )
    made = design(often, seldom, keep={"observations": "all"})
    assert made.steps == (0, 1, 2, 3)
    assert {scenario.record.every for scenario in made.scenarios.values()} == {1}


def test_a_design_that_lists_scenarios_comes_back_from_json_as_it_was():
    made = crossed(seeds="independent", stride=10)
    back = Design.from_json(json.loads(json.dumps(made.as_json(), allow_nan=False)))
    assert (back.points, back.scenarios, back.digest) == (made.points, made.scenarios, made.digest)
    assert [back.seeds(point) for point in back.points] == [made.seeds(point) for point in made.points]


def test_the_digest_depends_on_the_scenarios_their_names_and_the_seeds():
    made = [
        crossed(),
        design(GUESS, PLAIN, method="factorial", factors=[RATE], replications=3),
        design(PLAIN, {**GUESS, "name": "coin"}, method="factorial", factors=[RATE], replications=3),
        design(
            PLAIN,
            {**GUESS, "set": {"forgetting.staff": 0.1}},
            method="factorial",
            factors=[RATE],
            replications=3,
        ),
        crossed(seeds="independent"),
        crossed(seeds="independent", stride=3),
    ]
    assert len({each.digest for each in made}) == len(made)
    assert crossed(title="words").digest == made[0].digest


# --- seeds ----------------------------------------------------------------------------------------


def test_independent_seeds_are_a_stride_apart_and_no_two_points_share_one():
    made = crossed(seeds="independent", stride=5, first_seed=7)
    assert [made.seeds(point) for point in made.points] == [range(n, n + 3) for n in (7, 12, 17, 22)]


def test_paired_points_share_their_seeds_where_they_differ_in_levers_and_scenarios_alone(tmp_path):
    """Two futures, each with two policies of two scenarios: a lot of seeds for each future, and no other."""
    made = crossed(seeds="paired", stride=5, first_seed=7, factors=[RATE, WORLD])
    lots = {0.0: range(7, 10), 0.1: range(12, 15)}
    assert len(made.points) == 2 * 2 * 2
    assert all(made.seeds(point) == lots[point.values[WORLD["key"]]] for point in made.points)
    back = Design.from_json(json.loads(json.dumps(made.as_json())))
    assert [back.seeds(point) for point in back.points] == [made.seeds(point) for point in made.points]
    store = sweep(made, store=tmp_path / "store")
    seen = store.frame().groupby("point")["seed"].apply(list)
    assert [range(seeds[0], seeds[-1] + 1) for seeds in seen] == [made.seeds(one) for one in made.points]
    assert (store.status()["status"] == "done").all()
    assert len(store.status()) == 3 * len(made.points)


def test_what_is_paired_depends_on_what_is_a_lever_and_so_does_the_digest():
    kinds = [
        crossed(seeds="paired", factors=[{**RATE, "kind": one}, {**WORLD, "kind": other}])
        for one, other in (("lever", "uncertainty"), ("uncertainty", "lever"))
    ]
    assert len({made.digest for made in kinds}) == 2
    assert [len({made.seeds(point) for point in made.points}) for made in kinds] == [2, 2]
    first, second = ([made.seeds(point)[0] for point in made.points] for made in kinds)
    assert first != second


def test_more_replications_add_to_the_seeds_of_fewer():
    few, many = (design(PLAIN, GUESS, replications=n, seeds="independent") for n in (2, 9))
    for one, other in zip(few.points, many.points, strict=True):
        assert list(many.seeds(other))[:2] == list(few.seeds(one))


def test_points_of_one_scenario_are_run_for_each_where_seeds_are_independent(tmp_path):
    draws = {"key": "population.practices", "kind": "lever", "range": [1, 2]}
    more = {"method": "latin_hypercube", "samples": 6, "factors": [draws], "replications": 2}
    together, apart = (
        Design.from_dict({"base": BASE, **more, "seeds": seeds}) for seeds in ("common", "independent")
    )
    assert (runs(together), runs(apart)) == (2 * 2, 6 * 2)
    frame = sweep(apart, store=tmp_path / "store").frame()
    assert frame["run_id"].is_unique
    assert len(frame) == 12


# --- run and read ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seeds", [{}, {"seeds": "independent", "stride": 4}], ids=["common", "independent"])
def test_every_row_is_of_the_run_it_names(tmp_path, seeds):
    made = crossed(**seeds)
    store = sweep(made, store=tmp_path / "store")
    frame = store.frame()
    assert list(frame.columns)[:5] == ["run_id", "point", "seed", "scenario", RATE["key"]]
    assert list(zip(frame["scenario"], frame[RATE["key"]], strict=True))[::3] == list(
        product(["plain", "guess"], [0.1, 0.4])
    )
    for point in made.points:
        scenario, rows = made.scenario(point), frame[frame["point"] == point.number]
        assert rows["seed"].tolist() == list(made.seeds(point))
        assert rows["run_id"].tolist() == [run_id(scenario.digest, seed) for seed in made.seeds(point)]
        last = [
            lpsim.simulate(scenario, seed=seed).column("staff_knowledge")[-1] for seed in made.seeds(point)
        ]
        assert rows["staff_knowledge"].tolist() == last
    assert store.status()["run_id"].tolist() == frame["run_id"].tolist()
    assert store.points()["digest"].tolist() == [made.scenario(point).digest for point in made.points]
    found = store.query("select scenario, count(*) as runs from runs group by scenario order by scenario")
    assert found.values.tolist() == [["guess", 6], ["plain", 6]]


def test_a_sweep_over_scenarios_that_was_interrupted_goes_on_to_the_same_results(tmp_path, monkeypatch):
    made = crossed(seeds="independent")
    expected = result_bytes(sweep(made, store=tmp_path / "undisturbed"))
    monkeypatch.setattr(Plan, "_size", lambda *_: 1)

    def interrupted(standing):
        if standing.done == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(made, store=tmp_path / "store", on_progress=interrupted)
    status = Store.open(tmp_path / "store").status()["status"].value_counts().to_dict()
    assert status == {"done": 7, "pending": 5}
    told = []
    assert result_bytes(sweep(made, store=tmp_path / "store", on_progress=told.append)) == expected
    assert (told[0].done, told[-1].done) == (7, 12)


def test_a_run_that_raises_names_its_scenario_and_seed(tmp_path, monkeypatch):
    original = batches.Simulator.many

    def some(simulator, scenarios, seeds):
        if 1_000_002 in seeds:
            raise ArithmeticError("no")
        yield from original(simulator, scenarios, seeds)

    monkeypatch.setattr(batches.Simulator, "many", some)
    store = sweep(design(PLAIN, GUESS, replications=3, seeds="independent"), store=tmp_path / "store")
    assert store.failures()[["point", "seed", "scenario"]].values.tolist() == [[1, 1_000_002, "guess"]]
    assert store.status()["status"].value_counts().to_dict() == {"done": 5, "failed": 1}


def test_runs_that_cannot_be_made_at_once_are_made_one_by_one(tmp_path, monkeypatch):
    at_once = sweep(design(PLAIN, GUESS, replications=3), store=tmp_path / "at once").frame()
    tried = []

    def no_memory(makers, seeds, on_step=None):
        tried.append(len(makers) * len(seeds))
        raise MemoryError
        yield

    monkeypatch.setattr("lpsim.runs.simulate._side_by_side", no_memory)
    store = sweep(design(PLAIN, GUESS, replications=3), store=tmp_path / "one by one")
    assert max(tried) > 1
    assert not len(store.failures())
    pd.testing.assert_frame_equal(store.frame(), at_once, check_exact=True)


def test_a_store_tells_other_scenarios_from_its_own(tmp_path):
    sweep(design(PLAIN, GUESS), store=tmp_path / "store")
    with pytest.raises(lpsim.InputError, match="holds another sweep"):
        sweep(design(GUESS, PLAIN), store=tmp_path / "store")


# --- measures of groups ---------------------------------------------------------------------------

GROUPS = (
    "staff_knowledge[role: gp]",
    "practice_knowledge[kind: keen]",
    "practice_knowledge[kind: other practices]",
    "service_knowledge[tier: health service]",
)
KEEN = [{"name": "keen", "share": 0.5, "set": {"practice.codification.rate": 0.9}}]


def test_measures_of_groups_are_those_of_the_runs_groups(tmp_path):
    world = BASE.replace({"population.practices": 4, "kinds": KEEN})
    keep = {"measures": GROUPS, "observations": [0, 3]}
    made = design(PLAIN, GUESS, base=world, keep=keep, replications=2)
    frame = sweep(made, store=tmp_path / "store").frame()
    for (number, seed), rows in frame.groupby(["point", "seed"]):
        groups = lpsim.simulate(made.scenario(made.points[number]), seed=seed).groups
        groups = groups[groups["step"].isin([0, 3])].set_index("group")
        for name in GROUPS:
            measure, group = name.removesuffix("]").split("[")
            np.testing.assert_array_equal(rows[name], groups.loc[group, measure])


def test_a_group_that_only_some_scenarios_have_is_empty_in_the_others(tmp_path):
    keen = {"name": "keen", "set": {"kinds": KEEN}}
    made = design(PLAIN, keen, keep={"measures": [GROUPS[1]]}, base=BASE.replace({"population.practices": 4}))
    found = sweep(made, store=tmp_path / "store").frame()[GROUPS[1]]
    assert found.isna().tolist() == [True, False]


def test_a_group_is_asked_for_in_double_quotes_as_a_factor_is(tmp_path):
    store = sweep(design(PLAIN, keep={"measures": GROUPS[:1]}), store=tmp_path / "store")
    found = store.query(f'select "{GROUPS[0]}" as gps from runs')
    assert found["gps"].tolist() == store.frame()[GROUPS[0]].tolist()
    with pytest.raises(lpsim.InputError, match="write a measure of a group in double quotes"):
        store.query(f"select {GROUPS[0]} from runs")


# --- what is refused ------------------------------------------------------------------------------

REFUSED = [
    (as_dict(PLAIN, GUESS, GUESS), "scenarios.guess: found twice; keep one, or give it another name"),
    (as_dict(PLAIN, {"name": "twin"}), "scenarios.twin: is the same scenario as plain; keep one"),
    (
        as_dict(PLAIN, {"name": "far", "file": "nowhere.toml"}),
        "nowhere.toml: no such scenario file; check the path",
    ),
    (
        {"method": "scenarios", "scenarios": [{"name": "x", "file": 3}]},
        "scenarios.x: found 3; give the path of a scenario file from this one, or the name",
    ),
    (as_dict({"set": {}}), "scenarios.0.name: missing; it has no default, give a value"),
    (as_dict({"name": ""}), "scenarios.0.name: found ''; allowed is text"),
    (as_dict({**PLAIN, "fil": "a"}), 'scenarios.plain.fil: no such key; did you mean "file"?'),
    (as_dict("plain"), "scenarios.0: found 'plain'; allowed is a table"),
    (as_dict({**PLAIN, "set": {"stepps": 3}}), 'scenarios.plain: stepps: no such key; did you mean "steps"?'),
    (as_dict({**PLAIN, "set": 3}), "scenarios.plain.set: found 3; allowed is a table"),
    (
        as_dict({**PLAIN, "set": {"record.lessons": True}}),
        "scenarios.plain.set.record.lessons: what is kept of a run is said under keep; use keep.lessons",
    ),
    (
        as_dict(PLAIN, {**GUESS, "set": {"steps": 9}}),
        "scenarios.guess: found 9 steps, plain has 3; all runs of a sweep are of one length (set.steps)",
    ),
    (as_dict(), "scenarios: found none; allowed is at least one ([[scenarios]])"),
    (as_dict(scenarios=3), "scenarios: found 3; allowed is a list of tables ([[scenarios]])"),
    ({"base": BASE, "method": "scenarios"}, "scenarios: missing; method scenarios needs at least one"),
    (
        {"method": "scenarios", "scenarios": [PLAIN]},
        "scenarios.plain.file: missing, and there is no base; give one of the two",
    ),
    (as_dict({"name": "own", "file": BASE}), "base: every scenario has a file of its own; leave it out"),
    (as_dict(PLAIN, base="nowhere.toml"), "base: "),
    (
        as_dict(PLAIN, factors=[RATE]),
        "factors: found with method scenarios, which varies nothing; name another",
    ),
    (as_dict(PLAIN, method="factorial"), "factors: found none; allowed is at least one ([[factors]])"),
    (as_dict(PLAIN, levels=3), "levels: found with method scenarios, which has no use for it; leave it out"),
    (
        as_dict(
            PLAIN,
            {"name": "few", "set": {"roles.nurse.headcount": 0}},
            method="factorial",
            factors=[{"key": "roles.nurse.voice", "kind": "lever", "values": [0.5]}],
        ),
        "factors.roles.nurse.voice: scenario 'few': no role 'nurse'; known are gp, direct_care",
    ),
    (
        as_dict(PLAIN, seeds="own"),
        'seeds: found \'own\'; allowed is one of "common", "paired", "independent"',
    ),
    (
        as_dict(PLAIN, stride=9),
        'stride: found with common seeds; leave it out, or set seeds = "independent" (or "paired")',
    ),
    (
        as_dict(PLAIN, seeds="independent", stride=9, replications=10),
        "stride: found 9; allowed is at least the replications, 10, so that no two points share a seed",
    ),
    (
        as_dict(PLAIN, GUESS, seeds="independent", stride=2**63, first_seed=2**63),
        "first_seed: found 9223372036854775808, the last would be 18446744073709551616; allowed is",
    ),
    (
        as_dict(PLAIN, keep={"measures": ["staff_knowledge[gp]"]}),
        "keep.measures: 'staff_knowledge[gp]' is not recorded; no group 'gp'; known are role: gp, ",
    ),
    (
        as_dict(PLAIN, keep={"measures": ["agreement[role: gp]"]}),
        "keep.measures: 'agreement[role: gp]' is not recorded; of role: gp there is staff_knowledge",
    ),
]


@pytest.mark.parametrize(("data", "expected"), REFUSED, ids=[expected[:50] for _, expected in REFUSED])
def test_what_is_wrong_is_told_in_one_sentence(data, expected):
    with pytest.raises(DesignError) as caught:
        Design.from_dict(data)
    (problem,) = caught.value.problems
    assert expected in problem
    assert "\n" not in problem


def test_a_point_that_is_no_scenario_is_named_with_its_scenario():
    domains = {"key": "world.domains", "kind": "uncertainty", "values": [2, 4]}
    few = {"name": "few", "set": {"world.issues": 3}}
    assert refused(PLAIN, few, method="factorial", factors=[domains]) == (
        "point 3 (scenario = few, world.domains = 4): world.domains: found 4; allowed is at most "
        "world.issues, 3",
    )


FILE = """
title = "Two ways to doubt"
base = "base.toml"
method = "scenarios"
replications = 2
seeds = "independent"
[[scenarios]]
name = "plain"
[[scenarios]]
name = "guess"
set = { judgement.doubt = "guess" }
"""


@pytest.fixture
def file(tmp_path):
    (tmp_path / "base.toml").write_text("steps = 3\n[population]\npractices = 1\n")
    path = tmp_path / "two.toml"
    path.write_text(FILE)
    return path


def command(*arguments):
    return CliRunner().invoke(cli.app, ["sweep", *map(str, arguments)])


def test_a_dry_run_tells_the_scenarios_and_the_seeds(file):
    told = command(file, "--dry-run", "--workers", 1).stdout.splitlines()
    for line in (
        "scenarios: plain, guess, 3 months",
        "method: scenarios as listed",
        "points: 2",
        "replications: 2 (seeds 1 to 2, the next point's begin 1,000,000 later)",
        "runs: 4",
    ):
        assert line in told


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"guess"\nset', '"plain"\nset', "scenarios.plain: found twice; keep one, or give it another name."),
        (
            'name = "plain"',
            'name = "plain"\nfile = "gone.toml"',
            "gone.toml: no such scenario file; check the path.",
        ),
    ],
)
def test_a_scenario_twice_or_without_its_file_is_one_sentence_exit_code_2_and_nothing_written(
    file, old, new, words
):
    file.write_text(FILE.replace(old, new))
    before = contents(file.parent)
    result = command(file, "--out", file.parent / "store")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith(f"{file}: scenarios.plain: ")
    assert result.stderr.endswith(f"{words}\n")
    assert contents(file.parent) == before


# --- what ships, by its name ----------------------------------------------------------------------


@pytest.fixture
def beneath(tmp_path):
    folder = tmp_path / "designs"
    folder.mkdir()
    return folder


def test_a_scenario_that_ships_is_the_base_by_its_name_wherever_the_design_lies(beneath):
    (beneath / "design.toml").write_text(
        'base = "one_practice"\nmethod = "one_at_a_time"\n'
        f'[[factors]]\nkey = "{RATE["key"]}"\nvalues = [0.1]\nkind = "lever"\n'
    )
    assert Design.load(beneath / "design.toml").base.title == Scenario.load("one_practice").title


def test_scenarios_listed_and_varied_may_be_the_names_of_those_that_ship(beneath):
    listed = {"method": "scenarios", "scenarios": [{"name": "one", "file": "one_practice"}]}
    varied = {
        "method": "factorial",
        "factors": [{"key": "scenario", "kind": "lever", "values": ["one_practice"]}],
    }
    for data, name in ((listed, "one"), (varied, "one_practice")):
        scenarios = Design.from_dict(data, folder=beneath).scenarios
        assert scenarios[name].title == Scenario.load("one_practice").title


def test_a_file_beside_the_design_is_meant_before_one_that_ships(beneath):
    (beneath / "one_practice").write_text('title = "My own"\nsteps = 3\n')
    made = Design.from_dict(
        {"base": "one_practice", "method": "points", "points": [WORLD_ROW]}, folder=beneath
    )
    assert (made.base.title, made.base.steps) == ("My own", 3)


def test_what_is_nearly_the_name_of_one_that_ships_is_told_so_in_a_design(beneath):
    with pytest.raises(DesignError, match='no scenario of that name ships; did you mean "one_practice"'):
        Design.from_dict({"base": "one_practise", "method": "points", "points": [WORLD_ROW]}, folder=beneath)
