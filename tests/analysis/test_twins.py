"""With common random numbers, the same event happens in two practices: lessons of it are twins."""

import pytest

import lpsim
from lpsim.analysis.lesson_pairs import SAME
from lpsim.analysis.twins import twins
from lpsim.errors import InputError
from lpsim.lessons.stages import STAGES
from lpsim.scenario import Scenario

BASE = Scenario.load("one_practice", {"steps": 36})


def run_of(changes=None, seed=1):
    return lpsim.simulate(BASE.adapted(changes or {}), seed=seed)


def row_of(run, lesson):
    return run.lessons.set_index("lesson").loc[lesson]


def stages_of(run, lesson):
    return int(row_of(run, lesson)[list(STAGES)].notna().sum())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_twins_are_lessons_of_the_same_event(seed):
    one, other = run_of(seed=seed), run_of({"practice.codification.meetings": 1.0}, seed=seed)
    found = twins(one, other)
    a, b = row_of(one, found.one), row_of(other, found.other)
    assert all(a[name] == b[name] for name in SAME)


def test_no_two_lessons_of_a_run_are_of_the_same_event():
    lessons = run_of().lessons
    assert not lessons.duplicated(SAME).any()


def test_the_twins_that_are_shown_fared_most_differently():
    one, other = run_of(), run_of({"practice.codification.meetings": 1.0})
    found = twins(one, other)
    most = abs(stages_of(one, found.one) - stages_of(other, found.other))
    both = one.lessons.merge(other.lessons, on=SAME, suffixes=("", "_other"))
    both = both[~both["known_already"].astype(bool) & ~both["known_already_other"].astype(bool)]
    apart = [
        abs(stages_of(one, a) - stages_of(other, b))
        for a, b in zip(both["lesson"], both["lesson_other"], strict=True)
    ]
    assert most == max(apart) > 0


def test_in_the_same_practice_every_lesson_is_its_own_twin():
    found = twins(run_of(), run_of())
    assert found.one == found.other


def test_worlds_without_an_event_in_common_have_no_twins():
    nothing = {"practice.reflection.rate": 0.0}
    assert twins(run_of(), run_of(nothing)) is None


def test_a_run_without_a_journal_is_told():
    with pytest.raises(InputError, match="no journal of lessons"):
        twins(run_of(), run_of({"record.lessons": False}))
