"""The numbers of how far lessons get are those one counts by hand."""

import math

import pandas as pd
import pytest
from lesson_rows import (
    BY_THE_PRACTICE,
    COUNTED,
    FORGOTTEN_BY_ALL,
    KNOWN,
    OF_THE_SERVICE,
    SPREAD_ALONE,
    journal,
    lesson,
)

import lpsim
from lpsim.analysis.funnel import endings_over, scope_over, stage_table, stages_by, stages_over, stages_there
from lpsim.analysis.observed import OBSERVED
from lpsim.errors import InputError
from lpsim.lessons.stages import CHANNELS, FATES, OF_EVENTS, REACHED, counted

T_OF_4 = 3.182446  # Student's t, .975 quantile, 3 degrees of freedom: any printed table


@pytest.fixture
def lessons():
    return journal(*COUNTED, KNOWN, OF_THE_SERVICE)


def near(values):
    return pytest.approx(list(values), abs=1e-6, nan_ok=True)


def at(table, **where):
    """The one row where the columns have these values."""
    for column, value in where.items():
        table = table[table[column] == value]
    assert len(table) == 1
    return table.iloc[0]


class TestWhatIsCounted:
    def test_lessons_known_already_and_of_the_service_are_left_out(self, lessons):
        assert list(counted(lessons)["lesson"]) == [1, 2, 3, 4, 5, 6]

    def test_how_many_are_left_out_is_said(self, lessons):
        table = scope_over([lessons])
        assert dict(zip(table["which"], table["lessons"], strict=True)) == {
            "counted": 6,
            "mistaken": 1,
            "known already": 1,
            "of the service": 1,
        }

    def test_a_lesson_of_the_service_is_never_counted_as_known_already(self):
        table = scope_over([journal({**OF_THE_SERVICE, "known_already": True})])
        assert list(table["lessons"]) == [0, 0, 0, 1]


class TestStages:
    def test_every_number_is_the_one_counted_by_hand(self, lessons):
        table = stage_table(lessons)
        nan = math.nan
        assert list(table["stage"]) == [
            "born",
            "collective",
            "organizational",
            "spread",
            "system",
            "returned",
        ]
        assert list(table["reached"]) == [6, 3, 3, 2, 1, 1]
        assert list(table["of_born"]) == near([1, 1 / 2, 1 / 2, 1 / 3, 1 / 6, 1 / 6])
        # Of the three collective two became organizational; of these three one spread; and so on.
        assert list(table["of_before"]) == near([nan, 1 / 2, 2 / 3, 1 / 3, 1 / 2, 1])
        # 2, 4 and 1 steps to collective; 6, 4 and 0 to organizational; 5 and 7 to spread.
        assert list(table["steps"]) == near([nan, 2, 4, 6, 6, 7])

    def test_stages_are_not_nested(self):
        """A lesson that spread and was never collective counts at the one and not at the other."""
        table = stage_table(journal(SPREAD_ALONE))
        assert list(table["reached"]) == [1, 0, 0, 1, 0, 0]
        assert list(table["of_before"]) == near([math.nan, 0, math.nan, math.nan, 0, math.nan])

    def test_a_practice_s_own_lesson_starts_as_organizational(self):
        row = at(stage_table(journal(BY_THE_PRACTICE)), stage="organizational")
        assert (row["reached"], row["steps"]) == (1, 0)

    def test_without_lessons_all_counts_are_nought_and_shares_have_no_value(self):
        table = stage_table(journal())
        assert list(table["reached"]) == [0] * 6
        assert table[["of_born", "of_before", "steps"]].isna().all(axis=None)

    def test_the_table_given_is_untouched(self, lessons):
        before = lessons.copy()
        for function in (stages_over, endings_over, scope_over):
            function([lessons])
        pd.testing.assert_frame_equal(lessons, before)


class TestOverRuns:
    @pytest.fixture
    def runs(self):
        """2, 4, 6 and 8 lessons, of which none, half, half and all became collective after 2 steps."""
        plain, taken = lesson(1, 1), lesson(2, 1, collective=3)
        return [journal(*[plain] * (n - k), *[taken] * k) for n, k in ((2, 0), (4, 2), (6, 3), (8, 8))]

    def test_a_number_is_the_mean_with_its_t_interval(self, runs):
        row = at(stages_over(runs), stage="born")
        half = T_OF_4 * math.sqrt((9 + 1 + 1 + 9) / 3) / 2
        assert row["reached"] == 5
        assert [row["reached_low"], row["reached_high"]] == near([5 - half, 5 + half])
        assert [row["reached_low"], row["reached_high"]] == pytest.approx([0.8915, 9.1085], abs=1e-4)

    def test_a_share_is_the_mean_of_the_runs_shares(self, runs):
        row = at(stages_over(runs), stage="collective")
        assert row["of_born"] == 0.5  # not 13 of 20

    def test_intervals_are_cut_at_what_is_possible(self, runs):
        row = at(stages_over(runs), stage="collective")
        half = T_OF_4 * math.sqrt((0.25 + 0.25) / 3) / 2
        assert half > 0.5
        assert [row["of_born_low"], row["of_born_high"]] == [0, 1]
        half = T_OF_4 * math.sqrt((3.25**2 + 1.25**2 + 0.25**2 + 4.75**2) / 3) / 2
        assert [row["reached_low"], row["reached_high"]] == near([0, 3.25 + half])

    def test_a_run_without_a_value_is_left_out_and_not_taken_as_nought(self, runs):
        row = at(stages_over(runs), stage="collective")
        assert (row["steps"], row["steps_runs"]) == (2, 3)
        assert (row["reached"], row["reached_runs"]) == (3.25, 4)

    def test_one_run_has_no_interval(self, lessons):
        table = stages_over([lessons])
        assert list(table["reached"]) == [6, 3, 3, 2, 1, 1]
        assert table[["reached_low", "reached_high", "of_born_low", "steps_high"]].isna().all(axis=None)
        assert set(table["reached_runs"]) == {1}

    def test_no_runs_are_refused(self):
        for function in (stages_over, endings_over, scope_over):
            with pytest.raises(InputError, match="none were given"):
                function([])


class TestGroups:
    def test_roles_are_those_that_bore_a_lesson_in_the_scenario_s_order(self, lessons):
        assert list(stages_by([lessons], "role")["group"].unique()) == ["gp", "nurse", "–"]

    def test_every_role_s_numbers_are_those_counted_by_hand(self, lessons):
        table = stages_by([lessons], "role")
        assert list(table["reached"]) == [3, 2, 1, 1, 1, 1, 2, 1, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0]
        gp = table[table["group"] == "gp"]
        assert list(gp["of_group"]) == near([1, 2 / 3, 1 / 3, 1 / 3, 1 / 3, 1 / 3])
        assert list(gp["of_all"]) == near([1 / 2, 2 / 3, 1 / 3, 1 / 2, 1, 1])
        assert list(gp["steps"]) == near([math.nan, 1.5, 4, 7, 6, 7])

    def test_right_is_set_against_mistaken(self, lessons):
        table = stages_by([lessons], "right")
        mistaken = table[table["group"] == "mistaken"]
        assert list(mistaken["reached"]) == [1, 1, 1, 0, 0, 0]
        assert list(mistaken["of_all"]) == near([1 / 6, 1 / 3, 1 / 3, 0, 0, 0])

    def test_channels_are_those_that_first_carried_a_lesson_elsewhere(self, lessons):
        table = stages_by([lessons], "channel")
        assert list(table["group"].unique()) == list(CHANNELS)
        for channel, numbers in (("newcomer", (1, 0.5, 0, 0)), ("guidance", (1, 0.5, 1, 1))):
            spread = at(table, group=channel, stage="spread")
            further = [at(table, group=channel, stage=stage)["of_group"] for stage in ("system", "returned")]
            assert (spread["reached"], spread["of_all"], *further) == numbers
        training = table[table["group"] == "training"]
        assert list(training["reached"]) == [0] * 6
        assert training["of_group"].isna().all()

    @pytest.mark.parametrize("by", ["role", "right", "channel"])
    def test_groups_add_up_to_all(self, lessons, by):
        rows = lessons[lessons["channel"].notna()] if by == "channel" else lessons
        by_group, whole = stages_by([lessons], by), stage_table(rows)
        together = by_group.groupby("stage", sort=False)[["reached", "of_all"]].sum()
        assert list(together["reached"]) == list(whole["reached"])
        assert list(together["of_all"]) == near((whole["reached"] > 0).astype(float))

    def test_a_role_missing_in_one_run_counts_as_nought_there_and_has_no_share(self, lessons):
        without = journal(FORGOTTEN_BY_ALL)
        row = at(stages_by([lessons, without], "role"), group="nurse", stage="collective")
        assert (row["reached"], row["of_group"], row["of_group_runs"]) == (0.5, 0.5, 1)

    @pytest.mark.parametrize("by", ["role", "right", "channel"])
    def test_no_lessons_are_no_error(self, by):
        table = stages_by([journal()], by)
        assert len(table)
        assert not table["reached"].any()


class TestEndings:
    def test_every_ending_is_counted_at_the_furthest_stage(self, lessons):
        table = endings_over([lessons])
        some = table[table["lessons"] > 0]
        assert list(zip(some["stage"], some["end"], some["end_level"], some["lessons"], strict=True)) == [
            ("born", "left", "staff", 1),
            ("collective", "overwrote", "staff", 1),
            ("organizational", "held", "–", 1),
            ("organizational", "decayed", "practice", 1),
            ("spread", "held", "–", 1),
            ("returned", "held", "–", 1),
        ]
        assert list(some["of_stage"]) == [1, 1, 0.5, 0.5, 1, 1]

    def test_endings_have_intervals_over_runs(self):
        held, left = lesson(1, 1), lesson(2, 1, lost=2, end="left", end_level="staff")
        runs = [journal(*[held] * k, left) for k in (1, 2, 3, 4)]
        row = at(endings_over(runs), stage="born", end="held")
        half = T_OF_4 * math.sqrt((2.25 + 0.25 + 0.25 + 2.25) / 3) / 2
        assert [row["lessons"], row["lessons_low"], row["lessons_high"]] == near(
            [2.5, 2.5 - half, 2.5 + half]
        )

    @pytest.mark.medium
    def test_every_lesson_of_a_real_run_ends_in_one_known_way(self):
        settings = {
            "record.lessons": True,
            "steps": 24,
            "population.practices": 4,
            "world.issues": 20,
            "forgetting.staff": 0.05,
            "forgetting.practice": 0.1,
            "turnover.experienced": 0.5,
            "loops.double.practice": 0.2,
        }
        run = lpsim.simulate(lpsim.Scenario().replace(settings), seed=3)
        kept = counted(run.journal()[0])
        table = endings_over([kept])
        assert table["lessons"].sum() == len(kept) > 100
        ends = table[table["lessons"] > 0]
        assert {"held", "left", "forgot", "overwrote"} <= set(ends["end"])

    def test_every_stage_has_every_fate(self, lessons):
        table = endings_over([lessons])
        keys = list(zip(table["stage"], table["end"], table["end_level"], strict=True))
        assert keys == [(stage, *fate) for stage in stages_there([lessons]) for fate in FATES]


class TestEvents:
    """Stages of events are there as soon as one lesson of any run was raised."""

    def test_where_nothing_was_raised_they_are_left_out(self, lessons):
        assert stages_there([lessons]) == tuple(stage for stage in REACHED if stage not in OF_EVENTS)

    def test_where_something_was_raised_in_one_run_they_are_there_in_all(self, lessons):
        runs = [lessons, journal(lesson(1, 3, raised=3, analysed=5), lesson(2, 3, raised=3))]
        assert stages_there(runs) == REACHED
        table = stages_over(runs)
        assert table["stage"].tolist() == list(REACHED)
        assert at(table, stage="raised")["of_born"] == (0 + 1) / 2
        assert at(table, stage="analysed")["of_before"] == 0.5  # of the run that has a value
        assert at(table, stage="analysed")["steps"] == 2
        assert set(endings_over(runs)["stage"]) == set(REACHED)
        assert set(stages_by(runs, "right")["stage"]) == set(REACHED)


class TestObserved:
    def test_rates_are_those_published_and_near_their_counts(self):
        assert [rate.value for rate in OBSERVED] == [0.86, 0.55, 0.35, 0.58, 0.005]
        for rate in OBSERVED:
            if rate.part:
                assert rate.value == pytest.approx(rate.part / rate.whole, abs=0.006)

    def test_a_rate_stands_beside_a_number_that_there_is(self, lessons):
        table = stage_table(lessons, REACHED).set_index("stage")
        for stage, column in filter(None, (rate.beside for rate in OBSERVED)):
            assert table.loc[stage, column] >= 0
