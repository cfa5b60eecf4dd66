"""A behaviour of one's own stands in for the model's, is known by its source, or is refused with why."""

import math

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


def own_class(base=lpsim.StaffMember, **methods):
    """A class of one's own with some methods."""
    return type("Made", (base,), methods)


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


# --- what a behaviour may do ----------------------------------------------------------------------


def discussing(discussion, **more):
    """The series of a run in which staff discuss so."""
    return lpsim.simulate(SMALL, staff_member=own_class(discussion=discussion), **more).series


@pytest.mark.parametrize("draw", ["happens", "on_issues", "on_domains"])
@pytest.mark.parametrize("probability", [0.9, np.float64(0.9), np.float32(0.5), 1.0])
def test_a_probability_is_no_threshold(draw, probability):
    with pytest.raises(InputError, match=r"allowed is the threshold of a probability \(lpsim\.threshold\("):
        discussing(lambda self: getattr(self, draw)(lpsim.Stream.OWN, probability))


def test_a_threshold_is_a_probability():
    drawn = []
    discussing(lambda self: drawn.append(self.happens(lpsim.Stream.OWN, lpsim.threshold(0.9))))
    assert 0.8 < np.mean(drawn) < 1


def test_draws_of_one_stream_are_one_draw_and_those_of_the_next_are_independent():
    half, drawn = lpsim.threshold(0.5), []
    streams = (lpsim.Stream.OWN, lpsim.Stream.OWN, lpsim.Stream.OWN + 1)
    discussing(lambda self: drawn.append([self.happens(stream, half) for stream in streams]))
    first, again, other = np.array(drawn).T
    assert (first == again).all()
    assert 0.3 < np.mean(first == other) < 0.7


def rebind(name):
    return lambda self: setattr(self, name, getattr(self, name).copy())


@pytest.mark.parametrize("name", ["beliefs", "assumptions"])
def test_another_array_in_the_place_of_a_row_of_the_state_is_refused(name):
    with pytest.raises(
        InputError, match=rf"Made\.{name}: is a row of the state.*write into it \(self\.{name}"
    ):
        discussing(rebind(name))


def test_another_agenda_is_refused_too():
    with pytest.raises(InputError, match=r"Made\.agenda: is a row of the state"):
        lpsim.simulate(SMALL, practice=own_class(lpsim.Practice, codification=rebind("agenda")))


def test_what_is_written_in_place_is_in_the_state():
    def reverse(self):
        self.beliefs[:] = 1
        self.beliefs *= -1

    assert (discussing(reverse, observe={"all": lambda state: state.staff.beliefs.sum()})["all"] < 0).any()


def test_the_snapshot_can_be_read_and_not_written():
    def write(self):
        self.before.beliefs[:] = 1

    with pytest.raises(ValueError, match="read-only"):
        discussing(write)


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [("beliefs", 5, "-1, 0 (no view) and +1"), ("assumptions", 0, "-1 and +1")],
)
def test_what_nobody_can_hold_is_refused_after_the_step(name, value, allowed):
    def hold(self):
        getattr(self, name)[:] = value

    with pytest.raises(InputError) as refused:
        discussing(hold)
    assert str(refused.value) == f"Made.{name}: found {value} after step 1; allowed are {allowed}."


def test_an_allocation_of_more_than_all_the_time_is_refused():
    timed = SMALL.adapted({"protected_time.enabled": True})
    practice = own_class(lpsim.Practice, reform=lambda self: self.model.reallocate(self, (30, 0, 0, 0, 0)))
    with pytest.raises(InputError, match=r"allocation: found \(30, 0, 0, 0, 0\); allowed are 5 numbers"):
        lpsim.simulate(timed, practice=practice)


# --- what is refused ------------------------------------------------------------------------------

REFUSED = {
    "a method that overrides nothing": (
        {"staff_member": own.Mistyped},
        'staff_member: Mistyped.discusion overrides nothing; did you mean "discussion"? (What is for its own '
        "use begins with an underscore: _discusion.)",
    ),
    "a method of another kind of agent": (
        {"staff_member": own_class(codification=lambda self: None)},
        "staff_member: Made.codification overrides nothing; it is a method of Practice. (What is for its own "
        "use begins with an underscore: _codification.)",
    ),
    "a process of the world": (
        {"staff_member": own_class(turbulence=lambda self: None)},
        "staff_member: Made.turbulence overrides nothing; it is a process of the world, which is no agent. "
        "(What is for its own use begins with an underscore: _turbulence.)",
    ),
    "a method of Mesa's that is never called": (
        {"staff_member": own_class(step=lambda self: None)},
        "staff_member: Made.step overrides nothing; it is Mesa's, and no process of the model calls it. "
        "(What is for its own use begins with an underscore: _step.)",
    ),
    "no method": (
        {"staff_member": own_class(discussion=3)},
        "staff_member: Made.discussion stands in for a method; found 3, allowed is a method.",
    ),
    "other parameters": (
        {"staff_member": own_class(discussion=lambda self, model: None)},
        "staff_member: Made.discussion takes (self, model); the model calls it with (self).",
    ),
    "a way to be made that is another": (
        {"staff_member": own_class(__init__=lambda self, model: None)},
        "staff_member: Made.__init__ takes (self, model); the model calls it with (self, model, row).",
    ),
    "what never begins": (
        {"staff_member": own_class(discussion=own.later)},
        "staff_member: Made.discussion would never begin, as it awaits or yields; write a plain method.",
    ),
    "no property": (
        {"staff_member": own_class(rates=lambda self: None)},
        "staff_member: Made.rates is no method of the model but a property; write @property.",
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
    "no names of columns": (
        {"observe": ["views"]},
        "observe: found ['views']; give functions by the names of their columns ({\"views\": views}).",
    ),
    "one place": (
        {"observe": "tests.own:views"},
        "observe: found 'tests.own:views'; give functions by the names of their columns "
        '({"views": views}).',
    ),
    "a function of nothing": (
        {"observe": {"one": lambda: 1}},
        "observe.one: <lambda> is called with the state alone; let it take one argument.",
    ),
    "no number": (
        {"observe": {"words": own.in_words}, "engine": "reference"},
        "observe.words: gave 'many'; allowed is a finite number (nan for none).",
    ),
    "infinity": (
        {"observe": {"odds": lambda state: math.inf}, "engine": "reference"},
        "observe.odds: gave inf; allowed is a finite number (nan for none).",
    ),
    "infinity below": (
        {"observe": {"odds": lambda state: np.float64(-np.inf)}, "engine": "reference"},
        "observe.odds: gave np.float64(-inf); allowed is a finite number (nan for none).",
    ),
    "what no float holds": (
        {"observe": {"odds": lambda state: 10**5000}, "engine": "reference"},
        "observe.odds: gave inf; allowed is a finite number (nan for none).",
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
