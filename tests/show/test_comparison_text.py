"""A comparison in words: the sentence says what the table says, and nothing where nothing is clear."""

import re
from dataclasses import replace

import numpy as np
import pytest

from lpsim.analysis.comparison import compare_worlds
from lpsim.analysis.comparison_folder import effect_rows
from lpsim.analysis.summary import summarize
from lpsim.analysis.worlds import Worlds
from lpsim.runs.measures import LEVELS, MEASURES, RIGHT_AND_WRONG
from lpsim.scenario import Scenario
from lpsim.show.text.briefing import differing_table
from lpsim.show.text.comparison import (
    comparison_markdown,
    comparison_text,
    digits,
    effect_tables,
    headline,
    held,
    shares_tables,
)
from lpsim.show.text.lesson_pairs import _share

BASE = Scenario().replace({"steps": 2, "title": "As it is"})


def worlds(name, measure="practice_knowledge", ends=(), steps=(0, 2), **changes):
    scenario = BASE.replace(changes)
    flat = {other: np.zeros(len(steps)) for other in MEASURES}
    rising = {seed: np.array([*[0.0] * (len(steps) - 1), end]) for seed, end in enumerate(ends, start=1)}
    by_seed = {seed: {**flat, measure: values} for seed, values in rising.items()}
    return Worlds(name, scenario, scenario.digest, by_seed, np.array(steps))


def compared(*options):
    return compare_worlds(worlds("as it is", ends=[0.1, 0.2, 0.3, 0.2]), options)


RECORDS = worlds(
    "records", ends=[0.3, 0.42, 0.5, 0.41], **{"practice.codification.meetings": 0.5, "title": "Records"}
)
WORSE = worlds("silence", ends=[0.0, 0.09, 0.2, 0.1])


def test_the_sentence_says_the_numbers_of_the_table():
    comparison = compared(RECORDS)
    (row,) = [row for row in effect_rows(comparison.effects()) if row["measure"] == "practice_knowledge"]
    said, table = (
        [format(row[key], form) for key in ("difference", "low", "high")] for form in (".2f", ".3f")
    )
    assert headline(comparison) == (
        f"With records, knowledge in practices' memories is {said[0]} higher ({said[1]} to {said[2]}) at "
        "month 2, in the same 4 worlds: the only difference that there is at any level"
    )
    assert "+{} [+{} to +{}]".format(*table) in comparison_text(comparison)


def test_where_a_difference_is_not_that_of_the_means_as_they_are_shown_it_is_said_why_and_once():
    told = "Each number is rounded by itself, so a difference may be one off in its last place."
    off = worlds("off", ends=[0.3006, 0.4006, 0.5006, 0.4008])  # 0.401, against 0.200: +0.201, shown +0.201
    assert told not in comparison_text(compared(off)).replace("\n", " ")
    base = worlds("as it is", ends=[0.1006, 0.2006, 0.3006, 0.2006])  # 0.201
    options = [worlds(name, ends=[0.3014, 0.4014, 0.5014, 0.4014]) for name in ("off", "further")]
    text = comparison_text(compare_worlds(base, options)).replace("\n", " ")
    assert "0.401  +0.201" in re.sub(" +(?=\\+)", "  ", text) and text.count(told) == 1


def test_a_second_sentence_says_how_much_is_held_rightly_and_wrongly_for_the_largest_difference():
    def holding(name, right, wrong):
        ends = [0.1, 0.2, 0.3, 0.2] * 3
        found = worlds(name, ends=[end + right - wrong for end in ends])
        for one in found.by_seed.values():
            one |= {"in_practice_memory": np.full(2, right), "in_practice_memory_wrong": np.full(2, wrong)}
        return found

    comparison = compare_worlds(holding("as it is", 0.4, 0.2), [holding("records", 0.6, 0.25)])
    assert held(comparison) == (
        "Of all issues, 60 % are then held rightly in practices' memories and 25 % wrongly; "
        "with as it is 40 % and 20 %"
    )
    assert f"{held(comparison)}.\n" in comparison_text(comparison, width=None)
    assert f"\n{held(comparison)}.\n" in comparison_markdown(comparison)
    nothing = compare_worlds(holding("as it is", 0.4, 0.2), [holding("same", 0.4, 0.2)])
    assert held(nothing) == ""


def test_a_clear_difference_of_next_to_nothing_is_told_as_such():
    tiny = worlds("tiny", ends=[0.10021, 0.20022, 0.30023, 0.20021])
    assert "memories is less than 0.001 higher at month 2, in the same 4 worlds" in headline(compared(tiny))


def test_what_is_lower_is_told_as_lower_with_its_interval_the_right_way_round():
    found = re.search(r"is (\S+) lower \((\S+) to (\S+)\)", headline(compared(WORSE)))
    mean, low, high = map(float, found.groups())
    assert 0 < low < mean < high


def test_no_end_of_an_interval_is_told_as_0_and_loses_its_sign():
    hardly = worlds("hardly", ends=[0.2449, 0.2449, 0.4449, 0.2449])  # 0.1449 or 0.0449 higher
    (effect,) = [one for one in compared(hardly).effects() if one.measure == "practice_knowledge"]
    assert 0 < effect.difference.low < 0.005
    assert digits(effect) == 3


@pytest.mark.parametrize(("count", "clear"), [(4, False), (12, True)])
def test_a_few_worlds_that_all_differ_by_as_much_are_too_few_to_be_clear(count, clear):
    ends = np.linspace(0.1, 0.3, count)
    comparison = compare_worlds(worlds("as it is", ends=ends), [worlds("records", ends=ends + 0.05)])
    said = "Not clear though no world differs from another, as these are too few worlds to tell: records: "
    assert ("no clear difference" in headline(comparison)) is not clear
    assert (said in comparison_text(comparison, width=None)) is not clear


def test_where_nothing_is_clear_the_sentence_says_so():
    noise = worlds("noise", ends=[0.3, 0.1, 0.3, 0.1])
    assert headline(compared(noise)) == (
        "In the same 4 worlds, noise makes no clear difference to any level at month 2"
    )
    other = worlds("other", ends=[0.1, 0.3, 0.2, 0.2])
    assert "no option makes a clear difference" in headline(compared(noise, other))


def test_of_the_same_scenario_twice_it_is_said_that_nothing_differs_in_any_world():
    same = worlds("same", ends=[0.1, 0.2, 0.3, 0.2])
    assert headline(compared(same)) == (
        "In the same 4 worlds, same gives exactly what as it is gives, up to month 2: "
        "their scenarios differ in nothing"
    )
    assert "same (As it is): differs in nothing" in comparison_text(compared(same))


def test_of_a_scenario_whose_differences_have_no_effect_that_is_said():
    more = {"practice.codification.meetings": 0.5}
    idle, base = (
        worlds(name, ends=[0.1, 0.2, 0.3, 0.2], steps=(0, 1, 2), **changes)
        for name, changes in (("idle", more), ("base", {}))
    )
    whole = compare_worlds(base, [idle])
    assert headline(whole).endswith("up to month 2: what differs has no effect here")
    assert "(practice.codification.meetings): 0.1 → 0.5" in comparison_text(whole)


def test_where_not_every_step_and_measure_was_kept_nothing_is_said_of_the_rest():
    idle = worlds("idle", ends=[0.1, 0.2, 0.3, 0.2], **{"practice.codification.meetings": 0.5})
    said = "idle gives exactly what as it is gives, up to month 2, in all that was kept of them"
    assert headline(compared(idle)).endswith(said)
    few = [replace(one, by_seed={
        seed: {"staff_knowledge": np.zeros(3)} for seed in one.by_seed
    }, steps=np.arange(3)) for one in (worlds("as it is", ends=[0.1, 0.2]), idle)]  # fmt: skip
    assert headline(compare_worlds(few[0], few[1:], seeds=[1, 2])).endswith(said)


def test_among_several_options_those_that_change_nothing_are_named():
    same = worlds("same", ends=[0.1, 0.2, 0.3, 0.2])
    assert "Exactly as as it is in every world, in all that was kept: same." in comparison_text(
        compared(same, RECORDS), width=None
    )
    assert "gives exactly" not in headline(compared(same, RECORDS))
    again = worlds("again", ends=[0.1, 0.2, 0.3, 0.2])
    assert "every option gives exactly what as it is gives" in headline(compared(same, again))


def test_of_differences_that_are_all_equal_no_number_of_worlds_is_told():
    ends = np.array([0.1, 0.2, 0.3])
    comparison = compare_worlds(worlds("as it is", ends=ends), [worlds("records", ends=ends + 0.25)])
    (table,) = effect_tables(comparison, ["practice_knowledge"], brief=True)
    assert [str(cell) for cell in table.rows[0][-2:]] == ["–", "–"]
    told = "Where differences are all equal, how many worlds or runs are needed is not known (–)."
    assert told in comparison_text(comparison, width=None)
    assert told not in comparison_text(_all_levels_vary(), width=None)


def _all_levels_vary():
    def varying(name, apart):
        found = worlds(name, ends=[0.1, 0.2, 0.3])
        for seed, one in found.by_seed.items():
            one |= {level: np.full(2, 0.1 * seed + apart * seed**2) for level in LEVELS}
        return found

    return compare_worlds(varying("as it is", 0), [varying("records", 0.01)])


def test_what_an_option_cannot_reach_makes_nothing_less_clear():
    ends = np.linspace(0.1, 0.3, 6)
    base, option = (
        worlds(name, ends=ends + by) for name, by in (("as it is", np.zeros(6)), ("b", 0.012 * np.arange(6)))
    )
    idle = [worlds(f"idle {number}", ends=ends) for number in range(5)]
    few, many = (compare_worlds(base, [option, *others]) for others in ([], idle))
    assert headline(few).startswith("With b, knowledge in practices' memories is 0.03 higher")
    assert headline(many) == headline(few)


def test_of_two_options_that_do_the_same_both_are_named_in_the_sentence():
    twin = worlds("twin", ends=[0.3, 0.42, 0.5, 0.41], **{"practice.codification.meetings": 0.5})
    said = headline(compared(RECORDS, twin))
    assert said.startswith(
        "With records (exactly as with twin), knowledge in practices' memories is 0.21 higher"
    )
    assert "(exactly as" not in headline(compared(RECORDS, WORSE))


def test_risk_is_told_in_worlds():
    (line,) = [line for line in comparison_text(compared(WORSE)).splitlines() if "4 of 4" in line]
    assert re.search(r"0 of 4 +4 of 4", line)


def test_every_key_that_differs_stands_below():
    text = comparison_text(compared(RECORDS))
    told = "Practices look at their protocols (times a month) (practice.codification.meetings): 0.1 → 0.5"
    assert f"records (Records)\n  {told}" in text


@pytest.mark.parametrize("width", [60, 100])
def test_no_line_is_wider_than_there_is_room_for(width):
    text = comparison_text(compared(RECORDS, WORSE), width=width)
    assert max(map(len, text.splitlines())) <= width


def test_of_a_measure_in_months_no_number_of_worlds_is_told_for_a_precision_of_measures_up_to_1():
    months = "months_to_half_by_staff"
    base, option = (
        worlds(name, months, ends) for name, ends in (("base", [30.0, 40.0]), ("less", [20.0, 25.0]))
    )
    tables = effect_tables(compare_worlds(base, [option], measures=[months]), [months])
    assert [heading for heading in tables[0].headings if "worlds for" in heading] == []


NEVER = float("nan")


def half_known(base, *options, measure="months_to_half_by_memory"):
    made = [worlds("as it is", measure, base)]
    made += [worlds(f"option {number}", measure, ends) for number, ends in enumerate(options, start=1)]
    return compare_worlds(made[0], made[1:], measures=[measure])


def test_of_a_time_it_is_told_in_how_many_worlds_each_got_there_and_of_which_the_means_are():
    comparison = half_known([100, NEVER, NEVER], [60, 50, NEVER], [60, 50, 40])
    (table,) = effect_tables(comparison, ["months_to_half_by_memory"])
    assert [[str(cell) for cell in row] for row in table.rows] == [
        ["as it is", "1 of 3", "never", *[""] * 6],
        ["option 1", "2 of 3", "60.0", "1 of 3", "100.0", "60.0", "−40.0", "2 of 3", "0 of 3"],
        ["option 2", "3 of 3", "50.0", "1 of 3", "100.0", "60.0", "−40.0", "3 of 3", "0 of 3"],
    ]
    (note,) = table.notes
    assert note.startswith("Never: not within 2 months, which is later than any")
    assert "of the worlds alone in which both got there" in note
    for text in (comparison_text(comparison, ["months_to_half_by_memory"]), comparison_markdown(comparison)):
        assert "but where a table says of which" in " ".join(text.split())


def test_a_time_that_the_base_never_reaches_does_not_vanish():
    comparison = half_known([NEVER] * 3, [60, 50, 40])
    (table,) = effect_tables(comparison, ["months_to_half_by_memory"])
    none = ["0 of 3", "–", "–", "–"]
    assert [str(cell) for cell in table.rows[1]] == ["option 1", "3 of 3", "50.0", *none, "3 of 3", "0 of 3"]


def test_a_time_that_all_worlds_reach_needs_no_note():
    (table,) = effect_tables(half_known([70, 80], [60, 50]), ["months_to_half_by_memory"])
    assert table.notes == []


def test_a_time_is_told_in_the_scenarios_own_steps():
    half = "months_to_half_by_memory"
    base, other = (worlds(name, half, ends, step="period") for name, ends in (("a", [7, 8]), ("b", [5, 5])))
    (table,) = effect_tables(compare_worlds(base, [other], measures=[half]), [half])
    assert table.title == "periods to half by memory at period 2"


def test_each_difference_stands_beside_its_own_two_means_where_options_have_values_in_other_worlds():
    of_group = "staff_knowledge[role: gp]"
    comparison = half_known([0.1, 0.2, 0.6], [0.3, 0.4, NEVER], [NEVER, 0.3, 0.7], measure=of_group)
    (table,) = effect_tables(comparison, [of_group], brief=True)
    assert table.headings[:6] == ["with", "value in", "both in", "base", "mean", "difference"]
    assert table.rows[0][:2] == ["as it is", "3 of 3"]
    for row, effect in zip(table.rows[1:], comparison.effects()[-2:], strict=True):
        assert row[1:3] == ["2 of 3", "2 of 3"]
        base, mean, difference = (cell.value for cell in row[3:6])
        assert (base, mean) == (effect.base, effect.mean)
        assert difference == pytest.approx(mean - base)
    assert [effect.base for effect in comparison.effects()[-2:]] == pytest.approx([0.15, 0.4])


def test_a_level_that_has_no_value_in_any_world_is_named():
    comparison = half_known([NEVER] * 2, [NEVER] * 2, measure="service_knowledge")
    assert "No value in any world of both: service's guidance." in comparison_text(comparison, width=None)


def test_the_page_has_every_measure_and_the_same_numbers():
    comparison = compared(RECORDS)
    page = comparison_markdown(comparison)
    assert page.startswith(f"# {headline(comparison)}\n")
    assert page.count("| with |") == len(comparison.measures)
    told = "Practices look at their protocols (times a month) (practice.codification.meetings): 0.1 → 0.5"
    assert f"- {told}" in page
    assert "Seeds: 1, 2, 3, 4." in page


def test_nothing_in_a_name_is_markup_on_the_page():
    names = ["a|b `x` [y](z) *s* <i>", "_other_"]
    records, other = (
        worlds(name, ends=ends, title=name)
        for name, ends in zip(names, ([0.3, 0.42, 0.5, 0.41], [0.1, 0.1, 0.1, 0.1]), strict=True)
    )
    page = comparison_markdown(compared(records, other))
    assert page.startswith("# With a\\|b \\`x\\` \\[y\\](z) \\*s\\* \\<i\\>, knowledge in")
    assert not any(name in page for name in names)


def test_what_is_held_rightly_and_wrongly_and_the_time_protected_stand_beside_the_signed_numbers():
    right = worlds("more", "in_practice_memory", ends=[0.5, 0.5, 0.5, 0.5])
    (table,) = shares_tables(compared(right))
    holders = [f"{holders}: right, wrong" for holders in RIGHT_AND_WRONG]
    assert table.headings == ["", *holders]
    assert table.rows == [["as it is", *["0 %, 0 %"] * 3], ["more", "0 %, 0 %", "50 %, 0 %", "0 %, 0 %"]]
    timed = worlds("timed", "learning_time", ends=[0.05] * 4, **{"protected_time.enabled": True})
    (table,) = shares_tables(compared(timed))
    assert table.headings == ["", *holders, "protected time"]
    assert [row[-1].text for row in table.rows] == ["0.0 %", "5.0 %"]
    assert table.terminal(100) in comparison_text(compared(timed))


def test_how_long_options_have_made_a_difference_is_told_where_they_did_not_from_the_start():
    def from_month(name, first, every=1):
        steps = np.arange(0, 9, every)
        by_seed = {
            seed: {other: np.zeros(len(steps)) for other in MEASURES} | {"practice_knowledge": steps >= first}
            for seed in (1, 2)
        }
        scenario = BASE.replace({"steps": 8, "record.every": every})
        return Worlds(name, scenario, scenario.digest, by_seed, steps)

    base = from_month("as it is", 9)
    options = [from_month(name, first) for name, first in (("a", 3), ("b", 3), ("c", 7), ("same", 9))]
    said = (
        "Seen to differ in any world first in month 3 with a and b, 5 months before; in month 7 with c, "
        "1 month before month 8."
    )
    assert said in comparison_text(compare_worlds(base, options), width=None)
    at_once = comparison_text(compare_worlds(base, [from_month("d", 1)]), width=None)
    assert "Seen to differ" not in at_once
    sparse = compare_worlds(from_month("as it is", 9, every=2), [from_month("a", 3, every=2)])
    assert (
        "first in month 4 with a, 4 months before month 8; as not every month is recorded, it began then at "
        "the latest."
    ) in comparison_text(sparse, width=None)


def test_no_interval_of_a_difference_leaves_what_two_values_can_differ_by():
    base, option = worlds("a", ends=[0.0, 0.0]), worlds("b", ends=[0.9, 0.1])
    comparison = compare_worlds(base, [option])
    (table,) = effect_tables(comparison, ["practice_knowledge"])
    assert table.rows[0][2].interval == "[−2.000 to +2.000]"


def test_no_interval_of_a_share_of_lessons_leaves_0_to_1():
    told = _share(summarize([0.0, 0.01, 0.2]))
    assert (told.low, told.high) == (0.0, pytest.approx(0.3501, abs=0.001))


def test_what_an_intervention_sets_is_told_in_the_words_of_a_report():
    changes = [{"at": 1, "title": "Minutes", "set": {"practice.codification.meetings": 0.9}}]
    base, option = worlds("a", ends=[0.0, 0.0]), worlds("b", ends=[0.9, 0.1], interventions=changes)
    comparison = compare_worlds(base, [option])
    said = comparison_text(comparison, width=None)
    assert (
        "Practices look at their protocols (times a month), from month 1 (practice.codification.meetings): "
        "0.1 → 0.9"
    ) in said
    assert "interventions.0" not in said.partition("its file does not name")[0]
    assert differing_table(comparison, comparison.options[0]).rows[0][0] in said


def test_of_a_key_that_a_kind_sets_itself_it_is_told_that_the_kind_keeps_its_own():
    eager = {"kinds": [{"name": "eager", "share": 0.5, "set": {"practice.codification.meetings": 0.8}}]}
    later = {"interventions": [{"at": 1, "set": {"practice.codification.meetings": 0.0}}]}
    base, option = (
        replace(one, scenario=BASE.replace({**eager, **more}))
        for one, more in ((worlds("base", ends=[0.1, 0.2]), {}), (worlds("none", ends=[0.1, 0.2]), later))
    )
    text = comparison_text(compare_worlds(base, [option]), width=None)
    said = "(times a month) (not of practices of the kind eager, which has its own), from month 1"
    assert f"Practices look at their protocols {said} (practice.codification.meetings): 0.1 → 0" in text
