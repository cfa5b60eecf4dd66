"""Every number of a scenario is sourced, calibrated or assumed, and says so."""

from collections import Counter
from pathlib import Path

import pytest

from lpsim.scenario import Scenario, ScenarioError
from lpsim.scenario.evidence import GIVEN_ANEW, MARKS, evidence
from lpsim.show.text.scenario import assumptions_table

CONFIGS = Path(__file__).parents[2] / "configs"
FILES = sorted([*CONFIGS.glob("*.toml"), *(CONFIGS / "policy").glob("*.toml")])
SHIPPED = {
    "connected_service": (7, 1, 77),
    "double_loop": (6, 1, 69),
    "england": (12, 1, 71),
    "fang2010": (25, 0, 1),
    "high_turnover": (5, 1, 68),
    "learning_practice": (6, 1, 67),
    "march1991": (25, 0, 1),
    "march1991_text": (25, 0, 1),
    "no_memory": (5, 1, 61),
    "one_practice": (5, 1, 61),
    "some_learning_practices": (6, 1, 77),
    "triple_loop": (7, 1, 80),
    "uneven_time": (6, 1, 77),
    "all_together": (7, 1, 88),
    "analysis_of_events": (6, 1, 69),
    "peer_groups": (7, 1, 71),
    "protected_time": (6, 1, 79),
    "reporting": (6, 1, 69),
    "reporting_and_guidance": (6, 1, 70),
    "training": (6, 1, 70),
    "written_records": (6, 1, 69),
}
"""Of each scenario, how many numbers that act are sourced, calibrated and assumed."""


def of(scenario, key):
    return next(number for number in evidence(scenario) if number.key == key)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_number_that_acts_in_a_shipped_scenario_says_where_it_comes_from(path):
    acting = [number for number in evidence(Scenario.load(path)) if number.acts]
    assert [number.key for number in acting if not number.source] == []
    counts = Counter(number.mark for number in acting)
    assert tuple(counts[mark] for mark in MARKS) == SHIPPED[path.stem]


def test_no_shipped_scenario_says_anything_of_a_number_that_a_file_above_it_gave_anew():
    for path in FILES:
        assert GIVEN_ANEW not in Scenario.load(path).evidence.values(), path.name


@pytest.mark.parametrize("name", ["march1991", "march1991_text", "fang2010", "learning_practice"])
def test_other_roles_may_stand_in_the_place_of_those_that_a_file_speaks_of(name):
    scenario = Scenario.load(name, {"roles": {"all": {"headcount": 9}}})
    roles = [number for number in evidence(scenario) if number.key.startswith("roles.")]
    assert {number.mark for number in roles} == {"assumed"}
    assert list(Scenario.load(name).replace({"roles": {"all": {"headcount": 9}}}).roles) == ["all"]


def test_what_a_file_adds_to_a_published_model_or_switches_on_is_not_said_to_be_published():
    for name in ("march1991", "fang2010"):
        below = {number.key for number in evidence(Scenario.load(name)) if number.acts}
        text = {"extends": name, "protected_time": {"enabled": True}, "roles": {"boss": {"headcount": 2}}}
        new = [one for one in evidence(Scenario.from_dict(text)) if one.acts and one.key not in below]
        assert {one.mark for one in new} == {"assumed"}
        assert {"roles.boss.voice", "protected_time.share"} <= {one.key for one in new}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_shipped_file_says_sourced_or_calibrated_by_a_pattern(path):
    said = Scenario.load(path).evidence
    assert [key for key, text in said.items() if "*" in key and not text.startswith("assumed")] == []


class TestFiles:
    @pytest.fixture
    def load(self, tmp_path):
        def load(text, **overrides):
            base = tmp_path / "base.toml"
            base.write_text(
                "[roles.gp]\nheadcount = 3\nvoice = 0.9\n[roles.nurse]\nheadcount = 2\n[evidence]\n"
                'roles.gp.voice = "sourced: a survey"\n"roles.*.voice" = "assumed: a guess"\n'
            )
            file = tmp_path / "file.toml"
            file.write_text(f'extends = "base.toml"\n{text}')
            return Scenario.load(file, overrides)

        return load

    def test_a_key_is_told_by_itself_before_any_pattern(self, load):
        found = load("")
        assert of(found, "roles.gp.voice")[2:4] == ("sourced", "a survey")
        assert of(found, "roles.nurse.voice")[2:4] == ("assumed", "a guess")
        assert of(found, "world.issues")[2:4] == ("assumed", "")

    def test_of_patterns_of_one_length_the_first_by_the_alphabet_tells_it_in_every_process(self, load):
        names = ["nurs?", "nur?e", "nu?se", "n?rse", "?urse"]
        said = "".join(f'"roles.{name}.voice" = "assumed: {name}"\n' for name in names)
        assert of(load(f"[evidence]\n{said}"), "roles.nurse.voice").source == "?urse"

    def test_a_number_given_anew_loses_what_was_said_of_the_old_one(self, load):
        found = load("[roles.gp]\nvoice = 0.5\n")
        assert of(found, "roles.gp.voice").mark == "assumed"
        assert "given anew" in of(found, "roles.gp.voice").source

    def test_a_number_given_anew_may_say_where_it_comes_from(self, load):
        found = load('[roles.gp]\nvoice = 0.5\n[evidence]\nroles.gp.voice = "calibrated: to nothing"\n')
        assert of(found, "roles.gp.voice")[2:4] == ("calibrated", "to nothing")

    def test_what_is_said_of_the_new_number_by_a_pattern_holds_for_it_too(self, load):
        found = load('[roles.gp]\nvoice = 0.5\n[evidence]\n"roles.*.voice" = "assumed: a lever"\n')
        assert of(found, "roles.gp.voice")[2:4] == ("assumed", "a lever")

    def test_a_number_changed_on_the_command_line_or_by_replace_is_assumed(self, load):
        changed = load("", **{"roles.gp.voice": 0.4})
        assert of(changed, "roles.gp.voice").mark == "assumed"
        again = load("").replace({"roles.gp.voice": 0.4})
        assert of(again, "roles.gp.voice").mark == "assumed"
        assert of(again, "roles.nurse.voice").source == "a guess"

    def test_of_what_is_no_number_any_more_nothing_is_said(self, load, tmp_path):
        (tmp_path / "ties.csv").write_text("a,b\nb,c\n")
        said = '[population]\npractices = 3\n[evidence]\npopulation.practices = "assumed: a few"\n'
        file = {"population.practices": "file", "network.practices": "file"}
        file["network.file"] = str(tmp_path / "ties.csv")
        for found in (load(said, **file), load(said).replace(file)):
            assert "population.practices" not in found.evidence
            assert found.population.practices == "file"
        again = load(said, **file).replace({"population.practices": 3})
        assert of(again, "population.practices").source == ""

    def test_what_is_said_of_kinds_does_not_stand_in_the_way_of_leaving_them_out(self, load):
        said = (
            '[[kinds]]\nname = "eager"\nshare = 0.2\nset = { "roles.gp.voice" = 1.0 }\n'
            '[evidence]\n"kinds.eager.*" = "assumed: a lever"\n'
        )
        assert load(said, kinds=[]).kinds == ()

    def test_numbers_of_kinds_and_interventions_are_told_by_their_keys(self, load):
        found = load(
            '[[kinds]]\nname = "eager"\nshare = 0.2\nset = { "roles.gp.voice" = 1.0 }\n'
            '[[interventions]]\nat = 3\nset = { "practice.discussion.rate" = 0.2 }\n'
            '[evidence]\n"kinds.eager.*" = "assumed: a lever"\n"interventions.*" = "assumed: another"\n'
        )
        assert of(found, "kinds.eager.set.roles.gp.voice").source == "a lever"
        assert of(found, "interventions.0.set.practice.discussion.rate").source == "another"

    @pytest.mark.parametrize(
        ("said", "problem"),
        [
            ('roles.gp.voice = "known: a survey"', 'evidence.roles.gp.voice: found "known: a survey"'),
            ('roles.gp.voice = "sourced"', 'evidence.roles.gp.voice: found "sourced" alone'),
            ("roles.gp.voice = 3", "evidence.roles.gp.voice: found 3"),
            ('roles.pilot.voice = "assumed: x"', "evidence.roles.pilot.voice: no number of the scenario"),
        ],
    )
    def test_what_is_no_evidence_is_refused_by_its_key(self, load, said, problem):
        with pytest.raises(ScenarioError) as error:
            load(f"[evidence]\n{said}\n")
        assert [text for text in error.value.problems if text.startswith(problem)]


def test_where_numbers_come_from_changes_no_result():
    said = Scenario(evidence={"world.issues": "assumed: a size"})
    assert said.digest == Scenario().digest


def test_a_saved_scenario_keeps_its_evidence():
    scenario = Scenario.load(CONFIGS / "learning_practice.toml")
    again = Scenario.restored(scenario.model_dump(mode="json"), changed={})
    assert evidence(again) == evidence(scenario)


def test_the_table_of_assumptions_counts_the_marks_and_leaves_out_what_cannot_act():
    scenario = Scenario.load(CONFIGS / "learning_practice.toml")
    table = assumptions_table(scenario)
    acting = [number for number in evidence(scenario) if number.acts]
    assert [row[0] for row in table.rows] == [number.key for number in acting]
    assert table.notes[0].startswith(f"{len(acting)} numbers: 6 sourced, 1 calibrated, ")
    assert "loops.double.threshold" not in [row[0] for row in table.rows]
