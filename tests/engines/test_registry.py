"""Engines are asked for by name, and what one cannot do is refused with the name of one that can."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conformance import assert_same_trajectory
from third import THIRD, ThirdFactory
from typer.testing import CliRunner
from worlds import EVERYTHING_ON

import lpsim
from lpsim.cli import app
from lpsim.engines import base, registry
from lpsim.engines.reference.agents import StaffMember
from lpsim.engines.registry import ENGINES, Entry, Options, engine_named, register
from lpsim.errors import InputError
from lpsim.population.build import Builder, build
from lpsim.runs.run import TABLES
from lpsim.scenario import Scenario

PACKAGE = Path(lpsim.__file__).parent
SMALL = Scenario().replace({"population.practices": 4, "steps": 6})


class Own(StaffMember):
    """Somebody."""


@pytest.fixture
def third(monkeypatch):
    """A third engine, registered for the length of a test."""
    monkeypatch.setattr(registry, "ENGINES", dict(ENGINES))
    register(THIRD)
    return THIRD.name


# --- a third engine -------------------------------------------------------------------------------


def test_a_third_engine_passes_the_conformance_suite(third):
    scenario = Scenario().replace({**EVERYTHING_ON, "population.practices": 5, "steps": 7})
    assert_same_trajectory(third, scenario, seed=3)


def test_a_third_engine_is_simulated_with_by_its_name(third):
    one, other = (lpsim.simulate(SMALL, seed=2, engine=engine) for engine in (third, "compiled"))
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)
    assert one.provenance["engine"] == third
    many = list(lpsim.simulate_many(SMALL, [2, 3], engine=third))
    assert np.array_equal(many[0].column("staff_knowledge"), one.column("staff_knowledge"))
    found = lpsim.retained(SMALL, at=[2], later=2, engine=third)
    pd.testing.assert_frame_equal(found, lpsim.retained(SMALL, at=[2], later=2))


def test_a_third_engine_is_asked_for_on_the_command_line(third, tmp_path):
    file = tmp_path / "small.toml"
    file.write_text("steps = 3\n[population]\npractices = 2\n")
    command = ["run", str(file), "--replications", "2", "--engine", third, "--out", str(tmp_path / "out")]
    found = CliRunner().invoke(app, command)
    assert found.exit_code == 0, found.output
    loaded = lpsim.load_runs(tmp_path / "out")[0]
    assert loaded.provenance["engine"] == third


def test_it_may_refuse_a_scenario_in_its_own_words(third):
    refused = registry.refusal("world.domains", THIRD, "knows no domains", lambda other: other is not THIRD)

    def refuse(scenario, options):
        raise refused

    register(Entry("fourth", refuse))
    with pytest.raises(InputError, match=r"^world.domains: the third engine knows no domains; use engine="):
        lpsim.simulate(SMALL, engine="fourth")


def test_a_name_is_given_once():
    with pytest.raises(InputError, match="there is a 'compiled' already; choose another name"):
        register(Entry("compiled", ThirdFactory))


# --- what is refused ------------------------------------------------------------------------------

REFUSED = {
    "threads of an engine on one": (
        {"engine": "reference", "threads": 2},
        "threads: the reference engine runs on one thread; use engine='compiled'.",
    ),
    "threads below one": ({"threads": 0}, "threads: found 0; allowed is a whole number from 1."),
    "a behaviour of one's own": (
        {"engine": "compiled", "staff_member": Own},
        "staff_member: the compiled engine has no behaviours of one's own; use engine='reference'.",
    ),
    "an engine that is not there": (
        {"engine": "fast"},
        "engine: found 'fast'; allowed is one of compiled, reference, third.",
    ),
    "lessons of an engine that follows none": (
        {"engine": "third", "scenario": SMALL.replace({"record.lessons": True})},
        "record.lessons: the third engine follows no lessons; use engine='compiled' or engine='reference'.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_an_engine_cannot_do_is_refused_with_the_name_of_one_that_can(case, third):
    asked, sentence = REFUSED[case]
    with pytest.raises(InputError) as refused:
        lpsim.simulate(**{"scenario": SMALL, **asked})
    assert str(refused.value) == sentence


def test_one_thread_is_what_every_engine_has(third):
    for engine in registry.ENGINES:
        lpsim.simulate(SMALL, engine=engine, threads=1)


# --- records and manual ---------------------------------------------------------------------------

NAMES = (*ENGINES, THIRD.name)


def members(protocol):
    return {name for name in vars(protocol) if not name.startswith("_")}


@pytest.mark.parametrize("name", NAMES)
def test_an_engine_has_what_the_manual_requires(name, third):
    factory = engine_named(name).make(SMALL, Options())
    engine = factory.start(build(SMALL, 1))
    for protocol, made in ((base.Factory, factory), (base.Engine, engine)):
        for member in members(protocol):
            required, found = getattr(protocol, member), getattr(made, member)
            if inspect.isfunction(required):
                expected = list(inspect.signature(required).parameters)[1:]
                assert list(inspect.signature(found).parameters) == expected
    engine.close()


@pytest.mark.parametrize("name", NAMES)
def test_runs_side_by_side_are_offered_by_the_factories_that_start_them(name, third):
    factory = engine_named(name).make(SMALL, Options())
    assert engine_named(name).side_by_side == hasattr(factory, "start_together")
    if hasattr(factory, "start_together"):
        structure, starts, _ = Builder(SMALL).build_together([1, 2])
        together = factory.start_together(structure, starts)
        assert all(hasattr(together, member) for member in members(base.RunsSideBySide))


def test_every_ability_of_a_record_is_explained_in_the_manual():
    abilities = set(Entry.__dataclass_fields__) - {"name", "make", "bytes_per_person"}
    assert all(f"``{ability}``" in base.__doc__ for ability in abilities)


def test_an_engine_is_imported_when_it_is_made_and_not_before():
    code = (
        "import sys; from lpsim.engines.registry import ENGINES, engine_named; engine_named('reference')\n"
        "found = {'mesa', 'numba', 'numpy', 'lpsim.engines.compiled', 'lpsim.engines.reference'}\n"
        "print(sorted(found & set(sys.modules)))"
    )
    path = {"PYTHONPATH": str(PACKAGE.parent)}
    found = subprocess.run([sys.executable, "-c", code], env=path, capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


# --- nobody else knows an engine ------------------------------------------------------------------

OUTSIDE = [path for path in sorted(PACKAGE.rglob("*.py")) if "engines" not in path.relative_to(PACKAGE).parts]


def defaults(tree):
    """The default values of arguments named `engine`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            arguments = node.args
            positional = (*arguments.posonlyargs, *arguments.args)
            yield from (
                default
                for argument, default in (
                    *zip(positional[::-1], arguments.defaults[::-1], strict=False),
                    *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
                )
                if argument.arg == "engine"
            )


def test_nothing_outside_engines_names_one_but_for_its_default():
    for path in OUTSIDE:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        allowed = set(map(id, defaults(tree)))
        named = [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and node.value in ENGINES and id(node) not in allowed
        ]
        assert not named, path


def test_nothing_outside_engines_imports_one():
    face = {"lpsim.engines.reference.agents"}  # `StaffMember`, which is there to be subclassed
    for path in OUTSIDE:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        inside = tuple(f"lpsim.engines.{name}" for name in ENGINES)
        found = {name for name in imported if name and name.startswith(inside)}
        assert found <= (face if path == PACKAGE / "__init__.py" else set()), path


def test_unknown_names_are_told_what_there_is():
    assert engine_named("compiled") is ENGINES["compiled"]
    with pytest.raises(InputError, match="allowed is one of compiled, reference"):
        engine_named("")
    assert Options().threads is None
