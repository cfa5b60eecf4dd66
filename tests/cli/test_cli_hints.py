"""What is given to the wrong command by the name under which it ships, or in the wrong place."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

import lpsim
from lpsim.analysis.calibration_file import read_plan
from lpsim.cli.app import app
from lpsim.cli.explore import LESSONS
from lpsim.scenario.shipped import lessons_shipped, other_meant, others_shipped, shipped
from lpsim.show.web.app.teaching import plans

RUN = "use: lpsim run learning_practice\n"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(*arguments):
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert (result.exit_code, result.stdout) == (2, "")
    return result.stderr


@pytest.mark.parametrize(
    ("command", "wanted"),
    [
        (["sweep"], "a sweep's design"),
        (["calibrate"], "a calibration file"),
        (["lesson"], "the folder of a saved run"),
        (["lessons"], "the folder of a saved run"),
        (["practices"], "the folder of a saved run"),
        (["rerun"], "the folder of a saved run"),
        (["sensitivity"], "the folder of a sweep"),
        (["discover", "--when", "x > 0"], "the folder of a sweep"),
    ],
)
def test_the_name_of_a_scenario_that_ships_is_told_with_what_takes_it(folder, command, wanted):
    said = refused(*command, "learning_practice")
    assert said == f"learning_practice: is a scenario that ships, not {wanted}; {RUN}"
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("command", ["run", "check", "replications", "retained", "report", "explore"])
@pytest.mark.parametrize("suffix", ["", ".toml"])
def test_the_name_of_a_design_that_ships_is_told_with_what_takes_it(command, suffix):
    kind, file = others_shipped()["channels"]
    said = refused(command, f"channels{suffix}")
    assert kind == "design" and file.is_file()
    words = f"channels{suffix}: is a sweep's design that ships, not a scenario; use: lpsim sweep"
    assert said == f"{words} channels\n"


def test_a_name_with_the_folder_in_which_it_ships_is_told_without(folder):
    ours = 'write "reporting" for what ships under that name.\n'
    for given in ("policy/reporting", "configs/policy/reporting.toml"):
        assert refused("run", given) == f"{given}: no such scenario file; {ours}"
    theirs = "sweeps/channels: is a sweep's design that ships, not a scenario; use: lpsim sweep channels\n"
    assert refused("run", "sweeps/channels") == theirs
    (folder / "policy").mkdir()
    (folder / "policy" / "reporting").write_text("steps = 0", encoding="utf-8")  # one's own comes first
    assert refused("run", "policy/reporting").startswith("policy/reporting: steps: found 0")
    (folder / "mine.toml").write_text('extends = "policy/training"', encoding="utf-8")
    assert refused("check", "mine.toml").endswith(
        'no such scenario file; write extends = "training" for the one of that name that ships.\n'
    )


def test_a_design_or_a_calibration_that_is_misspelt_is_guessed():
    assert refused("sweep", "chanels") == (
        'chanels: no such design file; did you mean "channels", which ships?\n'
    )
    assert refused("calibrate", "observed_funel") == (
        'observed_funel: no such calibration file; did you mean "observed_funnel", which ships?\n'
    )
    assert refused("run", "chanels") == (
        'chanels: there is no such file, and no scenario of that name ships; did you mean "channels"? '
        "(`lpsim scenarios` lists them).\n"
    )


@pytest.mark.parametrize(
    ("command", "wanted"),
    [
        (["explore"], "a scenario"),
        (["run"], "a scenario"),
        (["compare", "one_practice"], "a scenario"),
        (["sweep"], "a sweep's design"),
        (["lesson"], "the folder of a saved run"),
        (["lessons"], "the folder of a saved run"),
    ],
)
def test_the_name_of_a_lesson_is_told_with_what_leads_through_it(command, wanted):
    use = "use: lpsim explore --lesson who_knows\n"
    assert refused(*command, "who_knows") == (
        f"who_knows: is the plan of a lesson that ships, not {wanted}; {use}"
    )
    assert refused(*command, "who_know") == (
        f'who_know: is not {wanted}; did you mean the lesson "who_knows"? {use}'
    )


def test_the_name_of_a_scenario_in_the_place_of_a_lesson_is_told_as_that():
    assert refused("explore", "--lesson", "one_practice") == (
        "one_practice: is a scenario that ships, not the plan of a lesson; use: lpsim run one_practice\n"
    )
    assert refused("explore", "--lesson", "who_know") == (
        '--lesson who_know: no lesson of that name ships; did you mean "who_knows"?\n'
    )


def test_the_help_of_explore_names_every_lesson():
    assert [*plans()] == LESSONS.replace(" and", ",").split(", ")


def test_an_option_that_ships_as_something_else_is_told_as_that():
    said = refused("compare", "learning_practice", "observed_funnel")
    assert "observed_funnel: is a calibration file that ships, not a scenario; use: lpsim calibrate" in said


def test_a_design_that_ships_is_run_by_its_name(folder):
    result = CliRunner().invoke(app, ["sweep", "channels", "--dry-run"])
    assert result.exit_code == 0, result.stderr
    assert "To run it: lpsim sweep channels" in result.stdout
    assert lpsim.Design.load("channels").digest == lpsim.Design.load(others_shipped()["channels"][1]).digest
    assert list(folder.iterdir()) == []


def test_a_calibration_file_that_ships_is_read_by_its_name():
    file = others_shipped()["observed_funnel"][1]
    assert read_plan("observed_funnel").targets == read_plan(file).targets


def test_a_file_of_ones_own_comes_before_one_of_that_name_that_ships(folder):
    (folder / "channels").write_text("methods = 3", encoding="utf-8")
    assert refused("sweep", "channels").startswith("channels: method: missing")


@pytest.mark.parametrize("kind", ["design", "calibration"])
def test_nothing_that_ships_as_another_kind_is_meant(kind):
    other = {"design": "observed_funnel", "calibration": "channels"}[kind]
    assert other_meant(Path(other), kind) == Path(other)
    assert other_meant(Path("folder", "channels"), kind) == Path("folder", "channels")


def test_a_mistake_in_a_scenario_that_ships_is_told_and_not_its_kind():
    assert refused("run", "learning_practice", "--set", "nothing=3").startswith(
        "learning_practice: nothing: no such"
    )


def test_from_python_what_ships_under_a_name_is_told_with_its_path():
    with pytest.raises(lpsim.InputError, match=r"channels: .* is a sweep's design: .*channels\.toml\.$"):
        lpsim.Scenario.load("channels")
    with pytest.raises(
        lpsim.InputError, match="no such design file; the scenario of that name that ships is"
    ):
        lpsim.Design.load("learning_practice")


def test_from_python_the_name_of_a_lesson_is_told_with_what_leads_through_it():
    assert [*lessons_shipped()] == [*plans()]
    told = "the lesson for classes of that name is opened by `lpsim explore --lesson who_knows`"
    for load in (lpsim.Scenario.load, lpsim.Design.load):
        with pytest.raises(lpsim.InputError, match=told):
            load("who_knows")
    with pytest.raises(lpsim.InputError, match='did you mean "who_knows"'):
        lpsim.Scenario.load("who_know")


def test_no_two_files_that_ship_have_one_name():
    assert not shipped().keys() & others_shipped().keys()
    assert not {*shipped(), *others_shipped()} & {*lessons_shipped()}


def test_a_question_before_its_store_is_told_the_order(folder):
    (folder / "sweeps").mkdir()
    said = refused("query", "describe runs", "sweeps")
    assert said == (
        "sweeps: the folder of a sweep comes first, then the question; use: "
        'lpsim query sweeps "describe runs"\n'
    )


def test_a_comparison_is_called_one_wherever_it_is_not_taken(folder):
    one = lpsim.Scenario.load("one_practice").replace({"steps": 2})
    comparison = lpsim.compare(one, {"more": one.replace({"initial.prior": 0.3})}, seeds=[1, 2])
    lpsim.save_comparison(comparison, "compared")
    assert refused("query", "compared", "describe runs") == (
        "compared: is the folder of a comparison, not the folder of a sweep; use: lpsim report compared\n"
    )
    assert "simulated with other values" in refused("report", "compared", "--set", "steps=3")
