"""A scenario file says what it means, or is refused with the key and the cure."""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import typing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from pydantic import BaseModel, ValidationError
from strategies import scenarios

from lpsim.errors import InputError
from lpsim.scenario import Scenario, ScenarioError

ROOT = Path(__file__).parents[2]
CONFIGS = [path for part in ("", "policy") for path in sorted((ROOT / "configs" / part).glob("*.toml"))]
DESIGN = Path(__file__).parents[3] / "shared" / "design" / "scenario.toml"


@pytest.fixture
def write(tmp_path: Path):
    """Write a scenario file, and hand back its path."""

    def file(text: str, name: str = "scenario.toml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return file


def refusal(path: Path, overrides: dict[str, Any] | None = None) -> InputError:
    with pytest.raises(InputError) as caught:
        Scenario.load(path, overrides)
    return caught.value


def problems(error: InputError) -> list[str]:
    return list(getattr(error, "problems", [str(error)]))


# --- broken files ---------------------------------------------------------------------------------

KIND = '[[kinds]]\nname = "a"\nshare = 0.5\n'
BROKEN = {
    # what it is: the file, the key it must name, a word of the cure
    "unknown key": ("stepz = 5", "stepz", 'did you mean "step'),
    "unknown table": ("[wrold]\nissues = 3", "wrold", '"world"'),
    "unknown key in a table": ("[world]\noverlapp = 0.3", "world.overlapp", '"world.overlap"'),
    "unknown key two tables deep": (
        "[practice.discussion]\nmeeting = 0.3",
        "practice.discussion.meeting",
        '"practice.discussion.meetings"',
    ),
    "key in the wrong table": (
        "[world]\nassumption_right = 1",
        "world.assumption_right",
        "initial.assumption_right",
    ),
    "too small": ("steps = 0", "steps", "from 1 to 100000"),
    "too large": ("steps = 100001", "steps", "from 1 to 100000"),
    "text for a number": ('steps = "ten"', "steps", "whole number"),
    "fraction for a whole number": ("steps = 2.5", "steps", "whole number"),
    "truth for a number": ("steps = true", "steps", "whole number"),
    "number for text": ("title = 3", "title", "text"),
    "number for a table": ("world = 3", "world", "table"),
    "no issues": ("[world]\nissues = 0", "world.issues", "from 1 to 1024"),
    "too many issues": ("[world]\nissues = 1025", "world.issues", "from 1 to 1024"),
    "more domains than issues": ("[world]\nissues = 5", "world.domains", "at most world.issues, 5"),
    "bundles that do not fit": (
        "[world]\nissues = 10\nbundle = 3",
        "world.bundle",
        "divisor of world.issues, 10",
    ),
    "probability above 1": (
        "[practice.codification]\nmeetings = 1.5",
        "practice.codification.meetings",
        "from 0 to 1",
    ),
    "probability below 0": ("[forgetting]\nstaff = -0.1", "forgetting.staff", "from 0 to 1"),
    "probability that is no number": ("[world]\noverlap = nan", "world.overlap", "from 0 to 1"),
    "infinite factor": (
        "[roles.gp]\nheadcount = 1\nexperience = inf",
        "roles.gp.experience",
        "from 0 to",
    ),
    "share of a report above 1": (
        "[service.reporting]\nshare = 1.2",
        "service.reporting.share",
        "from 0 to 1",
    ),
    "negative spread": ("[population]\nspread = -1", "population.spread", "from 0"),
    "no tier": ("[population]\ntiers = []", "population.tiers", "at least"),
    "tier without a name": ("[[population.tiers]]\ncount = 1", "population.tiers.0.name", "give a value"),
    "tier with an unknown key": (
        '[[population.tiers]]\nname = "a"\ncuont = 3',
        "population.tiers.a.cuont",
        "count",
    ),
    "several bodies at the top": (
        '[[population.tiers]]\nname = "a"\ncount = 2',
        "population.tiers.a.count",
        "add a tier above",
    ),
    "two tiers of one name": (
        '[[population.tiers]]\nname = "a"\n[[population.tiers]]\nname = "a"',
        "population.tiers",
        "allowed is once",
    ),
    "filter without a table": (
        '[population]\nfilter = { ICB_CODE = ["X"] }',
        "population.filter",
        "give the table",
    ),
    "filter without a list": (
        '[population]\nfilter = { ICB_CODE = "X" }',
        "population.filter.ICB_CODE",
        "list",
    ),
    "no such table": ('[population]\nworkforce = "none.csv"', "population.workforce", "check the path"),
    "role without a headcount": ("[roles.gp]\nvoice = 0.4", "roles.gp.headcount", "give a value"),
    "no role left": ("[roles.gp]\nheadcount = 0", "roles", "at least one role"),
    "role with an unknown key": ("[roles.gp]\nheadcount = 4\nvoce = 1", "roles.gp.voce", "voice"),
    "negative headcount": ("[roles.gp]\nheadcount = -1", "roles.gp.headcount", "from 0 to 10000"),
    "role that is a number": ("[roles]\ngp = 4", "roles.gp", "table"),
    "role that speaks in words": (
        '[roles.gp]\nheadcount = 1\nvoice = "loud"',
        "roles.gp.voice",
        "from 0 to 1",
    ),
    "role called as a type is": ('[roles.int]\nheadcount = "x"', "roles.int.headcount", "number"),
    "unknown network": ('[network]\npractices = "star"', "network.practices", '"small_world"'),
    "odd degree": ('[network]\npractices = "ring"\ndegree = 3', "network.degree", "even"),
    "degree for too few practices": (
        '[network]\npractices = "ring"\ndegree = 40',
        "network.degree",
        "less than population.practices, 40",
    ),
    "network file not given": ('[network]\npractices = "file"', "network.file", "needs the path"),
    "network file not used": (
        '[network]\nfile = "a.gml"',
        "network.practices",
        'allowed with network.file is "file"',
    ),
    "no such network file": (
        '[network]\npractices = "file"\nfile = "a.gml"',
        "network.file",
        "check the path",
    ),
    "rewired within one practice": (
        "[population]\npractices = 1\n[network]\nrewire = 0.3",
        "network.rewire",
        "allowed is 0",
    ),
    "colleagues elsewhere of one practice": (
        "[population]\npractices = 1\n[network]\nprofessional = 2",
        "network.professional",
        "allowed is 0",
    ),
    "unknown payoff": ('[judgement]\npayoff = "money"', "judgement.payoff", '"matches"'),
    "unknown rule": ('[practice.discussion]\nrule = "loud"', "practice.discussion.rule", '"majority"'),
    "unknown learning step": ('[practice]\nlearning_step = "slow"', "practice.learning_step", '"gradual"'),
    "evidence that cannot be had": (
        "[loops.double]\nstaff = 0.1\nevidence = 11",
        "loops.double.evidence",
        "at most floor(world.issues / world.domains), 10",
    ),
    "review without protected time": (
        "[loops.triple]\nreview = 6",
        "loops.triple.review",
        "protected_time.enabled = true",
    ),
    "protected time as a number": (
        "[protected_time]\nenabled = 1",
        "protected_time.enabled",
        "true or false",
    ),
    "base of 0": ("[protected_time]\nbase = 0", "protected_time.base", "below 1"),
    "base of 1": ("[protected_time]\nbase = 1", "protected_time.base", "below 1"),
    "allocation of 21 slots": (
        "[protected_time.allocation]\nreflection = 5",
        "protected_time.allocation",
        "exactly 20",
    ),
    "allocation of 21 slots to one": (
        "[protected_time.allocation]\nreflection = 21\ndiscussion = 0\n"
        "codification = 0\nquestioning = 0\noutreach = 0",
        "protected_time.allocation.reflection",
        "from 0 to 20",
    ),
    "recorded never": ("[record]\nevery = 0", "record.every", "from 1"),
    "kind without a share": ('[[kinds]]\nname = "a"', "kinds.a.share", "give a value"),
    "kind with an unknown key": (KIND + "sett = { }", "kinds.a.sett", 'mean "set"'),
    "kinds of more than all": (
        KIND + '[[kinds]]\nname = "b"\nshare = 0.6',
        "kinds",
        "at most 1",
    ),
    "two kinds of one name": (KIND + '[[kinds]]\nname = "a"\nshare = 0.1', "kinds", "allowed is once"),
    "kind called as the others are": (
        '[[kinds]]\nname = "other practices"\nshare = 0.1',
        "kinds.other practices.name",
        "choose another",
    ),
    "kind that sets what is not there": (
        KIND + 'set = { "practice.discusion.rate" = 0.2 }',
        "kinds.a.set.practice.discusion.rate",
        '"practice.discussion.rate"',
    ),
    "kind that sets a rule": (
        KIND + 'set = { "practice.discussion.rule" = "best" }',
        "kinds.a.set.practice.discussion.rule",
        "cannot set",
    ),
    "kind that sets the service's": (
        KIND + 'set = { "forgetting.staff" = 0.1 }',
        "kinds.a.set.forgetting.staff",
        "cannot set",
    ),
    "kind of an unknown role": (
        KIND + 'set = { "roles.gpp.voice" = 0.1 }',
        "kinds.a.set.roles.gpp.voice",
        '"gp"',
    ),
    "kind that sets a headcount": (
        KIND + 'set = { "roles.gp.headcount" = 2 }',
        "kinds.a.set.roles.gp.headcount",
        "cannot set",
    ),
    "kind that sets too much": (
        KIND + 'set = { "practice.discussion.rate" = 2 }',
        "kinds.a.set.practice.discussion.rate",
        "from 0 to 1",
    ),
    "intervention before the start": (
        '[[interventions]]\nat = 0\nset = { "forgetting.staff" = 0.1 }',
        "interventions.0.at",
        "1",
    ),
    "intervention after the end": (
        '[[interventions]]\nat = 121\nset = { "forgetting.staff" = 0.1 }',
        "interventions.0.at",
        "at most steps, 120",
    ),
    "intervention without a change": ("[[interventions]]\nat = 3", "interventions.0.set", "give a value"),
    "intervention on a size": (
        '[[interventions]]\nat = 3\nset = { "world.issues" = 1 }',
        "interventions.0.set.world.issues",
        "cannot change",
    ),
    "intervention on no key": (
        '[[interventions]]\nat = 3\nset = { "forgetting.stuff" = 0.1 }',
        "interventions.0.set.forgetting.stuff",
        '"forgetting.staff"',
    ),
    "intervention on no kind": (
        '[[interventions]]\nat = 3\nset = { "kinds.x.practice.discussion.rate" = 1 }',
        "interventions.0.set.kinds.x.practice.discussion.rate",
        "no kinds",
    ),
    "intervention on an unknown kind": (
        KIND + '[[interventions]]\nat = 3\nset = { "kinds.aa.practice.discussion.rate" = 1 }',
        "interventions.0.set.kinds.aa.practice.discussion.rate",
        '"a"',
    ),
    "intervention in words": (
        '[[interventions]]\nat = 3\nset = { "practice.discussion.rate" = "high" }',
        "interventions.0.set.practice.discussion.rate",
        "number",
    ),
    "two interventions on one key at once": (
        '[[interventions]]\nat = 3\nset = { "forgetting.staff" = 0.1 }\n'
        '[[interventions]]\nat = 3\nset = { "forgetting.staff" = 0.2 }',
        "interventions.1.set.forgetting.staff",
        "keep one",
    ),
    "a rate where a table is": ('turnover = "12 %/year"', "turnover", "roles.NAME.turnover"),
    "a role by nearly its name": (
        "[roles.GP]\nturnover = 0.1\n[roles.gp]\nheadcount = 2",
        "roles.GP.headcount",
        "roles.gp",
    ),
    "more often than a step": (
        '[practice.codification]\nmeetings = "6/year"',
        "practice.codification.meetings",
        "0.5/month",
    ),
    "a role's name with a dot": ('[roles."a.b"]\nheadcount = 2', "roles", "on one line, without dots"),
    "a kind's name with a dot": ('[[kinds]]\nname = "a.b"\nshare = 0.1', "kinds.a.b.name", "without dots"),
    "a role without a name": ('[roles.""]\nheadcount = 2', "roles", "a name of 1 to 80 characters"),
    "extends that is no path": ("extends = 3", "extends", "path of another scenario file"),
}
assert len(BROKEN) >= 40
broken = pytest.mark.parametrize(("text", "key", "cure"), BROKEN.values(), ids=BROKEN.keys())


class TestBrokenFiles:
    @broken
    def test_each_is_refused_with_its_dotted_key_and_the_cure(self, write, text, key, cure):
        found = problems(refusal(write(text)))
        named = [problem for problem in found if re.search(rf"(^|: ){re.escape(key)}: ", problem)]
        assert named, f"nothing names {key}: {found}"
        assert any(cure in problem for problem in named), named

    @broken
    def test_one_mistake_is_one_problem(self, write, text, key, cure):
        found = problems(refusal(write(text)))
        assert len(found) == 1, found

    WRONG = (
        "stepz = 3\n[world]\nissues = 0\noverlap = 2\n[roles.gp]\nheadcount = 1\n"
        'voice = "loud"\n[network]\npractices = "ring"\ndegree = 3\n'
        "[loops.triple]\nreview = 2\n"
        '[[interventions]]\nat = 500\nset = { "world.issues" = 1 }\n'
    )
    NAMED = (
        "interventions.0.at",
        "interventions.0.set.world.issues",
        "loops.triple.review",
        "network.degree",
        "roles.gp.voice",
        "stepz",
        "world.issues",
        "world.overlap",
    )

    @pytest.mark.parametrize(
        ("more", "named"),
        [
            ("", []),
            (
                '[[kinds]]\nname = "a"\nshare = 0.2\nset = { "world.issues" = 3 }',
                ["kinds.a.set.world.issues"],
            ),
            ('[[kinds]]\nname = "a"\nshare = 2', ["kinds.a.share"]),
            ('[[kinds]]\nname = "a"', ["kinds.a.share"]),
            ("[[interventions]]\nat = 0\nset = {}", ["interventions.1.at"]),
            ("[roles.nurse]\nvoice = 1", ["roles.nurse.headcount"]),
            ("[[population.tiers]]\ncount = 1", ["population.tiers.0.name"]),
        ],
        ids=[
            "as it is",
            "a kind sets what it cannot",
            "a kind's share too large",
            "a kind without a share",
            "an intervention before the start",
            "a role without a headcount",
            "a tier without a name",
        ],
    )
    def test_all_problems_of_a_file_come_at_once(self, write, more, named):
        error = refusal(write(self.WRONG + more))
        keys = [problem.split(": ")[0] for problem in problems(error)]
        assert sorted(keys) == sorted([*self.NAMED, *named])
        assert len(str(error).splitlines()) == len(keys)
        assert all("scenario.toml: " in line for line in str(error).splitlines())

    def test_an_entry_whose_name_is_no_text_is_called_by_its_number(self, write):
        found = problems(refusal(write("[[kinds]]\nname = { a = 1 }\nshare = 0.5")))
        assert [problem.split(": ")[0] for problem in found] == ["kinds.0.name"]

    @pytest.mark.parametrize(
        ("text", "line", "column"),
        [("steps = 3\n[world\nissues = 1\n", 2, 7), ("steps =\n", 1, 8), ("steps = 1\nsteps = 2\n", 2, 10)],
    )
    def test_the_first_error_of_what_is_no_toml_has_line_and_column(self, write, text, line, column):
        message = str(refusal(write(text)))
        assert "not valid TOML" in message
        assert f"line {line}, column {column}" in message
        assert "scenario.toml" in message

    def test_a_file_that_is_no_text_or_not_there_is_refused(self, tmp_path: Path):
        path = tmp_path / "scenario.toml"
        assert "no such scenario file; check the path" in str(refusal(path))
        path.write_bytes(b"title = '\xff'")
        assert "save it as UTF-8" in str(refusal(path))
        assert "is a folder; give an ordinary file" in str(refusal(tmp_path))

    def test_a_byte_order_mark_does_no_harm(self, tmp_path: Path):
        path = tmp_path / "scenario.toml"
        path.write_bytes(b"\xef\xbb\xbfsteps = 3")
        assert Scenario.load(path).steps == 3


# --- walking all keys -----------------------------------------------------------------------------

Place = tuple[str | int, ...]


def rich(folder: Path) -> Scenario:
    """A scenario that uses every table, so that there is a place for every key."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ties.csv").write_text("0,1\n1,2\n")
    (folder / "practices.csv").write_text("PRAC_CODE,TOTAL_PATIENTS\nP1,10\n")
    return Scenario.model_validate(
        {
            "population": {
                "practices": 10,
                "tiers": [{"name": "board", "count": 3}, {"name": "nation"}],
            },
            "network": {"practices": "file", "file": str(folder / "ties.csv"), "degree": 2},
            "kinds": [{"name": "a", "share": 0.2, "set": {"practice.reflection.rate": 0.3}}],
            "protected_time": {"enabled": True},
            "loops": {"triple": {"review": 3}},
            "interventions": [{"at": 2, "set": {"loops.double.practice": 0.2}}],
        }
    )


def leaves(table: Any, place: Place = ()) -> typing.Iterator[tuple[Place, Any]]:
    """Every key that holds no table, with its value: roles, kinds, tiers and changes too."""
    if isinstance(table, BaseModel):
        entries: Any = ((name, getattr(table, name)) for name in type(table).model_fields)
    elif isinstance(table, dict) and table:
        entries = table.items()
    elif isinstance(table, tuple) and table and isinstance(table[0], BaseModel):
        entries = enumerate(table)
    else:
        yield place, table
        return
    for name, value in entries:
        yield from leaves(value, (*place, name))


def changed(data: dict[str, Any], values: dict[Place, Any]) -> dict[str, Any]:
    data = copy.deepcopy(data)
    for (*path, last), value in values.items():
        table: Any = data
        for part in path:
            table = table[part]
        table[last] = value
    return data


ENUMERATED = ["none", "ring", "reality", "matches", "guess", "best", "gradual", "distinct"]


def other_values(place: Place, value: Any, folder: Path) -> list[Any]:
    """Values of the same type, the first valid one of which is taken."""
    if place[-1] in ("file", "staff_file", "workforce"):
        return [str(folder / "practices.csv")]
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1, value + 2, 1]
    if isinstance(value, float):
        return [value / 2, value + 0.25, value + 1]
    if isinstance(value, str):
        return [*ENUMERATED, value + " more"]
    if value is None:
        return [0.5, "COLUMN"]
    if isinstance(value, dict):
        return [{"practice.reflection.rate": 0.3}, {"ICB_CODE": ["X"]}]
    raise AssertionError(value)


ON_A_LANDSCAPE: dict[Place, Any] = {
    ("judgement", "payoff"): "nk",
    ("judgement", "coverage"): 1.0,
    ("world", "issues"): 12,
    ("world", "domains"): 0,
    ("world", "turbulence"): 0.0,
    ("world", "upheaval"): 0.0,
}
TOGETHER: dict[Place, dict[Place, Any]] = {
    **{("world", "nk", key): ON_A_LANDSCAPE for key in ("k", "partners", "exponent")},
    ("network", "staff_degree"): {("network", "staff"): "ring"},
    ("network", "staff_small_world"): {("network", "staff"): "small_world"},
    ("network", "staff_rewired"): {("network", "staff"): "small_world"},
    ("network", "staff_density"): {("network", "staff"): "random"},
    ("network", "staff_file"): {("network", "staff"): "file"},
    ("protected_time", "allocation", "reflection"): {("protected_time", "allocation", "outreach"): 3},
    ("protected_time", "allocation", "discussion"): {("protected_time", "allocation", "outreach"): 3},
    ("protected_time", "allocation", "codification"): {("protected_time", "allocation", "outreach"): 3},
    ("protected_time", "allocation", "questioning"): {("protected_time", "allocation", "outreach"): 3},
    ("protected_time", "allocation", "outreach"): {("protected_time", "allocation", "reflection"): 3},
    ("network", "practices"): {("network", "file"): None},
    ("protected_time", "enabled"): {("loops", "triple", "review"): 0},
    ("population", "tiers", 1, "count"): {("population", "tiers", 1, "column"): "REGION"},
}
"""Keys that cannot change alone, and what changes with them."""
NO_OTHER_VALUE: set[Place] = {("evidence",), ("own",)}
UNSEEN = {("title",), ("description",), ("step",), ("interventions", 0, "title"), ("evidence",)}


def one_other(scenario: Scenario, place: Place, value: Any, folder: Path) -> Scenario:
    data = scenario.model_dump(mode="json")
    together = dict(TOGETHER.get(place, {}))
    needs_table = place in {("population", "filter"), ("population", "tiers", 1, "count")}
    if needs_table:
        together[("population", "workforce")] = str(folder / "practices.csv")
    for new in other_values(place, value, folder):
        try:
            found = Scenario.model_validate(changed(data, {**together, place: new}))
        except ValidationError:
            continue
        if found != scenario:
            return found
    raise AssertionError(f"no other valid value for {place}")


class TestEveryKey:
    def test_the_walk_reaches_every_table(self, tmp_path: Path):
        places = {".".join(map(str, place)) for place, _ in leaves(rich(tmp_path))}
        assert len(places) > 100
        assert {
            "steps",
            "roles.nurse.voice",
            "population.tiers.0.count",
            "kinds.0.set.practice.reflection.rate",
            "interventions.0.at",
            "protected_time.allocation.outreach",
            "loops.double.evidence",
        } <= places

    @pytest.mark.parametrize(
        "literal",
        [
            '"text"',
            "[1]",
            "{ a = 1 }",
            "true",
            "-1",
            "2.5",
            "1e300",
            "nan",
            "10000000000000000000000",
            "1979-05-27",
        ],
    )
    def test_whatever_stands_there_is_accepted_or_refused_by_name(self, tmp_path, literal):
        value = tomllib.loads(f"value = {literal}")["value"]
        data = rich(tmp_path).model_dump(mode="json", exclude_none=True)
        for place, _ in leaves(rich(tmp_path)):
            # As of a file: the default scenario with all of its tables laid over.
            tables = changed(data, {place: value})
            try:
                Scenario().replace(tables)
            except ScenarioError as error:
                # Entries of lists may be called by their names.
                key = re.compile(rf"(^|\.){place[-1]}[.:]")
                assert any(map(key.search, error.problems)), (place, error.problems)

    def test_a_scenario_cannot_be_changed(self, tmp_path: Path):
        scenario = rich(tmp_path)
        for place, value in leaves(scenario):
            *path, last = place
            table: Any = scenario
            for part in path:
                table = table[part] if isinstance(table, dict | tuple) else getattr(table, part)
            if isinstance(table, BaseModel):
                with pytest.raises(ValidationError, match="frozen"):
                    setattr(table, str(last), value)


# --- extends, paths, overrides --------------------------------------------------------------------


class TestExtends:
    def test_tables_merge_key_by_key(self, write):
        write(
            "steps = 7\n[world]\nissues = 30\noverlap = 0.2\n[practice.discussion]\nrate = 0.3\n", "base.toml"
        )
        scenario = Scenario.load(
            write('extends = "base.toml"\n[world]\noverlap = 0.9\n[practice.discussion]\nmeetings = 0.4\n')
        )
        assert (scenario.steps, scenario.world.issues, scenario.world.overlap) == (7, 30, 0.9)
        assert (scenario.practice.discussion.rate, scenario.practice.discussion.meetings) == (0.3, 0.4)
        assert scenario.practice.reflection == Scenario().practice.reflection

    def test_arrays_of_tables_are_replaced_as_a_whole(self, write):
        write(
            '[[kinds]]\nname = "a"\nshare = 0.2\n[[kinds]]\nname = "b"\nshare = 0.2\n'
            '[[population.tiers]]\nname = "x"\ncount = 3\n[[population.tiers]]\nname = "y"\n'
            '[[interventions]]\nat = 1\nset = { "forgetting.staff" = 0.1 }\n'
            '[[interventions]]\nat = 2\nset = { "forgetting.staff" = 0.2 }\n',
            "base.toml",
        )
        scenario = Scenario.load(
            write(
                'extends = "base.toml"\n[[kinds]]\nname = "c"\nshare = 0.1\n'
                '[[population.tiers]]\nname = "z"\n'
                '[[interventions]]\nat = 3\nset = { "forgetting.staff" = 0.3 }\n'
            )
        )
        assert [kind.name for kind in scenario.kinds] == ["c"]
        assert [tier.name for tier in scenario.population.tiers] == ["z"]
        assert [intervention.at for intervention in scenario.interventions] == [3]
        kept = Scenario.load(write('extends = "base.toml"\n', "other.toml"))
        assert [kind.name for kind in kept.kinds] == ["a", "b"]
        none = Scenario.load(write('extends = "base.toml"\nkinds = []\ninterventions = []\n', "none.toml"))
        assert none.kinds == none.interventions == ()

    def test_a_file_that_names_any_role_has_only_the_roles_named(self, write):
        assert list(Scenario.load(write("steps = 3")).roles) == [
            "gp",
            "nurse",
            "direct_care",
            "administration",
        ]
        assert list(Scenario.load(write("[roles.midwife]\nheadcount = 2")).roles) == ["midwife"]
        write("[roles.gp]\nheadcount = 3\nvoice = 0.4\n[roles.nurse]\nheadcount = 2\n", "base.toml")
        scenario = Scenario.load(
            write('extends = "base.toml"\n[roles.gp]\nheadcount = 5\n[roles.midwife]\nheadcount = 1\n')
        )
        assert list(scenario.roles) == ["gp", "nurse", "midwife"]
        assert (scenario.roles["gp"].headcount, scenario.roles["gp"].voice) == (5, 0.4)

    def test_a_headcount_of_0_removes_a_role(self, write):
        write("[roles.gp]\nheadcount = 3\n[roles.nurse]\nheadcount = 2\n", "base.toml")
        scenario = Scenario.load(write('extends = "base.toml"\n[roles.gp]\nheadcount = 0\n'))
        assert list(scenario.roles) == ["nurse"]
        assert list(Scenario().replace({"roles.nurse.headcount": 0}).roles) == [
            "gp",
            "direct_care",
            "administration",
        ]

    def test_a_role_without_defaults_given_has_the_documented_ones(self, write):
        role = Scenario.load(write("[roles.gp]\nheadcount = 2")).roles["gp"]
        rest = (role.turnover, role.voice, role.experience, role.discussion, role.socialisation)
        assert rest == (0, 1, 1, 1, 1)

    def test_a_chain_of_files_is_followed_from_folder_to_folder(self, write):
        write("steps = 3\n[world]\nissues = 20\n", "a/first.toml")
        write('extends = "../a/first.toml"\n[world]\ndomains = 2\n', "b/second.toml")
        scenario = Scenario.load(write('extends = "b/second.toml"\nsteps = 5\n'))
        assert (scenario.steps, scenario.world.issues, scenario.world.domains) == (5, 20, 2)

    def test_what_is_extended_may_be_a_path(self, write):
        base = write("steps = 3", "base.toml")
        assert Scenario.from_dict({"extends": base}).steps == 3
        assert Scenario.from_dict({"extends": Path("one_practice")}) == Scenario.load("one_practice")

    @pytest.mark.parametrize("length", [1, 2, 3])
    def test_files_that_extend_each_other_in_a_circle_are_refused(self, write, length):
        for n in range(length):
            path = write(f'extends = "{(n + 1) % length}.toml"\n', f"{n}.toml")
        message = str(refusal(path))
        assert "circle" in message and "remove one `extends`" in message
        assert all(f"{n}.toml" in message for n in range(length))

    def test_what_is_extended_but_not_there_is_named(self, write):
        message = str(refusal(write('extends = "nowhere/base.toml"')))
        assert "scenario.toml: extends: " in message
        assert message.endswith("nowhere/base.toml: no such scenario file; check the path.")

    def test_the_name_of_a_scenario_that_ships_can_be_extended_from_anywhere(self, write):
        scenario = Scenario.load(write('extends = "one_practice"\nsteps = 7\n'))
        assert (scenario.steps, scenario.title) == (7, "One practice learning")

    def test_a_description_is_not_inherited_beneath_another_title(self, write):
        write('title = "A"\ndescription = "Of A."\n', "a.toml")
        assert Scenario.load(write('extends = "a.toml"\nsteps = 3\n')).description == "Of A."
        assert Scenario.load(write('extends = "a.toml"\ntitle = "B"\n')).description == ""

    def test_a_file_in_the_folder_goes_before_one_that_ships(self, write):
        write("steps = 9\n", "one_practice")
        assert Scenario.load(write('extends = "one_practice"\n')).title == ""

    @pytest.mark.parametrize(
        ("base", "cure"),
        [
            ("one_practice.toml", 'write extends = "one_practice" for the one of that name that ships.'),
            ("one_practise", 'did you mean "one_practice"? (`lpsim scenarios` lists them).'),
        ],
    )
    def test_what_is_nearly_the_name_of_one_that_ships_is_told_so(self, base, cure, write):
        message = str(refusal(write(f'extends = "{base}"\n')))
        assert f"{base}: no such scenario file" in message and message.endswith(cure)

    def test_paths_are_relative_to_the_file_that_names_them(self, write, tmp_path, monkeypatch):
        table = write("PRAC_CODE,TOTAL_PATIENTS\nP1,10\n", "data/practices.csv")
        ties = write("0,1\n", "ties.csv")
        write('[population]\nworkforce = "practices.csv"\n', "data/base.toml")
        write('[network]\npractices = "file"\nfile = "../ties.csv"\n', "nets/net.toml")
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        monkeypatch.chdir(elsewhere)
        own = write('extends = "data/base.toml"\n')
        assert Path(Scenario.load(own).population.workforce or "") == table.resolve()
        net = Scenario.load(tmp_path / "nets" / "net.toml")
        assert Path(net.network.file or "") == ties.resolve()


class TestOverrides:
    def test_a_dotted_key_is_laid_over_the_file(self, write):
        path = write("steps = 7\n[world]\nissues = 30\n")
        scenario = Scenario.load(path, {"world.overlap": 0.9, "steps": 3, "roles.nurse.voice": 0.1})
        assert (scenario.steps, scenario.world.issues, scenario.world.overlap) == (3, 30, 0.9)
        assert scenario.roles["nurse"].voice == 0.1
        assert scenario.roles["gp"] == Scenario().roles["gp"]

    def test_the_callers_tables_are_left_as_they_are(self):
        roles = {"gp": {"headcount": 3}}
        scenario = Scenario().replace({"roles": roles, "roles.gp.voice": 0.2})
        assert scenario.roles["gp"].voice == 0.2
        assert roles == {"gp": {"headcount": 3}}

    def test_replace_makes_another_scenario_and_leaves_its_own(self):
        scenario = Scenario()
        other = scenario.replace({"world.overlap": 0.9})
        assert (scenario.world.overlap, other.world.overlap) == (0.4, 0.9)
        assert other.replace({"world.overlap": 0.4}) == scenario

    def test_kinds_and_tiers_are_called_by_name_and_interventions_by_number(self, tmp_path):
        scenario = rich(tmp_path).replace(
            {
                "kinds.a.share": 0.4,
                "kinds.a.practice.discussion.meetings": 0.7,
                "kinds.a.roles.gp.voice": 0.2,
                "population.tiers.board.count": 4,
                "interventions.0.at": 5,
            }
        )
        assert scenario.kinds[0].share == 0.4
        assert scenario.kinds[0].set == {
            "practice.reflection.rate": 0.3,
            "practice.discussion.meetings": 0.7,
            "roles.gp.voice": 0.2,
        }
        assert scenario.population.tiers[0].count == 4
        assert scenario.interventions[0].at == 5

    def test_whole_lists_can_be_given(self):
        change = {"at": 3, "set": {"forgetting.staff": 0.1}}
        scenario = Scenario().replace({"interventions": [change]})
        assert scenario.interventions[0].set == {"forgetting.staff": 0.1}

    @pytest.mark.parametrize(
        ("key", "cure"),
        [
            ("roles.gpp.voice", "no role 'gpp'; did you mean \"gp\"?"),
            ("roles.gpp", "no role 'gpp'; did you mean \"gp\"?"),
            ("roles.midwife", "no role 'midwife'; known are gp, nurse"),
            ("kinds.b.share", "no entry 'b'; known are a"),
            ("kinds.a", "name a key of the entry"),
            ("interventions.7.at", "known are 0"),
            ("world.overlapp", '"world.overlap"'),
            ("steps.long", "steps is no table"),
            ("steps.long.er", "steps is no table"),
            ("nothing", "no such key"),
            ("", "no such key"),
        ],
    )
    def test_a_key_that_leads_nowhere_is_refused_with_the_ones_there_are(self, tmp_path, key, cure):
        with pytest.raises(InputError) as caught:
            rich(tmp_path).replace({key: 0.5})
        assert f"{key}: " in str(caught.value) and cure in str(caught.value)

    def test_a_key_of_interventions_or_kinds_says_by_the_files_name_that_there_are_none(self):
        for key in ("interventions.0.at", "kinds.a.share", "kinds.a.practice.codification.meetings"):
            with pytest.raises(ScenarioError) as caught:
                Scenario.load("learning_practice", {key: 12})
            entry = key.split(".")[1]
            assert str(caught.value) == f"learning_practice: {key}: no entry '{entry}'; there are none."

    def test_an_unknown_role_is_refused_of_a_file_that_names_its_roles(self, write):
        error = refusal(write("[roles.midwife]\nheadcount = 2"), {"roles.gp.voice": 0.3})
        assert "no role 'gp'" in str(error) and "midwife" in str(error)

    def test_a_value_out_of_range_is_refused_as_in_a_file(self, write):
        error = refusal(write("steps = 3"), {"world.overlap": 2.0, "roles.gp.voice": "loud"})
        assert [p.split(":")[0] for p in problems(error)] == ["world.overlap", "roles.gp.voice"]

    def test_numpy_scalars_are_numbers(self):
        scenario = Scenario().replace(
            {
                "steps": np.int64(3),
                "world.overlap": np.float64(0.9),
                "practice.reflection.noise": np.float32(0.5),
                "protected_time.enabled": np.bool_(True),
                "roles.gp.voice": np.float64(0.2),
                "world.issues": np.uint8(60),
            }
        )
        plain = Scenario().replace(
            {
                "steps": 3,
                "world.overlap": 0.9,
                "practice.reflection.noise": 0.5,
                "protected_time.enabled": True,
                "roles.gp.voice": 0.2,
            }
        )
        assert scenario == plain and scenario.digest == plain.digest

    def test_paths_in_overrides_are_relative_to_the_working_folder(self, write, tmp_path, monkeypatch):
        table = write("PRAC_CODE,TOTAL_PATIENTS\nP1,10\n", "here/practices.csv")
        monkeypatch.chdir(table.parent)
        path = write("steps = 3", "there/scenario.toml")
        for scenario in (
            Scenario.load(path, {"population.workforce": "practices.csv"}),
            Scenario().replace({"population.workforce": "practices.csv"}),
        ):
            assert Path(scenario.population.workforce or "") == table.resolve()
        with pytest.raises(ScenarioError, match="check the path"):
            Scenario().replace({"population.workforce": "none.csv"})


# --- round trip and digest ------------------------------------------------------------------------


def assert_comes_back(scenario: Scenario) -> None:
    data = json.loads(json.dumps(scenario.model_dump(mode="json")))
    back = Scenario.model_validate(data)
    assert back == scenario
    assert back.digest == scenario.digest
    assert back.model_dump(mode="json") == data


class TestRoundTrip:
    def test_the_default_and_a_rich_scenario_come_back_equal(self, tmp_path: Path):
        assert_comes_back(Scenario())
        assert_comes_back(rich(tmp_path))

    @pytest.mark.parametrize("path", CONFIGS, ids=[path.stem for path in CONFIGS])
    def test_every_shipped_scenario_loads_and_comes_back_equal(self, path: Path):
        assert_comes_back(Scenario.load(path))

    @settings(
        max_examples=40,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(scenario=scenarios())
    def test_any_scenario_comes_back_equal(self, scenario: Scenario):
        assert_comes_back(scenario)


class TestDigest:
    def test_it_changes_with_every_value_that_can_change_a_trajectory(self, tmp_path: Path):
        scenario = rich(tmp_path)
        seen = {scenario.digest: ("none",)}
        for place, value in leaves(scenario):
            if place in NO_OTHER_VALUE or place in UNSEEN or place[0] == "record":
                continue
            digest = one_other(scenario, place, value, tmp_path).digest
            assert digest not in seen, f"{place} gives the digest of {seen[digest]}"
            seen[digest] = place

    def test_it_does_not_change_with_what_is_only_shown_or_recorded(self, tmp_path: Path):
        scenario = rich(tmp_path)
        unseen = [
            (place, value)
            for place, value in leaves(scenario)
            if (place in UNSEEN or place[0] == "record") and place not in NO_OTHER_VALUE
        ]
        assert len(unseen) >= 6
        for place, value in unseen:
            assert one_other(scenario, place, value, tmp_path).digest == scenario.digest, place

    def test_it_changes_with_the_order_of_what_has_an_order(self, tmp_path: Path):
        data = rich(tmp_path).model_dump(mode="json")
        data["kinds"].append({"name": "b", "share": 0.2})
        data["interventions"].append({"at": 2, "set": {"forgetting.staff": 0.2}})
        scenario = Scenario.model_validate(data)
        turned = [
            {**data, "roles": dict(reversed(data["roles"].items()))},
            {**data, "kinds": data["kinds"][::-1]},
            {**data, "interventions": data["interventions"][::-1]},
        ]
        digests = {Scenario.model_validate(other).digest for other in turned}
        assert len(digests | {scenario.digest}) == 4

    @pytest.mark.parametrize("key", ["workforce", "ties"])
    def test_it_changes_with_what_a_file_holds_and_not_with_where_it_lies(self, tmp_path, key):
        file = tmp_path / "a" / f"{key}.csv"
        file.parent.mkdir()
        file.write_text("PRAC_CODE,TOTAL_PATIENTS\nP1,10\n" if key == "workforce" else "0,1\n")
        moved = tmp_path / "b" / "other.csv"
        moved.parent.mkdir()
        shutil.copy(file, moved)

        def reading(path: Path) -> Scenario:
            if key == "workforce":
                return Scenario().replace({"population.workforce": str(path)})
            return Scenario().replace({"network.practices": "file", "network.file": str(path)})

        before = reading(file).digest
        assert reading(moved).digest == before
        moved.write_text(moved.read_text() + "2,3\n")
        assert reading(moved).digest != before
        assert reading(file).digest == before

    @pytest.mark.medium
    def test_it_is_the_same_in_another_process(self, tmp_path: Path):
        path = ROOT / "configs" / "some_learning_practices.toml"
        code = "import sys; from lpsim.scenario import Scenario; print(Scenario.load(sys.argv[1]).digest)"
        found = set()
        for hashing in ("1", "2"):
            environment = {**os.environ, "PYTHONHASHSEED": hashing, "PYTHONPATH": str(ROOT)}
            done = subprocess.run(
                [sys.executable, "-c", code, str(path)],
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            )
            found.add(done.stdout.strip())
        assert found == {Scenario.load(path).digest}

    def test_writing_a_default_out_changes_nothing(self, write):
        bare = Scenario.load(write("steps = 120"))
        written = Scenario.load(write("[world]\nissues = 60\noverlap = 0.4\n"))
        assert bare == written == Scenario()
        assert bare.digest == written.digest == Scenario().digest


# --- the documented keys --------------------------------------------------------------------------


@pytest.fixture
def design() -> str:
    if not DESIGN.is_file():
        pytest.skip("the design documents (../shared/design) are not beside this checkout")
    return DESIGN.read_text(encoding="utf-8")


def flat(table: Any, place: Place = ()) -> typing.Iterator[tuple[Place, Any]]:
    if isinstance(table, dict):
        for name, value in table.items():
            yield from flat(value, (*place, name))
    elif isinstance(table, list) and table and isinstance(table[0], dict):
        for index, value in enumerate(table):
            yield from flat(value, (*place, index))
    else:
        yield place, table


class TestDocumentedKeys:
    def test_every_key_of_the_design_is_accepted_and_has_that_default(self, design):
        defaults = dict(flat(Scenario().model_dump(mode="json")))
        documented = list(flat(tomllib.loads(design)))
        assert len(documented) > 80
        for place, value in documented:
            assert defaults[place] == value, place
        assert Scenario.load(DESIGN) == Scenario()

    def test_every_key_shown_in_a_comment_is_accepted(self, design):
        known = {name.rpartition(".")[2] for name, _ in schema_leaves()}
        shown = re.findall(r"^# (\w+) = ", design, flags=re.MULTILINE)
        assert len(shown) > 10
        assert set(shown) <= known

    def test_every_key_is_documented_by_the_design(self, design):
        words = set(re.findall(r"\w+", design))
        keys = {place[-1] for place, _ in leaves(Scenario())}
        assert keys <= words


def schema_leaves() -> list[tuple[str, dict[str, Any]]]:
    """Every key of the JSON schema that holds no table; ``*`` any name, ``[]`` any entry."""
    schema = Scenario.model_json_schema()

    def by_any_name(node: dict[str, Any]) -> list[dict[str, Any]]:
        below = [node.get("additionalProperties"), *node.get("patternProperties", {}).values()]
        return [entry for entry in below if isinstance(entry, dict)]

    def walk(node: dict[str, Any], key: str, above: dict[str, Any]) -> Any:
        if "$ref" in node:
            rest = {name: value for name, value in node.items() if name != "$ref"}
            yield from walk({**schema["$defs"][node["$ref"].rsplit("/", 1)[1]], **rest}, key, rest)
        elif "properties" in node:
            for name, below in node["properties"].items():
                yield from walk(below, f"{key}.{name}" if key else name, below)
        elif "$ref" in node.get("items", {}):
            yield from walk(node["items"], key + "[]", {})
        elif any("$ref" in below for below in by_any_name(node)):
            yield from walk(by_any_name(node)[0], key + ".*", {})
        else:
            yield key, node

    return list(walk(schema, "", {}))


class TestSchema:
    def test_it_holds_every_key(self, tmp_path: Path):
        keys = {key for key, _ in schema_leaves()}
        assert {
            "steps",
            "roles.*.voice",
            "kinds[].share",
            "kinds[].set",
            "interventions[].at",
            "population.tiers[].reporting",
            "protected_time.allocation.outreach",
        } <= keys
        found = set()
        for place, _ in leaves(rich(tmp_path)):
            key = ".".join(map(str, place))
            key = re.sub(r"^(kinds|interventions|population\.tiers)\.\d+", r"\1[]", key)
            key = re.sub(r"^roles\.\w+", "roles.*", key)
            found.add(re.sub(r"(\[\])\.set\..*", r"\1.set", key))
        assert found == keys

    def test_every_key_has_a_description(self):
        assert not [key for key, node in schema_leaves() if not node.get("description", "").strip()]

    def test_every_number_has_a_range(self):
        open_above = {"interventions[].at", "record.lessons_limit"}  # at most steps; no bound

        def bounds(node: dict[str, Any]) -> tuple[bool, bool]:
            return (
                "minimum" in node or "exclusiveMinimum" in node,
                "maximum" in node or "exclusiveMaximum" in node,
            )

        numbers = 0
        for key, node in schema_leaves():
            for option in node.get("anyOf", [node]):
                if option.get("type") in ("integer", "number"):
                    numbers += 1
                    low, high = bounds(option)
                    assert low, key
                    assert high or key in open_above, key
        assert numbers > 60


# --- what kinds and interventions may set ---------------------------------------------------------

CHANGING_ROLES = ("turnover", "voice", "experience", "discussion", "socialisation", "presence")


def key_of(place: Place) -> str:
    return ".".join(map(str, place))


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def may_change(place: Place, value: Any) -> bool:
    """Section 7 of the model's description, "Keys that can change"."""
    key = key_of(place)
    if key in ("protected_time.enabled", "protected_time.share"):
        return True
    if key in ("judgement.coverage", "world.turbulence", "world.upheaval"):
        return True
    if place[0] == "roles":
        return place[-1] in CHANGING_ROLES
    tables = ("practice", "service", "loops", "turnover", "forgetting")
    return place[0] in tables and is_number(value) and key != "loops.triple.review"


def may_differ(place: Place, value: Any) -> bool:
    """The comment on kinds in the documented scenario file; `loops.double.service` is no practice's."""
    key = key_of(place)
    if key == "loops.double.service":
        return False
    if place[0] == "roles":
        return place[-1] in CHANGING_ROLES
    single = (
        "service.reporting.share",
        "service.networking.rate",
        "service.networking.meetings",
        "service.guidance.rate",
        "protected_time.enabled",
    )
    tables = ("practice.", "loops.double.", "loops.triple.", "protected_time.")
    return key in single or (key.startswith(tables) and is_number(value))


def simple(value: Any) -> bool:
    return isinstance(value, bool | int | float)


NUMBERS = [
    pytest.param(place, value, id=key_of(place))
    for place, value in leaves(Scenario())
    if simple(value) and "tiers" not in place
]


class TestChanges:
    @pytest.mark.parametrize(("place", "value"), NUMBERS)
    def test_an_intervention_may_set_what_is_documented_and_nothing_else(self, place, value):
        change = {"at": 3, "set": {key_of(place): value}}
        if may_change(place, value):
            Scenario().replace({"interventions": [change]})
        else:
            with pytest.raises(ScenarioError, match="cannot change during a run") as caught:
                Scenario().replace({"interventions": [change]})
            assert f"interventions.0.set.{key_of(place)}: " in str(caught.value)

    @pytest.mark.parametrize(("place", "value"), [p for p in NUMBERS if "allocation" not in p.values[0]])
    def test_a_kind_may_set_what_is_documented_and_nothing_else(self, place, value):
        kind = {"name": "a", "share": 0.5, "set": {key_of(place): value}}
        if may_differ(place, value):
            Scenario().replace({"kinds": [kind]})
        else:
            with pytest.raises(ScenarioError, match="a kind cannot set it") as caught:
                Scenario().replace({"kinds": [kind]})
            assert f"kinds.a.set.{key_of(place)}: " in str(caught.value)

    @pytest.mark.parametrize(("place", "value"), NUMBERS)
    def test_an_intervention_may_set_of_a_kind_what_both_may(self, place, value):
        key = f"kinds.a.{key_of(place)}"
        scenario = Scenario().replace({"kinds": [{"name": "a", "share": 0.5}]})
        change = {"interventions": [{"at": 3, "set": {key: value}}]}
        if may_change(place, value) and may_differ(place, value):
            scenario.replace(change)
        else:
            with pytest.raises(ScenarioError, match=r"cannot set it|cannot change") as caught:
                scenario.replace(change)
            assert f"interventions.0.set.{key}: " in str(caught.value)

    def test_a_kind_may_divide_its_time_in_its_own_way(self):
        slots = {"protected_time.allocation.reflection": 6, "protected_time.allocation.outreach": 2}
        scenario = Scenario().replace({"kinds": [{"name": "a", "share": 0.5, "set": slots}]})
        assert scenario.kinds[0].set == slots

    def test_one_key_may_change_at_two_steps_and_of_two_kinds_at_one(self):
        kinds = [{"name": "a", "share": 0.5}, {"name": "b", "share": 0.5}]
        key = "practice.reflection.rate"
        changes = [
            {"at": 3, "set": {key: 0.1, f"kinds.a.{key}": 0.2, f"kinds.b.{key}": 0.3}},
            {"at": 4, "set": {key: 0.4}},
        ]
        scenario = Scenario().replace({"kinds": kinds, "interventions": changes})
        assert len(scenario.interventions) == 2

    def test_a_change_of_time_may_come_with_a_review(self):
        Scenario().replace({"protected_time.enabled": True, "loops.triple.review": 6})

    def test_shares_of_kinds_may_sum_to_1_in_thirds(self):
        kinds = [{"name": name, "share": 1 / 3} for name in "abc"]
        assert len(Scenario().replace({"kinds": kinds}).kinds) == 3
