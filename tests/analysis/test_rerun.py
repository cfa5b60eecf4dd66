"""A saved run made again is equal to the last bit; what is not is named, and so is what may be why."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import lpsim
from lpsim.analysis.rerun import Other, Rerun, TableDifference, rerun
from lpsim.errors import InputError
from lpsim.runs.run import Run, as_saved
from lpsim.scenario import Scenario
from lpsim.show.text.rerun import rerun_text

SMALL = {"title": "Small", "steps": 3, "population.practices": 2, "world.issues": 6, "world.domains": 2}
TABLE = Path(lpsim.__file__).parents[1] / "configs" / "made_up_practices.csv"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved") / "run"
    scenario = Scenario().adapted({**SMALL, "record.lessons": True})
    lpsim.simulate(scenario, seed=5, engine="reference").save(folder)
    return Run.load(folder)


def changed(run, table, column, row, value):
    frame = run.tables[table].copy()
    frame.loc[row, column] = value
    return replace(run, tables={**run.tables, table: frame})


def test_a_run_made_again_is_equal_to_the_last_bit(made):
    found = rerun(made)
    assert (found.equal, found.tables, found.others) == (True, (), ())
    assert found.again.provenance["engine"] == "reference"
    text = rerun_text([found])
    assert "Made again, seed 5: equal to the last bit" in " ".join(text.split())


def test_a_number_that_differs_in_its_last_bit_is_found_with_its_step(made):
    value = np.nextafter(made.series.loc[2, "staff_knowledge"], 1)
    found = rerun(changed(made, "series", "staff_knowledge", 2, value))
    assert found.tables == (TableDifference("series", 4, 4, ("staff_knowledge",), 2),)
    text = rerun_text([found])
    assert "0 of 1 equal" in text
    assert "seed 5, series: staff_knowledge differs from month 2 on" in text
    assert "All versions are the same as then" in text


def test_a_zero_of_the_other_sign_differs_and_an_empty_cell_does_not(made):
    frame = as_saved(pd.DataFrame({"step": [0, 1], "x": [0.0, np.nan]}))
    table = {**made.tables, "series": frame}
    from lpsim.analysis.rerun import _differing

    one, other = replace(made, tables=table), replace(made, tables={**table, "series": frame.copy()})
    assert list(_differing(one, other)) == []
    other.tables["series"].loc[0, "x"] = -0.0
    assert list(_differing(one, other)) == [TableDifference("series", 2, 2, ("x",), 0)]


def test_rows_columns_and_tables_that_are_missing_are_named(made):
    shorter = replace(made, tables={**made.tables, "issues": made.issues.iloc[:-1]})
    assert rerun(shorter).tables == (
        TableDifference("issues", len(made.issues) - 1, len(made.issues), (), None),
    )
    bare = made.series.drop(columns="agreement")
    assert rerun(replace(made, tables={**made.tables, "series": bare})).tables[0].columns == ("agreement",)
    without = {name: table for name, table in made.tables.items() if name != "groups"}
    (difference,) = rerun(replace(made, tables=without)).tables
    assert (difference.table, difference.rows_then) == ("groups", 0)
    assert "groups: 0 rows then, " in rerun_text([rerun(replace(made, tables=without))])


def test_versions_that_are_others_are_named(made):
    about = {**made.provenance, "python": "3.0.0"}
    about["dependencies"] = {**about["dependencies"], "numpy": "1.0"}
    found = rerun(replace(made, provenance=about))
    here = made.provenance
    assert found.others == (
        Other("python", "3.0.0", here["python"]),
        Other("numpy", "1.0", here["dependencies"]["numpy"]),
    )
    assert f"python 3.0.0 then, {here['python']} now" in rerun_text([found])


@pytest.fixture
def with_table(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(TABLE.read_bytes())
    changes = {"population.workforce": str(path), "steps": 1, "world.issues": 6, "world.domains": 2}
    run = lpsim.simulate(Scenario.load("england").adapted(changes), engine="reference")
    return path, run


def test_a_file_that_holds_something_else_is_refused(with_table):
    path, run = with_table
    assert rerun(run).equal
    path.write_bytes(TABLE.read_bytes() + b"\n")
    with pytest.raises(InputError, match=r"population\.workforce: .*table\.csv holds something else"):
        rerun(run)


def test_a_file_that_is_gone_is_told_and_found_where_it_lies_now(with_table, tmp_path):
    path, run = with_table
    path.rename(tmp_path / "moved.csv")
    with pytest.raises(InputError, match=r"table\.csv: no such file; say where it lies"):
        rerun(run)
    assert rerun(run, files={"population.workforce": tmp_path / "moved.csv"}).equal


def test_nothing_but_where_files_lie_can_be_changed(made):
    with pytest.raises(InputError, match="steps: a run is made again as it was"):
        rerun(made, files={"steps": "3"})


def test_of_several_runs_it_is_told_how_many_are_equal(made):
    good = rerun(made)
    bad = Rerun(made, made, (TableDifference("series", 4, 4, tuple("abcdefgh"), 1),), ())
    text = " ".join(rerun_text([good, bad]).split())
    assert "1 of 2 equal" in text
    assert "a, b, c, d, e, f and 2 more differ from month 1 on" in text
