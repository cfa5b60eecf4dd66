"""Options against a base in the same worlds: the numbers worked out by hand, and what is refused."""

import math

import numpy as np
import pandas as pd
import pytest
from pyarrow.csv import read_csv
from scipy.stats import t, ttest_ind_from_stats

from lpsim.analysis.comparison import (
    COMPARED,
    compare,
    compare_worlds,
    see_that_they_compare,
)
from lpsim.analysis.comparison_folder import EFFECTS, OVER_TIME, SEAL, effect_rows, load, save
from lpsim.analysis.measured import measure_of
from lpsim.analysis.paired_effects import chosen_among, clear_among, worlds_needed
from lpsim.analysis.sources import asked_before
from lpsim.analysis.summary import half_width, is_clear
from lpsim.analysis.worlds import Worlds, of_file, of_scenario
from lpsim.engines.reference.agents import StaffMember
from lpsim.errors import InputError
from lpsim.runs.measures import MEASURES
from lpsim.runs.simulate import simulate, simulate_many
from lpsim.scenario import Scenario
from lpsim.show.text.comparison import comparison_text

BASE = Scenario().replace({"steps": 2})
RECORDED = BASE.replace({"practice.codification.meetings": 0.5})


class NeverReflects(StaffMember):
    """Learns nothing from cases."""

    def reflection(self):
        """Nothing comes of it."""


def worlds(name, ends, *, scenario=BASE, measure="practice_knowledge", seeds=None, steps=(0, 1, 2)):
    """Worlds whose measure goes from 0 to its end; all others are 0."""
    seeds = seeds or range(1, len(ends) + 1)
    flat = {other: np.zeros(len(steps)) for other in MEASURES}
    by_seed = {
        seed: {**flat, measure: np.linspace(0, end, len(steps))}
        for seed, end in zip(seeds, ends, strict=True)
    }
    return Worlds(name, scenario, scenario.digest, by_seed, np.array(steps))


def three():
    """Base .2, .3, .1; option .3, .5, .1: the differences are .1, .2 and 0."""
    option = worlds("records", [0.3, 0.5, 0.1], scenario=RECORDED)
    return compare_worlds(worlds("base", [0.2, 0.3, 0.1]), [option])


def first_and_others(found):
    return found[0], found[1:]


def of(comparison, measure="practice_knowledge"):
    (effect,) = [effect for effect in comparison.effects() if effect.measure == measure]
    return effect


def welch_freedom(variance, other, runs):
    return (runs - 1) * (variance + other) ** 2 / (variance**2 + other**2)


class TestNumbers:
    def test_three_seeds_by_hand(self):
        effect = of(three())
        found = effect.difference
        assert (effect.option, effect.step, effect.worlds) == ("records", 2, 3)
        assert (effect.base, effect.mean, found.mean) == pytest.approx((0.2, 0.3, 0.1))
        # sd .1, half = 4.302653 * .1 / sqrt(3)
        assert (found.low, found.high) == pytest.approx((0.1 - 0.248414, 0.1 + 0.248414), abs=1e-6)
        assert (found.positive, found.negative) == pytest.approx((2 / 3, 0))
        assert effect.worse == 0
        # Variances: .01 of the base, .04 of the option, .01 of the difference.
        assert effect.variance_ratio == pytest.approx(0.2)

    def test_over_time_there_is_a_row_for_each_step_and_half_way_it_is_half(self):
        table = three().table()
        rows = table[table["measure"] == "practice_knowledge"]
        assert rows["step"].tolist() == [0, 1, 2]
        assert rows["difference"].tolist() == pytest.approx([0, 0.05, 0.1])

    def test_worse_is_lower_where_higher_is_better_and_higher_where_lower_is(self):
        for measure, worse in (("practice_knowledge", 1 / 4), ("staff_wrong", 3 / 4)):
            base = worlds("base", [0.2] * 4, measure=measure)
            option = worlds("option", [0.3, 0.4, 0.1, 0.5], measure=measure, scenario=RECORDED)
            assert of(compare_worlds(base, [option]), measure).worse == worse

    def test_of_a_measure_that_is_neither_good_nor_bad_nothing_is_worse(self):
        assert math.isnan(of(three(), "learning_time").worse)

    def test_worlds_needed_are_the_fewest_whose_interval_is_narrow_enough(self):
        # Student's t: 2.262157 * .1 / sqrt(10) = .0715 and 2.306004 * .1 / sqrt(9) = .0769
        assert worlds_needed(0.1, 0.075) == 10
        assert worlds_needed(0.1, 0.0715) == 11
        assert math.isnan(worlds_needed(math.nan, 0.01))

    def test_worlds_needed_are_the_fewest_also_where_they_are_tens_of_thousands(self):
        sd, precision = 1.5, 0.01
        count = int(worlds_needed(sd, precision))
        enough = half_width(sd**2 * (np.array([count - 1, count]) - 1), [count - 1, count]) <= precision
        assert count > 80_000
        assert enough.tolist() == [False, True]

    def test_of_more_worlds_than_anybody_has_no_number_is_told(self):
        assert math.isnan(worlds_needed(1.0, 1e-300))

    def test_differences_that_are_all_equal_do_not_say_how_many_worlds_are_needed(self):
        assert math.isnan(worlds_needed(0.0, 0.01))
        comparison = compare_worlds(worlds("base", [0.1, 0.2, 0.3]), [worlds("x", [0.35, 0.45, 0.55])])
        row = next(row for row in effect_rows(comparison.effects()) if row["measure"] == "practice_knowledge")
        assert math.isnan(row["worlds_needed"])
        assert math.isnan(of(comparison).unpaired_needed)

    def test_unpaired_runs_are_the_fewest_of_each_whose_interval_is_as_narrow(self):
        draws = np.random.default_rng(1)
        base = draws.normal(0.4, 0.1, 5)
        option = base + draws.normal(0.02, 0.03, 5)
        effect = of(compare_worlds(worlds("base", base), [worlds("x", option)]))
        count, found = int(effect.unpaired_needed), effect.difference
        halves = []
        for runs in (count - 1, count):
            welch = ttest_ind_from_stats(
                option.mean(), option.std(ddof=1), runs, base.mean(), base.std(ddof=1), runs, equal_var=False
            )
            times = t.ppf(0.975, welch_freedom(option.var(ddof=1), base.var(ddof=1), runs))
            halves.append(times * (found.mean / welch.statistic))
        assert halves[1] <= (found.high - found.low) / 2 < halves[0]

    def test_unpaired_runs_are_fewer_than_those_whose_mean_varies_as_little_as_t_is_narrower_of_more(self):
        base, option = worlds("base", [0.2, 0.3, 0.6]), worlds("x", [0.3, 0.41, 0.69])
        effect = of(compare_worlds(base, [option]))
        assert effect.unpaired_needed < effect.worlds / effect.variance_ratio

    def test_what_is_exactly_0_in_every_world_is_not_counted_among_what_may_be_clear(self):
        base = worlds("base", [0.1, 0.2, 0.3])
        options = [worlds("x", [0.2, 0.3, 0.5]), worlds("same", [0.1, 0.2, 0.3])]
        effects = compare_worlds(base, options).effects()
        assert chosen_among(effects) == 1
        assert chosen_among([effect for effect in effects if effect.option == "same"]) == 1
        assert clear_among([effect for effect in effects if effect.option == "same"]) == []

    def test_of_measures_in_lessons_or_months_no_number_of_worlds_is_told(self):
        months = "months_to_half_by_staff"
        base, option = worlds("base", [30, 40], measure=months), worlds("x", [20, 25], measure=months)
        assert math.isnan(of(compare_worlds(base, [option], measures=[months]), months).worlds_needed)
        (table,) = [rows for _, rows in compare_worlds(base, [option]).table().groupby("option")]
        assert "worlds_needed" not in table

    def test_a_difference_picked_among_many_needs_more_to_be_clear(self):
        option = worlds("option", [0.2, 0.3, 0.2, 0.4], scenario=RECORDED)
        effect = of(compare_worlds(worlds("base", [0.1, 0.1, 0.1, 0.1]), [option]))
        assert is_clear(effect.difference)
        assert not is_clear(effect.difference, among=100)

    def test_a_seed_without_a_value_counts_in_neither(self):
        effect = of(compare_worlds(worlds("base", [0.2, math.nan, 0.1]), [worlds("x", [0.3, 0.9, 0.1])]))
        assert (effect.worlds, effect.base, effect.mean) == (2, pytest.approx(0.15), pytest.approx(0.2))
        assert (effect.base_worlds, effect.option_worlds, effect.ranked) == (2, 3, 2)
        assert math.isnan(effect.median)

    def test_worlds_are_paired_by_seed_and_only_those_in_common(self):
        base = worlds("base", [0.1, 0.2, 0.3], seeds=[1, 2, 3])
        option = worlds("option", [0.4, 0.4, 0.9], seeds=[3, 2, 7])
        comparison = compare_worlds(base, [option])
        assert comparison.seeds == (2, 3)
        assert comparison.at_the_end(option, "practice_knowledge") == pytest.approx([0.2, 0.1])

    def test_only_steps_that_all_recorded_are_compared(self):
        base, option = worlds("base", [0.2, 0.2]), worlds("option", [0.4, 0.4], steps=(0, 2))
        assert compare_worlds(base, [option]).steps.tolist() == [0, 2]

    def test_an_earlier_step_is_compared_as_if_it_were_the_last(self):
        base, option = worlds("base", [0.2, 0.3]), worlds("option", [0.4, 0.7])
        comparison = compare_worlds(base, [option], step=1)
        assert comparison.steps.tolist() == [0, 1]
        assert of(comparison).difference.mean == pytest.approx(0.15)
        assert comparison.table()["step"].max() == 1
        first = worlds("base", [0.1, 0.15], steps=(0, 1)), worlds("option", [0.2, 0.35], steps=(0, 1))
        assert repr(comparison.effects()) == repr(compare_worlds(first[0], first[1:]).effects())

    def test_scenarios_that_end_at_other_steps_can_be_compared_at_one_of_both(self):
        base, option = worlds("base", [0.2, 0.2]), worlds("option", [0.4, 0.4], steps=(0, 1))
        with pytest.raises(InputError, match=r"the last steps recorded differ; .* --step"):
            compare_worlds(base, [option])
        assert compare_worlds(base, [option], step=1).steps.tolist() == [0, 1]

    def test_a_step_that_is_not_recorded_is_refused_before_anything_is_simulated(self, monkeypatch):
        monkeypatch.setattr("lpsim.analysis.worlds.simulate_many", None)
        two = [of_scenario(name, BASE.replace({"record.every": 2, "steps": 6})) for name in "ab"]
        with pytest.raises(InputError, match=r"step 3: was not recorded of all; there is 0, 2, 4, 6\."):
            compare_worlds(two[0], two[1:], step=3)

    def test_the_first_difference_is_the_first_step_at_which_a_measure_differs_in_a_world(self):
        base = worlds("base", [0.2, 0.3])
        same = worlds("same", [0.2, 0.3])
        later = worlds("later", [0.2, 0.3])
        later.by_seed[2]["staff_knowledge"][2] = 0.1
        comparison = compare_worlds(base, [same, later])
        assert [comparison.first_difference(one) for one in comparison.options] == [None, 2]
        assert compare_worlds(base, [later], step=1).first_difference(later) is None

    def test_a_measure_of_a_group_or_of_lessons_has_a_label(self):
        assert measure_of("staff_knowledge[role: gp]").label == "staff (role: gp)"
        assert measure_of("lessons_collective").label == "lessons collective"
        assert measure_of("months_to_half_by_staff").label == "months to half by staff"

    def test_a_mean_of_the_last_steps_has_a_label_with_its_brackets_in_words(self):
        assert measure_of("staff_knowledge[last 12]").label == "staff (mean of the last 12)"
        of_group = measure_of("staff_knowledge[role: nurse][last 12]")
        assert of_group.label == "staff (role: nurse, mean of the last 12)"
        assert of_group.higher_is_better
        assert measure_of("practice_knowledge[kind: a [b]][last 3]").label == (
            "practices' memory (kind: a [b], mean of the last 3)"
        )


class TestTimes:
    """Months to half: what was never reached has no time, and is later than any."""

    MEASURE = "months_to_half_by_memory"

    def effect(self, base, option, measure=MEASURE):
        made = [worlds(name, ends, measure=measure) for name, ends in (("base", base), ("option", option))]
        return of(compare_worlds(made[0], made[1:], measures=[measure]), measure)

    def test_a_world_in_which_one_alone_got_there_tells_which_is_later(self):
        never = math.nan
        effect = self.effect([100, never, never, 50, 40], [60, 60, never, never, 40])
        assert (effect.base_worlds, effect.option_worlds, effect.ranked) == (3, 3, 5)
        assert (effect.lower, effect.higher, effect.worse) == (2 / 5, 1 / 5, 1 / 5)

    def test_means_and_their_difference_are_of_the_worlds_in_which_both_got_there(self):
        effect = self.effect([100, math.nan, 80], [60, 60, 70])
        assert (effect.worlds, effect.base, effect.mean) == (2, 90, 65)
        assert effect.difference.mean == -25

    def test_in_the_median_a_world_that_did_not_get_there_is_later_than_any(self):
        effect = self.effect([100, math.nan, 80], [60, 60, 70])
        assert (effect.base_median, effect.median) == (100, 60)
        assert math.isnan(self.effect([100, math.nan], [60, 60]).base_median)

    def test_a_time_that_the_base_never_reaches_is_compared_all_the_same(self):
        effect = self.effect([math.nan] * 3, [60, 50, math.nan])
        assert (effect.worlds, effect.base_worlds, effect.option_worlds) == (0, 0, 2)
        assert (effect.lower, effect.worse) == (2 / 3, 0)
        assert math.isnan(effect.difference.mean)

    def test_what_was_asked_for_never_vanishes_though_it_has_no_value_in_any_world(self):
        assert self.effect([math.nan] * 2, [math.nan] * 2).ranked == 2
        of_group = self.effect([math.nan] * 2, [0.1, 0.2], "staff_knowledge[role: gp]")
        assert (of_group.worlds, of_group.ranked, of_group.option_worlds) == (0, 0, 2)
        assert math.isnan(of_group.higher)

    def test_over_time_there_are_the_same_numbers_as_at_the_end(self):
        base, option = (
            worlds(name, ends, measure=self.MEASURE)
            for name, ends in (("base", [100, math.nan]), ("option", [60, 60]))
        )
        comparison = compare_worlds(base, [option], measures=[self.MEASURE])
        table = comparison.table()
        last = table[(table["measure"] == self.MEASURE) & (table["step"] == 2)].to_dict("records")[0]
        (effect,) = [row for row in effect_rows(comparison.effects()) if row["measure"] == self.MEASURE]
        assert last == pytest.approx({key: effect[key] for key in last}, nan_ok=True)


class TestSame:
    def test_an_option_that_differs_in_one_world_at_one_step_is_not_the_same(self):
        base, other = worlds("base", [0.1, 0.2]), worlds("other", [0.1, 0.2])
        assert compare_worlds(base, [other]).is_same(other)
        other.by_seed[2]["performance"][1] += 1e-15
        assert not compare_worlds(base, [other]).is_same(other)

    def test_no_value_in_both_is_the_same(self):
        base, other = (worlds(name, [0.1, math.nan]) for name in ("base", "other"))
        assert compare_worlds(base, [other]).is_same(other)


def of_files(*files):
    """A comparison of scenario files, the base first, with worlds made up."""
    ends = worlds("", [0.1, 0.2])
    base, *options = (
        Worlds(one.name, one.scenario, one.digest, ends.by_seed, ends.steps, one.named)
        for one in map(of_file, files)
    )
    return compare_worlds(base, options)


class TestDifferingKeys:
    def test_every_key_that_differs_is_told(self):
        comparison = three()
        ((key, old, new),) = comparison.changes(comparison.options[0])
        assert (key, old, new) == ("practice.codification.meetings", 0.1, 0.5)

    def test_keys_that_the_file_does_not_name_itself_are_told_apart(self, tmp_path):
        (tmp_path / "base.toml").write_text("steps = 2\n")
        (tmp_path / "between.toml").write_text(
            'extends = "base.toml"\n[practice.discussion]\nmeetings = 0.9\n'
        )
        (tmp_path / "option.toml").write_text(
            'extends = "between.toml"\n[practice.codification]\nmeetings = 0.5\n'
        )
        comparison = of_files(tmp_path / "base.toml", tmp_path / "option.toml")
        assert comparison.unnamed(comparison.options[0]) == ["practice.discussion.meetings"]
        assert len(comparison.changes(comparison.options[0])) == 2

    def test_a_file_with_interventions_of_its_own_names_all_those_that_it_leaves_out(self, tmp_path):
        one = '[[interventions]]\nat = {}\nset = {{"{}" = 0.9}}\n'
        first = one.format(1, "practice.discussion.meetings") + one.format(2, "turnover.experienced")
        (tmp_path / "base.toml").write_text(f"steps = 2\n{first}")
        own = one.format(1, "practice.analysis.share")
        (tmp_path / "option.toml").write_text(f'extends = "base.toml"\n{own}')
        comparison = of_files(tmp_path / "base.toml", tmp_path / "option.toml")
        assert comparison.unnamed(comparison.options[0]) == []
        assert {one.key.partition(".set.")[2] for one in comparison.changes(comparison.options[0])} == {
            "", "practice.discussion.meetings", "turnover.experienced", "practice.analysis.share",
        }  # fmt: skip


class TestRefusals:
    @pytest.mark.parametrize(
        ("change", "key"),
        [
            ({"population.practices": 10, "steps": 3}, "population.practices"),
            ({"roles.gp.headcount": 9}, "roles.gp.headcount"),
            ({"world.issues": 30}, "world.issues"),
        ],
    )
    def test_scenarios_whose_worlds_are_not_the_same_are_refused_by_key(self, change, key):
        with pytest.raises(InputError, match=rf"^{key}: found .* not the same worlds; give both the same,"):
            compare(BASE, {"other": BASE.replace(change)})

    def test_how_often_a_tier_reports_is_compared_as_it_makes_no_other_world(self):
        tiers = [{"name": "region", "count": 2, "reporting": 0.2}, {"name": "service", "count": 1}]
        base = BASE.adapted({"population.tiers": tiers, "population.practices": 4})
        option = base.adapted({"population.tiers.region.reporting": 0.9})
        see_that_they_compare(of_scenario("a", base), [of_scenario("b", option)])
        with pytest.raises(InputError, match=r"^population\.tiers\.region\.count"):
            other = base.adapted({"population.tiers.region.count": 3})
            see_that_they_compare(of_scenario("a", base), [of_scenario("b", other)])

    @pytest.mark.parametrize("step", [True, "3", [3], 1.5, np.array([1, 2])])
    def test_what_is_no_step_is_refused_by_its_name(self, step):
        with pytest.raises(InputError, match=r"^step: found .*; give the number of one"):
            compare_worlds(worlds("a", [0, 1]), [worlds("b", [0, 1])], step=step)

    @pytest.mark.parametrize("measures", [[3], b"staff"])
    def test_what_is_no_measure_is_refused_by_its_name(self, measures):
        with pytest.raises(InputError, match=r"^measures: found .*; give the name of a measure"):
            compare(BASE, {"other": BASE}, measures=measures)

    def test_a_measure_that_is_not_there_is_refused(self):
        with pytest.raises(
            InputError, match='practice_knowlege: is not recorded; did you mean "practice_know'
        ):
            compare_worlds(worlds("a", [0, 1]), [worlds("b", [0, 1])], measures=["practice_knowlege"])

    def test_one_world_is_too_few(self):
        with pytest.raises(InputError, match="found 1 in common; a difference needs at least two"):
            compare_worlds(worlds("a", [0.1]), [worlds("b", [0.2])])

    def test_runs_without_a_seed_in_common_are_refused(self):
        with pytest.raises(InputError, match="found 0 in common"):
            compare_worlds(worlds("a", [0.1, 0.2]), [worlds("b", [0.2, 0.3], seeds=[5, 6])])

    def test_nothing_to_compare_with_is_refused(self):
        with pytest.raises(InputError, match="found nothing to compare with"):
            compare_worlds(worlds("a", [0.1, 0.2]), [])

    def test_a_name_given_twice_is_refused(self):
        with pytest.raises(InputError, match=r"^a: found twice"):
            compare_worlds(worlds("a", [0.1, 0.2]), [worlds("a", [0.1, 0.2])])

    def test_seeds_are_not_added_without_the_behaviours_that_the_others_were_made_with(self):
        base = list(simulate_many(BASE, [1, 2, 3], engine="reference"))
        runs = list(simulate_many(BASE, [1, 2], staff_member=NeverReflects))
        assert compare(base, {"mine": runs}).seeds == (1, 2)
        with pytest.raises(
            InputError, match=r"mine: seeds are missing, and its runs were made .* behaviours"
        ):
            compare(base, {"mine": runs}, seeds=[1, 2, 3])

    def test_runs_with_and_without_behaviours_are_not_one_option(self):
        plain = simulate(BASE, seed=1, engine="reference")
        with pytest.raises(InputError, match=r"holds runs of several scenarios or behaviours"):
            compare([plain, plain], {"mine": [plain, simulate(BASE, seed=2, staff_member=NeverReflects)]})

    def test_a_precision_of_nothing_is_refused(self):
        with pytest.raises(InputError, match="precision: found 0"):
            compare_worlds(worlds("a", [0.1, 0.2]), [worlds("b", [0.1, 0.2])], precision=0)


class TestFolder:
    def test_the_json_and_the_csv_hold_the_same_numbers_as_the_comparison(self, tmp_path):
        comparison = three()
        save(comparison, tmp_path / "x")
        rows = effect_rows(comparison.effects())
        said = SEAL.read(tmp_path / "x")["effects"]
        table = read_csv(tmp_path / "x" / EFFECTS).to_pandas()  # to the bit, which not all pandas do
        assert len(rows) == len(said) == len(table) == len(COMPARED)
        for row, told, (_, written) in zip(rows, said, table.iterrows(), strict=True):
            for key, value in row.items():
                if isinstance(value, float) and math.isnan(value):
                    assert told[key] is None
                    assert pd.isna(written[key])  # None in a column without any value
                else:
                    assert told[key] == value == written[key]
        assert read_csv(tmp_path / "x" / OVER_TIME).num_rows == 3 * len(COMPARED)

    def test_what_was_saved_is_compared_again_with_the_same_numbers(self, tmp_path):
        save(three(), tmp_path / "x")
        base, *options = load(tmp_path / "x")
        again = compare_worlds(base, options)
        for one, other in zip(effect_rows(again.effects()), effect_rows(three().effects()), strict=True):
            assert one == pytest.approx(other, nan_ok=True)
        assert again.changes(options[0]) == three().changes(three().options[0])

    def test_a_measure_that_has_no_value_in_any_world_is_there_when_it_is_compared_again(self, tmp_path):
        months = "months_to_half_by_memory"
        base, option = (
            worlds(name, ends, measure=months) for name, ends in (("a", [math.nan] * 2), ("b", [60, 50]))
        )
        save(compare_worlds(base, [option], measures=[months]), tmp_path / "x")
        assert asked_before(tmp_path / "x").measures == [months]
        again = compare_worlds(*first_and_others(load(tmp_path / "x")), measures=[months])
        assert of(again, months).lower == 1

    def test_the_precision_that_was_asked_for_is_kept_with_the_comparison(self, tmp_path):
        save(
            compare_worlds(worlds("a", [0.1, 0.2]), [worlds("b", [0.1, 0.3])], precision=0.05), tmp_path / "x"
        )
        assert asked_before(tmp_path / "x").precision == 0.05

    def test_the_step_asked_for_is_kept_with_the_comparison_and_later_ones_with_its_worlds(self, tmp_path):
        made = compare_worlds(worlds("a", [0.1, 0.2]), [worlds("b", [0.1, 0.3])], step=1)
        folder = save(made, tmp_path / "x")
        assert asked_before(folder).step == 1
        assert load(folder)[0].steps.tolist() == [0, 1, 2]

    def test_single_lessons_are_kept_and_compared_again(self, tmp_path):
        followed = {"steps": 12, "record.lessons": True}
        base, option = (
            [simulate(scenario, seed=seed, engine="reference") for seed in (1, 2)]
            for scenario in (
                Scenario.load("one_practice", followed),
                Scenario.load("one_practice", {**followed, "practice.codification.meetings": 0.9}),
            )
        )
        made = compare(base, {"written": option})
        again = compare_worlds(*first_and_others(load(save(made, tmp_path / "one"))))
        assert again.lessons(again.options[0]) == made.lessons(made.options[0])
        assert made.lessons(made.options[0]).further.mean > 0
        told = comparison_text(again)
        assert "single lessons, from birth to the last step" in told
        assert "With written these got further:" in told

    def test_another_folder_is_never_replaced(self, tmp_path):
        (tmp_path / "x").mkdir()
        (tmp_path / "x" / "letter.txt").write_text("dear")
        for force in (False, True):
            with pytest.raises(InputError, match="did not write"):
                save(three(), tmp_path / "x", force=force)
        assert [path.name for path in (tmp_path / "x").iterdir()] == ["letter.txt"]

    def test_an_earlier_comparison_is_replaced_only_if_asked(self, tmp_path):
        save(three(), tmp_path / "x")
        with pytest.raises(InputError, match="holds a comparison already"):
            save(three(), tmp_path / "x")
        assert save(three(), tmp_path / "x", force=True) == tmp_path / "x"

    def test_what_cannot_be_shown_leaves_nothing(self, tmp_path):
        def fails(comparison, folder):
            raise RuntimeError("no ink")

        with pytest.raises(RuntimeError):
            save(three(), tmp_path / "x", show=fails)
        assert list(tmp_path.iterdir()) == []
