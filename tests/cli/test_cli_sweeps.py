"""The commands on many runs: what a dry run and the number of replications say, and what is refused."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lpsim import cli
from lpsim.cli.sweep import in_words
from lpsim.sweeps import pilot
from lpsim.sweeps.design.design import Design

ROOT = Path(__file__).parents[2]
ONE_PRACTICE = ROOT / "configs" / "one_practice.toml"
DESIGN = f"""
title = "A small design"
base = "{ONE_PRACTICE}"
method = "latin_hypercube"
samples = 6
replications = 4
first_seed = 3
[set]
steps = 5
[keep]
measures = ["staff_knowledge", "agreement"]
observations = [2, 5]
[[factors]]
key = "practice.socialisation.rate"
kind = "lever"
range = [0.1, 0.9]
[[factors]]
key = "judgement.doubt"
kind = "uncertainty"
values = ["abstain", "guess"]
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LPSIM_DEBUG", raising=False)
    return tmp_path


@pytest.fixture
def small(folder):
    path = folder / "small.toml"
    path.write_text(DESIGN)
    return path


def lpsim(*arguments):
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


@pytest.mark.parametrize(("method", "samples", "least"), [("saltelli", 8, 16), ("morris", 2, 4)])
@pytest.mark.parametrize("more", [["--dry-run"], ["--workers", "1"]])
def test_samples_too_few_for_an_analysis_are_told_before_anything_runs(folder, method, samples, least, more):
    path = folder / "few.toml"
    factors = "".join(
        f'[[factors]]\nkey = "practice.{one}.rate"\nkind = "lever"\nrange = [0, 1]\n'
        for one in ("codification", "discussion")
    )
    small = "set = { steps = 2, population.practices = 1, world.issues = 4, world.domains = 2 }\n"
    path.write_text(f'base = "one_practice"\nmethod = "{method}"\nsamples = {samples}\n{small}{factors}')
    result = lpsim("sweep", path, *more)
    assert result.exit_code == 0
    warning = f"warning: samples: found {samples}, too few for the indices that method {method} is for;"
    assert result.stderr.startswith(f"{warning} give at least {least}.\n")


# --- sweep --dry-run --------------------------------------------------------------------------------


def test_a_dry_run_says_what_would_be_run_and_keeps_nothing(small, folder):
    result = lpsim("sweep", small, "--dry-run", "--workers", 3)
    assert (result.exit_code, result.stderr) == (0, "")
    told = result.stdout.splitlines()
    for line in (
        "A small design",
        "method: Latin hypercube",
        "  practice.socialisation.rate  lever        0.1 to 0.9 per month",
        "  judgement.doubt              uncertainty  abstain, guess",
        "points: 6",
        "replications: 4 (seeds 3 to 6, the same at every point)",
        "kept of each run: staff_knowledge, agreement",
        "  at months 2, 5",
        "runs: 24",
        "disk: at most about 2 kB",
        f"Nothing was kept. To run it: lpsim sweep {small}",
    ):
        assert line in told
    (time,) = (line for line in told if line.startswith("time: "))
    assert re.fullmatch(r"time: about [\d.]+ (ms|s|min) on 3 processes", time)
    (run,) = (line for line in told if line.startswith("one run: "))
    assert re.fullmatch(r"one run: \S+ m?s \(mean of 6 points tried, \S+ m?s to \S+ m?s\)", run)
    assert list(folder.iterdir()) == [small]


def test_points_that_are_the_same_scenario_count_as_runs_once(folder):
    path = folder / "twice.toml"
    path.write_text(DESIGN.replace("range = [0.1, 0.9]", "values = [0.1, 0.9]"))
    told = lpsim("sweep", path, "--dry-run").stdout
    assert "points: 6, 4 of them different" in told
    assert "runs: 16" in told


@pytest.mark.parametrize("name", ["channels", "march1991_figure1"])
def test_a_design_that_ships_can_be_tried(name):
    result = lpsim("sweep", ROOT / "configs" / "sweeps" / f"{name}.toml", "--dry-run")
    assert result.exit_code == 0
    assert "time: about " in result.stdout


def test_the_pilot_tries_points_from_the_first_to_the_last(small, monkeypatch):
    tried = []
    monkeypatch.setattr(pilot, "_seconds", lambda design, number, runs: tried.append(number) or 2.0)
    design = Design.from_dict({**_plain(), "samples": 100})
    found = pilot.measure(design)
    assert tried == [0, 0, 16, 33, 50, 66, 82, 99]  # the first once more, which may compile
    assert pilot.seconds_expected(design, found, workers=4) == pytest.approx(
        pilot.START + 2 * 400 / 4 * pilot.OVERHEAD
    )
    one = Design.from_dict({**_plain(), "replications": 1, "samples": 2})
    assert pilot.seconds_expected(one, found, workers=64) == pytest.approx(pilot.START + 2 * pilot.OVERHEAD)


def test_the_pilot_tries_fewer_points_where_each_takes_long(monkeypatch):
    clock = iter(range(0, 10_000, 15))
    monkeypatch.setattr(pilot.time, "perf_counter", lambda: next(clock))
    found = pilot.measure(Design.from_dict({**_plain(), "samples": 100}))
    assert len(found.seconds) < found.tried == pilot.POINTS


def _plain():
    import tomllib

    return tomllib.loads(DESIGN)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.00184, "1.8 ms"),
        (0.99, "990 ms"),
        (27.3, "27 s"),
        (240, "4 min"),
        (9000, "2.5 h"),
        (864_000, "10.0 days"),
    ],
)
def test_durations_are_told_as_a_person_would(seconds, words):
    assert in_words(seconds) == words


# --- what is refused --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("nowhere.toml",), "nowhere.toml: no such design file; check the path.\n"),
        (("small.toml", "--workers", 0), "--workers: found 0; allowed is a whole number from 1.\n"),
        (("small.toml", "--on-error", "go"), "--on-error: found 'go'; allowed is keep or stop.\n"),
        (
            ("small.toml", "--workers", 2, "--scheduler", "tcp://x"),
            "--workers: the cluster of --scheduler has workers of its own; leave one of the two out.\n",
        ),
    ],
)
@pytest.mark.parametrize("dry", [True, False])
def test_bad_input_is_one_sentence_exit_code_2_and_nothing_written(small, folder, arguments, expected, dry):
    result = lpsim("sweep", *arguments, *(["--dry-run"] if dry else []))
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", expected)
    assert list(folder.iterdir()) == [small]


def test_a_wrong_design_is_refused_with_all_its_problems_before_anything_runs(folder, monkeypatch):
    monkeypatch.setattr(pilot, "simulate_many", None)
    path = folder / "wrong.toml"
    path.write_text(
        DESIGN.replace("samples = 6", "sampels = 6").replace("0.9]", "1.9]").replace("lever", "lver")
    )
    result = lpsim("sweep", path, "--dry-run")
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 2
    path.write_text(DESIGN.replace("samples = 6", "").replace("0.9]", "1.9]"))
    told = lpsim("sweep", path, "--dry-run").stderr.splitlines()
    assert told == [
        f"{path}: factors.practice.socialisation.rate.range: found 1.9; allowed is a number from 0 to 1.",
        f"{path}: samples: missing; method latin_hypercube needs how many.",
    ]


# --- replications -----------------------------------------------------------------------------------

SHORT = ("--set", "steps=6", "--measure", "staff_knowledge")


def test_replications_tells_the_table_and_the_answer_in_words(folder):
    result = lpsim("replications", ONE_PRACTICE, *SHORT, "--precision", 0.02)
    assert (result.exit_code, result.stderr) == (0, "")
    assert (
        "staff_knowledge (staff) at month 6; asked: the mean to within 0.02 on its own scale" in result.stdout
    )
    (enough,) = (line.split() for line in result.stdout.splitlines() if line.rstrip().endswith("enough"))
    needed, half_width = int(enough[0]), float(enough[2])
    assert half_width <= 0.02
    told = " ".join(result.stdout.split())
    assert f"{needed} replications are enough, and 5 more did not undo it." in told
    assert f"lpsim run {ONE_PRACTICE} --set steps=6 --replications {needed}" in result.stdout
    assert list(folder.iterdir()) == []


def test_a_relative_precision_is_told_as_one():
    result = lpsim("replications", ONE_PRACTICE, *SHORT, "--precision", 0.1, "--relative", "--max", 30)
    assert "asked: the mean to within 10 % of itself" in result.stdout
    assert "± / mean" in result.stdout


def test_where_the_runs_are_not_enough_it_says_how_many_may_be():
    result = lpsim("replications", ONE_PRACTICE, *SHORT, "--precision", 0.001, "--max", 12)
    assert result.exit_code == 0
    told = " ".join(result.stdout.split())
    assert re.search(r"12 replications are not enough: the mean is known to within [\d.]+ only\.", told)
    assert re.search(r"About [\d,]+ may be needed \(--max\)", told)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--measure", "x"), "measure: 'x' is not recorded; known are staff_knowledge, "),
        (
            ("--measure", "staff_knowledge[role: nurses]"),
            "measure: 'staff_knowledge[role: nurses]' is not recorded; no group 'role: nurses'; did you mean "
            '"role: nurse"?\n',
        ),
        (("--precision", 0), "precision: found 0; allowed is a number above 0.\n"),
        (("--max", 2), "most (--max): found 2; allowed is a whole number from 8.\n"),
        (("--seed", -1), "seed: found -1; allowed is a whole number from 0 to 2^64 - 1.\n"),
        (
            ("--seed", 2**64 - 1),
            f"seed: found {2**64 - 1}; allowed is 0 to 2^64 - 1000, as the others follow it.\n",
        ),
        (("--set", "stepps=3"), f'{ONE_PRACTICE}: stepps: no such key; did you mean "steps"?\n'),
    ],
)
def test_replications_refuses_bad_input_in_one_sentence(arguments, expected):
    result = lpsim("replications", ONE_PRACTICE, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(expected)
    assert result.stderr.count("\n") == 1
