"""What a report is made of, and what it says."""

import re
from dataclasses import replace

import numpy as np
import pytest

import lpsim
from lpsim.analysis.briefing import brief
from lpsim.analysis.comparison import Comparison
from lpsim.analysis.grid import read_lever
from lpsim.analysis.worlds import Worlds, of_runs, of_scenario
from lpsim.errors import InputError
from lpsim.runs.measures import RIGHT_AND_WRONG
from lpsim.scenario.differences import differences
from lpsim.scenario.shipped import shipped
from lpsim.show.text.answer import answer, what_is_clear
from lpsim.show.text.briefing import (
    differing_table,
    drawn,
    lesson_chosen,
    lever_words,
    numbers_table,
    provenance_table,
    question,
    why_strokes,
)
from lpsim.show.text.comparison import differing
from lpsim.show.web.report import report_html
from lpsim.show.web.texts import shown

SEEDS = range(1, 5)
RIGHTS = [name for pair in RIGHT_AND_WRONG.values() for name in pair]
MANY = range(1, 13)
"""Seeds enough for differences that are the same in every world to be clear."""


@pytest.fixture(scope="module")
def base():
    return lpsim.Scenario.load("one_practice").adapted({"steps": 10})


@pytest.fixture(scope="module")
def compared(base):
    options = {
        "little": {"practice.analysis.share": 0.6},
        "much": {"practice.codification.meetings": 0.9, "practice.analysis.share": 1.0},
    }
    worlds = [of_scenario(name, base.adapted(change)) for name, change in options.items()]
    return brief([of_scenario("as it is", base), *worlds], seeds=SEEDS, levers=[])


@pytest.fixture(scope="module")
def alone(base):
    return brief([of_scenario("as it is", base)], seeds=SEEDS, levers=[])


def test_the_option_that_differs_most_is_drawn(compared):
    effects = [one for one in compared.comparison.effects() if one.measure.endswith("_knowledge")]
    most = max(effects, key=lambda effect: abs(effect.difference.mean))
    assert [worlds.name for worlds in compared.shown] == ["as it is", most.option]


def test_the_option_drawn_is_the_one_that_the_answer_begins_with(base):
    steps = np.array([base.steps])

    def worlds(name, *ends):
        kept = {seed: {"staff_knowledge": np.array([end])} for seed, end in zip(SEEDS, ends, strict=True)}
        return Worlds(name, base, base.digest, kept, steps)

    surely, perhaps = worlds("surely", 0.1, 0.11, 0.1, 0.11), worlds("perhaps", 0.9, -0.4, 0.9, -0.4)
    found = brief([worlds("as it is", 0, 0, 0, 0), perhaps, surely], levers=[])
    first, *_ = answer(found)
    assert found.shown[1].name == "surely"
    assert first.startswith("With surely, ")


def test_the_report_says_which_option_is_drawn_and_not_that_it_differs_most_where_another_does(base):
    def worlds(name, *ends):
        kept = {seed: {"staff_knowledge": np.array([end])} for seed, end in zip(SEEDS, ends, strict=True)}
        return Worlds(name, base, base.digest, kept, np.array([base.steps]))

    known, sure = worlds("as it is", 0, 0, 0, 0), worlds("sure", 0.1, 0.11, 0.1, 0.11)
    wild, other = worlds("wild", 0.9, -0.4, 0.9, -0.4), worlds("other", 0.3, -0.4, 0.3, -0.4)
    assert "the option with the largest clear difference from it" in drawn(
        brief([known, sure, wild], levers=[])
    )
    unclear = brief([known, other, wild], levers=[])
    assert unclear.shown[1].name == "wild"
    assert "the option that differs most from it" in drawn(unclear)
    assert drawn(brief([known, sure], levers=[])) == ""


def test_of_several_options_it_is_told_which_raises_each_level_most_and_which_is_the_risk(base):
    steps, levels = np.array([base.steps]), ("staff_knowledge", "practice_knowledge")

    def worlds(name, *ends, wrong=0.1):
        held = {"in_practice_memory": np.array([0.5]), "in_practice_memory_wrong": np.array([wrong])}
        kept = {
            seed: held
            | {level: np.array([end + 0.01 * (seed % 3)]) for level, end in zip(levels, ends, strict=True)}
            for seed in MANY
        }
        return Worlds(name, base, base.digest, kept, steps)

    options = [worlds("talk", 0.3, 0.2), worlds("write", 0.1, 0.6, wrong=0.4), worlds("less", 0.0, 0.1)]
    *_, most, risk = answer(brief([worlds("as it is", 0.1, 0.2), *options], levers=[]))
    assert "knowledge of staff \N{EN DASH} talk, +0.200" in most
    assert "knowledge in practices' memories \N{EN DASH} write, +0.400" in most
    assert "lower in 12 of 12 worlds with less" in risk
    assert "memories hold wrongly goes from 10.0 % to 40.0 % of all issues with write" in risk


def test_a_clear_harm_is_told_though_another_option_may_do_more_by_chance(base):
    def worlds(name, *wrong):
        kept = {
            seed: {"staff_knowledge": np.array([0.3]), "staff_wrong": np.array([wrong[seed % 2]])}
            for seed in MANY
        }
        return Worlds(name, base, base.digest, kept, np.array([base.steps]))

    options = [worlds("perhaps", 0.9, 0.0), worlds("surely", 0.21, 0.2)]
    *_, risk = answer(brief([worlds("as it is", 0.1, 0.1), *options], levers=[]))
    assert "staff hold wrongly goes from 10.0 % to 20.5 % of all issues with surely" in risk
    assert "nothing that is held" not in risk


def test_of_several_options_it_is_said_why_an_interval_without_0_is_not_clear(base):
    def worlds(name, *ends):
        kept = {seed: {"staff_knowledge": np.array([ends[seed % 3]])} for seed in MANY}
        return Worlds(name, base, base.digest, kept, np.array([base.steps]))

    options = [worlds("one", 0.02, 0.5, 0.2), worlds("two", -0.1, 0.1, 0.05)]
    *_, most, _ = answer(brief([worlds("as it is", 0.1, 0.1, 0.1), *options], levers=[]))
    assert "(+0.01 to" in most
    why = "(95 % intervals; not clear: it may be chance, as one of 2 differences)."
    assert most.endswith(f", not clear {why}")


def test_a_risk_that_may_be_chance_is_told_as_such_and_no_sign_is_lost(base):
    steps = np.array([base.steps])

    def worlds(name, *ends):
        kept = {seed: {"staff_knowledge": np.array([end])} for seed, end in zip(SEEDS, ends, strict=True)}
        return Worlds(name, base, base.digest, kept, steps)

    as_it_is, other = worlds("as it is", 0.1, 0.1, 0.1, 0.1), worlds("other", 0.07, 0.13, 0.08, 0.112)
    *_, levels, risk = answer(brief([as_it_is, other], levers=[]))
    assert "knowledge of staff by \N{MINUS SIGN}0.002" in levels
    assert "lower in 2 of 4 worlds, which may be chance" in risk


def held(base, name, *, right, wrong, knowledge=None):
    """Worlds in which staff hold so much rightly and wrongly, a little apart."""
    kept = {
        seed: {
            "staff_knowledge": np.array([(right - wrong if knowledge is None else knowledge) + apart]),
            "staff_right": np.array([right + apart]),
            "staff_wrong": np.array([wrong]),
        }
        for seed in MANY
        for apart in [0.001 * (seed % 3)]
    }
    return Worlds(name, base, base.digest, kept, np.array([base.steps]))


def answered(base, option):
    return answer(brief([held(base, "as it is", right=0.6, wrong=0.3), option], levers=[]))


def test_what_is_held_rightly_and_wrongly_is_told_of_the_option_and_of_the_base(base):
    _, told, *_ = answered(base, held(base, "worse", right=0.5, wrong=0.25))
    assert told == (
        "With worse, of all issues staff hold 50 % rightly and 25 % wrongly (with as it is 60 % and 30 %)."
    )


def test_the_risk_is_what_right_falls_and_never_what_wrong_falls(base):
    *_, risk = answered(base, held(base, "worse", right=0.5, wrong=0.25))
    assert "what staff hold rightly goes from 60.1 % to 50.1 % of all issues (by \u221210.0 (" in risk
    assert "wrongly" not in risk
    assert risk.endswith("knowledge of staff is lower in 12 of 12 worlds.")


def test_the_risk_is_what_wrong_rises_even_where_knowledge_does(base):
    *_, risk = answered(base, held(base, "more", right=0.8, wrong=0.4))
    assert risk == (
        "The risk with more: what staff hold wrongly goes from 30.0 % to 40.0 % of all issues "
        "(by +10.0 (+10.0 to +10.0) points); no level of knowledge is lower in any of 12 worlds."
    )


def test_of_many_harms_the_largest_are_told_and_the_others_counted(base):
    rights = ("staff_right", "known_by_most", "in_practice_memory", "in_service_guidance")
    wrongs = ("staff_wrong", "in_practice_memory_wrong")

    def worlds(name, worse):
        kept = {
            seed: {"staff_knowledge": np.array([0.1])}
            | {right: np.array([0.5 - worse * (i + 1)]) for i, right in enumerate(rights)}
            | {wrong: np.array([0.1 + worse * (i + 5)]) for i, wrong in enumerate(wrongs)}
            for seed in MANY
        }
        return Worlds(name, base, base.digest, kept, np.array([base.steps]))

    *_, risk = answer(brief([worlds("as it is", 0.0), worlds("bad", 0.01)], levers=[]))
    told = re.findall("what (.*?) goes from", risk)
    assert told == [
        "practices' memories hold wrongly",
        "staff hold wrongly",
        "the service's guidance holds rightly",
        "practices' memories hold rightly",
    ]
    assert "; and two more of this kind, in the table of differences; no level" in risk


def test_where_nothing_is_worse_the_risk_says_so(base):
    *_, risk = answered(base, held(base, "better", right=0.7, wrong=0.2))
    assert "nothing that is held rightly falls clearly, and nothing that is held wrongly rises" in risk
    assert "goes from" not in risk and "chance" not in risk


def test_an_option_that_changes_nothing_is_exactly_the_same_and_no_matter_of_chance(base):
    briefing = brief([of_scenario("as it is", base), of_scenario("same", base)], seeds=SEEDS, levers=[])
    first, *more = answer(briefing)
    assert differing_table(briefing.comparison, briefing.worlds[1]).notes == ["Nothing."]
    assert first == (
        "In the same 4 worlds, same gives exactly what as it is gives, up to month 10: their scenarios "
        "differ in nothing."
    )
    assert not re.search("chance|not clear|risk|\\+0", " ".join(more))


def test_a_level_that_is_the_same_in_every_world_is_told_as_such_among_others(base):
    def worlds(name, staff):
        kept = {
            seed: {
                "staff_knowledge": np.array([staff + 0.01 * (seed % 3)]),
                "practice_knowledge": np.array([0.2]),
            }
            for seed in MANY
        }
        return Worlds(name, base, base.digest, kept, np.array([base.steps]))

    *_, levels, risk = answer(brief([worlds("as it is", 0.1), worlds("other", 0.4)], levers=[]))
    assert "knowledge in practices' memories is exactly the same in every world" in levels
    assert "not clear" not in levels
    assert risk.endswith("no level of knowledge is lower in any of 12 worlds.")


def test_all_differences_of_a_sentence_have_as_many_decimals(compared):
    for sentence in answer(compared)[2:3]:
        decimals = {len(found) for found in re.findall(r"[+\u2212]0\.(\d+)", sentence)}
        assert len(decimals) == 1


def test_no_option_raises_a_level_that_all_lower(base):
    options = [held(base, "bad", right=0.4, wrong=0.3), held(base, "worse", right=0.3, wrong=0.3)]
    *_, most, _ = answer(brief([held(base, "as it is", right=0.6, wrong=0.3), *options], levers=[]))
    assert "knowledge of staff \N{EN DASH} none does" in most


def test_the_answer_begins_with_the_finding_and_ends_with_the_risk(compared, alone):
    for briefing, many in ((compared, 4), (alone, 3)):
        found = answer(briefing)
        assert len(found) == many
        assert all(sentence.endswith(".") and sentence[0].isupper() for sentence in found)
        assert re.search(r"\(.* to .*\)", " ".join(found))
        assert "risk" in found[-1]


def test_a_report_of_options_says_once_that_clear_allows_for_choosing_among_several(base, compared, alone):
    said = what_is_clear(compared)
    assert "choosing among several differences" in said
    assert "What is not clear may be chance." in said
    assert report_html(compared).count(shown(said)) == 1
    same = brief([of_scenario(name, base) for name in ("as it is", "again")], seeds=SEEDS, levers=[])
    assert what_is_clear(alone) == what_is_clear(same) == ""
    assert "choosing among several" not in report_html(alone)


def test_what_an_option_changes_is_told_in_words_beside_its_key(compared):
    option = compared.worlds[2]
    rows = differing_table(compared.comparison, option).rows
    key = "practice.codification.meetings"
    assert ["Practices look at their protocols (times a month)", "0.25", "0.9", key] in rows


def test_which_class_of_ones_own_made_the_worlds_is_told(base, alone):
    own = {"staff_member": "mine:Cautious"}
    (made,) = alone.worlds
    briefing = brief([made, replace(made, name="cautious", agents=own)], seeds=SEEDS, levers=[])
    (row,) = differing_table(briefing.comparison, briefing.worlds[1]).rows
    assert row == ["Who acts as staff member", "the model's", "mine:Cautious", ""]
    assert ["cautious: staff member", "mine:Cautious"] in provenance_table(briefing).rows


class NeverReflects(lpsim.StaffMember):
    """Learns nothing from cases."""

    def reflection(self):
        """Nothing comes of it."""


def test_a_report_with_a_behaviour_of_ones_own_makes_worlds_sliders_and_lesson_with_it(base):
    world = of_scenario("cautious", base.adapted({"turnover.prior": 0.9}))
    levers = ["practice.analysis.share=0:1:2"]
    made = brief([world], seeds=[1, 2], levers=levers, staff_member=NeverReflects)
    assert made.worlds[0].agents["staff_member"].endswith(":NeverReflects")
    assert (made.no_grid, made.grid is None) == ("", False)
    assert made.life is None or made.life.run.provenance["own"]
    saved = made.worlds[0]
    again = brief([saved], seeds=[1, 2], levers=[], staff_member=NeverReflects)
    assert again.no_life == made.no_life
    assert "give the behaviour as well (--staff-member)" in brief([saved], seeds=[1, 2], levers=[]).no_life


def test_memories_that_are_the_same_in_every_world_do_not_differ_by_chance(base):
    def worlds(*ends):
        kept = {
            seed: {**dict.fromkeys(RIGHTS, np.array([0.0])), "in_practice_memory": np.array([end])}
            for seed, end in enumerate(ends, start=1)
        }
        return Worlds("as it is", base, base.digest, kept, np.array([base.steps]))

    _, said, _ = answer(brief([worlds(0.2, 0.2, 0.2)], levers=[]))
    assert said == "What practices' memories hold rightly is the same in each of these 3 worlds."
    _, said, _ = answer(brief([worlds(0.1, 0.2, 0.3)], levers=[]))
    assert said.startswith(
        "What practices write down differs by chance alone: from the lowest to the highest"
    )


def changed(base, option):
    """The rows of what an option changes of a scenario that ships."""
    worlds = [of_scenario(name, lpsim.Scenario.load(name)) for name in (base, option)]
    comparison = Comparison(worlds[0], (worlds[1],), (1, 2), np.array([0]), ())
    return differing_table(comparison, worlds[1]).rows


def test_what_an_option_changes_later_is_told_with_its_step_and_without_its_number():
    first, second = changed("learning_practice", "protected_time")
    what = "Whether time governs how intensely a practice learns"
    assert first == [what, "false", "true", "protected_time.enabled"]
    what = "Time is protected for learning (of working time), from month 24"
    assert second == [what, "0.02", "0.05", "protected_time.share"]
    (only,) = changed("written_records", "learning_practice")
    what = "Practices look at their protocols (times a month), from month 24"
    assert only == [what, "0.5", "0.1", "practice.codification.meetings"]


@pytest.mark.parametrize("option", sorted(shipped()))
def test_every_change_between_scenarios_that_ship_has_words(option):
    for what, _, _, key in changed("learning_practice", option):
        assert what and what != key
        assert not key.startswith("interventions.")


def test_another_step_of_the_same_change_is_a_row_of_its_own(base):
    def later(at):
        return {"interventions": [{"at": at, "title": "more", "set": {"practice.analysis.share": 0.9}}]}

    worlds = [of_scenario(str(at), base.adapted(later(at))) for at in (3, 6)]
    comparison = Comparison(worlds[0], (worlds[1],), (1, 2), np.array([0]), ())
    rows = differing_table(comparison, worlds[1]).rows
    assert rows == [["From which month what is set holds (more)", "3", "6", "interventions.0.at"]]


def test_an_intervention_of_the_base_alone_is_told_with_its_own_step(base):
    def dated(at, key, value):
        return {"interventions": [{"at": at, "set": {key: value}}]}

    one, other = dated(3, "practice.analysis.share", 0.9), dated(6, "practice.discussion.meetings", 0.9)
    worlds = [of_scenario(name, base.adapted(given)) for name, given in (("a", one), ("b", other))]
    comparison = Comparison(worlds[0], (worlds[1],), (1, 2), np.array([0]), ())
    rows = {key: what for what, _, _, key in differing_table(comparison, worlds[1]).rows}
    assert {key: what.rpartition(", ")[2] for key, what in rows.items()} == {
        "practice.analysis.share": "from month 3",
        "practice.discussion.meetings": "from month 6",
    }


def test_what_a_kind_sets_is_told_with_the_kind():
    rows = {key: what for what, _, _, key in changed("learning_practice", "some_learning_practices")}
    assert rows["practice.discussion.meetings"] == "The team meets (times a month) (kind: learning practice)"


def test_a_stroke_for_what_one_scenario_alone_has_is_told_with_why():
    loaded = [lpsim.Scenario.load(name) for name in ("learning_practice", "some_learning_practices")]
    own = loaded[1].kinds[0].set
    fewer = loaded[1].replace(
        {"kinds": [{"name": "learning practice", "share": 0.2, "set": dict([*own.items()][:2])}]}
    )
    only = "–: only some has practices of the kind “learning practice”."
    for scenarios, names, told in (
        (loaded, ("none", "some"), [only]),
        (loaded[::-1], ("some", "none"), [only]),
        ((fewer, loaded[1]), ("fewer", "some"), ["–: fewer sets nothing of its own there."]),
        ((loaded[1], loaded[1].replace({"world.tacit": 0.1})), ("one", "other"), []),
    ):
        assert list(why_strokes(differences(*scenarios), scenarios, names)) == told
    worlds = [of_scenario(name, one) for name, one in zip(("none", "some"), loaded, strict=True)]
    comparison = Comparison(worlds[0], (worlds[1],), (1, 2), np.array([0]), ())
    assert differing_table(comparison, worlds[1]).notes == [only]
    assert f"  {only}" in list(differing(comparison))


def test_a_slider_over_what_an_intervention_sets_says_until_when_it_acts():
    scenario = lpsim.Scenario.load("written_records")
    lever = read_lever(scenario, "practice.codification.meetings=0:1:2")
    assert lever_words(lever, scenario).endswith("(times a month), until month 24")


def test_the_question_names_what_is_compared(compared, alone):
    assert question(compared) == "Which of two options changes most, compared with “as it is”?"
    assert question(alone).startswith("One practice learning: ")


def test_numbers_are_those_of_the_worlds(alone, base):
    runs = list(lpsim.simulate_many(base, SEEDS))
    (row,) = [row for row in numbers_table(alone).rows if row[0] == "staff, knowledge"]
    assert row[1].value == pytest.approx(np.mean([run.column("staff_knowledge")[-1] for run in runs]))


def test_the_lesson_is_of_the_first_world(alone, base):
    run = lpsim.simulate(base.adapted({"record.lessons": True}), seed=1)
    assert alone.life.row["lesson"] == lpsim.pick(*run.journal(), "furthest")


def test_runs_that_a_scenario_alone_does_not_make_have_no_lesson_and_no_sliders(base):
    class Silent(lpsim.StaffMember):
        def discussion(self):
            pass

    runs = [lpsim.simulate(base, seed=seed, staff_member=Silent) for seed in (1, 2)]
    found = brief([of_runs("silent", runs)])
    assert found.life is None
    assert found.grid is None
    assert "a behaviour of one's own" in found.no_life
    assert "No lesson is told: these runs" in report_html(found)


def test_a_lever_of_runs_that_cannot_be_made_again_is_refused(base):
    class Silent(lpsim.StaffMember):
        def discussion(self):
            pass

    runs = [lpsim.simulate(base, seed=seed, staff_member=Silent) for seed in (1, 2)]
    with pytest.raises(InputError, match="cannot be made again"):
        brief([of_runs("silent", runs)], levers=["practice.analysis.share=0:1:2"])


def test_what_a_sweep_did_not_keep_has_no_value(base):
    steps = np.array([base.steps])
    runs = list(lpsim.simulate_many(base, SEEDS))
    kept = {run.seed: {"staff_knowledge": run.column("staff_knowledge")[-1:]} for run in runs}
    found = brief([Worlds("a point", base, base.digest, kept, steps)], levers=[])
    text = report_html(found)
    assert "no value" in " ".join(answer(found))
    assert "–" in text


def test_a_single_world_says_that_it_is_one(base):
    found = brief([of_scenario("as it is", base)], seeds=[3], levers=[])
    assert "Another seed gives other numbers" in answer(found)[1]
    assert ["worlds of each scenario", "one run, seed 3"] in provenance_table(found).rows


def test_provenance_has_a_row_for_all_it_takes(compared):
    rows = {row[0]: row[1] for row in provenance_table(compared).rows}
    assert rows["worlds of each scenario"] == "4 runs (seeds 1 to 4)"
    assert len(rows["much: digest"]) == 64
    assert {"lpsim", "version of the model", "as it is: title"} <= set(rows)


def test_a_report_is_saved_from_scenarios_and_runs(base, tmp_path):
    runs = list(lpsim.simulate_many(base, SEEDS))
    other = base.adapted({"practice.analysis.share": 1.0})
    path = lpsim.save_report(runs, {"all": other}, path=tmp_path / "r.html", levers=[])
    assert path.read_text(encoding="utf-8").count("<h2>") >= 7


def test_a_lesson_is_told_with_whose_world_it_is_of_and_how_far_the_others_got(compared, alone, base):
    found = lesson_chosen(alone)
    lessons = lpsim.simulate(base.adapted({"record.lessons": True}), seed=1).lessons
    new = lessons[~lessons["known_already"]]
    most = f"{100 * new['collective'].notna().mean():.0f} %"
    assert found.startswith("This is a world of “as it is” (seed 1). In it ")
    assert (
        f" {len(new)} lessons were drawn, not counting what most of the team knew already: {most} " in found
    )
    assert f"; {100 * new['lost'].notna().mean():.0f} % were lost by month 10. " in found
    assert "another practice" not in found  # there is none
    assert found.endswith("chosen among those that got furthest, so it is no usual one.")
    assert "of “as it is” (seed 1), without any option. In it" in lesson_chosen(compared)


def test_of_few_among_many_lessons_the_number_is_told():
    scenario = lpsim.Scenario.load("some_learning_practices").adapted({"steps": 30})
    found = brief([of_scenario("some", scenario)], seeds=[1, 2], levers=[])
    lessons = found.life.run.lessons
    new = lessons[~lessons["known_already"]]
    some = new["system"].notna().sum()
    assert 0 < 100 * some < len(new)
    assert f", {some} got into the service's guidance and " in lesson_chosen(found)
