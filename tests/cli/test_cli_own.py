"""Behaviours of one's own on the command line: found in the working folder, named where they are not."""

import json
import sys

import pandas as pd
import pytest
from typer.testing import CliRunner

import lpsim as lpsim_package
from lpsim import cli
from lpsim.runs.run import Run
from lpsim.show.figures.page import headlines
from lpsim.sweeps.runner import InThisProcess
from lpsim.sweeps.store.store import Store

MINE = """
import lpsim


class Quiet(lpsim.StaffMember):
    def discussion(self):
        if self.own["talk"] > 0.5:
            super().discussion()


class Mistyped(lpsim.StaffMember):
    def discusion(self):
        pass


def views(state):
    return (state.staff.beliefs != 0).mean()
"""
SCENARIO = "steps = 3\n[population]\npractices = 1\n[world]\nissues = 6\ndomains = 2\n[own]\ntalk = 0.0\n"
DESIGN = """
base = "small.toml"
method = "factorial"
[[factors]]
key = "own.talk"
kind = "lever"
values = [0.0, 1.0]
"""
CALIBRATION = """
base = "small.toml"
samples = 20
replications = 2
held_out = 2
waves = 1
accept = 10
[[targets]]
name = "knowledge"
measure = "staff_knowledge"
value = 0.1
sd = 1.0
[[factors]]
key = "own.talk"
range = [0.0, 1.0]
"""
QUIET = ("--staff-member", "mine_to_try:Quiet", "--observe", "views=mine_to_try:views")


class InTheirPlace(InThisProcess):
    """In the place of worker processes, which take seconds to start."""

    def __init__(self, count=None):
        self.asked_for = count

    def __exit__(self, *_):
        return None


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "mine_to_try", raising=False)
    monkeypatch.setattr("lpsim.show.figures.plots.save_figures", lambda runs, folder: [])
    (tmp_path / "mine_to_try.py").write_text(MINE)
    (tmp_path / "small.toml").write_text(SCENARIO)
    (tmp_path / "design.toml").write_text(DESIGN)
    return tmp_path


def lpsim(*arguments):
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def test_runs_are_made_with_them_and_made_again(folder):
    result = lpsim("run", "small.toml", "--replications", 2, "--out", "run", *QUIET)
    assert (result.exit_code, result.stderr) == (0, "")
    run = Run.load(folder / "run" / "replications" / "seed-2")
    assert run.provenance["engine"] == "reference"
    assert run.provenance["own"]["agents"]["staff_member"]["place"] == "mine_to_try:Quiet"
    assert "views" in run.series
    again = lpsim("rerun", "run")
    assert again.exit_code == 0, again.stderr
    assert "2 runs (seeds 1 to 2): equal" in " ".join(again.stdout.split())


def test_a_behaviour_that_was_changed_since_is_refused_when_a_run_is_made_again(folder, monkeypatch):
    assert lpsim("run", "small.toml", "--replications", 1, "--out", "run", *QUIET).exit_code == 0
    (folder / "mine_to_try.py").write_text(MINE + "# changed\n")
    monkeypatch.delitem(sys.modules, "mine_to_try")
    result = lpsim("rerun", "run")
    assert result.exit_code == 2
    assert result.stderr.startswith("staff_member: mine_to_try:Quiet is another than when the run was made")


def test_a_sweep_is_made_with_them(folder):
    result = lpsim("sweep", "design.toml", "--workers", 1, "--out", "store", *QUIET)
    assert result.exit_code == 0, result.stderr
    frame = Store.open(folder / "store").frame()
    assert frame["own.talk"].tolist() == [0.0, 1.0]
    assert pd.notna(frame["views"]).all()
    tried = lpsim("sweep", "design.toml", "--dry-run", *QUIET).stdout
    assert "views" in tried
    assert f"lpsim sweep design.toml {' '.join(QUIET)}" in tried


def test_replications_and_retention_are_asked_with_them():
    more = ("--measure", "views", "--precision", 0.5)
    result = lpsim("replications", "small.toml", *more, *QUIET)
    assert (result.exit_code, result.stderr) == (0, "")
    assert " ".join(QUIET) in result.stdout
    result = lpsim("retained", "small.toml", "--replications", 1, "--at", 1, *QUIET[:2])
    assert (result.exit_code, result.stderr) == (0, "")


def test_options_are_compared_with_them_and_more_seeds_are_added_with_them(folder):
    (folder / "talking.toml").write_text('extends = "small.toml"\n[own]\ntalk = 1.0\n')
    made = ("compare", "small.toml", "talking.toml", "--seeds", 2, "--out", "found", *QUIET[:2])
    result = lpsim(*made)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.count("staff member: mine_to_try:Quiet") == 2
    assert "(own.talk): 0.0 → 1.0" in result.stdout
    page = (folder / "found" / "comparison.md").read_text()
    assert "staff member: mine\\_to\\_try:Quiet" in page  # in which no name is markup
    assert lpsim("compare", "found", "--seeds", 3, *QUIET[:2]).exit_code == 0
    without = lpsim("compare", "found", "--seeds", 4)
    assert without.exit_code == 2
    assert "with behaviours, that are others now" in without.stderr


def test_a_calibration_is_made_with_them_and_says_so(folder, monkeypatch):
    monkeypatch.setattr("lpsim.sweeps.workers.LocalWorkers", InTheirPlace)
    (folder / "mine.toml").write_text(CALIBRATION)
    made = ("calibrate", "mine.toml", "--out", "found")
    result = lpsim(*made, *QUIET[:2])
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Made with staff member: mine_to_try:Quiet." in result.stdout
    assert f"lpsim sweep found/design.toml {' '.join(QUIET[:2])} --dry-run" in result.stdout
    head = json.loads((folder / "found" / "calibration.json").read_text())
    assert head["agents"] == {"staff_member": "mine_to_try:Quiet"}
    assert "# Made with staff member: mine_to_try:Quiet;" in (folder / "found" / "design.toml").read_text()
    without = lpsim(*made)
    assert without.exit_code == 2
    assert "warning: own.talk = 0.0 changes nothing: no behaviour of one's own" in without.stderr


def test_what_reads_no_parameters_of_ones_own_says_so(folder):
    (folder / "talking.toml").write_text('extends = "small.toml"\n[own]\ntalk = 1.0\n')
    result = lpsim("compare", "small.toml", "talking.toml", "--seeds", 2)
    assert "warning: small: own.talk = 0.0 changes nothing: no behaviour of one's own" in result.stderr
    assert "warning: talking: own.talk = 1.0 changes nothing" in result.stderr
    result = lpsim("report", "small.toml", "--seeds", 1, "--no-levers")
    assert "warning: small: own.talk = 0.0 changes nothing" in result.stderr


def test_who_reads_of_a_run_reads_which_class_made_it(folder):
    result = lpsim("run", "small.toml", "--set", "steps=2", "--replications", 1, "--out", "run", *QUIET)
    changed = "changed: steps = 2; staff member: mine_to_try:Quiet"
    assert changed in result.stdout
    assert changed in lpsim("rerun", "run").stdout
    assert changed in [text for text, *_ in headlines(Run.load(folder / "run"), "")]
    more = ("--measure", "views", "--precision", 0.5)
    assert "staff member: mine_to_try:Quiet" in lpsim("replications", "small.toml", *more, *QUIET).stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--staff-member", "mine_to_try:Quite"), 'mine_to_try has no Quite; did you mean "Quiet"?'),
        (
            ("--staff-member", "mine_to_try:Mistyped"),
            'discusion overrides nothing; did you mean "discussion"',
        ),
        (
            ("--practice", "mine_to_try:Quiet"),
            "found Quiet; allowed is a subclass of lpsim.Practice",
        ),
        (("--service", "Quiet"), "service: found 'Quiet'; write it as"),
        (("--observe", "mine_to_try:views"), "--observe mine_to_try:views: found no name=place"),
        ((*QUIET, "--engine", "compiled"), "staff_member: the compiled engine has no behaviours"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_nothing_is_written(folder, arguments, words):
    before = sorted(folder.iterdir())
    result = lpsim("run", "small.toml", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert sorted(path for path in folder.iterdir() if path.name != "__pycache__") == before


def test_parameters_that_nobody_reads_are_told():
    result = lpsim("run", "small.toml", "--replications", 1)
    assert "warning: own.talk = 0.0 changes nothing: no behaviour of one's own is there" in result.stderr


def test_a_report_takes_a_class_and_says_so_in_what_makes_it_again(folder):
    given = (
        "report",
        "small.toml",
        "--replications",
        2,
        "--no-levers",
        "--staff-member",
        "mine_to_try:Quiet",
    )
    result = lpsim(*given)
    assert (result.exit_code, result.stderr) == (0, "")
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "lpsim report small.toml --no-levers --replications 2 --staff-member mine_to_try:Quiet" in page
    assert "cannot be made again" not in page


@pytest.mark.parametrize("option", ["--staff-member", "--practice", "--service"])
def test_the_page_takes_no_class_and_says_what_does(option):
    result = lpsim("explore", option, "mine:Quiet")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("mine:Quiet: the page moves levers of the model")
    assert "use lpsim report, compare or run" in result.stderr


def test_what_is_observed_is_compared_in_saved_runs_and_where_it_is_simulated(folder, monkeypatch):
    monkeypatch.setattr("lpsim.show.comparison.save_comparison_figure", lambda comparison, folder: [])
    seen = (*QUIET, "--replications", 2)
    assert lpsim("run", "small.toml", *seen, "--out", "a").exit_code == 0
    assert lpsim("run", "small.toml", *seen, "--set", "initial.prior=0.9", "--out", "b").exit_code == 0
    compared = lpsim("compare", "a", "b", "--measure", "views", "--out", "x")
    assert compared.exit_code == 0, compared.stderr
    (saved,) = [
        row["difference"] for row in json.loads((folder / "x" / "comparison.json").read_text())["effects"]
        if row["measure"] == "views"
    ]  # fmt: skip
    mine = {"staff_member": "mine_to_try:Quiet", "observe": {"views": "mine_to_try:views"}}
    base = lpsim_package.Scenario.load(folder / "small.toml")
    made = lpsim_package.compare(
        base,
        {"b": base.replace({"initial.prior": 0.9})},
        seeds=[1, 2],
        **mine,
    )
    (effect,) = [one for one in made.effects() if one.measure == "views"]
    assert effect.difference.mean == saved
    refused = lpsim("compare", "a", "b", "--measure", "vews", "--out", "y")
    assert refused.stderr == 'vews: this run has no such column; did you mean "views"?\n'
