"""What functions take in several forms."""

import re
from pathlib import Path

import pytest

import lpsim
from lpsim.errors import InputError
from lpsim.scenario import Scenario
from lpsim.scenario.taken import as_list, as_scenario

pytestmark = pytest.mark.medium

TAKES = {
    "simulate": lpsim.simulate,
    "simulate_many": lambda scenario: list(lpsim.simulate_many(scenario, [1])),
    "LearningModel": lpsim.LearningModel,
    "retained": lambda scenario: lpsim.retained(scenario, at=[1], later=1),
    "retained_over_seeds": lambda scenario: lpsim.retained_over_seeds(scenario, at=[1], seeds=[1], later=1),
    "replications_needed": lambda scenario: lpsim.replications_needed(
        scenario, measure="staff_knowledge", precision=1, most=8
    ),
}


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("steps = 1\npopulation.practices = 1\nworld = { issues = 4, domains = 2 }\n")
    return path


def test_a_scenario_is_itself_its_file_or_its_name(small):
    scenario = Scenario.load(small)
    assert as_scenario(scenario) is scenario
    assert as_scenario(small) == as_scenario(str(small)) == scenario
    assert as_scenario("one_practice") == Scenario.load("one_practice")


@pytest.mark.parametrize("takes", TAKES.values(), ids=TAKES)
def test_whoever_takes_a_scenario_takes_its_file_and_refuses_what_is_neither(takes, small):
    takes(str(small))
    with pytest.raises(InputError, match=r"^scenario: found 3; give a Scenario, the path of a scenario file"):
        takes(3)


def test_a_text_a_path_or_a_scenario_is_one_of_several():
    scenario = Scenario()
    for one in ("staff_knowledge", Path("a.toml"), scenario):
        assert as_list(one) == [one]
    assert as_list(("a", "b")) == ["a", "b"]


def test_a_scenario_or_a_path_is_one_option_of_a_comparison(small):
    other = small.with_name("other.toml")
    other.write_text('extends = "mine.toml"\npractice.codification.rate = 0.5\n')
    for option in (str(other), other, Scenario.load(other)):
        found = lpsim.compare(small, option, seeds=[1, 2], measures="known_by_most")
        assert len(found.options) == 1
        assert "known_by_most" in found.measures


@pytest.mark.parametrize("options", [3, [3], {"three": 3}])
def test_what_cannot_be_compared_is_refused_with_what_can(options, small):
    with pytest.raises(InputError, match="found 3; give a Scenario, the path of a scenario file or of saved"):
        lpsim.compare(small, options)


def test_a_sweep_refuses_what_is_no_design(tmp_path):
    with pytest.raises(
        InputError, match=r"^design: found <Scenario: .*>; give a Design, the path of a design"
    ):
        lpsim.sweep(Scenario(), store=tmp_path / "store")


DESIGN = {
    "base": Scenario().replace({"steps": 1, "population.practices": 1}),
    "method": "factorial",
    "factors": [{"key": "roles.gp.voice", "kind": "lever", "values": [0, 1]}],
}
NONE_OF_THESE = {
    "Scenario.load": (lambda: Scenario.load(None), "scenario: found None; give the path of a scenario file"),
    "its overrides": (
        lambda: Scenario.load("one_practice", 3),
        "overrides: found 3; give a dictionary of values",
    ),
    "replace": (
        lambda: Scenario().replace(None),
        "overrides: found None; give a dictionary",
    ),
    "its keys": (lambda: Scenario().replace({3: 1}), "overrides: found the key 3; write keys as text"),
    "Scenario.from_dict": (lambda: Scenario.from_dict(None), "scenario: found None; give a dictionary"),
    "Design.load": (lambda: lpsim.Design.load(None), "design: found None; give the path of a design file"),
    "Design.from_dict": (lambda: lpsim.Design.from_dict(None), "design: found None; give a dictionary"),
    "Run.load": (lambda: lpsim.Run.load(3), "run: found 3; give the folder of a saved run"),
    "load_runs": (lambda: lpsim.load_runs(None), "folder: found None; give the folder of saved runs"),
    "read_store": (lambda: lpsim.read_store(None), "store: found None; give the folder of a sweep"),
    "sweep": (
        lambda: lpsim.sweep(DESIGN, store=None),
        "store: found None; give the folder that",
    ),
    "its executor": (
        lambda: lpsim.sweep(DESIGN, store="new", executor="x"),
        "executor: found 'x'; give an Executor, such as lpsim.LocalWorkers(), a Dask client, or None",
    ),
    "its merge": (
        lambda: lpsim.sweep(DESIGN, store="new", merge=3),
        "merge: found 3; give one, or a list of several",
    ),
    "save_network": (
        lambda: lpsim.save_network(None, "a.graphml"),
        "graph: found None; give a graph of",
    ),
    "threshold": (lambda: lpsim.threshold("a"), "probability: found 'a'; allowed is a number"),
    "threshold of nothing": (
        lambda: lpsim.threshold(float("nan")),
        "probability: found nan; allowed is",
    ),
    "a precision": (
        lambda: lpsim.replications_needed("one_practice", measure="staff_knowledge", precision="a"),
        "precision: found 'a'; allowed is a number above 0",
    ),
}


@pytest.mark.parametrize(("call", "words"), NONE_OF_THESE.values(), ids=NONE_OF_THESE)
def test_what_is_of_no_form_that_is_taken_is_refused_in_one_sentence(call, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=f"^{re.escape(words)}") as caught:
        call()
    assert "\n" not in str(caught.value)


def test_names_that_no_folder_can_have_are_refused(small):
    run = lpsim.simulate(small, seed=1)
    for call in (run.save, lambda folder: lpsim.sweep(DESIGN, store=folder)):
        with pytest.raises(InputError, match=r"^x+: no folder can be there; name another"):
            call("x" * 300)


def test_a_run_and_a_store_refuse_to_be_asked_for_numbers(small, tmp_path):
    with pytest.raises(InputError, match=r"^3: this run has no such column; known are"):
        lpsim.simulate(small, seed=1).column(3)
    with pytest.raises(InputError, match=r"^query: found None; give one SQL query, as text"):
        lpsim.sweep(DESIGN, store=tmp_path / "store").query(None)


def test_a_sweep_of_a_scenario_names_who_takes_it(small, tmp_path):
    for given in (small, {"extends": str(small), "steps": 1}, {"roles": {}, "title": "mine"}):
        with pytest.raises(InputError, match=r"is a scenario, not a sweep's design; lpsim.simulate takes it"):
            lpsim.sweep(given, store=tmp_path / "store")


CALIBRATED = {"base": "learning_practice", "targets": [], "factors": []}


@pytest.mark.parametrize(
    ("take", "given", "words"),
    [
        (lpsim.simulate, DESIGN, "is a sweep's design, not a scenario; lpsim.sweep takes it"),
        (lpsim.simulate, CALIBRATED, "is a calibration file, not a scenario; lpsim.calibrate takes it"),
        (lpsim.sweep, CALIBRATED, "is a calibration file, not a sweep's design; lpsim.calibrate takes it"),
        (lpsim.sweep, {"steps": 3}, "is a scenario, not a sweep's design; lpsim.simulate takes it"),
        (lpsim.calibrate, DESIGN, "is a sweep's design, not a calibration file; lpsim.sweep takes it"),
        (lpsim.calibrate, {"steps": 3}, "is a scenario, not a calibration file; lpsim.simulate takes it"),
    ],
)
def test_a_file_of_another_kind_is_called_what_it_is_with_who_takes_it(take, given, words, tmp_path):
    file = tmp_path / "given.toml"
    file.write_text(as_toml(given))
    more = {lpsim.sweep: {"store": tmp_path / "s"}, lpsim.calibrate: {"folder": tmp_path / "c"}}
    with pytest.raises(InputError) as caught:
        take(file, **more.get(take, {}))
    assert str(caught.value) == f"{file}: {words}."


def as_toml(data):
    """The keys of a file that matter here: those at its top."""
    return "".join(f"{key} = {value if isinstance(value, int) else []}\n" for key, value in data.items())


def test_a_store_plots_no_measure_that_is_no_name(tmp_path):
    store = lpsim.sweep(DESIGN, store=tmp_path / "store")
    for given in (3, [3], ["staff_knowledge", None]):
        with pytest.raises(InputError, match="give"):
            store.plot(given)
