"""SQL over a store finds what is in it, and can change nothing."""

import csv
import io
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
import pytest
from sweeping import SMALL, contents, small
from typer.testing import CliRunner

import lpsim as package
from lpsim import cli
from lpsim.errors import InputError
from lpsim.show.text.measures import scales_told
from lpsim.sweeps import batches
from lpsim.sweeps.runner import sweep
from lpsim.sweeps.store import query
from lpsim.sweeps.store.connection import connected
from lpsim.sweeps.store.rows import schema_of
from lpsim.sweeps.store.store import Store


def lpsim(*arguments):
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A store with 12 runs of three points."""
    folder = tmp_path_factory.mktemp("query")
    return sweep(small(folder), store=folder / "store").folder


@pytest.fixture
def store(folder):
    return Store.open(folder)


def refused(folder, *arguments):
    """The one sentence that is said; nothing is changed."""
    before = contents(folder)
    result = lpsim("query", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1
    assert contents(folder) == before
    return result.stderr


# --- what is found --------------------------------------------------------------------------------


def test_a_grouped_mean_is_that_of_the_frame(store):
    found = store.query(
        'select "practice.codification.rate" as rate, avg(practice_knowledge) as mean, count(*) as runs '
        "from runs group by rate order by rate"
    )
    groups = store.frame().groupby("practice.codification.rate")["practice_knowledge"]
    assert found["rate"].tolist() == list(groups.groups)
    assert found["mean"].tolist() == pytest.approx(groups.mean().tolist(), abs=1e-15)
    assert found["runs"].tolist() == [4, 4, 4]


def test_runs_are_the_frame_to_the_last_bit(store):
    pd.testing.assert_frame_equal(
        store.query("from runs order by point, seed, step"), store.frame(), check_exact=True
    )


def test_the_tables_are_those_that_are_told(store):
    assert set(store.query("show tables")["name"]) == set(query.TABLES)


def test_the_ids_in_sql_are_the_ids_of_the_runs(store):
    assert store.status()["run_id"].tolist() == store.frame()["run_id"].tolist()


def test_a_seed_as_large_as_they_come_is_found(tmp_path):
    design = small(tmp_path, first_seed=2**64 - 4)
    store = sweep(design, store=tmp_path / "store")
    assert store.status()["seed"].max() == 2**64 - 1
    assert store.status()["run_id"].tolist() == store.frame()["run_id"].tolist()


def test_failures_and_the_pending_are_in_their_tables(tmp_path, monkeypatch):
    monkeypatch.setattr(batches.Simulator, "many", lambda *_: 1 / 0)
    store = sweep(small(tmp_path), store=tmp_path / "store")
    assert (
        store.query("select count(*) from failures where exception like 'ZeroDivisionError%'").iat[0, 0] == 12
    )
    assert store.query("select count(*) from runs").iat[0, 0] == 0
    assert store.query("select status, count(*) from status group by 1").values.tolist() == [["failed", 12]]


def test_a_store_with_nothing_in_it_has_all_its_tables_and_columns(tmp_path):
    from lpsim.sweeps.store.writing import filling

    design = small(tmp_path)
    with filling(tmp_path / "store", design):
        store = Store.open(tmp_path / "store")
        assert len(store.query("from runs")) == len(store.query("from failures")) == 0
        assert store.query("from rows").columns.tolist() == schema_of(design).names
        assert set(store.query("from status")["status"]) == {"pending"}


JOINED = (
    "select a.practice_knowledge, b.practice_knowledge, b.practice_knowledge - a.practice_knowledge as gain "
    "from runs a join runs b using (seed) where (a.point, b.point) = (0, 2) order by seed"
)


def values_of_two_points(store):
    frame = store.frame().sort_values("seed")
    return [frame[frame["point"] == point]["practice_knowledge"].tolist() for point in (0, 2)]


def test_two_columns_of_one_name_keep_their_own_values(store):
    found = store.query(JOINED)
    assert [found.iloc[:, column].tolist() for column in (0, 1)] == values_of_two_points(store)


def test_sums_are_numbers_whatever_they_are_of(store):
    found = store.query(
        "select sum(point) as whole, sum(step * 1.5) as part, 0.5 as half, "
        "sum(12345678901234567890::hugeint * point) as huge, [1.5, 2] as list, {'a': sum(point)} as struct "
        "from runs"
    )
    assert (found["whole"].dtype, found["whole"][0]) == ("int64", 12)
    assert (found["huge"].dtype, found["huge"][0]) == ("float64", 12 * 12345678901234567890.0)
    assert {str(found[name].dtype) for name in ("part", "half")} == {"float64"}
    assert isinstance(found["half"][0] * 0.5, float)
    assert found["list"][0].tolist() == [1.5, 2.0] and found["list"][0].dtype == "float64"
    assert found["struct"][0] == {"a": 12.0}


# --- on the command line --------------------------------------------------------------------------


def test_the_answer_is_a_table(folder):
    result = lpsim("query", folder, "select point, count(*) as runs from runs group by 1 order by 1")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = [line.split() for line in result.stdout.splitlines() if line.strip()]
    assert [lines[0], *lines[2:]] == [["point", "runs"], ["0", "4"], ["1", "4"], ["2", "4"]]


def test_the_table_shows_every_column_with_its_own_values(folder, store):
    lines = [line.split() for line in lpsim("query", folder, JOINED).stdout.splitlines()]
    first, second = values_of_two_points(store)
    assert lines[0] == ["practice_knowledge", "practice_knowledge", "gain"]
    shown = [[f"{a:.6g}", f"{b:.6g}", f"{b - a:.6g}"] for a, b in zip(first, second, strict=True)]
    assert lines[2 : 2 + len(shown)] == shown
    as_csv = list(csv.reader(io.StringIO(lpsim("query", folder, JOINED, "--csv").stdout)))
    assert [row[:2] for row in as_csv[1:]] == [[str(a), str(b)] for a, b in zip(first, second, strict=True)]


def test_below_the_table_stands_the_scale_of_what_has_one(folder):
    def scales(sql, *more):
        return "\n".join(lpsim("query", folder, sql, *more).stdout.splitlines()).partition("Scales: ")[2]

    knowledge = "from −1 (all wrong) to 1 (all right)"
    assert scales("select practice_knowledge from runs") == f"practice_knowledge: {knowledge}."
    both = scales("select avg(practice_knowledge), count(practice_knowledge), max(step) from runs")
    assert both == f"avg(practice_knowledge): {knowledge}."
    assert scales("select practice_knowledge as gain, seed from runs") == f"gain: {knowledge}."
    assert scales("select practice_knowledge from runs", "--csv") == ""


def test_the_scale_of_a_column_is_told_by_its_name():
    keys = ["forgetting.staff", "practice.analysis.share"]
    measures = ["staff_right", "performance", "practice_spread", "months_to_half_by_staff"]
    design = package.Design.from_dict(
        {
            "base": package.Scenario(),
            "method": "factorial",
            "factors": [{"key": key, "kind": "lever", "values": [0.1, 0.2]} for key in keys],
            "keep": {"measures": measures, "lessons": True},
        }
    )
    assert scales_told(["seed", *keys, *measures, "lessons_born", "avg(staff_right)"], design, {}) == (
        "Scales: forgetting.staff: per month; staff_right, avg(staff_right): shares, from 0 to 1; "
        "performance: from −1 to 1; practice_spread: from 0 to 1; months_to_half_by_staff: months; "
        "lessons_born: lessons."
    )
    assert scales_told(["seed", "count(staff_right)", "practice.analysis.share"], design, {}) == ""


def test_what_a_query_calls_otherwise_has_the_scale_of_what_it_is_and_nothing_else_has_one():
    simple = (
        'select DISTINCT r.staff_right AS x, "turnover.prior" as "y z", avg(staff_right) as m from runs r'
    )
    told = query.renamed(simple)
    assert told == {"x": "staff_right", "y z": '"turnover.prior"', "m": "avg(staff_right)"}
    more = "select 1 - staff_right as x, count(*) as staff_wrong, least(a, staff_right) as y from runs"
    assert query.renamed(more) == {"x": "", "staff_wrong": "", "y": ""}
    assert query.renamed("select 2 * x as x from (select staff_right as x from runs)") == {"x": ""}
    design = package.Design.from_dict(
        {
            "base": package.Scenario(),
            "method": "factorial",
            "factors": [{"key": "world.turbulence", "kind": "lever", "values": [0.1, 0.2]}],
            "keep": {"measures": ["staff_right", "staff_wrong"]},
        }
    )
    columns = ["x", "m", "staff_wrong"]
    assert scales_told(columns, design, {**told, "staff_wrong": ""}) == "Scales: x, m: shares, from 0 to 1."


def test_text_in_the_data_is_no_markup(folder):
    lines = lpsim("query", folder, "select '[bold]a[/] :smile:' as \"[red]b\"").stdout.splitlines()
    assert [lines[0], *lines[2:]] == ["[red]b", "[bold]a[/] :smile:"]


def test_as_csv_the_answer_has_all_rows_and_digits(folder, store):
    result = lpsim("query", folder, "from runs order by point, seed", "--csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [float(row["practice_knowledge"]) for row in rows] == store.frame()["practice_knowledge"].tolist()
    assert list(rows[0]) == list(store.frame().columns)


def test_a_long_answer_is_cut_and_says_so(folder):
    result = lpsim("query", folder, "select * from range(1234)")
    assert "… and 1,184 more rows (--csv prints all)" in result.stdout
    assert len(lpsim("query", folder, "select * from range(1234)", "--csv").stdout.splitlines()) == 1235


def test_an_empty_value_is_empty(folder):
    assert lpsim("query", folder, "select null as a, 1 as b", "--csv").stdout == "a,b\n,1\n"
    assert "None" not in lpsim("query", folder, "select null as a, 1 as b").stdout


@pytest.mark.parametrize("sql", ["selec point from runs", "select from", "select 'a", "((("])
def test_sql_that_does_not_parse_is_one_sentence(folder, sql):
    assert refused(folder, folder, sql).startswith("query: Parser Error: ")


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("drop table runs", "DROP"),
        ("copy (from runs) to '{folder}/runs.csv'", "COPY"),
        ("create table t as from runs", "CREATE"),
        ("select 1; select 2", "SELECT, SELECT"),
        ("attach '{folder}/x.db'", "ATTACH"),
        ("explain analyze copy (select 1) to '{folder}/sweep.json'", "EXPLAIN"),
        ("explain /* x */ analyze /* /* */ select */ copy (select 1) to 'x.csv'", "EXPLAIN"),
        ("explain (format json) insert into points from points", "EXPLAIN"),
        ("explain (/**/ format json) copy (select 1) to 'x.csv'", "EXPLAIN"),
        ("/* /* */ select */ explain analyze copy (select 1) to 'x.csv'", ""),
        ("install httpfs", ""),
        ("load '{folder}/x.duckdb_extension'", "LOAD"),
        ("set enable_external_access = true", "SET"),
        ("call enable_logging(storage = 'file')", "CALL"),
        ("export database '{folder}/x'", "EXPORT"),
        ("create type a as enum ('a'); select 1", "CREATE, SELECT"),
        ("select 1; copy (from runs) to '{folder}/runs.csv'", "SELECT, COPY"),
        ("pivot runs on point using avg(step); select 2", ""),
        ("copy (pivot runs on point using avg(step)) to '{folder}/runs.csv'", ""),
        ("create table t as pivot runs on point using avg(step)", ""),
        ("", "nothing"),
        ("/* a remark */", "nothing"),
    ],
)
def test_what_is_not_one_query_is_refused(folder, sql, found):
    message = refused(folder, folder, sql.format(folder=folder))
    assert message.startswith(f"query: found {found}")
    assert message.endswith("; allowed is one SQL query (SELECT …), which changes nothing.\n")


@pytest.mark.parametrize(
    "sql",
    [
        "from '{secret}'",
        "from read_csv('{secret}')",
        "select content from read_text('{secret}')",
        "from read_blob('{secret}')",
        "from read_json('{secret}')",
        "from read_parquet('{folder}/points.parquet')",
        "from read_parquet('{folder}/results/*.parquet')",
        "from glob('{folder}/*')",
        "from sniff_csv('{secret}')",
        "from parquet_metadata('{folder}/points.parquet')",
        "select * from runs where point in (select count(*) from read_csv('{secret}'))",
        "from query('select * from read_csv(''{secret}'')')",
        "explain analyze select * from read_csv('{secret}')",
        "pivot read_csv('{secret}') on secret using count(*)",
        "from 'https://example.org/a.csv'",
    ],
)
def test_nothing_but_the_store_is_read(folder, tmp_path, sql):
    secret = tmp_path / "secret.csv"
    secret.write_text("secret\n4711\n")
    message = refused(folder, folder, sql.format(secret=secret, folder=folder))
    assert message.startswith("query: reads nothing but the store, and changes nothing (")
    assert "4711" not in message
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]


@pytest.mark.parametrize("name", ["table", "frame", "paths", "rows_of_mine", "sqlite_scan('a.db', 'b')"])
def test_no_variable_of_python_is_a_table_and_nothing_is_fetched(store, name):
    table = frame = rows_of_mine = store.frame()  # DuckDB would look for them, here and in its callers
    assert len(table) == len(frame) == len(rows_of_mine)
    with pytest.raises(InputError, match=r"^query: [^\n]*\.$"):
        store.query(f"from {name}")


@pytest.mark.parametrize(
    "sql",
    [
        "from runs",
        "  -- a remark\n /* another */ select 1;",
        "(select 1) union all (select 2)",
        "with a as (from runs) from a",
        "values (1), (2)",
        "table runs",
        "describe runs",
        "describe select 1",
        "summarize runs",
        "show tables",
        "unpivot (select point, step from runs) on point, step",
        'pivot runs on "practice.codification.rate" using avg(practice_knowledge) group by seed',
        "pivot runs on point in (0, 1) using avg(practice_knowledge)",
        "from (pivot runs on point using avg(practice_knowledge) group by seed)",
        "with p as (pivot runs on point using count(*) group by seed) from p",
        "explain select 1",
        "explain (format json) select 1",
        "explain analyze from runs",
        "explain pivot runs on point using count(*)",
    ],
)
def test_every_way_to_ask_is_answered(folder, sql):
    before = contents(folder)
    result = lpsim("query", folder, sql)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.strip()
    assert contents(folder) == before


def test_a_pivot_lays_factors_side_by_side(store):
    found = store.query("pivot runs on point using avg(practice_knowledge) group by seed order by seed")
    frame = store.frame().pivot(index="seed", columns="point", values="practice_knowledge")
    assert found[["0", "1", "2"]].values.tolist() == frame.values.tolist()


def test_a_column_or_table_that_is_not_there_is_told_with_those_that_are(folder):
    assert '"practice_knowledge"' in refused(folder, folder, "select practice_knowlege from runs")
    assert "the tables are runs, status" in refused(folder, folder, "from results")


def test_a_factor_without_quotes_is_told_how_to_write_it(folder):
    message = refused(folder, folder, "select practice.codification.rate from runs")
    assert message.rstrip().endswith('write a factor in double quotes: "practice.codification.rate".')


def test_a_value_that_does_not_convert_is_one_sentence(folder):
    assert "Conversion Error" in refused(folder, folder, "select 'abc'::int from runs")


def test_what_is_no_store_is_one_sentence(tmp_path):
    assert "no such folder" in refused(tmp_path, tmp_path / "nowhere", "from runs")
    assert "sweep.json: no such file; give the folder of a sweep" in refused(tmp_path, tmp_path, "from runs")


def test_a_damaged_store_is_one_sentence(tmp_path):
    folder = sweep(small(tmp_path), store=tmp_path / "store").folder
    shard = next((folder / "results").iterdir())
    shard.write_bytes(shard.read_bytes()[:-5])
    assert f"{shard.name}: damaged; `lpsim sweep`" in refused(tmp_path, folder, "from runs")


def test_a_shard_that_goes_away_while_it_is_read_is_looked_for_again(folder, monkeypatch):
    store = Store.open(folder)
    paths, calls = Store.shards(store), []

    def shards(self):
        calls.append(self)
        return [*paths, folder / "results" / "gone.parquet"] if len(calls) == 1 else paths

    monkeypatch.setattr(Store, "shards", shards)
    assert store.query("select count(*) from runs").iat[0, 0] == 12
    assert len(calls) == 2


def test_shards_that_only_ever_go_away_are_one_sentence(folder, monkeypatch):
    monkeypatch.setattr(Store, "shards", lambda _: [folder / "results" / "gone.parquet"])
    with pytest.raises(InputError, match="change too fast"):
        Store.open(folder).query("from runs")


# --- within bounds --------------------------------------------------------------------------------

ENDLESS = "select count(*) from range(100000) a, range(100000000) b where hash(a.range * b.range) = 5"


def test_nothing_but_the_answer_is_printed_however_long_it_takes():
    with connected() as connection:
        on = connection.duck.sql("select current_setting('enable_progress_bar')").fetchall()
    assert on == [(False,)]


@pytest.mark.skipif(os.name != "posix", reason="signals are of POSIX")
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_ctrl_c_and_sigterm_stop_a_query_at_once_and_nothing_is_left(folder, tmp_path, name, code):
    start = "import threading, duckdb\nfrom lpsim.cli import main\nprint('now', flush=True)\nmain()"
    with subprocess.Popen(
        [sys.executable, "-c", start, "query", str(folder), ENDLESS],
        env={**os.environ, "PYTHONPATH": str(Path(package.__file__).parents[1]), "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        process.stdout.readline()
        while not list(tmp_path.iterdir()):  # where DuckDB would put what does not fit
            time.sleep(0.05)
        time.sleep(1)
        process.send_signal(getattr(signal, name))
        out, err = process.communicate(timeout=60)  # the query itself would take days
    assert (process.returncode, out) == (code, "")
    assert err.endswith("; nothing was written\n")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def little(monkeypatch, tmp_path):
    """Little memory for a query, and a folder of its own for what does not fit."""
    monkeypatch.setattr("lpsim.sweeps.store.connection.free_bytes", lambda: 2**28)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    "sql", ["select range, range from range(20000000)", "select list(range) from range(50000000)"]
)
def test_what_takes_too_much_memory_is_one_sentence(folder, little, sql):
    assert refused(folder, folder, sql) == (
        "query: needs more than the 0.1 GiB of memory it may have; ask for fewer rows or columns (where, "
        "limit), or for groups (group by).\n"
    )
    assert list(little.iterdir()) == []


def test_what_does_not_fit_into_memory_is_put_on_the_disk_meanwhile(store, little):
    words = "select range, hash(range) as h, repeat('x', 20) as x from range(4000000)"
    sql = f"{words} order by h limit 3 offset 3000000"
    assert len(store.query(sql)) == 3
    assert list(little.iterdir()) == []


def test_where_nothing_can_be_put_on_the_disk_small_queries_are_answered(store, little, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(little / "file"))
    (little / "file").write_text("")
    assert store.query("select count(*) from runs").iat[0, 0] == 12


def test_a_store_with_columns_that_sql_takes_for_one_is_not_asked_but_read(tmp_path, monkeypatch):
    monkeypatch.setattr("lpsim.sweeps.design.checks.twins", lambda names: None)  # as before it was refused
    roles = {name: {"headcount": count} for name, count in (("gp", 1), ("GP", 3))}
    base = package.Scenario.from_dict({"roles": roles}).replace(SMALL)
    measures = ["staff_knowledge[role: gp]", "staff_knowledge[role: GP]"]
    store = sweep(small(tmp_path, base=base, keep={"measures": measures}), store=tmp_path / "store")
    first, second = (store.frame()[measure] for measure in measures)
    assert first.tolist() != second.tolist()
    with pytest.raises(InputError, match=r"which SQL takes for one; read them with lpsim.read_store"):
        store.query(f'select avg("{measures[0]}") from runs')
    with pytest.raises(InputError, match=r"which SQL takes for one"):
        store.plot(measures[0])
