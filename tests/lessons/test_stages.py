"""Ways and fates are decided once: what the table of lessons says is what the events say."""

import pandas as pd
import pytest

import lpsim
from lpsim.lessons.stages import (
    CHANNELS,
    ENDS,
    FATES,
    NO_LEVEL,
    OF_EVENTS,
    REACHED,
    RETURNING,
    STAGES,
    WAYS,
    ways_of,
)
from lpsim.model.schedule import SCHEDULE
from lpsim.model.state import body_uid, uid
from lpsim.sweeps.store.rows import LESSONS

SETTINGS = {
    "record.lessons": True,
    "steps": 36,
    "population.practices": 8,
    "network.practices": "ring",
    "network.rewire": 0.1,
    "service.networking.meetings": 0.3,
    "service.training.attendance": 0.05,
    "service.training.curriculum": 0.3,
    "service.reporting.share": 0.5,
    "service.reporting.rate": 0.3,
    "turnover.experienced": 0.5,
    "forgetting.staff": 0.02,
    "forgetting.practice": 0.05,
    "forgetting.service": 0.05,
    "loops.double.practice": 0.2,
    "practice.analysis.share": 0.5,
    "practice.analysis.record": 1.0,
    "practice.revision.rate": 0.8,
    "practice.trial.rate": 0.1,
    "practice.reflection.rate": 0.1,
    "world.turbulence": 0.05,  # so that what was written down is overtaken
}
PERSON, ELSEWHERE, PRACTICE, SERVICE = uid(0, 0), uid(0, 1), uid(1, 0), body_uid(0, 0)


@pytest.fixture(scope="module")
def run():
    return lpsim.simulate(lpsim.Scenario().replace(SETTINGS), seed=1)


def way(process, source, to=PERSON, event="taken"):
    row = {"step": 1, "lesson": 1, "event": event, "from": source, "to": to, "process": process}
    (found,) = ways_of(pd.DataFrame([row]).astype({"from": "Int64"}))
    return found


class TestWays:
    @pytest.mark.parametrize(
        ("process", "source", "expected"),
        [
            ("discussion", ELSEWHERE, "peer tie"),
            ("networking", PRACTICE, "networking"),
            ("socialisation", PRACTICE, "socialisation"),
            ("guidance", SERVICE, "guidance"),
            ("training", SERVICE, "training"),
            ("codification", PERSON, "codification"),
            ("reporting", PRACTICE, "reporting"),
            ("analysis", PRACTICE, "analysis"),
            ("turnover", ELSEWHERE, "newcomer"),
            ("turnover", SERVICE, "curriculum"),
        ],
    )
    def test_follow_from_the_process_and_the_source(self, process, source, expected):
        assert way(process, source) == expected

    @pytest.mark.parametrize("event", ["born", "lost"])
    def test_what_did_not_come_from_another_holder_has_none(self, event):
        assert pd.isna(way("turnover", None, event=event))

    def test_every_taking_of_a_run_has_one_and_nothing_else_has(self, run):
        events = run.lesson_events
        assert (pd.Series(ways_of(events)).notna() == (events["event"] == "taken").to_numpy()).all()
        assert set(ways_of(events).dropna()) == set(WAYS)

    def test_channels_and_returns_of_the_table_are_among_the_ways_of_the_events(self, run):
        events = run.lesson_events.assign(way=ways_of(run.lesson_events))
        came = set(zip(events["lesson"], events["step"], events["way"], strict=True))
        lessons = run.lessons
        spread, back = lessons[lessons["channel"].notna()], lessons[lessons["returned"].notna()]
        assert len(spread) > len(back) > 20
        assert set(zip(spread["lesson"], spread["spread"], spread["channel"], strict=True)) <= came
        assert set(zip(back["lesson"], back["returned"], back["returned_by"], strict=True)) <= came
        assert set(back["returned_by"]) <= set(RETURNING)

    def test_are_those_of_processes(self):
        processes = {process.name for process in SCHEDULE}
        assert set(WAYS) - processes == {"peer tie", "curriculum", "newcomer"}
        assert set(RETURNING) < set(CHANNELS) < set(WAYS)


class TestFates:
    def test_of_a_run_are_those_there_are(self, run):
        lessons = run.lessons
        level = lessons["end_level"].astype(object).where(lessons["end_level"].notna(), NO_LEVEL)
        assert set(zip(lessons["end"], level, strict=True)) <= set(FATES)
        assert len(set(lessons["end"])) >= 4

    def test_name_every_end(self):
        assert ENDS == ("held", "left", "forgot", "overwrote", "decayed", "withdrawn")

    def test_what_a_revision_took_last_was_withdrawn(self, run):
        lost = run.lesson_events[run.lesson_events["event"] == "lost"]
        last = lost.groupby("lesson")["process"].last()
        lessons = run.lessons.set_index("lesson")
        ended = lessons[lessons["lost"].notna()]
        assert 0 < (ended["end"] == "withdrawn").sum() < len(ended)
        assert ((ended["end"] == "withdrawn") == (last[ended.index] == "revision")).all()
        assert set(ended.loc[ended["end"] == "withdrawn", "end_level"]) == {"practice"}


class TestStages:
    def test_what_is_analysed_was_raised_before_and_what_is_raised_was_learned_from_a_case(self, run):
        lessons = run.lessons
        raised, analysed = (lessons[lessons[stage].notna()] for stage in OF_EVENTS)
        assert len(raised) > len(analysed) > 100
        assert (raised["raised"] == raised["step"]).all()  # it is on the agenda at once, or never
        assert set(raised["process"]) == {"reflection"}
        assert set(raised["about"]) == {"issue"}
        assert (analysed["analysed"] > analysed["raised"]).all()

    def test_where_no_event_is_analysed_none_is_raised(self):
        run = lpsim.simulate(
            lpsim.Scenario().adapted({**SETTINGS, "steps": 6, "practice.analysis.share": 0.0})
        )
        assert run.lessons[list(OF_EVENTS)].isna().all(axis=None)

    def test_are_columns_of_the_table_and_of_sweeps(self, run):
        assert set(STAGES) <= set(run.lessons.columns)
        assert tuple(f"lessons_{stage}" for stage in REACHED) == LESSONS
