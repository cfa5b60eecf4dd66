"""Ways and fates are decided once: what the table of lessons says is what the events say."""

import pandas as pd
import pytest

import lpsim
from lpsim.lessons.stages import CHANNELS, ENDS, FATES, NO_LEVEL, REACHED, RETURNING, STAGES, WAYS, ways_of
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
        assert ENDS == ("held", "left", "forgot", "overwrote", "decayed")


class TestStages:
    def test_are_columns_of_the_table_and_of_sweeps(self, run):
        assert set(STAGES) <= set(run.lessons.columns)
        assert tuple(f"lessons_{stage}" for stage in REACHED) == LESSONS
