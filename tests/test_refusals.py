"""Every public function refuses what is of the wrong kind in one sentence that names the argument."""

import inspect
import re

import pytest

import lpsim

CALLED = {"runs": "run", ("read_store", "folder"): "store", ("pick", "what"): "pick"}
"""What a refusal calls an argument, where it is not its name."""
LEAVE_OUT = {"cluster"}
"""What only begins something that may be anywhere."""
FITTING = {
    ("threshold", "probability"): (3,),
    ("replications_needed", "precision"): (3,),
    ("save_figures", "folder"): ("x",),
    ("save_animation", "folder"): ("x",),
    ("save_comparison", "folder"): ("x",),
    ("sweep", "store"): ("x",),
}
"""What of 3, None and "x" is taken."""


def required(function):
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    parameters = inspect.signature(function).parameters.values()
    return [one.name for one in parameters if one.kind in kinds and one.default is one.empty]


FUNCTIONS = [
    name for name in lpsim.__all__ if inspect.isfunction(getattr(lpsim, name)) and name not in LEAVE_OUT
]
ASKED = [
    (name, argument, wrong)
    for name in FUNCTIONS
    for argument in required(getattr(lpsim, name))
    for wrong in (3, None, "x")
    if wrong not in FITTING.get((name, argument), ())
]


@pytest.fixture(scope="module")
def right(tmp_path_factory):
    """Something of the right kind for every argument."""
    import networkx

    scenario = lpsim.Scenario.load("one_practice").adapted({"steps": 2, "record.lessons": True})
    run = lpsim.simulate(scenario, seed=1, engine="reference")
    lessons, events = run.journal()
    comparison = lpsim.compare(scenario, {"more": scenario.adapted({"initial.prior": 0.3})}, seeds=[1, 2])
    factor = {"key": "initial.prior", "kind": "lever", "values": [0.1, 0.2]}
    design = {"base": scenario, "method": "factorial", "factors": [factor]}
    return {
        "graph": networkx.path_graph(3), "path": "network.graphml", "scenario": scenario, "seeds": [1, 2],
        "run": run, "runs": [run], "measure": "staff_knowledge", "precision": 1.0, "at": [1],
        "lessons": lessons, "events": events, "what": "furthest", "base": scenario, "options": [scenario],
        "life": lpsim.Life.of(run, 1), "people": lpsim.People.of(run), "comparison": comparison,
        "design": design, "probability": 0.5, "folder": "folder",
    }  # fmt: skip


@pytest.mark.parametrize(("name", "argument", "wrong"), ASKED)
def test_an_argument_of_another_kind_is_refused_by_its_name(
    name, argument, wrong, right, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    function = getattr(lpsim, name)
    first = required(function)[0]
    if argument != first and first not in right:
        pytest.skip("what comes first is looked at first, and takes long to make")
    given = {other: right.get(other) for other in required(function)} | {argument: wrong}
    with pytest.raises(lpsim.InputError) as refused:
        function(**given)
    called = CALLED.get(argument, CALLED.get((name, argument), argument))
    said = str(refused.value)
    assert said.count("\n") == 0 and said.endswith((".", "?"))
    assert re.match(rf"{called}: |x[:/]|\S*found ", said) if wrong == "x" else said.startswith(f"{called}: ")


OPTIONAL = {
    "threads": (lpsim.simulate, {"scenario": "one_practice"}),
    "measures": (lpsim.compare, {"base": "one_practice", "options": "one_practice"}),
    "levers": (lpsim.save_report, {"base": "one_practice"}),
    "files": (lpsim.rerun, {"run": None}),
    "steps": (lpsim.plot_practices, {"run": None}),
    "without": (lpsim.plot_levels, {"runs": None}),
    "width": (lpsim.tell, {"life": None}),
}


@pytest.mark.parametrize("argument", OPTIONAL)
@pytest.mark.parametrize("wrong", [3.5, -1])
def test_an_option_of_another_kind_is_refused_by_its_name(argument, wrong, right, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    function, others = OPTIONAL[argument]
    given = {name: right[name] if value is None else value for name, value in others.items()}
    with pytest.raises(lpsim.InputError, match=rf"^{argument}: found {wrong}; |^steps: -1 was not recorded"):
        function(**given, **{argument: wrong})


HEARS = {
    ("simulate", "on_step"): {"scenario": "one_practice"},
    ("compare", "on_step"): {"base": "learning_practice", "options": "written_records"},
    ("rerun", "on_step"): {"run": None},
    ("replications_needed", "on_run"): {
        "scenario": "one_practice", "measure": "staff_knowledge", "precision": 0.1,
    },
    ("retained_over_seeds", "on_seed"): {"scenario": "one_practice", "seeds": [1], "at": [1]},
    ("calibrate", "on_progress"): {"given": "observed_funnel", "folder": "folder"},
    ("sweep", "on_progress"): {"design": None, "store": "store"},
    ("sweep", "on_damaged"): {"design": None, "store": "store"},
    ("sweep", "on_merged"): {"design": None, "store": "store"},
}  # fmt: skip


@pytest.mark.parametrize("which", HEARS)
def test_what_is_to_be_called_and_is_no_function_is_refused_by_its_name(which, right, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name, argument = which
    given = {key: right[key] if value is None else value for key, value in HEARS[which].items()}
    with pytest.raises(lpsim.InputError, match=rf"^{argument}: found 3; give a function"):
        getattr(lpsim, name)(**given, **{argument: 3})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        (
            lambda: lpsim.simulate("one_practice", seed=1, engin="compiled"),
            "'engin'; did you mean \"engine\"?",
        ),
        (lambda: lpsim.simulate_many("one_practice", seeds=[1], treads=2), "'treads'; did you mean"),
        (lambda: lpsim.retained("one_practice", at=[1], zzz=1), "'zzz'; known are staff_member, practice,"),
    ],
)
def test_an_argument_that_there_is_not_is_told_by_its_name_and_not_as_of_something_within(call, hint):
    with pytest.raises(TypeError, match=f"^there is no argument {re.escape(hint)}"):
        call()


MADE_OF = {
    "Life": (lambda right: lpsim.Life.of(3, 1), "run"),
    "People": (lambda right: lpsim.People.of(3), "run"),
    "one of its practices": (lambda right: lpsim.People.of(right["run"], "x"), "practice"),
    "Life by its lesson": (lambda right: lpsim.Life.of(right["run"], [1]), "lesson"),
    "one of several levers": (lambda right: lpsim.save_report(right["scenario"], levers=[3]), "lever"),
    "a report": (lambda right: lpsim.save_report(right["scenario"], path=""), "path"),
    "levels": (lambda right: lpsim.plot_levels(right["run"], ax=3), "ax"),
    "funnel": (lambda right: lpsim.plot_funnel(right["run"], ax=3), "ax"),
    "extended": (lambda right: lpsim.Scenario.extended(3), "scenario"),
}


@pytest.mark.parametrize("make", MADE_OF)
def test_what_things_are_made_of_is_refused_by_its_name(make, right):
    call, called = MADE_OF[make]
    with pytest.raises(lpsim.InputError, match=f"^{called}: found "):
        call(right)


NO_NAMES = ["x" * 300, "a\0"]
"""What no file can be called."""


@pytest.mark.parametrize("name", NO_NAMES)
def test_a_network_is_refused_a_name_that_no_file_can_have(name, right, tmp_path):
    with pytest.raises(lpsim.InputError, match="cannot be written"):
        lpsim.save_network(right["graph"], tmp_path / f"{name}.graphml")


@pytest.mark.parametrize("name", [*NO_NAMES, "no folder/x"])
def test_a_report_is_refused_a_name_that_no_file_can_have_before_anything_runs(
    name, right, tmp_path, monkeypatch
):
    monkeypatch.setattr("lpsim.show.web.report.brief", None)
    with pytest.raises(
        lpsim.InputError, match=r"^path: found .*; (no file can be there|there is no such fol)"
    ):
        lpsim.save_report(right["scenario"], path=tmp_path / f"{name}.html")
