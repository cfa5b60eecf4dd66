"""The design of a sweep: its points, what it refuses, and that it comes back from JSON as it was."""

import json
from collections import Counter
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from SALib.analyze import morris as morris_analysis
from SALib.analyze import sobol as sobol_analysis
from scipy import stats
from scipy.stats import qmc

import lpsim
from lpsim.errors import InputError
from lpsim.model.draws import Draws, Stream
from lpsim.scenario import Scenario
from lpsim.scenario.keys import known_keys
from lpsim.sweeps.design import design as design_module
from lpsim.sweeps.design.design import Design, DesignError
from lpsim.sweeps.design.factors import MAX_POINTS, Distribution, Factor
from lpsim.sweeps.design.varying import factor_problems, field_of, file_kind, holds, key_problem, value_at

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "configs" / "sweeps").glob("*.toml"))
BASE = Scenario.load(ROOT / "configs" / "learning_practice.toml")
KINDS = Scenario.load(ROOT / "configs" / "some_learning_practices.toml")

RATE = {"key": "practice.codification.rate", "kind": "lever", "range": [0.0, 1.0]}
SHARE = {"key": "service.reporting.share", "kind": "lever", "values": [0.01, 0.1, 0.3]}
DOUBT = {"key": "judgement.doubt", "kind": "uncertainty", "values": ["abstain", "guess"]}
PRACTICES = {"key": "population.practices", "kind": "uncertainty", "range": [2, 5]}
GUIDANCE = {
    "key": "service.guidance.rate",
    "kind": "uncertainty",
    "distribution": {"name": "log_uniform", "low": 0.001, "high": 0.1},
}
MIXED = [RATE, SHARE, DOUBT, PRACTICES, GUIDANCE]
LATIN = [
    (0.851254159, 0.3, "guess", 4, 0.0916489898),
    (0.226455811, 0.01, "guess", 5, 0.00205626122),
    (0.517576352, 0.1, "abstain", 2, 0.00476087958),
]
SOBOL = [
    (0.528832681, 0.1, "guess", 4, 0.00227096106),
    (0.448809878, 0.3, "abstain", 3, 0.095402905),
]
MORRIS = [
    (0.666666667, 0.3, "abstain", 5, 0.001),
    (0.0, 0.3, "abstain", 5, 0.001),
    (0.0, 0.3, "abstain", 5, 0.0215443469),
]
METHODS = {
    "factorial": {"levels": 3},
    "one_at_a_time": {"levels": 3},
    "latin_hypercube": {"samples": 12},
    "sobol": {"samples": 16},
    "saltelli": {"samples": 4},
    "morris": {"samples": 3},
}


def design(*factors, method="factorial", base=BASE, **more):
    return Design.from_dict({"base": base, "method": method, "factors": list(factors), **more})


def values(made):
    return [tuple(point.values.values()) for point in made.points]


def refused(data, **more):
    with pytest.raises(DesignError) as caught:
        Design.from_dict({"base": BASE, "method": "factorial", "factors": [SHARE], **data}, **more)
    return caught.value.problems


def unit(count):
    """Factors from 0 to 1."""
    keys = [
        "practice.reflection.rate",
        "practice.discussion.rate",
        "practice.codification.rate",
        "practice.socialisation.rate",
    ]
    return [{"key": key, "kind": "uncertainty", "range": [0, 1]} for key in keys[:count]]


# --- the designs that ship --------------------------------------------------------------------------


def test_the_designs_of_the_project_are_all_there():
    there = {"channels", "march1991_figure1", "which_keys_matter", "policies_in_many_futures"}
    assert there <= {path.stem for path in SHIPPED}


@pytest.mark.medium
@pytest.mark.medium
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_design_that_ships_is_valid_titled_explained_and_its_last_point_runs(path):
    made = Design.load(path)
    assert made.title
    assert path.read_text(encoding="utf-8").startswith("# ")
    point = made.scenario(made.points[-1])
    run = lpsim.simulate(point, seed=made.seeds(made.points[-1])[0])
    assert set(made.steps) <= set(run.series["step"])


def test_march_figure_1_is_27_points_of_300_steps_with_1000_replications():
    made = Design.load(ROOT / "configs" / "sweeps" / "march1991_figure1.toml")
    p1, p2 = "practice.socialisation.rate", "practice.codification.rate"
    tenths = [n / 10 for n in range(1, 10)]
    assert [(p.values[p1], p.values[p2]) for p in made.points] == list(product(tenths, [0.1, 0.5, 0.9]))
    assert (made.base.steps, made.scheme.replications, made.steps) == (300, 1000, (300,))


def test_the_screening_is_of_25_keys_and_has_a_noise_floor():
    made = Design.load(ROOT / "configs" / "sweeps" / "which_keys_matter.toml")
    assert (made.method, len(made.factors), made.columns[-1]) == ("morris", 25, "seed_block")
    assert len(made.points) * made.scheme.replications < 1200


def test_the_channels_are_some_hundreds_of_runs_that_begin_at_the_base_scenario():
    made = Design.load(ROOT / "configs" / "sweeps" / "channels.toml")
    assert 200 < len(made.points) * made.scheme.replications < 1000
    assert made.scenario(made.points[0]).digest == BASE.digest


# --- points, method by method -----------------------------------------------------------------------


def test_a_factorial_has_every_combination_once_and_the_last_factor_changes_fastest():
    made = design(SHARE, RATE, DOUBT, levels=3)
    assert values(made) == list(product([0.01, 0.1, 0.3], [0.0, 0.5, 1.0], ["abstain", "guess"]))
    assert [point.number for point in made.points] == list(range(18))


def test_one_at_a_time_begins_at_the_base_and_then_changes_one_factor_at_a_time():
    made = design(*MIXED, method="one_at_a_time", levels=3)
    first, *others = values(made)
    assert first == (0.05, 0.01, "abstain", 40, 0.01)
    changed = [[i for i, (a, b) in enumerate(zip(first, other, strict=True)) if a != b] for other in others]
    assert changed == [[0]] * 3 + [[1]] * 2 + [[2]] + [[3]] * 3 + [[4]] * 2
    assert [other[4] for other in others[-2:]] == [0.001, 0.1]  # .01 is the base scenario's own


def test_a_latin_hypercube_has_one_point_in_each_equally_likely_slice_of_every_factor():
    distributions = [
        {"name": "uniform", "low": 0.2, "high": 0.7},
        {"name": "log_uniform", "low": 0.001, "high": 0.1},
        {"name": "triangular", "low": 0.1, "mode": 0.2, "high": 0.9},
        {"name": "normal", "low": 0.0, "mean": 0.3, "sd": 0.2, "high": 1.0},
    ]
    cumulative = [
        stats.uniform(0.2, 0.5),
        stats.loguniform(0.001, 0.1),
        stats.triang(0.125, 0.1, 0.8),
        stats.truncnorm(-1.5, 3.5, 0.3, 0.2),
    ]
    factors = [
        {"key": factor["key"], "kind": "lever", "distribution": distribution}
        for factor, distribution in zip(unit(4), distributions, strict=True)
    ]
    made = np.array(values(design(*factors, method="latin_hypercube", samples=50)))
    for column, shape in zip(made.T, cumulative, strict=True):
        assert sorted((50 * shape.cdf(column)).astype(int)) == list(range(50))


def test_a_sobol_sequence_is_scipys_with_a_seed_from_draws():
    seed = Draws(7).word(Stream.SWEEP_POINTS, 0, 0)
    expected = qmc.Sobol(3, seed=seed).random_base2(5)
    made = np.array(values(design(*unit(3), method="sobol", samples=32, seed=7)))
    np.testing.assert_allclose(made, expected, atol=1e-8)
    halves = (made < 0.5).sum(axis=0)
    assert halves.tolist() == [16, 16, 16]


@pytest.mark.parametrize(("second_order", "expected"), [(False, 16 * 5), (True, 16 * 8)])
def test_saltelli_has_as_many_points_as_its_scheme_says(second_order, expected):
    made = design(*unit(3), method="saltelli", samples=16, second_order=second_order)
    assert len(made.points) == expected


@pytest.mark.medium
def test_saltelli_points_give_the_known_indices_of_an_additive_function():
    # y = 4a + 2b + c: variances 16 : 4 : 1, so first-order (and total) indices are 16, 4 and 1 in 21.
    # The error of quasi-random integration over 1,024 points is of the order of .01.
    made = np.array(values(design(*unit(3), method="saltelli", samples=1024)))
    problem = {"num_vars": 3, "names": list("abc"), "bounds": [[0, 1]] * 3}
    found = sobol_analysis.analyze(
        problem, made @ [4, 2, 1], calc_second_order=False, num_resamples=10, seed=1
    )
    np.testing.assert_allclose(found["S1"], np.array([16, 4, 1]) / 21, atol=0.02)
    np.testing.assert_allclose(found["ST"], np.array([16, 4, 1]) / 21, atol=0.02)


def test_morris_trajectories_change_one_factor_at_a_time_and_give_the_slopes_of_a_linear_function():
    made = np.array(values(design(*unit(3), method="morris", samples=6)))
    assert made.shape == (6 * 4, 3)
    for trajectory in made.reshape(6, 4, 3):
        changed = [np.flatnonzero(a != b).tolist() for a, b in pairwise(trajectory)]
        assert sorted(changed) == [[0], [1], [2]]
    problem = {"num_vars": 3, "names": list("abc"), "bounds": [[0, 1]] * 3}
    found = morris_analysis.analyze(problem, made, made @ [3, -2, 0], seed=1)
    np.testing.assert_allclose(np.asarray(found["mu"]), [3, -2, 0], atol=1e-6)


def test_morris_takes_its_number_of_levels():
    made = np.array(values(design(*unit(3), method="morris", samples=20, levels=6)))
    assert sorted(set(made.ravel())) == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]


@pytest.mark.parametrize("method", METHODS)
def test_the_same_design_has_the_same_points_and_only_methods_that_draw_heed_the_seed(method):
    more = METHODS[method]
    assert values(design(*MIXED, method=method, **more)) == values(design(*MIXED, method=method, **more))
    if "samples" in more:
        other = design(*MIXED, method=method, seed=2, **more)
        assert values(other) != values(design(*MIXED, method=method, **more))


def test_points_are_the_same_on_every_machine():
    # Pinned: a change is one of what SciPy, SALib or NumPy draw, and has to be told in CHANGELOG.md.
    assert values(design(*MIXED, method="latin_hypercube", samples=3)) == LATIN
    assert values(design(*MIXED, method="sobol", samples=2)) == SOBOL
    assert values(design(*MIXED, method="morris", samples=2))[:3] == MORRIS


# --- the values of a factor -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "median"),
    [
        ({"name": "uniform", "low": 2.0, "high": 8.0}, 5.0),
        ({"name": "log_uniform", "low": 0.01, "high": 1.0}, 0.1),
        ({"name": "triangular", "low": 0.0, "mode": 0.0, "high": 1.0}, 1 - 0.5**0.5),
        ({"name": "normal", "low": 0.0, "mean": 0.3, "sd": 0.1, "high": 0.6}, 0.3),
    ],
)
def test_a_distribution_never_leaves_its_ends_and_has_its_median(shape, median):
    found = Distribution.model_validate(shape).quantiles(np.array([0, 0.5, 1]))
    np.testing.assert_allclose(found, [shape["low"], median, shape["high"]], rtol=1e-12)


def test_whole_numbers_of_a_range_are_equally_likely_and_stay_whole():
    made = [v for (v,) in values(design(PRACTICES, method="latin_hypercube", samples=40))]
    assert Counter(made) == {2: 10, 3: 10, 4: 10, 5: 10}
    assert {type(v) for v in made} == {int}


def test_whole_numbers_of_a_distribution_are_rounded_within_its_ends():
    factor = {
        "key": "population.practices",
        "kind": "uncertainty",
        "distribution": {"name": "triangular", "low": 2, "mode": 3, "high": 5},
    }
    made = [v for (v,) in values(design(factor, method="latin_hypercube", samples=100))]
    assert {type(v) for v in made} == {int}
    assert sorted(set(made)) == [2, 3, 4, 5]


def test_more_levels_than_whole_numbers_give_each_number_once():
    assert values(design(PRACTICES, levels=9)) == [(2,), (3,), (4,), (5,)]


def test_listed_values_are_equally_likely_whatever_they_are():
    made = values(design(DOUBT, SHARE, method="sobol", samples=64))
    assert set(Counter(doubt for doubt, _ in made).values()) == {32}
    assert max(Counter(share for _, share in made).values()) <= 22


def test_a_switch_can_vary():
    factor = {"key": "protected_time.enabled", "kind": "lever", "values": [False, True]}
    made = design(factor)
    assert [made.scenario(point).protected_time.enabled for point in made.points] == [False, True]


def test_numbers_are_rounded_to_nine_digits_but_never_beyond_their_ends():
    low, high = 0.1234567891234, 0.1234567896
    made = values(design({**RATE, "range": [low, high]}, method="latin_hypercube", samples=20))
    assert all(low <= v <= high for (v,) in made)
    made = values(design(RATE, method="latin_hypercube", samples=20))
    assert all(v == float(f"{v:.9g}") for (v,) in made)


def test_a_number_is_always_a_float_however_it_was_written():
    made = design({**SHARE, "values": [0, 0.5, 1]})
    assert [type(point.values["service.reporting.share"]) for point in made.points] == [float] * 3


# --- scenarios --------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_the_scenario_of_a_point_is_the_base_with_the_factors_values(method):
    made = design(*MIXED, method=method, **METHODS[method])
    for point in made.points[:: max(len(made.points) // 8, 1)]:
        assert made.scenario(point).digest == BASE.replace(point.values).digest
        assert {key: value_at(made.scenario(point), key) for key in point.values} == point.values


def test_a_headcount_of_0_removes_a_role_at_that_point_alone():
    headcount = {"key": "roles.nurse.headcount", "kind": "lever", "values": [0, 2]}
    voice = {"key": "roles.nurse.voice", "kind": "lever", "values": [0.1, 0.2]}
    made = design(headcount, voice)
    assert ["nurse" in made.scenario(point).roles for point in made.points] == [False, False, True, True]


def test_the_base_can_be_a_scenario_or_a_path():
    path = ROOT / "configs" / "learning_practice.toml"
    assert design(SHARE, base=path).digest == design(SHARE, base=str(path)).digest == design(SHARE).digest


def test_fixed_values_change_the_base_nested_or_dotted():
    dotted = design(SHARE, set={"service.guidance.rate": 0.2, "steps": 24})
    nested = design(SHARE, set={"service": {"guidance": {"rate": 0.2}}, "steps": 24})
    assert dotted.base.service.guidance.rate == nested.base.service.guidance.rate == 0.2
    assert nested.base.service.reporting == BASE.service.reporting
    assert dotted.digest == nested.digest


def test_paths_in_a_design_file_are_relative_to_it(tmp_path, monkeypatch):
    folder = tmp_path / "designs"
    folder.mkdir()
    (tmp_path / "base.toml").write_text("steps = 5\n")
    (folder / "table.csv").write_text((ROOT / "configs" / "made_up_practices.csv").read_text())
    (folder / "d.toml").write_text(
        'base = "../base.toml"\nmethod = "factorial"\n[set]\npopulation.workforce = "table.csv"\n'
        '[[factors]]\nkey = "forgetting.staff"\nkind = "uncertainty"\nvalues = [0.0, 0.1]\n'
    )
    monkeypatch.chdir(tmp_path)
    made = Design.load("designs/d.toml")
    assert made.base.steps == 5
    assert made.base.population.workforce == str(folder / "table.csv")


def test_keys_of_kinds_interventions_tiers_and_roles_can_vary():
    base = KINDS.replace(
        {
            "interventions": [{"at": 2, "set": {"service.reporting.share": 0.3}}],
            "population.tiers": [{"name": "board", "count": 2}, {"name": "health service"}],
        }
    )
    keys = {
        "kinds.learning practice.share": [0.1, 0.3],
        "kinds.learning practice.roles.gp.voice": [0.5, 0.6],
        "interventions.0.at": [3, 9],
        "interventions.0.set.service.reporting.share": [0.1, 0.2],
        "population.tiers.board.reporting": [0.1, 0.2],
        "roles.nurse.voice": [0.1, 0.2],
    }
    factors = [{"key": key, "kind": "lever", "values": given} for key, given in keys.items()]
    made = design(*factors, base=base)
    last = made.scenario(made.points[-1])
    assert last.kinds[0].share == 0.3
    assert last.kinds[0].set["roles.gp.voice"] == 0.6
    assert (last.interventions[0].at, last.interventions[0].set) == (9, {"service.reporting.share": 0.2})
    assert last.population.tiers[0].reporting == 0.2
    assert last.roles["nurse"].voice == 0.2
    around = design(factors[0], method="one_at_a_time", base=base)
    assert values(around)[0] == (KINDS.kinds[0].share,)


def test_every_key_can_vary_around_its_own_value_or_says_why_not():
    fixed = set()
    roles = [f"roles.gp.{leaf}" for leaf in ("headcount", "turnover", "voice", "experience", "people")]
    for key in [*known_keys(Scenario), *roles]:
        if key_problem(BASE, key):
            fixed.add(key)
            continue
        if file_kind(key):
            assert holds(field_of(key)) is None
            continue
        own = value_at(BASE, key)
        assert holds(field_of(key)) in ("number", "whole number", "switch", "choice")
        assert factor_problems(Factor(key=key, kind="lever", values=(own,))) == []
        assert BASE.replace({key: own}).digest == BASE.digest
    tables = {
        "world",
        "population",
        "roles",
        "kinds",
        "network",
        "initial",
        "judgement",
        "practice",
        "service",
    }
    tables |= {"loops", "protected_time", "turnover", "forgetting", "record", "interventions", "own"}
    tables |= {f"practice.{name}" for name in ("reflection", "discussion", "codification", "socialisation")}
    tables |= {f"practice.{name}" for name in ("analysis", "revision", "trial")} | {"world.nk"}
    tables |= {f"service.{name}" for name in ("networking", "reporting", "guidance", "training")}
    tables |= {"loops.double", "loops.triple", "protected_time.allocation", "population.tiers"}
    names = {
        "title",
        "description",
        "step",
        "evidence",
        "network.column",
    }
    names |= {f"population.{name}" for name in ("practice", "patients", "filter")}
    recorded = {"steps", "record.every", "record.lessons", "record.lessons_limit"}
    assert fixed == tables | names | recorded


# --- what is kept -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("observations", "kept", "every"),
    [
        ("last", (120,), 120),
        ("all", tuple(range(0, 121, 24)), 24),
        ([12, 36, 60], (12, 36, 60), 12),
        ([0, 120], (0, 120), 120),
        ([50, 0, 7], (0, 7, 50), 1),
    ],
)
def test_runs_record_the_steps_that_are_kept_and_few_more(observations, kept, every):
    made = design(SHARE, set={"record.every": 24}, keep={"observations": observations})
    assert (made.steps, made.base.record.every) == (kept, every)
    recorded = {step for step in range(121) if step % every == 0 or step == 120}
    assert set(kept) <= recorded


def test_lessons_are_followed_only_where_they_are_kept():
    assert not design(SHARE, base=BASE.replace({"record.lessons": True})).base.record.lessons
    assert design(SHARE, keep={"lessons": True}).base.record.lessons


def test_all_points_have_the_same_seeds():
    made = design(SHARE, replications=5, first_seed=2**64 - 5)
    assert {made.seeds(point) for point in made.points} == {range(2**64 - 5, 2**64)}


@pytest.mark.parametrize("method", ["morris", "saltelli"])
def test_a_block_of_seeds_is_a_factor_that_no_scenario_has(method):
    made = design(*unit(2), method=method, samples=8, replications=3, first_seed=10, seed_blocks=4)
    assert made.columns[-1] == "seed_block"
    assert [factor.key for factor in made.factors] == [factor["key"] for factor in unit(2)]
    assert len(made.points) == 8 * (4 if method == "morris" else 5)
    found = {point.values["seed_block"]: made.seeds(point) for point in made.points}
    assert found == {block: range(10 + 3 * (block - 1), 13 + 3 * (block - 1)) for block in (1, 2, 3, 4)}
    for point in made.points:
        assert "seed_block" not in point.factors
        assert made.scenario(point)
    again = Design.from_json(json.loads(json.dumps(made.as_json())))
    assert (again.points, again.digest) == (made.points, made.digest)
    assert again.seeds(again.points[-1]) == made.seeds(made.points[-1])


@pytest.mark.parametrize("blocks", [2, 3, 4, 5])
@pytest.mark.parametrize("levels", [2, 4, 6, 10])
def test_a_trajectory_of_morris_takes_another_block_of_seeds_once(levels, blocks):
    made = design(*unit(2), method="morris", samples=20, levels=levels, seed_blocks=blocks)
    found = np.array([point.values["seed_block"] for point in made.points]).reshape(20, 4)
    assert (np.count_nonzero(np.diff(found), axis=1) == 1).all()


# --- digest and JSON --------------------------------------------------------------------------------


def test_the_digest_depends_on_what_can_change_a_row_and_on_nothing_else():
    plain = design(SHARE, RATE, levels=3)
    same = [
        design(SHARE, RATE, levels=3, title="Another", description="words"),
        design({**SHARE, "kind": "uncertainty"}, {**RATE}, levels=3),
        design(SHARE, {**RATE, "range": None, "values": [0, 0.5, 1]}),
        design(SHARE, RATE, levels=3, base=BASE.replace({"title": "Another", "record.every": 7})),
    ]
    assert {made.digest for made in same} == {plain.digest}
    other = [
        design(SHARE, RATE, levels=4),
        design(RATE, SHARE, levels=3),
        design(SHARE, {**RATE, "key": "practice.socialisation.rate"}, levels=3),
        design(SHARE, RATE, levels=3, replications=2),
        design(SHARE, RATE, levels=3, first_seed=2),
        design(SHARE, RATE, levels=3, set={"forgetting.staff": 0.1}),
        design(SHARE, RATE, levels=3, keep={"measures": ["agreement"]}),
        design(SHARE, RATE, levels=3, keep={"observations": [1]}),
        design(SHARE, RATE, levels=3, keep={"lessons": True}),
    ]
    assert len({made.digest for made in [plain, *other]}) == 1 + len(other)


@pytest.mark.parametrize("method", METHODS)
def test_a_design_comes_back_from_json_as_it_was_and_is_not_drawn_again(method, monkeypatch):
    made = design(
        *MIXED, method=method, title="One", replications=3, keep={"lessons": True}, **METHODS[method]
    )
    monkeypatch.setattr(design_module, "design_points", None)
    back = Design.from_json(json.loads(json.dumps(made.as_json(), allow_nan=False)))
    assert back.points == made.points
    types = [[type(value) for value in point.values.values()] for point in made.points]
    assert [[type(value) for value in point.values.values()] for point in back.points] == types
    assert (back.scheme, back.scenarios, back.factors, back.keep) == (
        made.scheme,
        made.scenarios,
        made.factors,
        made.keep,
    )
    assert (back.title, back.method, back.digest) == ("One", method, made.digest)


def test_json_of_another_version_or_damaged_is_refused():
    data = design(SHARE).as_json()
    wrong = [
        {**data, "format_version": 99},
        {},
        {**data, "points": [[1, 2]]},
        {**data, "scenarios": {"": {"stepps": 2}}},
    ]
    for damaged in [*wrong, {key: value for key, value in data.items() if key != "keep"}]:
        with pytest.raises(InputError, match="version"):
            Design.from_json(damaged)


# --- what is refused --------------------------------------------------------------------------------


def changed(factor, **more):
    return {"factors": [{**factor, **more}]}


REFUSED = [
    ({"method": "saltely"}, 'method: found \'saltely\'; allowed is one of "factorial", "one_at_a_time"'),
    ({"levles": 3}, 'levles: no such key; did you mean "levels"?'),
    ({"kep": {}}, 'kep: no such key; did you mean "keep"?'),
    ({"keep": {"mesures": []}}, 'keep.mesures: no such key; did you mean "measures"?'),
    ({"keep": 3}, "keep: found 3; allowed is a table"),
    ({"keep": {"measures": "x"}}, "keep.measures: found 'x'; allowed is a list of measures"),
    (
        {"keep": {"measures": ["pratice_knowledge"]}},
        "keep.measures: 'pratice_knowledge' is not recorded; did you mean \"practice_knowledge\"?",
    ),
    (
        {"keep": {"measures": ["views"]}},
        "keep.measures: 'views' is not recorded; known are staff_knowledge, collective_knowledge, ",
    ),
    (
        {"keep": {"measures": ["agreement", "agreement"]}},
        "keep.measures: found 'agreement' twice; keep one",
    ),
    (
        {"keep": {"observations": [0, 130, -1]}},
        "keep.observations: found 130, -1; allowed are steps of the run, 0 to 120",
    ),
    (
        {"keep": {"observations": "first"}},
        'keep.observations: found \'first\'; allowed is "last", "all", or a list of steps',
    ),
    (
        {"base": None},
        "base: missing; give the path of a scenario file from this one, or the name of one that ships",
    ),
    (
        {"base": 3},
        "base: found 3; give the path of a scenario file from this one, or the name of one that ships",
    ),
    ({"set": 3}, "set: found 3; allowed is a table of keys of the scenario"),
    ({"set": {"steps": 0}}, "base: steps: found 0; allowed is a whole number from 1 to 100000"),
    ({"set": {"stepps": 3}}, 'base: stepps: no such key; did you mean "steps"?'),
    ({"set": {"record.lessons": True}}, "set.record.lessons: what is kept of a run is said under keep"),
    ({"factors": []}, "factors: found none; allowed is at least one ([[factors]])"),
    ({"factors": {"a": 1}}, "factors: found {'a': 1}; allowed is a list of tables ([[factors]])"),
    ({"factors": [3]}, "factors.0: found 3; allowed is a table"),
    ({"factors": [SHARE, SHARE]}, "factors.service.reporting.share: found twice; keep one"),
    (changed(SHARE, kind="levr"), "factors.service.reporting.share.kind: found 'levr'; allowed is one of"),
    (
        changed(SHARE, key="service.reporting.shar"),
        'factors.service.reporting.shar: no such key; did you mean "service.reporting.share"?',
    ),
    (
        changed(SHARE, key="roles.nurs.voice"),
        "factors.roles.nurs.voice: no role 'nurs'; did you mean \"nurse\"?",
    ),
    (
        changed(SHARE, key="kinds.shy practice.share"),
        "factors.kinds.shy practice.share: no entry 'shy practice'; there are none",
    ),
    (
        changed(SHARE, key="steps", values=[3]),
        "factors.steps: it cannot vary: all runs of a sweep are of one",
    ),
    (
        changed(SHARE, key="record.every", values=[3]),
        "factors.record.every: it cannot vary: what is recorded",
    ),
    (
        changed(SHARE, key="title", values=["a"]),
        "factors.title: it cannot vary; what can is a number, true or",
    ),
    (
        changed(SHARE, key="network.file", values=["a.csv"]),
        "factors.network.file.values: a.csv: no such network file; check the path",
    ),
    (changed(SHARE, key="service"), "factors.service: it cannot vary; what can is"),
    (
        changed(SHARE, values=[0.1, 1.5]),
        "factors.service.reporting.share.values: found 1.5; allowed is a number from 0 to 1",
    ),
    (changed(SHARE, values=[]), "factors.service.reporting.share.values: found []; allowed is a list of"),
    (
        changed(SHARE, values=[0.1, 0.1]),
        "factors.service.reporting.share: values: found one twice in [0.1, 0.1]",
    ),
    (
        changed(RATE, range=[0.1, 1.5]) | {"levels": 3},
        "factors.practice.codification.rate.range: found 1.5; allowed is a number from 0 to 1",
    ),
    (
        changed(RATE, range=[0.5, 0.1]) | {"levels": 3},
        "factors.practice.codification.rate: range: found [0.5, 0.1]; allowed is the lower end first",
    ),
    (
        changed(RATE, range=[0.5]) | {"levels": 3},
        "factors.practice.codification.rate.range: found [0.5]; allowed is two numbers, the lower end first",
    ),
    (
        changed(RATE, values=[0.5]),
        "factors.practice.codification.rate: found range and values; allowed is exactly one of range, values",
    ),
    (
        {"factors": [{"key": "forgetting.staff", "kind": "lever"}]},
        "factors.forgetting.staff: found neither range, values nor distribution; allowed is exactly one",
    ),
    (
        changed(PRACTICES, range=[1.5, 3]) | {"levels": 3},
        "factors.population.practices.range: found 1.5; allowed is a whole number from 1 to 1000000",
    ),
    (
        changed(DOUBT, values=["abstain", "gues"]),
        'factors.judgement.doubt.values: found \'gues\'; allowed is one of "abstain", "guess"',
    ),
    (
        {"factors": [{"key": "judgement.doubt", "kind": "lever", "range": [0, 1]}], "levels": 2},
        'factors.judgement.doubt.range: found for a key that holds one of "abstain", "guess"; give the',
    ),
    (
        changed(GUIDANCE, distribution={"name": "normal", "low": 0, "high": 2}) | {"levels": 3},
        "factors.service.guidance.rate.distribution: a normal distribution needs a mean",
    ),
    (
        changed(GUIDANCE, distribution={"name": "uniform", "low": 0, "high": 1, "sd": 2}) | {"levels": 3},
        "factors.service.guidance.rate.distribution: a uniform distribution has no sd",
    ),
    (
        changed(GUIDANCE, distribution={"name": "uniform", "low": 0, "high": 2}) | {"levels": 3},
        "factors.service.guidance.rate.distribution: found 2.0; allowed is a number from 0 to 1",
    ),
    (
        changed(GUIDANCE, distribution={"name": "log_uniform", "low": 0, "high": 1}) | {"levels": 3},
        "factors.service.guidance.rate.distribution: found low = 0; allowed is above 0 for log_uniform",
    ),
    (
        changed(GUIDANCE, distribution={"name": "triangular", "low": 0, "mode": 2, "high": 1})
        | {"levels": 3},
        "factors.service.guidance.rate.distribution: found mode = 2; allowed is from low to high",
    ),
    (
        changed(GUIDANCE, distribution={"name": "unform", "low": 1, "high": 0}) | {"levels": 3},
        "factors.service.guidance.rate.distribution.name: found 'unform'; allowed is one of \"uniform\"",
    ),
    (
        {"factors": [RATE]},
        "levels: missing; method factorial needs how many values to cut practice.codification",
    ),
    ({"levels": 3}, "levels: found 3, but every factor lists its values; leave it out"),
    ({"factors": [RATE], "levels": 1}, "levels: found 1; allowed is a whole number from 2 to 1000"),
    ({"samples": 4}, "samples: found with method factorial, which has no use for it; leave it out"),
    ({"seed": 4}, "leave it out (replications begin with first_seed)"),
    ({"method": "sobol"}, "samples: missing; method sobol needs how many"),
    (
        {"method": "sobol", "samples": 100},
        "samples: found 100; allowed with method sobol is a power of 2, such as 64 or 128",
    ),
    ({"method": "saltelli", "samples": 3}, "samples: found 3; allowed with method saltelli is a power of 2"),
    ({"method": "sobol", "samples": 8, "levels": 3}, "levels: found with method sobol, which has no use"),
    (
        {"method": "morris", "samples": 8, "levels": 3},
        "levels: found 3; allowed with method morris is an even",
    ),
    (
        {"method": "latin_hypercube", "samples": 8, "second_order": True},
        "second_order: found with method latin_hypercube, which has no use for it; leave it out",
    ),
    (
        {"method": "sobol", "samples": 8, "seed_blocks": 4},
        "seed_blocks: found with method sobol, which has no use for it; leave it out",
    ),
    (
        {"method": "morris", "samples": 8, "seed_blocks": 4, "seeds": "independent"},
        'seed_blocks: found with independent seeds; leave it out, or set seeds = "common"',
    ),
    (
        {"method": "morris", "samples": 8, "seed_blocks": 4, "first_seed": 2**64 - 3},
        "first_seed: found 18446744073709551613, the last would be 18446744073709551616; allowed is up to",
    ),
    ({"replications": 0}, "replications: found 0; allowed is a whole number from 1"),
    (
        {"first_seed": 2**64 - 1, "replications": 2},
        "first_seed: found 18446744073709551615, the last would be",
    ),
    (
        {"factors": [*unit(4)], "levels": 1000},
        f"points: found 1,000,000,000,000; allowed is at most {MAX_POINTS:,}; vary less, or draw points",
    ),
]


@pytest.mark.parametrize(("data", "expected"), REFUSED, ids=[expected[:40] for _, expected in REFUSED])
def test_what_is_wrong_is_told_in_one_sentence(data, expected):
    (problem,) = refused(data)
    assert expected in problem
    assert "\n" not in problem


TWO_CASES = Scenario.from_dict({"roles": {"gp": {"headcount": 2}, "GP": {"headcount": 2}}})


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            {"keep": {"measures": ["staff_knowledge[role: gp]", "staff_knowledge[role: GP]"]}},
            "keep.measures: found 'staff_knowledge[role: gp]' and 'staff_knowledge[role: GP]', which SQL "
            "takes for one column",
        ),
        (
            {"factors": [{**RATE, "key": f"roles.{name}.voice"} for name in ("gp", "GP")], "levels": 2},
            "factors: found 'roles.gp.voice' and 'roles.GP.voice', which SQL takes for one column",
        ),
        (
            {"factors": [{"keys": ["roles.gp.voice", "roles.GP.voice"], "kind": "lever", "values": [0, 1]}]},
            "factors: found 'roles.gp.voice' and 'roles.GP.voice', which SQL takes for one column",
        ),
    ],
)
def test_columns_that_a_query_would_take_for_one_are_refused(data, expected):
    (problem,) = refused({"base": TWO_CASES, **data})
    assert expected in problem


def test_who_names_what_they_observe_among_the_measures_reads_that_it_is_kept_anyway():
    with pytest.raises(DesignError, match="what is observed by one's own functions is kept unnamed"):
        design(keep={"measures": ["views"]})


def test_all_that_is_wrong_is_told_at_once(tmp_path):
    path = tmp_path / "wrong.toml"
    path.write_text(
        'base = "nowhere.toml"\nmethod = "sobl"\nsampels = 3\n[keep]\nmeasures = ["nothing"]\n'
        '[[factors]]\nkey = "x"\nkind = "y"\nvalues = [1]\n'
    )
    with pytest.raises(DesignError) as caught:
        Design.load(path)
    assert [problem.split(":")[0] for problem in caught.value.problems] == [
        "method",
        "sampels",
        "base",
        "factors.x.kind",
        "keep.measures",
    ]
    assert str(caught.value).startswith(f"{path}: method: found 'sobl'")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, "no such design file; check the path"),
        ("base = ", "not valid TOML: "),
        ("\udcff", "not a text file in UTF-8; save it as UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(tmp_path, text, expected):
    path = tmp_path / "d.toml"
    if text is not None:
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError, match=expected):
        Design.load(path)


def test_a_base_that_is_wrong_is_told_with_all_its_problems(tmp_path):
    (tmp_path / "base.toml").write_text("steps = 0\ntitel = 3\n")
    problems = refused({"base": "base.toml"}, folder=tmp_path)
    assert problems == (
        "base: steps: found 0; allowed is a whole number from 1 to 100000",
        'base: titel: no such key; did you mean "title"?',
    )


def test_the_first_points_that_are_no_scenarios_are_named_with_values_and_reason():
    issues = {"key": "world.issues", "kind": "uncertainty", "values": [5, 60]}
    domains = {"key": "world.domains", "kind": "uncertainty", "values": [1, 6, 7, 8, 9]}
    assert refused({"factors": [issues, domains]}) == (
        "point 1 (world.issues = 5, world.domains = 6): world.domains: found 6; allowed is at most "
        "world.issues, 5",
        "point 2 (world.issues = 5, world.domains = 7): world.domains: found 7; allowed is at most "
        "world.issues, 5",
        "point 3 (world.issues = 5, world.domains = 8): world.domains: found 8; allowed is at most "
        "world.issues, 5",
        "4 of 10 points are no valid scenarios; above are the first 3",
    )


def test_two_factors_that_set_one_key_by_two_names_are_refused():
    factors = [
        {"key": "kinds.learning practice.share", "kind": "lever", "values": [0.1, 0.2]},
        {"key": "kinds.0.share", "kind": "lever", "values": [0.1, 0.3]},
    ]
    (first, *_) = refused({"base": KINDS, "factors": factors})
    assert first.endswith("kinds.learning practice.share: is set again by another factor; keep one of them")


def test_one_at_a_time_needs_a_value_to_vary_around():
    factor = {"key": "population.tiers.health service.reporting", "kind": "lever", "values": [0.1]}
    (problem,) = refused({"method": "one_at_a_time", "factors": [factor]})
    assert "begins at the base scenario, which has no value; give one (set)" in problem


def test_a_single_wrong_point_among_many_is_found():
    issues = {"key": "world.issues", "kind": "uncertainty", "values": [59, 60]}
    domains = {"key": "world.domains", "kind": "uncertainty", "range": [1, 60]}
    assert refused({"factors": [issues, domains], "levels": 60}) == (
        "point 59 (world.issues = 59, world.domains = 60): world.domains: found 60; allowed is at most "
        "world.issues, 59",
    )


def test_lists_of_a_design_may_be_numpys():
    made = design({**SHARE, "values": np.array([0.01, 0.1])}, keep={"observations": np.array([1, 2])})
    assert made.digest == design({**SHARE, "values": [0.01, 0.1]}, keep={"observations": [1, 2]}).digest


def test_a_seed_of_a_design_may_be_numpys_and_no_float():
    made = design(SHARE, first_seed=np.int64(3), replications=np.int64(2))
    assert list(made.seeds(made.points[0])) == [3, 4]
    for given in (1.5, 2.0, np.float64(2), True):
        (problem,) = refused({"first_seed": given})
        assert problem.startswith(f"first_seed: found {given}; allowed is a whole number from 0 to")
