"""What is given to the wrong command by the name under which it ships, or in the wrong place."""

import pytest
from typer.testing import CliRunner

import lpsim
from lpsim.cli.app import app
from lpsim.scenario.shipped import others_shipped, shipped

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
    assert said == f"{words} {file}\n"


def test_an_option_that_ships_as_something_else_is_told_as_that():
    said = refused("compare", "learning_practice", "observed_funnel")
    assert "observed_funnel: is a calibration file that ships, not a scenario; use: lpsim calibrate" in said


@pytest.mark.parametrize(("command", "name"), [("sweep", "channels"), ("calibrate", "observed_funnel")])
def test_a_file_that_ships_and_has_no_name_is_told_with_its_path(command, name):
    said = refused(command, name)
    assert said.startswith(f"{name}: there is no such file here; ")
    assert said.endswith(f"of that name ships; use: lpsim {command} {others_shipped()[name][1]}\n")


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


def test_no_two_files_that_ship_have_one_name():
    assert not shipped().keys() & others_shipped().keys()


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
