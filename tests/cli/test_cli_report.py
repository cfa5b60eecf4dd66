"""The command `report`."""

import html
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import lpsim as lpsim_package
from lpsim import cli

CONFIGS = Path(__file__).parents[2] / "configs"

SMALL = ("--set", "steps=30", "--replications", "3")
LEVER = ("--lever", "practice.analysis.share=0:1:2")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lpsim(*arguments):
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def text_of(path):
    """With plain spaces where a page keeps a number with its unit."""
    return html.unescape(path.read_text(encoding="utf-8")).replace("\N{NO-BREAK SPACE}", " ")


def test_two_scenarios_make_one_file_that_says_how_to_make_it_again(folder):
    result = lpsim(
        "report", "learning_practice", "written_records", *SMALL, "--set", "population.practices=3", *LEVER
    )
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Report: report.html" in result.stdout
    again = "lpsim report learning_practice written_records --set steps=30 --set population.practices=3"
    assert again in text_of(folder / "report.html")
    assert (folder / "report.html").stat().st_size < 1_000_000


def test_the_same_command_gives_the_same_bytes(folder):
    for name in ("a.html", "b.html"):
        assert lpsim("report", "one_practice", *SMALL, *LEVER, "--out", name).exit_code == 0
    assert (folder / "a.html").read_bytes() == (folder / "b.html").read_bytes()


def test_what_is_there_is_replaced_only_where_that_is_asked_for(folder):
    (folder / "report.html").write_text("mine")
    result = lpsim("report", "one_practice", *SMALL, "--no-levers", "--out", "report.html")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.strip().endswith("name another file, or replace it (--force).")
    for name in ("report-2.html", "report-3.html"):
        assert f"Report: {name}" in lpsim("report", "one_practice", *SMALL, "--no-levers").stdout
        assert "What if?" in text_of(folder / name)
    assert (folder / "report.html").read_text() == "mine"
    assert lpsim("report", "one_practice", *SMALL, "--no-levers", "--force").exit_code == 0
    assert "What if?" in text_of(folder / "report.html")


def test_a_mistake_in_a_scenario_is_told_even_where_the_file_is_taken(folder):
    (folder / "report.html").write_text("mine")
    result = lpsim("report", "one_practise", "--out", "report.html")
    assert result.exit_code == 2 and 'did you mean "one_practice"?' in result.stderr


@pytest.mark.parametrize(
    "wrong",
    [
        ("--lever", "practice.analysis.share"),
        ("--lever", "no.such.key=0:1:2"),
        ("--out", "."),
        ("--replications", "0"),
        ("--point", "1"),
    ],
)
def test_bad_input_is_told_in_a_sentence_and_nothing_is_written(folder, wrong):
    result = lpsim("report", "one_practice", *SMALL, *wrong)
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.strip().splitlines()) == 1
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "better"), [("rep", "rep.html"), ("rep.pdf", "rep.pdf.html"), (".html", "report.html")]
)
def test_a_report_without_the_suffix_of_one_is_refused_with_a_name_that_has_it(folder, name, better):
    result = lpsim("report", "one_practice", *SMALL, "--out", name)
    assert (result.exit_code, result.stdout) == (2, "")
    words = f"found {name}; a report is an HTML file, so name it {better}."
    assert result.stderr == f"--out: {words}\n"
    with pytest.raises(lpsim_package.InputError, match=f"path: {words}"):
        lpsim_package.save_report("one_practice", path=name)
    assert list(folder.iterdir()) == []


def test_where_no_file_can_be_nothing_is_simulated(folder, monkeypatch):
    monkeypatch.setattr("lpsim.analysis.briefing.brief", None)
    (folder / "notes.txt").write_text("mine")
    result = lpsim("report", "one_practice", *SMALL, "--out", "notes.txt/report.html")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == ("notes.txt: cannot be made (File exists); name another folder (--out).\n")
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


def test_saved_runs_are_reported(folder):
    assert lpsim("run", "one_practice", *SMALL, "--out", "run").exit_code == 0
    assert lpsim("report", "run", "--no-levers").exit_code == 0
    assert "3 runs (seeds 1 to 3)" in text_of(folder / "report.html")


def test_a_comparison_and_the_points_of_a_sweep_are_reported(folder):
    design = {
        "base": str(CONFIGS / "one_practice.toml"),
        "keep": {"measures": ["staff_knowledge", "practice_knowledge"], "observations": [30]},
        "factors": [{"key": "practice.analysis.share", "kind": "lever", "values": [0.2, 1.0]}],
        "method": "factorial", "replications": 2,
    }  # fmt: skip
    lpsim_package.sweep(lpsim_package.Design.from_dict(design, folder=folder), store=folder / "store")
    assert lpsim("report", "store", "--no-levers", "--out", "sweep.html").exit_code == 0
    assert "What changes with “analysis.share 1”" in text_of(folder / "sweep.html")
    compared = lpsim("compare", "store", "--out", "compared")
    assert compared.exit_code == 0, compared.stderr
    assert lpsim("report", "compared", "--no-levers", "--out", "compared.html").exit_code == 0
    assert "What changes with “analysis.share 1”" in text_of(folder / "compared.html")


def test_what_a_comparison_was_asked_for_is_in_its_report(folder):
    asked = ("--measure", "months_to_half_by_memory")
    small = ("--set", "population.practices=3", "--set", "steps=30", "--replications", 2)
    compared = lpsim("compare", "learning_practice", "peer_groups", *small, *asked, "--out", "x")
    assert compared.exit_code == 0, compared.stderr
    assert lpsim("report", "x", "--no-levers").exit_code == 0
    assert "months to half by memory" in text_of(folder / "report.html")


@pytest.mark.parametrize(("step", "told"), [(20, True), (30, False)])
def test_of_a_comparison_at_an_earlier_step_a_report_says_that_it_tells_of_the_last(folder, step, told):
    small = (
        "--set",
        "steps=30",
        "--set",
        "population.practices=2",
        "--seeds",
        2,
        "--step",
        step,
        "--out",
        "a",
    )
    assert lpsim("compare", "learning_practice", "peer_groups", *small).exit_code == 0
    result = lpsim("report", "a", "--no-levers")
    assert result.exit_code == 0
    note = "note: a was compared at step 20; a report tells of the last one.\n"
    assert result.stderr == (note if told else "")


def test_texts_of_a_user_are_escaped_wherever_they_stand(folder):
    result = lpsim("report", "one_practice", *SMALL, "--no-levers", "--set", 'title="</script><b>x"')
    assert result.exit_code == 0, result.stderr
    source = (folder / "report.html").read_text(encoding="utf-8")
    assert "<b>" not in source
    assert len(re.findall("<script", source)) == 3
