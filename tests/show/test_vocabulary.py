"""Everything there is has its words, in one place; and words are put together as they are spoken."""

import pytest
from lives import SERVICE, TIERS, born, life_of, made, person, practice, run_of, taken

from lpsim.analysis import life as life_module
from lpsim.lessons.stages import CHANNELS, FATES, LEVELS, NO_ROLE, REACHED, WAYS
from lpsim.model.schedule import SCHEDULE, Level
from lpsim.model.state import body_uid
from lpsim.scenario import Scenario
from lpsim.scenario.learning_parameters import ROUTINES
from lpsim.show.figures import flow, journey
from lpsim.show.figures.journey import Journey, plot_journey
from lpsim.show.figures.timeline import plot_timeline
from lpsim.show.text import vocabulary
from lpsim.show.text.levers import per_each, with_unit
from lpsim.show.text.story import tell
from lpsim.show.text.vocabulary import (
    PERSON,
    StageWords,
    counted,
    holder_name,
    joined,
    learner_name,
    noun,
    role_words,
    sentences,
    step_word,
    top_name,
    with_article,
)


class TestEverythingHasItsWords:
    def test_every_stage(self):
        assert tuple(vocabulary.STAGES) == REACHED
        assert set(flow.INKS) == set(REACHED)

    def test_every_way_and_thus_every_channel(self):
        assert tuple(vocabulary.WAYS) == WAYS
        assert set(CHANNELS) <= set(WAYS)

    def test_every_way_from_outside_has_an_arrow(self):
        assert set(journey.ARROWS) == {*CHANNELS, "reporting"}

    def test_every_end_at_every_level(self):
        assert tuple(vocabulary.FATES) == FATES

    def test_every_level(self):
        assert tuple(vocabulary.LEVELS) == LEVELS

    def test_every_routine(self):
        assert tuple(vocabulary.ROUTINES) == ROUTINES

    def test_every_role_of_the_default_scenario(self):
        assert set(vocabulary.ROLES) == {*Scenario().roles, NO_ROLE}

    def test_every_process_by_which_something_is_learned_or_lost(self):
        everyone = {process.name for process in SCHEDULE if Level.WORLD not in process.who}
        assert set(vocabulary.PARTED) == everyone - {"acting", "reform"}

    def test_words_for_one_and_for_many_differ_where_they_should(self):
        nouns = [words.holder for words in vocabulary.LEVELS.values()] + list(vocabulary.ROLES.values())
        assert [one for one, many in nouns if one == many] == ["guidance"]


class TestANewStage:
    """A stage of the table of lessons is told and drawn as soon as it has words."""

    @pytest.fixture
    def life(self, monkeypatch):
        monkeypatch.setattr(life_module, "REACHED", (*REACHED, "printed", "framed"))
        printed = StageWords(
            "was printed", "printed for all", "printed in {practice}", told="{it} was printed in {practice}"
        )
        monkeypatch.setitem(vocabulary.STAGES, "printed", printed)
        monkeypatch.setitem(vocabulary.STAGES, "framed", printed._replace(never="framed in {practice}"))
        return life_of(born(2), taken(4, 0, 1), printed=7, framed=None)

    def test_is_told_in_the_story_in_its_turn(self, life):
        text = " ".join(tell(life).split())
        assert "Three months later (month 7) it was printed in practice 0." in text
        assert "never framed in practice 0." in text

    def test_is_marked_on_the_timeline(self, life):
        marks = [text.get_text() for ax in plot_timeline(life).axes for text in ax.texts]
        assert "printed, month 7" in marks

    def test_has_a_panel_on_the_map(self, life):
        assert "month 7: printed for all" in [text.get_text() for text in plot_journey(life).texts]


class TestTheMap:
    def test_says_in_one_phrase_that_a_lesson_spread_by_coming_back(self):
        back = taken(9, SERVICE, practice(1), "guidance")
        life = life_of(
            born(1), taken(7, practice(0), SERVICE, "reporting"), back, system=7, spread=9, returned=9
        )
        assert journey.said_of(Journey.of(life), 9) == "spread and brought back to practice 1 by guidance"

    def test_says_how_a_lesson_was_lost_as_the_report_does(self):
        life = life_of(born(1), (8, "lost", None, 0, "turnover"), lost=8)
        assert journey.said_of(Journey.of(life), 8) == "lost, as its last holder left"


class TestWordsAmongWords:
    @pytest.mark.parametrize(
        ("noun", "article"),
        [
            ("GP", "a"),
            ("HCA", "an"),
            ("MP", "an"),
            ("X-ray technician", "an"),
            ("nurse", "a"),
            ("administrator", "an"),
            ("Assistant", "an"),
            ("unit", "a"),
            ("university teacher", "a"),
            ("urologist", "a"),
            ("usher", "an"),
            ("union speaker", "a"),
            ("uninvited guest", "an"),
            ("hour", "an"),
            ("honorary member", "an"),
            ("European doctor", "a"),
            ("one", "a"),
            ("only child", "an"),
            ("Übersetzer", "a"),
        ],
    )
    def test_articles_are_as_spoken(self, noun, article):
        assert with_article(noun) == f"{article} {noun}"

    def test_numbers_are_words_up_to_ten_and_agree_with_their_nouns(self):
        assert counted(1, PERSON) == "one person"
        assert counted(2, PERSON) == "two people"
        assert counted(10, "practice") == "ten practices"
        assert counted(11, "memory") == "11 memories"
        assert counted(1234, "day") == "1,234 days"
        assert [counted(2, word) for word in ("class", "branch", "body")] == [
            "two classes",
            "two branches",
            "two bodies",
        ]

    def test_lists_are_joined_with_and_before_the_last(self):
        assert [joined(list("abc")[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]

    def test_nouns_agree_with_figures_as_with_numbers(self):
        assert [noun(figure, "lesson") for figure in ("1", "1.0", "63.8", "0", 1, 2)] == [
            "lesson",
            "lessons",
            "lessons",
            "lessons",
            "lesson",
            "lessons",
        ]

    def test_clauses_become_sentences_and_empty_ones_vanish(self):
        assert sentences(["it was right", "", "nobody took it"]) == "It was right. Nobody took it."


class TestNames:
    @pytest.mark.parametrize(
        ("role", "one", "many"),
        [
            ("gp", "GP", "GPs"),
            ("nurse", "nurse", "nurses"),
            ("direct_care", "member of the direct care staff", "direct care staff"),
            ("administration", "member of the administrative staff", "administrative staff"),
            ("salaried_gp", "salaried GP", "salaried GPs"),
            ("practice_manager", "practice manager", "practice managers"),
            ("health visitor", "health visitor", "health visitors"),
            ("pharmacist", "pharmacist", "pharmacists"),
            ("trainee", "trainee", "trainees"),
            ("reception", "member of staff (reception)", "staff (reception)"),
            ("out_of_hours", "member of staff (out of hours)", "staff (out of hours)"),
        ],
    )
    def test_people_are_called_by_role_or_as_members_of_staff(self, role, one, many):
        assert role_words(role) == (one, many)

    def test_names_say_what_holds_a_lesson(self):
        structure = run_of(made(born(1)), **{"population.tiers": TIERS}).structure()
        holders = [person(2, 0, 1), practice(2), body_uid(0, 1), body_uid(1, 0)]
        assert [holder_name(structure, holder) for holder in holders] == [
            "a nurse in practice 2",
            "practice 2's memory",
            "board 1's guidance",
            "the national service's guidance",
        ]
        assert learner_name(structure, practice(2)) == "practice 2"
        assert top_name(structure) == "the national service"

    @pytest.mark.parametrize(
        ("step", "word"), [("month", "month"), ("", "step"), (" half\n year\x07", "half year")]
    )
    def test_a_step_is_called_what_the_scenario_calls_it(self, step, word):
        assert step_word(Scenario().replace({"step": step})) == word


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        (["forgetting.staff"], "forgetting.staff, per month"),
        (["practice.analysis.share"], "practice.analysis.share"),
        (["forgetting.staff", "forgetting.practice"], "forgetting.staff and forgetting.practice, per month"),
        (["forgetting.staff", "world.tacit"], "forgetting.staff per month and world.tacit"),
        (["world.tacit", "forgetting.staff"], "world.tacit and forgetting.staff per month"),
    ],
)
def test_of_keys_that_move_together_each_has_its_unit(keys, told):
    assert with_unit(Scenario(), *keys) == told


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        (["forgetting.staff", "forgetting.practice"], " per month"),
        (["forgetting.staff", "world.tacit"], " (forgetting.staff: per month)"),
        (["world.tacit", "world.overlap"], ""),
    ],
)
def test_of_what_keys_are_set_to_it_is_told_which_are_per_month(keys, told):
    assert per_each(Scenario(), *keys) == told
