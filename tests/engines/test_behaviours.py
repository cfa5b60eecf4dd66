"""A behaviour of one's own stands in for the model's, is known by its source, or is refused with why."""

import numpy as np
import pytest

import lpsim
from lpsim.engines.behaviours import Own, source_digest
from lpsim.errors import IdleSettingWarning, InputError
from lpsim.scenario import Scenario
from tests import own

SMALL = Scenario().adapted(
    {
        "steps": 6,
        "population.practices": 2,
        "world.issues": 20,
        "world.domains": 2,
        "practice.discussion.meetings": 1.0,
        "practice.discussion.rate": 0.9,
        "practice.codification.meetings": 1.0,
        "service.reporting.share": 1.0,
        "service.reporting.rate": 0.9,
    }
)
WITH_OWN = SMALL.adapted({"own": {"talk": 0.0}})


def last(run, measure="staff_knowledge"):
    return run.column(measure)[-1]


def test_a_class_or_its_place_stands_in_for_each_kind_of_agent():
    plain = lpsim.simulate(SMALL, engine="reference")
    for agent, kind in (("staff_member", own.Silent), ("practice", own.Forgetful), ("service", own.Deaf)):
        by_class = lpsim.simulate(SMALL, **{agent: kind})
        by_place = lpsim.simulate(SMALL, **{agent: f"tests.own:{kind.__name__}"})
        assert by_class.provenance["engine"] == "reference"
        assert by_class.series.equals(by_place.series)
        assert not by_class.series.equals(plain.series)
        said = by_class.provenance["own"]["agents"][agent]
        assert said == {"place": f"tests.own:{kind.__name__}", "sha256": source_digest(kind)}
    assert last(lpsim.simulate(SMALL, practice=own.Forgetful), "practice_knowledge") == 0
    assert last(lpsim.simulate(SMALL, service=own.Deaf), "service_knowledge") == 0


def test_many_runs_are_those_that_single_ones_are():
    runs = list(lpsim.simulate_many(SMALL, [3, 4], staff_member=own.Silent))
    assert runs[1].series.equals(lpsim.simulate(SMALL, seed=4, staff_member=own.Silent).series)


def test_the_scenarios_own_parameters_are_given_to_the_behaviour():
    silent = lpsim.simulate(SMALL, staff_member=own.Silent)
    assert lpsim.simulate(WITH_OWN, staff_member=own.Quiet).series.equals(silent.series)
    talking = WITH_OWN.adapted({"own.talk": 1.0})
    assert lpsim.simulate(talking, staff_member=own.Quiet).series.equals(
        lpsim.simulate(SMALL, engine="reference").series
    )


def test_kinds_and_interventions_set_them_for_those_they_are_for():
    later = WITH_OWN.adapted({"interventions": [{"at": 4, "set": {"own.talk": 1.0}}]})
    quiet = lpsim.simulate(WITH_OWN, staff_member=own.Quiet).series
    found = lpsim.simulate(later, staff_member=own.Quiet).series
    assert found.iloc[:4].equals(quiet.iloc[:4])
    assert not found.iloc[4:].equals(quiet.iloc[4:])
    kind = {"name": "keen", "share": 0.5, "set": {"own.talk": 1.0}}
    kinds = lpsim.simulate(WITH_OWN.adapted({"kinds": [kind]}), staff_member=own.Quiet).series
    assert not kinds.equals(quiet)


def test_a_parameter_that_is_not_there_is_told():
    with pytest.raises(
        InputError, match=r"own\.talk: the scenario has no such parameter; give it under \[own\]"
    ):
        lpsim.simulate(SMALL, staff_member=own.Quiet)


def test_parameters_that_nobody_reads_are_told():
    with pytest.warns(IdleSettingWarning, match=r"own\.talk = 0\.0 changes nothing: no behaviour"):
        lpsim.simulate(WITH_OWN, engine="reference")


# --- what is observed besides ---------------------------------------------------------------------


def test_what_is_observed_stands_in_the_series_at_each_recorded_step():
    scenario = SMALL.adapted({"record.every": 4})
    observe = {"views": own.views, "step_seen": lambda state: state.step}
    run = lpsim.simulate(scenario, engine="reference", observe=observe)
    assert run.series["step_seen"].tolist() == run.series["step"].tolist() == [0, 4, 6]
    assert run.column("views")[-1] == run.summary["last"]["views"] == run.series["views"].iloc[-1] > 0
    assert run.provenance["own"]["observe"]["views"]["place"] == "tests.own:views"
    plain = lpsim.simulate(scenario, engine="reference")
    assert run.series[plain.series.columns].equals(plain.series)


def test_what_is_observed_is_saved_and_loaded(tmp_path):
    run = lpsim.simulate(SMALL, engine="reference", observe={"views": "tests.own:views"})
    run.save(tmp_path / "run")
    loaded = lpsim.Run.load(tmp_path / "run")
    assert np.array_equal(loaded.column("views"), run.column("views"))
    assert loaded.summary["last"]["views"] == run.summary["last"]["views"]


@pytest.mark.medium
def test_both_engines_are_observed_alike():
    observe = {"views": own.views}
    one, other = (lpsim.simulate(SMALL, engine=e, observe=observe) for e in ("compiled", "reference"))
    assert one.series.equals(other.series)
    many = list(lpsim.simulate_many(SMALL, [1, 2], observe=observe))
    assert many[0].series.equals(one.series)


# --- what is refused ------------------------------------------------------------------------------

REFUSED = {
    "a method that overrides nothing": (
        {"staff_member": own.Mistyped},
        'staff_member: Mistyped.discusion overrides nothing; did you mean "discussion"? (What is for its own '
        "use begins with an underscore: _discusion.)",
    ),
    "a class of another kind": (
        {"practice": own.Silent},
        "practice: found Silent; allowed is a subclass of lpsim.Practice.",
    ),
    "no learner": (
        {"service": own.Nobody},
        "service: found Nobody; allowed is a subclass of lpsim.HealthService.",
    ),
    "no class": (
        {"staff_member": "tests.own:views"},
        f'staff_member: found {own.views!r}; allowed is a class, or where it is ("module:Class").',
    ),
    "no place": ({"staff_member": "Silent"}, "staff_member: found 'Silent'; write it as \"module:Name\"."),
    "no module": (
        {"staff_member": "tests.nothing:Silent"},
        "staff_member: module tests.nothing cannot be imported (ModuleNotFoundError: No module named "
        "'tests.nothing'); put it on Python's path.",
    ),
    "no such name": (
        {"staff_member": "tests.own:Silnet"},
        'staff_member: tests.own has no Silnet; did you mean "Silent"?',
    ),
    "a column that is there": (
        {"observe": {"agreement": own.views}},
        "observe.agreement: is a column already; give it another name.",
    ),
    "no name": (
        {"observe": {"a b": own.views}},
        "observe.a b: found 'a b'; allowed is a name of letters, digits and underscores.",
    ),
    "no function": (
        {"observe": {"views": 3}},
        'observe.views: found 3; allowed is a function, or where it is ("module:function").',
    ),
    "no number": (
        {"observe": {"words": own.in_words}, "engine": "reference"},
        "observe.words: gave 'many'; allowed is a number (nan for none).",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused_in_a_sentence(case):
    given, sentence = REFUSED[case]
    with pytest.raises(InputError) as refused:
        lpsim.simulate(SMALL, **given)
    assert str(refused.value) == sentence


def test_what_is_not_taken_is_a_type_error():
    with pytest.raises(TypeError, match="staff_membr"):
        lpsim.simulate(SMALL, staff_membr=own.Silent)


# --- digests --------------------------------------------------------------------------------------


def test_the_digest_follows_the_source_of_the_class_and_of_what_it_extends(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "own_base.py").write_text("import lpsim\nclass Base(lpsim.StaffMember):\n    pass\n")
    (tmp_path / "own_top.py").write_text("import own_base\nclass Top(own_base.Base):\n    pass\n")
    found = Own.of(staff_member="own_top:Top")
    before = source_digest(found.agents["staff_member"])
    assert found.said["agents"]["staff_member"]["sha256"] == before
    for name in ("own_base.py", "own_top.py"):
        path = tmp_path / name
        path.write_text(path.read_text() + "# changed\n")
        after = source_digest(found.agents["staff_member"])
        assert after != before
        before = after


def test_a_class_in_no_file_has_a_digest_of_its_code():
    made = {}
    for number in (1, 1, 2):
        names = {"__name__": "nowhere"}
        exec(
            f"import lpsim\nclass It(lpsim.StaffMember):\n    def acting(self):\n        return {number}",
            names,
        )
        made.setdefault(number, set()).add(source_digest(names["It"]))
    assert len(made[1]) == 1
    assert made[1] != made[2]


def test_the_digest_of_a_scenario_is_its_own_where_there_is_nothing_of_ones_own():
    assert Own.of().digest_of("abc") == "abc"
    digests = {Own.of(staff_member=kind).digest_of("abc") for kind in (own.Silent, own.Quiet)}
    assert len(digests) == 2
