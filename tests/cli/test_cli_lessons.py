"""The commands on lessons, as a person at the keyboard meets them."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from lpsim import cli

ROOT = Path(__file__).parents[2]
ONE_PRACTICE = ROOT / "configs" / "one_practice.toml"
GOLDEN = ROOT / "tests" / "golden" / "story-one_practice-furthest.txt"


def lpsim(*arguments):
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two replications of the practice of nine."""
    folder = tmp_path_factory.mktemp("runs") / "one"
    assert lpsim("run", ONE_PRACTICE, "--replications", 2, "--all-lessons", "--out", folder).exit_code == 0
    return folder


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def without_lessons(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "plain"
    settings = ("--set", "record.lessons=false", "--set", "steps=2")
    assert lpsim("run", ONE_PRACTICE, *settings, "--out", folder).exit_code == 0
    return folder


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_run_that_bore_no_lesson_says_so_and_points_to_nothing(folder):
    still = ("initial.prior=0", "practice.reflection.rate=0", "turnover.prior=0")
    settings = [word for setting in (*still, "steps=2") for word in ("--set", setting)]
    result = lpsim("run", ONE_PRACTICE, *settings, "--replications", 1, "--out", "none")
    assert "No lesson was born: nobody learned anything anew" in result.stdout
    assert "lpsim lesson" not in result.stdout


def test_a_run_with_lessons_says_how_many_were_born_and_what_to_type_next(folder):
    result = lpsim("run", ONE_PRACTICE, "--set", "steps=6", "--out", "short")
    assert "lessons were born" in result.stdout
    assert "lpsim lessons short" in result.stdout
    assert "lpsim lesson short --pick furthest" in result.stdout


def test_lessons_asked_for_of_all_runs_that_are_followed_in_none_are_told(folder):
    result = lpsim("run", ONE_PRACTICE, "--all-lessons", "--set", "steps=2", "--set", "record.lessons=false")
    assert result.exit_code == 0
    warning = "warning: --all-lessons: no lessons are followed; follow them (--set record.lessons=true).\n"
    assert warning in result.stderr


def test_a_run_says_when_half_was_known(folder):
    result = lpsim("run", ONE_PRACTICE, "--replications", 1, "--out", "one")
    assert "by most of their staff: from month 12\n" in result.stdout
    assert "in their memory: from month 40\n" in result.stdout


def test_a_check_says_how_many_lessons_to_expect():
    assert "lessons: followed; up to about 147 will be born" in lpsim("check", ONE_PRACTICE).stdout


def test_lessons_tells_and_draws_how_far_they_got(made, folder):
    result = lpsim("lessons", made, "--out", "figures")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("One practice learning\n\nHOW FAR LESSONS GET")
    assert "Means of 2 runs" in result.stdout
    assert "OBSERVED IN GENERAL PRACTICE" in result.stdout
    assert names(folder / "figures") == ["lessons.png", "lessons.svg"]
    assert "figures/lessons.png" in result.stdout


def test_lesson_tells_one_life_and_draws_it(made, folder):
    result = lpsim("lesson", made, "--pick", "furthest", "--gif", "--out", "figures")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(GOLDEN.read_text(encoding="utf-8").strip())
    stems = ("lesson-2.gif", "lesson-2.png", "lesson-2.svg")
    assert names(folder / "figures") == list(stems)
    by_number = lpsim("lesson", made, 2, "--out", "again")
    assert by_number.stdout.split("\n\nFigures")[0] == result.stdout.split("\n\nFigures")[0]


def test_practices_draws_the_steps_asked_for(made, folder):
    result = lpsim("practices", made, "--at", 12, "--at", 60, "--out", "figures")
    assert result.exit_code == 0, result.output
    assert names(folder / "figures") == ["practices.png", "practices.svg"]


def test_figures_go_into_the_runs_own_folder_and_do_not_stand_in_the_way_of_force(folder):
    short = (ONE_PRACTICE, "--set", "steps=12", "--out", "one")
    lpsim("run", *short)
    assert lpsim("lessons", "one").exit_code == 0
    assert lpsim("lesson", "one", 1, "--gif").exit_code == 0
    assert lpsim("practices", "one").exit_code == 0  # of nine people each is drawn
    assert "practices.svg" not in names(folder / "one")
    assert lpsim("practices", "one", "--at", 12).exit_code == 0
    assert {
        "lessons.png",
        "lesson-1.png",
        "lesson-1.gif",
        "people.svg",
        "practices.svg",
    } <= set(names(folder / "one"))
    result = lpsim("run", *short, "--force")
    assert result.exit_code == 0, result.output
    assert "lessons.png" not in names(folder / "one")


def test_retained_tells_what_would_be_left_if_everybody_went():
    result = lpsim("retained", ONE_PRACTICE, "--at", 24, "--replications", 2, "--set", "steps=30")
    assert result.exit_code == 0, result.output
    assert "Everybody leaves after month 24, beginners come; a year later:" in result.stdout
    assert "One practice learning: 2 runs (seeds 1 to 2)" in result.stdout


def test_retained_makes_twenty_runs_unless_told_otherwise():
    result = lpsim("retained", ONE_PRACTICE, "--at", 2, "--set", "steps=3")
    assert "One practice learning: 20 runs (seeds 1 to 20)" in result.stdout
    assert "Means of 20 runs" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("lessons", "{plain}"), "kept no journal of lessons; run it again with record.lessons = true"),
        (("lesson", "{plain}", "1"), "kept no journal of lessons; run it again with record.lessons = true"),
        (("lesson", "{made}", "999"), "lesson 999: this run has lessons 1 to 114"),
        (("lesson", "{made}"), "name one by its number (this run has 1 to 114)"),
        (("lesson", "{made}", "1", "--pick", "furthest"), "name one by its number"),
        (("lesson", "{made}", "--pick", "best"), "furthest, lost-early, wrong-but-spread"),
        (("lesson", "{made}", "--pick", "returned"), "one practice"),
        (("lesson", "nowhere", "1"), "nowhere: no such folder"),
        (("lessons", "nowhere"), "nowhere: no such folder"),
        (("practices", "{made}", "--at", "61"), "61"),
        (("retained", str(ONE_PRACTICE), "--at", "61"), "61"),
        (("lessons", "{made}", "--out", "{file}"), "cannot be made"),
        (
            ("run", str(ONE_PRACTICE), "--set", "record.lessons_limit=10"),
            "expected to bear about 147 lessons",
        ),
    ],
)
def test_bad_input_is_one_sentence_with_exit_code_2_and_no_traceback(
    made, without_lessons, folder, arguments, words
):
    (folder / "file").write_text("")
    places = {"made": made, "plain": without_lessons, "file": folder / "file"}
    before = names(made)
    result = lpsim(*(argument.format(**places) for argument in arguments))
    assert result.exit_code == 2
    assert words in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert result.stderr.strip().endswith(".")
    assert names(made) == before


def test_the_page_for_teachers_tells_what_the_program_tells():
    page = (ROOT / "docs" / "lessons.md").read_text(encoding="utf-8")
    told = " ".join(page.replace("> ", "").replace(">", "").split())
    stories = sorted((ROOT / "tests" / "golden").glob("story-*.txt"))
    assert len(stories) == 3
    for story in stories:
        assert " ".join(story.read_text(encoding="utf-8").split()) in told


def test_the_map_of_a_lesson_is_drawn_where_there_are_several_practices(folder):
    made = (
        "--set",
        "steps=6",
        "--set",
        "population.practices=3",
        "--set",
        "record.lessons=true",
        "--out",
        "some",
    )
    assert lpsim("run", ONE_PRACTICE, *made, "--replications", 1).exit_code == 0
    assert lpsim("lesson", "some", 1).exit_code == 0
    assert {"lesson-1.png", "lesson-1-map.png", "lesson-1-map.svg"} <= set(names(folder / "some"))
