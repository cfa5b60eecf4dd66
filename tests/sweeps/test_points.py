"""Points and factors of one's own: tables, keys moved together, files, weights, measures over steps."""

from collections import Counter
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import polars as pl
import pytest
from sweeping import SMALL, contents, result_bytes
from typer.testing import CliRunner

import lpsim
from lpsim import cli
from lpsim.analysis.diffusion import months_to_half_overall
from lpsim.population.network_files import save_network
from lpsim.scenario import Scenario
from lpsim.sweeps.design.design import Design, DesignError
from lpsim.sweeps.design.factors import Distribution
from lpsim.sweeps.pilot import measure
from lpsim.sweeps.runner import sweep

BASE = Scenario().replace(SMALL)
WRITE, TELL, DOUBT = "practice.codification.rate", "practice.socialisation.rate", "judgement.doubt"
ROWS = [{WRITE: 0.1, TELL: 0.5, DOUBT: "guess"}, {WRITE: 0.9, TELL: 0.2, DOUBT: "abstain"}]
FRAME = pd.DataFrame(ROWS)


def points(given, *factors, **more):
    return Design.from_dict(
        {"base": BASE, "method": "points", "points": given, "factors": list(factors), **more}
    )


def values(design):
    return [point.values for point in design.points]


def drawn(*factors, method="sobol", samples=64, **more):
    return Design.from_dict(
        {"base": BASE, "method": method, "samples": samples, "factors": list(factors), **more}
    )


def refused(make, *arguments, **more):
    with pytest.raises(DesignError) as caught:
        make(*arguments, **more)
    return caught.value.problems


# --- tables of points -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["csv", "parquet", "pandas", "polars", "rows"])
def test_the_points_of_a_table_are_the_points_of_the_design_whatever_holds_it(tmp_path, kind):
    path = tmp_path / f"mine.{kind}"
    if kind == "csv":
        FRAME.to_csv(path, index=False)
    elif kind == "parquet":
        FRAME.to_parquet(path)
    given = {"pandas": FRAME, "polars": pl.from_pandas(FRAME), "rows": ROWS}.get(kind, path)
    made = points(given)
    assert values(made) == ROWS
    assert made.digest == points(FRAME).digest
    assert {factor.kind for factor in made.factors} == {"uncertainty"}


def test_a_table_may_hold_whole_numbers_switches_rates_with_units_and_scenarios(tmp_path):
    (tmp_path / "base.toml").write_text('step = "month"\nsteps = 3\npopulation.practices = 2\n')
    (tmp_path / "other.toml").write_text(
        'step = "month"\nsteps = 3\npopulation.practices = 2\nforgetting.staff = 0.5'
    )
    (tmp_path / "mine.csv").write_text(
        "scenario,population.practices,protected_time.enabled,forgetting.practice\n"
        "other.toml,3,TRUE,12 %/year\nplain,4,false,0.01\n"
    )
    (tmp_path / "d.toml").write_text(
        'base = "base.toml"\nmethod = "points"\npoints = "mine.csv"\n[[scenarios]]\nname = "plain"\n'
    )
    first, second = Design.load(tmp_path / "d.toml").points
    assert first.values["scenario"] == "other.toml"
    assert first.values["population.practices"] == 3
    assert first.values["protected_time.enabled"] is True
    assert first.values["forgetting.practice"] == pytest.approx(1 - 0.88 ** (1 / 12))
    made = Design.load(tmp_path / "d.toml")
    assert (made.scenario(first).forgetting.staff, made.scenario(second).forgetting.staff) == (
        0.5,
        BASE.forgetting.staff,
    )


def test_a_column_of_a_parameter_of_ones_own_holds_what_its_cells_read_as(tmp_path):
    base = BASE.adapted({"own": {"doubt": 0.5, "colleagues": 3, "aloud": True, "style": "slow"}})
    (tmp_path / "mine.csv").write_text(
        "own.doubt,own.colleagues,own.aloud,own.style\n0.3,2,false,fast\n1,4,TRUE,slow\n"
    )
    rows = [
        {"own.doubt": 0.3, "own.colleagues": 2, "own.aloud": False, "own.style": "fast"},
        {"own.doubt": 1.0, "own.colleagues": 4, "own.aloud": True, "own.style": "slow"},
    ]
    for given in (tmp_path / "mine.csv", rows, pd.DataFrame(rows)):
        made = Design.from_dict({"base": base, "method": "points", "points": given})
        found = [made.scenario(point).own for point in made.points]
        assert found == [{key.removeprefix("own."): value for key, value in row.items()} for row in rows]
        assert [type(value) for value in found[1].values()] == [float, int, bool, str]


def test_scenarios_and_other_factors_are_crossed_with_the_points_of_a_table():
    lever = {"key": "forgetting.staff", "kind": "lever", "values": [0.0, 0.1]}
    kind = {"key": WRITE, "kind": "lever"}
    made = points(
        ROWS, lever, kind, scenarios=[{"name": "as it is"}, {"name": "few", "set": {"world.issues": 5}}]
    )
    assert [factor.kind for factor in made.factors] == ["lever", "uncertainty", "uncertainty", "lever"]
    assert len(made.points) == 2 * 2 * 2
    assert values(made)[1] == {"scenario": "as it is", **ROWS[0], "forgetting.staff": 0.1}
    assert made.scenario(made.points[-1]).world.issues == 5


def test_a_store_of_points_resumes_merges_and_is_queried_as_others(tmp_path):
    made = points(FRAME, replications=3, seeds="independent", stride=10)
    whole = sweep(made, store=tmp_path / "whole")
    half = sweep(points(FRAME.iloc[:1], replications=3), store=tmp_path / "half")
    assert len(half.frame()) == 3
    again = sweep(Design.from_json(made.as_json()), store=tmp_path / "whole")
    assert result_bytes(again) == result_bytes(whole)
    merged = sweep(made, store=tmp_path / "merged", merge=[tmp_path / "whole"])
    assert result_bytes(merged) == result_bytes(whole)
    found = whole.query(f'select "{WRITE}" as rate, count(*) as runs from runs group by rate order by rate')
    assert found.to_dict("list") == {"rate": [0.1, 0.9], "runs": [3, 3]}
    assert sorted(whole.frame()["seed"]) == [1, 2, 3, 11, 12, 13]


def test_a_sample_of_salib_is_a_design(tmp_path):
    from SALib.sample import latin

    problem = {"num_vars": 2, "names": [WRITE, TELL], "bounds": [[0, 1], [0, 0.5]]}
    sample = pd.DataFrame(latin.sample(problem, 4, seed=1), columns=problem["names"])
    store = sweep(points(sample), store=tmp_path / "store")
    assert store.frame()[problem["names"]].to_numpy().tolist() == sample.to_numpy().tolist()


BAD = [
    (
        f"{WRITE}\n0.1\nhalf\n",
        "mine.csv: line 3, column 'practice.codification.rate': found 'half'; allowed is a number",
    ),
    (f"{WRITE}\n1.5\n", "line 2, column 'practice.codification.rate': found 1.5; allowed is a number from 0"),
    (f"{WRITE},{TELL}\n0.1,\n", "line 2, column 'practice.socialisation.rate': found nothing; allowed is"),
    (f"{WRITE},{TELL}\n0.1\n", "mine.csv: line 2: found 1 cells, the heading has 2; mend the row"),
    (f"{WRITE},{WRITE}\n0.1,0.2\n", "column 2: found 'practice.codification.rate' twice; keep one"),
    (
        "practice.codification.rat\n0.1\n",
        "column 1: found 'practice.codification.rat': no such key; did you mean",
    ),
    (f",{WRITE}\n1,0.1\n", "column 1: has no heading; give it the key it holds, or leave it out"),
    (f"{WRITE}\n", "mine.csv: has no rows; give one for each point"),
    ("", "mine.csv: is empty; give a heading of keys, and a row for each point"),
    (f'{WRITE}\n"0.1\n', "line 2: is no CSV (unexpected end of data); save the table as CSV with commas"),
    ("population.practices\n1_0\n", "column 'population.practices': found '1_0'; allowed is a whole number"),
    ("population.practices\n١٠\n", "column 'population.practices': found '١٠'; allowed is a whole number"),
    ("population.practices\n2.5\n", "column 'population.practices': found '2.5'; allowed is a whole number"),
    (
        "protected_time.enabled\nmaybe\n",
        "column 'protected_time.enabled': found 'maybe'; allowed is true or false",
    ),
    ("steps\n3\n", "factors.steps: it cannot vary: all runs of a sweep are of one length"),
    (f"{WRITE}\n0.1 %/fortnight\n", "found '0.1 %/fortnight'; "),
]


@pytest.mark.parametrize(("text", "expected"), BAD, ids=[expected[:40] for _, expected in BAD])
def test_a_table_that_is_wrong_is_told_in_one_sentence_exit_code_2_and_nothing_written(
    tmp_path, monkeypatch, text, expected
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.csv").write_text(text)
    (tmp_path / "base.toml").write_text("steps = 3\n")
    (tmp_path / "d.toml").write_text('base = "base.toml"\nmethod = "points"\npoints = "mine.csv"\n')
    before = contents(tmp_path)
    result = CliRunner().invoke(cli.app, ["sweep", "d.toml"])
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert expected in line
    assert line.endswith((".", "?"))
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("nowhere.csv", "points: nowhere.csv: no such table; check the path"),
        (3, "points: found 3; give the path of a table (CSV or Parquet), a data frame, or rows by key"),
        (None, "points: missing; method points needs the path of a table (CSV or Parquet)"),
        (
            pd.DataFrame({WRITE: [0.1, float("nan")]}),
            f"points: row 2, column '{WRITE}': found nothing; allowed is",
        ),
    ],
)
def test_points_that_are_no_table_are_told(given, expected):
    (problem,) = refused(points, given)
    assert problem.startswith(expected)


@pytest.mark.parametrize(
    ("key", "column"),
    [
        ("population.practices", pd.array([1, None], dtype="Int64")),
        (WRITE, pd.array([0.1, None], dtype="Float64")),
        (WRITE, pd.array([0.1, None], dtype="double[pyarrow]")),
        (WRITE, [0.1, pd.NaT]),
        ("protected_time.enabled", pd.array([True, None], dtype="boolean")),
        (DOUBT, pd.array(["guess", None], dtype="string")),
    ],
    ids=str,
)
def test_what_pandas_leaves_out_is_found_nothing_whatever_the_type_of_its_column(key, column):
    (problem,) = refused(points, pd.DataFrame({key: column}))
    assert problem.startswith(f"points: row 2, column '{key}': found nothing; allowed is")
    (problem,) = refused(points, [{key: column[0]}, {key: column[1]}])
    assert problem.startswith(f"points: row 2, column '{key}': found nothing; allowed is")


@pytest.mark.parametrize("cell", [[0.1, 0.2], np.array([0.1, 0.2]), b"0.1"], ids=repr)
def test_a_cell_that_is_no_single_value_is_told(cell):
    (problem,) = refused(points, [{WRITE: cell}])
    assert problem.startswith(f"points: row 1, column '{WRITE}': found ")
    assert problem.endswith("; allowed is a number from 0 to 1")


def test_a_data_frame_with_a_column_twice_is_told():
    (problem,) = refused(points, pd.DataFrame([[0.1, 0.2]], columns=[WRITE, WRITE]))
    assert problem == f"points: column 2: found '{WRITE}' twice; keep one"


def test_the_index_that_pandas_writes_into_a_table_is_told_with_how_to_leave_it_out(tmp_path):
    FRAME.set_axis(["first", "second"]).to_parquet(tmp_path / "mine.parquet")
    (problem,) = refused(points, tmp_path / "mine.parquet")
    assert problem.endswith(
        "found '__index_level_0__', pandas' own; write the table without it (index=False)"
    )


def test_of_a_parameter_of_ones_own_a_cell_that_is_no_plain_number_is_a_name():
    base = Scenario.from_dict({"own": {"style": "slow"}})
    made = Design.from_dict({"base": base, "method": "points", "points": [{"own.style": "1_0"}]})
    assert values(made) == [{"own.style": "1_0"}]


@pytest.mark.parametrize("given", ["nowhere.csv", 3, [{WRITE: 7}], [{"practice.codification.rat": 0.1}]])
def test_of_a_table_that_is_wrong_its_columns_factors_are_not_told_as_well(given):
    data = {"base": Scenario(), "method": "points", "points": given}
    (problem,) = refused(Design.from_dict, {**data, "factors": [{"key": WRITE, "kind": "lever"}]})
    assert problem.startswith("points: ")


@pytest.mark.parametrize(
    "amounts",
    [
        {"range": ["5 %/year", "30 %/year"]},
        {"distribution": {"name": "uniform", "low": "5 %/year", "high": "30 %/year"}},
        {"range": [0.01, 0.03]},
    ],
)
def test_a_key_that_is_not_there_is_told_whatever_its_values_are(amounts):
    (problem,) = refused(drawn, {"key": "roles.gp.turn_over", "kind": "lever", **amounts})
    assert problem == 'factors.roles.gp.turn_over: no such key; did you mean "roles.gp.turnover"?'


def test_a_scenario_file_that_is_not_there_is_told():
    data = {"method": "points", "points": pd.DataFrame({"scenario": ["nowhere.toml"]})}
    (problem,) = refused(Design.from_dict, data)
    assert problem == "scenarios.nowhere.toml: nowhere.toml: no such scenario file; check the path"


def test_a_damaged_parquet_file_is_told(tmp_path):
    (tmp_path / "mine.parquet").write_bytes(b"PAR1 and no more")
    (problem,) = refused(points, tmp_path / "mine.parquet")
    assert problem.endswith("mine.parquet: is no Parquet file, or damaged; write it again")


def test_many_wrong_cells_are_three_sentences_and_their_number():
    frame = pd.DataFrame({WRITE: np.linspace(2, 3, 50)})
    problems = refused(points, frame)
    assert len(problems) == 4
    assert problems[-1] == "points: 50 cells are wrong; above are the first 3"


def test_what_a_table_says_is_not_said_again():
    (problem,) = refused(points, FRAME, {"key": WRITE, "kind": "lever", "range": [0, 1]})
    assert problem == f"factors.{WRITE}.range: found beside a column of points; leave one of them out"
    (problem,) = refused(points, FRAME, {"key": "forgetting.staff", "kind": "lever", "range": [0, 1]})
    assert problem.startswith("factors.forgetting.staff: found no values; beside points give the values")
    factor = {"key": WRITE, "kind": "lever", "values": [0.1]}
    (problem,) = refused(
        Design.from_dict, {"base": BASE, "method": "factorial", "points": FRAME, "factors": [factor]}
    )
    assert problem.startswith("points: found without method points")


# --- several keys together ------------------------------------------------------------------------


def test_several_keys_take_one_value():
    both = {"keys": [WRITE, TELL], "kind": "lever", "range": [0.1, 0.9]}
    made = drawn(both, {"key": DOUBT, "kind": "uncertainty", "values": ["guess", "abstain"]}, samples=8)
    assert all(point.values[WRITE] == point.values[TELL] for point in made.points)
    assert len({point.values[WRITE] for point in made.points}) == 8
    assert made.columns == (WRITE, TELL, DOUBT)
    assert made.scenario(made.points[0]).practice.socialisation.rate == made.points[0].values[WRITE]


@pytest.mark.parametrize(
    "method", ["factorial", "one_at_a_time", "latin_hypercube", "sobol", "saltelli", "morris"]
)
def test_several_keys_take_listed_tuples_whatever_the_method(method):
    tuples = [[0.1, 0.5], [0.2, 0.6], [0.3, 0.7]]
    needs = {"samples": 8} if method not in ("factorial", "one_at_a_time") else {}
    made = Design.from_dict(
        {
            "base": BASE,
            "method": method,
            **needs,
            "factors": [
                {"keys": [WRITE, TELL], "kind": "uncertainty", "values": tuples},
                {"key": "forgetting.staff", "kind": "lever", "values": [0.0, 0.1]},
            ],
        }
    )
    own = [0.05, 0.05] if method == "one_at_a_time" else tuples[0]
    found = {(point.values[WRITE], point.values[TELL]) for point in made.points}
    assert found <= {tuple(row) for row in (*tuples, own)} | {
        (BASE.practice.codification.rate, BASE.practice.socialisation.rate)
    }
    assert len(found) > 1
    assert Design.from_json(made.as_json()).digest == made.digest


def test_a_table_is_the_values_of_keys_together(tmp_path):
    FRAME.to_csv(tmp_path / "accepted.csv", index=False)
    factor = {"values": str(tmp_path / "accepted.csv"), "kind": "uncertainty"}
    made = drawn(factor, {"key": "forgetting.staff", "kind": "lever", "range": [0.0, 0.1]}, samples=16)
    rows = Counter(tuple(point.values[key] for key in (WRITE, TELL, DOUBT)) for point in made.points)
    assert rows == {tuple(row.values()): 8 for row in ROWS}


KEYS = [
    (
        {"keys": [WRITE, TELL], "values": [[0.1]]},
        "values: found [0.1]; allowed is a list with a value for each of 2 keys",
    ),
    ({"keys": [WRITE, WRITE], "values": [0.1]}, "found one twice in"),
    ({"keys": [WRITE], "values": [0.1]}, "allowed is a list of at least two keys"),
    ({"key": TELL, "keys": [WRITE, TELL], "values": [0.1]}, "found key and keys; allowed is one of the two"),
    ({"values": [0.1]}, "key: missing; give the key that varies, or several"),
    ({"keys": [WRITE, DOUBT], "range": [0, 1]}, "range: found for a key that holds one of"),
    (
        {"keys": [WRITE, "population.practices"], "range": [1, 2]},
        "range: practice.codification.rate holds a number, pop",
    ),
    ({"keys": [WRITE, TELL], "values": [[0.1, 2.0]]}, "values: found 2.0; allowed is a number from 0"),
    (
        {"key": WRITE, "values": [0.1, 0.2], "weights": [1]},
        "weights: found 1; allowed is one for each of the values",
    ),
    (
        {"key": WRITE, "values": [0.1, 0.2], "weights": [1, 0]},
        "weights: found [1.0, 0.0]; allowed are numbers above 0",
    ),
    (
        {"key": WRITE, "range": [0.1, 0.2], "weights": [1, 1]},
        "weights: found 2; allowed is one for each of the values",
    ),
    (
        {"key": WRITE, "distribution": {"name": "gamma", "low": 0, "high": 1}},
        "found 'gamma'; allowed is one of \"uniform\"",
    ),
    (
        {"key": WRITE, "distribution": {"name": "beta", "low": 0, "high": 1, "beta": 2}},
        "a beta distribution needs an alpha",
    ),
    ({"key": WRITE, "values": [0, 0.0]}, "values: found one twice in [0, 0.0]; keep one"),
    ({"keys": [WRITE, TELL], "values": [0.1, [0.1, 0.1]]}, "values: found one twice in"),
    ({"key": WRITE, "values": "nowhere.csv"}, "factors.values: nowhere.csv: no such table; check the path"),
]


@pytest.mark.parametrize(("factor", "expected"), KEYS, ids=[expected[:40] for _, expected in KEYS])
def test_a_factor_that_is_wrong_is_told_in_one_sentence(factor, expected):
    (problem,) = refused(drawn, {"kind": "lever", **factor})
    assert expected in problem


# --- how likely values are ------------------------------------------------------------------------


def test_a_beta_distribution_is_scipys_between_its_ends():
    from scipy import stats

    shape = Distribution.model_validate({"name": "beta", "low": 1.0, "high": 3.0, "alpha": 2.0, "beta": 5.0})
    shares = np.linspace(0, 1, 7)
    np.testing.assert_allclose(shape.quantiles(shares), 1 + 2 * stats.beta(2, 5).ppf(shares), rtol=1e-12)


def test_listed_values_are_as_likely_as_their_weights_say():
    factor = {"key": WRITE, "kind": "uncertainty", "values": [0.1, 0.2, 0.3], "weights": [1, 2, 5]}
    assert Counter(p.values[WRITE] for p in drawn(factor).points) == {0.1: 8, 0.2: 16, 0.3: 40}


def test_weights_are_refused_where_every_value_is_taken():
    factor = {"key": WRITE, "kind": "uncertainty", "values": [0.1, 0.2], "weights": [1, 2]}
    (problem,) = refused(Design.from_dict, {"base": BASE, "method": "factorial", "factors": [factor]})
    assert (
        problem == f"factors.{WRITE}.weights: found with method factorial, which takes each value; drop them"
    )


# --- files ----------------------------------------------------------------------------------------


def test_scenario_files_are_the_values_of_a_factor_and_drawn_as_others(tmp_path):
    for name, rate in (("a", 0.1), ("b", 0.2)):
        (tmp_path / f"{name}.toml").write_text(f"forgetting.staff = {rate}\n")
    factor = {"key": "scenario", "kind": "uncertainty", "values": ["a.toml", "b.toml"]}
    more = {"key": WRITE, "kind": "lever", "range": [0, 1]}
    data = {"set": SMALL, "method": "sobol", "samples": 8, "factors": [more, factor]}
    made = Design.from_dict(data, folder=tmp_path)
    assert len(made.points) == 8
    assert Counter(point.values["scenario"] for point in made.points) == {"a.toml": 4, "b.toml": 4}
    for point in made.points:
        expected = {"a.toml": 0.1, "b.toml": 0.2}[point.values["scenario"]]
        assert made.scenario(point).forgetting.staff == expected
    store = sweep(made, store=tmp_path / "store")
    assert set(store.frame()["scenario"]) == {"a.toml", "b.toml"}
    assert store.design.digest == made.digest


def test_network_files_are_the_values_of_a_factor_and_what_they_hold_counts(tmp_path):
    for name, graph in (("ring", nx.cycle_graph(6)), ("star", nx.star_graph(5))):
        save_network(graph, tmp_path / f"{name}.graphml")
    fixed = {**SMALL, "population.practices": 6, "network.practices": "file", "network.file": "ring.graphml"}
    fixed["service.networking.meetings"] = 1
    factor = {"key": "network.file", "kind": "uncertainty", "values": ["ring.graphml", "star.graphml"]}
    (tmp_path / "base.toml").write_text("")
    data = {"base": "base.toml", "set": fixed, "method": "factorial", "replications": 2, "factors": [factor]}
    made = Design.from_dict(data, folder=tmp_path)
    ring, star = (made.scenario(point) for point in made.points)
    assert ring.network.file == str(tmp_path / "ring.graphml")
    assert (ring.digest == made.base.digest, star.digest == made.base.digest) == (True, False)
    paths = {**factor, "values": [Path("ring.graphml"), Path("star.graphml")]}
    assert Design.from_dict({**data, "factors": [paths]}, folder=tmp_path).digest == made.digest
    store = sweep(made, store=tmp_path / "store")
    assert set(store.frame()["network.file"]) == {"ring.graphml", "star.graphml"}
    assert store.design.digest == made.digest
    save_network(nx.path_graph(6), tmp_path / "star.graphml")
    assert Design.from_dict(data, folder=tmp_path).digest != made.digest
    with pytest.raises(lpsim.InputError, match=r"holds another sweep \(.*; other contents of star.graphml"):
        sweep(Design.from_dict(data, folder=tmp_path), store=tmp_path / "store")


# --- measures over several steps --------------------------------------------------------------------


def test_a_mean_of_the_last_steps_and_the_months_to_half_are_measures(tmp_path):
    base = lpsim.Scenario.load("learning_practice").adapted({"population.practices": 4, "steps": 40})
    names = ["practice_knowledge[last 12]", "staff_knowledge[role: gp][last 3]"]
    names += ["months_to_half_by_staff", "months_to_half_by_memory"]
    factor = {"key": WRITE, "kind": "lever", "values": [0.9]}
    keep = {"measures": names, "observations": [2, 40]}
    made = Design.from_dict({"base": base, "method": "factorial", "factors": [factor], "keep": keep})
    early, last = sweep(made, store=tmp_path / "store").frame()[names].to_dict("records")
    run = lpsim.simulate(made.scenario(made.points[0]), seed=1)
    memory, gp = run.column("practice_knowledge"), run.column("staff_knowledge[role: gp]")
    assert last[names[0]] == pytest.approx(memory[29:].mean(), abs=1e-12)
    assert early[names[0]] == pytest.approx(memory[:3].mean(), abs=1e-12)
    assert (early[names[1]], last[names[1]]) == pytest.approx((gp[:3].mean(), gp[38:].mean()), abs=1e-12)
    half = months_to_half_overall(run)
    for name, time in ((names[2], half.by_staff), (names[3], half.by_memory)):
        assert np.isnan(last[name]) if time is None else last[name] == time


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("practice_knowledge[last 9]", "a run has 3 steps; take the mean of fewer"),
        ("practice_knowledg[last 2]", 'did you mean "practice_knowledge"?'),
        ("practice_knowledge[last 0]", "no group 'last 0'"),
        ("months_to_half", 'did you mean "months_to_half_by_staff"?'),
        ("staff_knowledge[role: chef][last 2]", "no group 'role: chef'"),
    ],
)
def test_a_measure_over_steps_that_there_is_not_is_told(measure, expected):
    (problem,) = refused(points, FRAME, keep={"measures": [measure]})
    assert problem.startswith(f"keep.measures: {measure!r} is not recorded; ")
    assert expected in problem


def test_measures_over_steps_are_compared_where_every_step_is_recorded(tmp_path):
    factor = {"key": WRITE, "kind": "lever", "values": [0.1, 0.9]}
    names = ["practice_knowledge[last 2]", "months_to_half_by_staff", "practice_knowledge"]
    made = Design.from_dict(
        {
            "base": BASE,
            "method": "factorial",
            "factors": [factor],
            "replications": 3,
            "keep": {"measures": names},
        }
    )
    sweep(made, store=tmp_path / "store")
    measure(made)
    command = ["compare", str(tmp_path / "store"), "--measure", names[0], "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(cli.app, command)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "mean of the last 2" in result.stdout
    coarse = BASE.adapted({"record.every": 3})
    with pytest.raises(lpsim.InputError, match="needs every step; record them"):
        lpsim.compare(coarse, [coarse.adapted({WRITE: 0.9, "title": "other"})], seeds=[1, 2], measures=names)


def test_a_dry_run_tells_keys_together_and_points(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    FRAME.to_csv("mine.csv", index=False)
    (tmp_path / "base.toml").write_text("steps = 3\npopulation.practices = 1\n")
    (tmp_path / "d.toml").write_text(
        'base = "base.toml"\nmethod = "points"\npoints = "mine.csv"\n'
        '[[factors]]\nkeys = ["forgetting.staff", "forgetting.practice"]\nkind = "lever"\n'
        "values = [[0.1, 0.2], 0.3]\n"
    )
    result = CliRunner().invoke(cli.app, ["sweep", "d.toml", "--dry-run"])
    assert (result.exit_code, result.stderr) == (0, "")
    assert "method: points of a table" in result.stdout
    assert "forgetting.staff and forgetting.practice  lever        (0.1, 0.2), 0.3" in result.stdout
    assert "points: 4" in result.stdout
    assert not (tmp_path / "sweeps").exists()


def test_no_key_of_a_later_row_is_dropped():
    rows = [{WRITE: 0.1}, {WRITE: 0.2, "world.turbulence": 0.3}]
    with pytest.raises(lpsim.InputError, match=r"row 1, column .?world\.turbulence.?: found nothing"):
        Design.from_dict({"base": BASE, "method": "points", "points": rows})
