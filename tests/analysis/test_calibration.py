"""Calibration: targets, where it tries next, what comes of it, and what is refused."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sweeping import contents
from typer.testing import CliRunner

import lpsim
from lpsim import cli
from lpsim.analysis.calibration import calibrate
from lpsim.analysis.calibration_file import read_plan
from lpsim.analysis.calibration_fits import KeyFit, key_fit, places, quantiles
from lpsim.analysis.calibration_folder import SEAL, design_text
from lpsim.analysis.calibration_waves import Acceptable, Wave, acceptable, kept
from lpsim.analysis.observed import OBSERVED
from lpsim.analysis.proposals import Even, Region, Steps
from lpsim.analysis.targets import Estimates, Target
from lpsim.show.calibration import save_calibration
from lpsim.show.figures.calibration import plot_calibration
from lpsim.show.text.calibration import calibration_markdown, calibration_text, headline, keys_table, notes
from lpsim.show.text.table import NONE
from lpsim.sweeps import workers
from lpsim.sweeps.design.design import Design
from lpsim.sweeps.design.factors import Factor
from lpsim.sweeps.runner import InThisProcess

DOCUMENTED = (Path(__file__).parents[2] / "docs" / "calibrate.md").read_text(encoding="utf-8")
KEY, OTHER = "practice.codification.rate", "practice.socialisation.rate"
TARGET = '[[targets]]\nname = "memory"\nsource = "a guess"\n'
TARGET += 'measure = "practice_knowledge"\nvalue = 0.3\nsd = 0.1\n'
FREE = f'[[factors]]\nkey = "{KEY}"\nrange = [0.05, 0.9]\n[[factors]]\nkey = "{OTHER}"\nrange = [0.05, 0.9]\n'
HEAD = """title = "Small"
base = "base.toml"
samples = 24
replications = 3
held_out = 3
waves = 2
accept = 15
"""


class Here(InThisProcess):
    """In the place of worker processes, which take seconds to start."""

    def __init__(self, count=None):
        self.asked_for = count

    def __exit__(self, *_):
        return None


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(workers, "LocalWorkers", Here)
    (tmp_path / "base.toml").write_text(
        "steps = 4\npopulation.practices = 1\nworld = { issues = 12, domains = 3 }\n"
    )
    return tmp_path


def file(folder, head=HEAD, targets=TARGET, free=FREE):
    path = folder / "mine.toml"
    path.write_text(head + targets + free)
    return path


def run(*arguments):
    return CliRunner().invoke(cli.app, ["calibrate", *(str(argument) for argument in arguments)])


# --- what comes of it -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("calibration")
    (folder / "base.toml").write_text(
        "steps = 4\npopulation.practices = 1\nworld = { issues = 12, domains = 3 }\n"
    )
    made = calibrate(file(folder), folder / "out")
    save_calibration(made, folder / "out")
    return folder, made


def test_acceptable_points_are_a_design_that_sweeps_take_and_that_gives_what_was_fitted(found):
    folder, made = found
    design = Design.load(folder / "out" / "design.toml")
    assert [tuple(point.values.values()) for point in design.points] == made.rows
    assert 10 <= len(made.rows) <= 15
    store = lpsim.sweep(design, store=folder / "again")
    means = store.frame().groupby("point")["practice_knowledge"].mean().to_numpy()
    np.testing.assert_allclose(means, made.fitted.values[:, 0], rtol=1e-12)
    assert (made.off <= made.plan.search.cutoff).all()


def test_a_title_that_looks_like_markup_is_text_on_the_page(found):
    _, made = found
    page = calibration_markdown(replace(made, plan=replace(made.plan, title="<b>a | *b* [x]</b> #1")))
    assert page.startswith(r"# \<b\>a \| \*b\* \[x\]\</b\> #1" + "\n")


def test_acceptable_points_are_an_uncertainty_beside_others_in_any_design(found):
    folder, made = found
    design = Design.from_dict(
        {
            "base": folder / "base.toml",
            "method": "sobol",
            "samples": 16,
            "factors": [
                {"values": str(folder / "out" / "accepted.csv"), "kind": "uncertainty"},
                {"key": "forgetting.staff", "kind": "lever", "range": [0.0, 0.1]},
            ],
        }
    )
    assert {(p.values[KEY], p.values[OTHER]) for p in design.points} <= set(made.rows)


def test_the_same_call_goes_on_and_gives_the_same_and_more_waves_add_to_it(found):
    folder, made = found
    before = contents(folder / "out" / "waves")
    again = calibrate(file(folder), folder / "out")
    assert again.rows == made.rows
    assert contents(folder / "out" / "waves") == before
    more = calibrate(file(folder, HEAD.replace("accept = 15", "accept = 40")), folder / "out")
    assert more.found >= made.found
    assert set(before) <= set(contents(folder / "out" / "waves"))


def test_another_calibration_is_refused_in_the_same_folder(found):
    folder, _ = found
    with pytest.raises(lpsim.InputError, match="holds another sweep"):
        calibrate(file(folder, HEAD.replace("samples = 24", "samples = 25")), folder / "out")


def test_seeds_held_out_are_others_and_follow(found):
    folder, made = found
    for store in (folder / "out" / "held_out").iterdir():
        assert sorted(set(lpsim.read_store(store).frame()["seed"])) == [4, 5, 6]
    assert 0 <= made.still_acceptable <= 1
    assert [fit.name for fit in made.targets()] == ["memory"]


def test_what_is_kept_says_what_was_found_sealed(found):
    folder, made = found
    head = SEAL.read(folder / "out")
    assert json.dumps(head["keys"])
    assert (head["kept"], head["acceptable"]) == (len(made.rows), made.found)
    assert SEAL.content(folder / "out", head, "design.toml").decode() == design_text(made, folder / "out")
    assert {path.name for path in (folder / "out").glob("calibration.*")} == {
        "calibration.json", "calibration.md", "calibration.png", "calibration.svg",
    }  # fmt: skip


def test_the_text_says_what_is_identified(found):
    _, made = found
    text = calibration_text(made, width=None)
    count = len(made.rows)
    assert headline(made).startswith(
        f"{made.found} points come within 3 deviations of every target (its own and chance together; {count} "
        "of them are kept)"
    )
    assert "memory: practice_knowledge; a guess." in text
    assert all(word in text for word in (KEY, OTHER, "identified", "seeds 1 to 3", "(4 to 6)"))


def test_a_scenario_that_ships_is_named_in_the_design_kept_which_sweeps_take(folder):
    (folder / "sub").mkdir()
    shorter = "[set]\nsteps = 4\npopulation.practices = 1\nworld = { issues = 12, domains = 3 }\n"
    path = file(folder / "sub", head=HEAD.replace("base.toml", "one_practice") + shorter)
    out = folder / "kept"
    save_calibration(calibrate(path, out), out)
    assert 'base = "one_practice"' in (out / "design.toml").read_text()
    assert Design.load(out / "design.toml").base.digest == read_plan(path).design.base.digest


def test_abc_finds_points_too(folder):
    made = calibrate(
        file(folder, f'method = "abc"\n{HEAD}'.replace("accept = 15", "accept = 40")), folder / "out"
    )
    assert len(made.waves) == 2
    assert ((made.shares >= 0) & (made.shares <= 1)).all()


def test_of_names_it_is_told_how_many_points_have_each_and_of_few_values_how_many_points_differ(folder):
    free = '[[factors]]\nkey = "network.staff"\nvalues = ["complete", "ring"]\n'
    made = calibrate(file(folder, free=free), folder / "out")
    (row,) = keys_table(made).rows
    every = [value for wave in made.waves for (value,) in wave.rows]
    names = [every[place] for place in made.acceptable.places]
    complete = sum(made.acceptable.chances[np.array(names) == "complete"]) / len(made.rows)
    assert row[1:3] == ("complete, ring", NONE)
    assert f"complete ({100 * complete:.0f} %)" in row[3]
    said = f"Of the {len(made.rows)} points kept {len(set(made.rows))} differ, as keys have few values."
    assert said in calibration_text(made, width=None)


def test_keys_are_told_from_all_acceptable_points_and_not_from_those_kept_alone(found):
    _, made = found
    factor = Factor(key="network.staff", kind="uncertainty", values=("complete", "ring", "star"))
    design = replace(made.plan.design, factors=(factor,))
    shares = np.array([0.1] * 33 + [0.9] * 2)[:, None]
    points = Acceptable(np.arange(35), shares, np.full((35, 1), 0.01), np.array([0.9 / 3.1] * 33 + [0.2] * 2))
    kept_alike = replace(
        made, plan=replace(made.plan, design=design), shares=shares[:10], rows=[("complete",)] * 10,
        acceptable=points,
    )  # fmt: skip
    (fit,) = kept_alike.free_keys()
    assert fit.width > 0
    (row,) = keys_table(kept_alike).rows
    assert row[3] == "complete (96 %), star (4 %)"
    said = "of keys is of all 35 acceptable points, each counted by its chance to be kept; what is said of"
    assert said in calibration_text(kept_alike, width=None)
    drawn = plot_calibration(kept_alike)
    assert len(drawn.axes[1].collections[0].get_segments()) == 35
    assert "each acceptable point (all 35, the fainter the less it counts)" in about(drawn)


def test_names_have_no_median_in_the_figure_but_each_its_share(found):
    _, made = found
    factor = Factor(key="network.staff", kind="uncertainty", values=("complete", "ring", "star"))
    design = replace(made.plan.design, factors=(factor,))
    shares = np.array([0.1] * 9 + [0.9])[:, None]
    points = Acceptable(np.arange(10), shares, np.full((10, 1), 0.01), np.ones(10))
    named = replace(made, plan=replace(made.plan, design=design), acceptable=points)
    drawn = plot_calibration(named)
    dots = [line for line in drawn.axes[1].get_lines() if line.get_marker() == "o"]
    told = {text.get_text(): text.get_position()[0] for text in drawn.axes[1].texts}
    assert dots == []
    assert told["complete"] < told["90 %"] < 0.25 and 0.75 < told["star"] < told["10 %"]
    assert "the dot their median, or by name how many of them have it" in about(drawn)
    assert "or by name" not in about(plot_calibration(made))


@pytest.mark.parametrize(
    ("keys", "settled", "said"),
    [
        (1, 1, ", and its key is identified"),
        (2, 2, ", and both keys are identified"),
        (3, 3, ", and all 3 keys are identified"),
        (1, 0, ", but its key is not identified"),
        (2, 0, ", but neither key is identified"),
        (3, 0, ", but none of 3 keys is identified"),
        (2, 1, ": of 2 keys only k0 is identified"),
    ],
)
def test_one_key_is_its_key_and_two_are_both_or_neither(found, monkeypatch, keys, settled, said):
    _, made = found
    fits = [KeyFit(f"k{place}", (0,), (0,), (0,), 0.1 if place < settled else 0.9) for place in range(keys)]
    monkeypatch.setattr(type(made), "free_keys", lambda _: fits)
    assert headline(made).endswith(said)


def test_two_points_kept_are_both_still_acceptable(found):
    _, made = found
    two = replace(made, rows=made.rows[:2], shares=made.shares[:2], off_held_out=np.zeros(2))
    assert any("both points kept are still acceptable." in note for note in notes(two))


def test_points_that_count_double_are_as_two(found):
    _, made = found
    once = made.acceptable._replace(chances=np.ones(made.found))
    doubled = [*range(made.found), *range(5)]
    twice = Acceptable(*(some[doubled] for some in once))
    weighed = once._replace(chances=np.where(np.arange(made.found) < 5, 2.0, 1.0))
    one, other = (replace(made, acceptable=points).free_keys() for points in (twice, weighed))
    assert [fit.width for fit in one] == pytest.approx([fit.width for fit in other])


def test_a_rate_and_a_measure_are_what_runs_say(folder):
    targets = (
        '[[targets]]\nname = "rate"\nrate = "organizational of born"\nvalue = 0.3\nsd = 0.5\n'
        '[[targets]]\nname = "pace"\nrate = "born per practice and step"\nvalue = 3\nsd = 9\n'
        '[[targets]]\nname = "early"\nmeasure = "staff_knowledge"\nstep = 2\n'
        "value = 0.3\ninterval = [-1, 1]\n"
    )
    made = calibrate(file(folder, HEAD.replace("waves = 2", "waves = 1"), targets), folder / "out")
    design = made.plan.design.at(made.rows)
    scenario = design.scenario(design.points[0])
    runs = [lpsim.simulate(scenario, seed=seed) for seed in design.seeds(design.points[0])]
    from lpsim.lessons.stages import counted

    rows = pd.concat([counted(run.lessons) for run in runs])
    organizational, born = rows["organizational"].notna().sum(), len(rows)
    early = np.mean([run.series.set_index("step")["staff_knowledge"][2] for run in runs])
    np.testing.assert_allclose(
        made.fitted.values[0], [organizational / born, born / (3 * 4), early], rtol=1e-9
    )


# --- the figure -----------------------------------------------------------------------------------


def about(figure):
    return " ".join(text.get_text().replace("\n", " ") for text in figure.texts)


def arrows(figure):
    return {
        (line.get_marker(), round(float(line.get_ydata()[0]), 2))
        for line in figure.axes[0].get_lines()
        if line.get_marker() in ("<", ">")
    }


def test_what_lies_beyond_the_edge_of_the_figure_is_an_arrow_and_told_and_no_stroke(found):
    _, made = found
    ones = np.ones((15, 3, 1))
    made = replace(made, waves=(replace(made.waves[0], seen=Estimates(0.3 * ones, ones)),))
    near, far = ones * 0.3, ones * np.where(np.arange(15) == 4, 0.3 - 2.0, 0.3)[:, None, None]
    inside = plot_calibration(replace(made, fitted=Estimates(near, ones), held_out=Estimates(near, ones)))
    one_off = plot_calibration(replace(made, fitted=Estimates(near, ones), held_out=Estimates(far, ones)))
    assert arrows(inside) == set()
    assert "Arrows" not in about(inside)
    assert arrows(one_off) == {("<", 0.17)}
    assert "Arrows: some lie further off than 6 deviations." in about(one_off)
    strokes = [len(lines.get_segments()) for lines in one_off.axes[0].collections]
    assert strokes == [15, 14]


def test_a_target_whose_brackets_are_beyond_the_edge_is_told(found):
    _, made = found
    points = made.acceptable._replace(errors=np.full((made.found, 1), 1.0))
    assert "without brackets may be further off than 20." in about(
        plot_calibration(replace(made, acceptable=points))
    )
    assert "without brackets" not in about(plot_calibration(made))


# --- parts ----------------------------------------------------------------------------------------


def test_the_error_of_a_mean_is_that_of_its_runs_widened_as_students_t():
    parts = np.random.default_rng(1).normal(size=(400, 8, 1))
    seen = Estimates(parts, np.ones_like(parts))
    np.testing.assert_allclose(seen.values, parts.mean(axis=1))
    widened = seen.errors.mean() / np.sqrt(1 / 8)
    assert widened == pytest.approx(1.5, abs=0.1)  # t of 7 beyond which .00135 lies is 4.5, and not 3


def test_what_each_seed_gives_is_of_a_measure_the_mean_over_points_and_of_a_rate_has_that_of_the_table():
    rng = np.random.default_rng(3)
    parts = rng.poisson(9.0, (40, 8, 2)).astype(float)
    wholes = np.stack([np.ones((40, 8)), rng.poisson(20.0, (40, 8)) + 1.0], axis=2)
    seen = Estimates(parts, wholes)
    assert seen.by_seed()[:, 0] == pytest.approx(parts[:, :, 0].mean(axis=0))
    assert seen.by_seed()[:, 1].mean() == pytest.approx(seen.values[:, 1].mean())


def test_points_with_much_to_divide_by_weigh_no_more_than_others():
    parts, wholes = np.ones((2, 4, 1)), np.ones((2, 4, 1))
    wholes[1] = parts[1] = 1000.0
    parts[1] /= 2
    assert Estimates(parts, wholes).by_seed() == pytest.approx(np.full((4, 1), 0.75))


def test_a_point_is_acceptable_by_the_rule_that_the_documentation_states(found):
    _, made = found
    (target,) = made.plan.targets[:1]
    for wave in made.waves:
        assert wave.off == pytest.approx(
            np.abs(wave.seen.parts[:, :, 0].mean(axis=1) - target.value) / np.hypot(target.sd, stated(wave))
        )
    assert (made.off <= made.plan.search.cutoff).all()


def stated(wave):
    """How far chance moves the mean of each point of a wave, as the documentation states it."""
    runs = wave.seen.parts[:, :, 0]
    count = runs.shape[1]
    own = runs.var(axis=1, ddof=1) / count
    drawn = ((count - 1) * own + 4 * np.median(own)) / (count - 1 + 4)
    return stats.t.ppf(stats.norm.cdf(3), count - 1) / 3 * np.sqrt(drawn)


def test_the_chance_told_and_the_brackets_are_those_by_which_points_were_found_acceptable(folder):
    made = calibrate(file(folder, HEAD.replace("accept = 15", "accept = 60")), folder / "out")
    assert len(made.waves) == 2
    assert made.found == len(made.rows)
    decided = np.concatenate([stated(wave)[wave.off <= made.plan.search.cutoff] for wave in made.waves])
    assert made.chance() == pytest.approx([np.median(decided)])
    assert made.allowed() == pytest.approx([3 * np.median(np.hypot(0.1, decided))])


def test_where_few_are_kept_the_middle_point_is_that_of_all_that_are_acceptable(found):
    _, made = found
    assert made.found > len(made.rows)
    assert made.acceptable.chances.sum() == pytest.approx(len(made.rows))
    decided = np.concatenate([stated(wave)[wave.off <= made.plan.search.cutoff] for wave in made.waves])
    assert made.acceptable.errors[:, 0] == pytest.approx(decided)
    assert made.chance() == pytest.approx(quantiles(decided, made.acceptable.chances, [0.5]).tolist())


def test_quantiles_are_of_the_weight_and_where_that_is_equal_those_of_numpy():
    values = np.random.default_rng(4).normal(size=201)
    assert quantiles(values, np.full(201, 0.3), [0.05, 0.5]) == pytest.approx(
        np.quantile(values, [0.05, 0.5])
    )
    assert quantiles(np.array([7.0]), np.array([0.2]), 0.5) == 7
    weights = np.where(values > 0, 1.0, 1e-9)
    assert quantiles(values, weights, 0.5) == pytest.approx(np.median(values[values > 0]), abs=0.02)


def test_the_factors_that_the_documentation_states_are_those_of_students_t():
    stated = dict(re.findall(r"([\d.]+)\s+with (\d+)", DOCUMENTED.split("That is", 1)[1].split(".\n")[0]))
    assert set(stated.values()) == {"3", "6", "10", "20", "50"}
    for factor, runs in stated.items():
        assert stats.t.ppf(stats.norm.cdf(3), int(runs) - 1) / 3 == pytest.approx(float(factor), abs=0.006)


def test_a_run_that_failed_is_left_out():
    parts = np.array([[[1.0], [np.nan], [3.0]]])
    assert Estimates(parts, np.where(np.isnan(parts), np.nan, 1.0)).values == 2


def test_a_point_of_which_half_of_the_runs_have_no_value_has_none():
    parts = np.array([[[1.0], [np.nan], [3.0], [np.nan]], [[1.0], [2.0], [3.0], [np.nan]]])
    seen = Estimates(parts, np.where(np.isnan(parts), np.nan, 1.0))
    np.testing.assert_array_equal(seen.values, [[np.nan], [2.0]])
    assert seen.missing.tolist() == [[2], [1]]


def test_seeds_are_held_against_each_other_at_the_points_that_have_a_value():
    parts = np.array([[[1.0], [2.0], [3.0]], [[np.nan]] * 3])
    seen = Estimates(parts, np.where(np.isnan(parts), np.nan, 1.0))
    assert seen.by_seed() == pytest.approx(np.array([[1.0], [2.0], [3.0]]))
    assert np.isnan(seen.only(np.zeros((2, 1), dtype=bool)).by_seed()).all()


LOW_HALF, EVENLY = (np.arange(40) + 0.5) / 80, (np.arange(40) + 0.5) / 40


@pytest.mark.parametrize(
    ("said", "shares", "width"),
    [
        ({"range": [0.1, 0.5]}, LOW_HALF, 50),
        ({"values": [0.1, 0.5]}, LOW_HALF, 0),
        ({"values": [0.1, 0.5]}, EVENLY, 100),
        ({"values": [0.1, 0.5], "weights": [9, 1]}, EVENLY[:36], 0),
        ({"values": [0.1, 0.2, 0.3, 0.5]}, LOW_HALF, 45),
        ({"values": [[0.1, 0.2], [0.3, 0.1], [0.5, 0.9], [0.2, 0.2]]}, LOW_HALF, 33),
        ({"values": [[0.1, 0.2], [0.3, 0.1], [0.5, 0.9], [0.2, 0.2]]}, EVENLY, 100),
    ],
)
def test_of_values_listed_it_counts_which_are_acceptable_and_not_where_in_the_range_they_were_drawn(
    said, shares, width
):
    several = isinstance(said.get("values", [0])[0], list)
    keys = {"keys": (KEY, OTHER)} if several else {"key": KEY}
    factor = Factor.model_validate({**keys, "kind": "uncertainty", **said}, strict=False)
    assert 100 * key_fit(factor, shares, np.ones(len(shares))).width == pytest.approx(width, abs=1)


@pytest.mark.parametrize("shares", [EVENLY.round(), np.tile([0.0, 0.3, 0.9, 1.0], 10)])
@pytest.mark.parametrize("said", [{"range": [0.1, 0.5]}, {"range": [2, 5]}, {"values": [0.1, 0.2, 0.3]}])
def test_points_are_told_to_spread_no_further_than_over_the_whole_range(said, shares):
    factor = Factor.model_validate({"key": KEY, "kind": "uncertainty", **said}, strict=False)
    assert key_fit(factor, shares, np.ones(len(shares))).width == 1


def test_of_whole_numbers_one_number_alone_is_identified():
    factor = Factor(key="population.practices", kind="uncertainty", range=(2, 3))
    assert key_fit(factor, LOW_HALF, np.ones(40)).width == 0


def test_points_of_one_listed_value_are_drawn_at_one_place():
    factor = Factor(key=KEY, kind="uncertainty", values=(0.1, 0.5))
    assert places(factor, EVENLY) == pytest.approx(np.repeat([0.25, 0.75], 20))
    ranged = Factor(key=KEY, kind="uncertainty", range=(0.1, 0.5))
    assert places(ranged, EVENLY) == pytest.approx(EVENLY)


def test_a_region_holds_the_truth_and_little_else():
    shares = Even(2).draw(128, seed=1, wave=1)
    values = np.stack([shares[:, 0] ** 2, shares.sum(axis=1)], axis=1)
    region = Region(shares, values, np.array([0.25, 1.0]), np.array([0.02, 0.02]), cutoff=3.0)
    proposed = region.draw(50, seed=1, wave=2)
    assert region.off(np.array([[0.5, 0.5]]))[0] < 1
    assert np.abs(proposed - 0.5).max() < 0.15
    assert region.density(np.array([[0.5, 0.5], [0.9, 0.9]])).tolist()[1] == 0
    assert region.density(proposed).mean() > 10


def test_steps_stay_within_the_ranges_and_their_density_adds_up_to_one():
    shares = Even(2).draw(64, seed=1, wave=1)
    near = shares[np.abs(shares - 0.3).max(axis=1) < 0.2]
    steps = Steps(near, np.full(len(near), 1 / len(near)))
    proposed = steps.draw(200, seed=1, wave=2)
    assert ((proposed >= 0) & (proposed <= 1)).all()
    assert proposed.mean(axis=0) == pytest.approx(near.mean(axis=0), abs=0.1)
    assert steps.density(Even(2).draw(4096, seed=2, wave=1)).mean() == pytest.approx(1, abs=0.05)


def test_observed_rates_are_targets_with_the_error_of_a_share_in_so_many():
    (rate,) = (rate for rate in OBSERVED if rate.name == "analysed")
    target = Target(name="x", rate="analysed of born", observed="analysed", discrepancy=0.1)
    assert (target.centre, target.origin) == (rate.value, rate.source)
    assert target.spread == pytest.approx(np.hypot(np.sqrt(0.55 * 0.45 / 401), 0.1))
    with pytest.raises(ValueError, match="has no uncertainty"):
        Target(name="x", rate="analysed of born", observed="reported")


# --- what is refused ------------------------------------------------------------------------------


def target(**changes):
    said = {"name": '"m"', "measure": '"practice_knowledge"', "value": "0.3", "sd": "0.1", **changes}
    return "[[targets]]\n" + "".join(f"{key} = {value}\n" for key, value in said.items() if value)


IN_A_TABLE = '[[factors]]\nvalues = "worlds.csv"\n'
SCENARIOS = '[[factors]]\nkey = "scenario"\nvalues = ["base.toml", "other.toml"]\n'
ONE = "mine.toml: factors.scenario: a calibration has one scenario, its base; leave it out."

BAD = [
    ({"targets": target(sd=None)}, "targets.m: has no uncertainty, but nothing is observed exactly; give"),
    ({"targets": target(sd="0")}, "targets.m.sd: found 0; allowed is a number above 0"),
    ({"targets": target(interval="[1, 2]")}, "targets.m: found sd and interval; give one of the two"),
    ({"targets": target(sd=None, interval="[2, 1]")}, "targets.m: interval: found [2.0, 1.0]; allowed"),
    ({"targets": target(sd=None, interval="[0.31, 0.4]")}, "found [0.31, 0.4], and 0.3 was observed; give"),
    ({"targets": target(value="25")}, "targets.m.value: found 25, but practice_knowledge is at least -1 and"),
    ({"targets": target(value="1.5", measure=None, rate='"analysed of born"')}, "at least 0 and at most 1;"),
    ({"targets": target(value="5", measure='"months_to_half_by_staff"')}, "at least 0 and at most 4;"),
    ({"targets": target(measure='"staff_knowledge[role: g]"')}, "m.measure: 'staff_knowledge[role: g]'"),
    ({"targets": target(value=None)}, "targets.m: value: missing; give what was observed"),
    ({"targets": target(measure=None)}, "targets.m: found neither measure and rate; give one of the two"),
    ({"targets": target(measure=None, rate='"analyzed of born"')}, "rate: no stage 'analyzed'; did you mean"),
    ({"targets": target(measure=None, rate='"many"')}, "rate: found 'many'; allowed is as \"analysed of"),
    ({"targets": target(measure='"practice_knowledg"')}, "targets.m.measure: 'practice_knowledg' is"),
    ({"targets": target(value=None, observed='"recaled"')}, "observed: no such rate 'recaled'; did you"),
    ({"targets": target(step="9")}, "targets.m.step: found 9; allowed are steps of the run, 0 to 4"),
    ({"targets": target() + target()}, "targets.m: found twice; keep one, or give it another name"),
    ({"targets": ""}, "targets: missing; give at least one ([[targets]])"),
    ({"free": ""}, "factors: found none; allowed is at least one ([[factors]])"),
    ({"free": '[[factors]]\nkey = "practice.codification.rat"\nrange = [0, 1]\n'}, "no such key; did you"),
    ({"head": HEAD + "levels = 3\n"}, "levels: a calibration has none; leave it out"),
    ({"head": HEAD + "wave = 3\n"}, 'wave: no such key; did you mean "waves"?'),
    ({"head": HEAD.replace("replications = 3", "replications = 1")}, "replications: found 1; allowed is a"),
    ({"head": HEAD.replace('base = "base.toml"\n', "")}, "base: give the path of a scenario file"),
    ({"head": HEAD + 'method = "mcmc"\n'}, "method: found 'mcmc'; allowed is one of \"history_m"),
]  # fmt: skip


@pytest.mark.parametrize("base", ['base = "base.toml"\n', ""])
@pytest.mark.parametrize("free", [SCENARIOS, IN_A_TABLE])
def test_scenarios_as_a_free_key_are_refused_as_what_they_are_with_a_base_and_without(folder, free, base):
    (folder / "other.toml").write_text("steps = 4\n")
    (folder / "worlds.csv").write_text(f"scenario,{KEY}\nbase.toml,0.1\nother.toml,0.2\n")
    with pytest.raises(lpsim.InputError) as caught:
        read_plan(file(folder, free=free, head=HEAD.replace('base = "base.toml"\n', base)))
    first, *others = str(caught.value).splitlines()
    assert first.endswith(ONE)
    assert ["base: give the path" in line for line in others] == [True] * (not base)


@pytest.mark.parametrize(("changes", "expected"), BAD, ids=[expected[:45] for _, expected in BAD])
def test_what_is_wrong_is_told_in_one_sentence_exit_code_2_and_nothing_written(folder, changes, expected):
    path = file(folder, **changes)
    before = contents(folder)
    result = run(path)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert expected in line
    assert contents(folder) == before


def test_all_that_is_wrong_with_targets_and_factors_is_told_at_once(folder):
    path = file(
        folder, targets=target(step="9", measure='"staff_knowledg"'), free=FREE.replace(OTHER, "practice.x")
    )
    with pytest.raises(lpsim.InputError) as caught:
        read_plan(path)
    assert [line.split(": ")[1] for line in str(caught.value).splitlines()] == [
        "targets.m.step", "targets.m.measure", "factors.practice.x",
    ]  # fmt: skip


def test_what_is_no_calibration_is_told():
    with pytest.raises(
        lpsim.InputError, match=r"^given: found 3; give the path of a calibration file, or what is in"
    ):
        read_plan(3)


def test_a_scenario_or_a_folder_of_something_else_is_told(folder):
    result = run("base.toml")
    assert result.exit_code == 2
    assert "is a scenario, not a calibration file; use: lpsim run base.toml" in result.stderr
    (folder / "other").mkdir()
    (folder / "other" / "mine.txt").write_text("mine")
    result = run(file(folder), "--out", "other")
    assert result.exit_code == 2
    assert "other: holds what `lpsim calibrate` did not write; name another folder (--out)." in result.stderr


def test_the_text_says_how_much_was_chance(found):
    _, made = found
    made = replace(made, off_held_out=np.arange(len(made.rows)) - 1 + made.plan.search.cutoff)
    text = calibration_text(made, width=None)
    assert (
        f"{200 / len(made.rows):.0f} % of the {len(made.rows)} points kept are still acceptable; what" in text
    )


def test_where_everything_is_acceptable_what_is_kept_lies_evenly_in_every_range(folder):
    """Eighty means, each of half of the points: one beyond 4.5 standard errors comes in 2,000 such tests."""
    count, keep, keys = 200, 100, 4
    sd = np.sqrt((1 - keep / count) / 12 / keep)
    plan = read_plan(file(folder))
    search = plan.search.model_copy(update={"accept": keep})
    for seed in range(1, 21):
        design = replace(plan.design, scheme=plan.design.scheme.model_copy(update={"seed": seed}))
        even = Even(keys)
        shares = even.draw(count, seed=seed, wave=1)
        nothing = Estimates(*np.ones((2, count, 2, 1)))
        wave = Wave(shares, [()] * count, nothing, np.zeros(count), even)
        mine = replace(plan, design=design, search=search)
        places = kept(mine, acceptable(mine, [wave]))
        assert len(set(places.tolist())) == keep
        assert (np.abs(shares[places].mean(axis=0) - 0.5) < 4.5 * sd).all()


def test_where_all_points_are_still_acceptable_nothing_is_said_to_be_missing(found):
    _, made = found
    text = calibration_text(replace(made, off_held_out=0 * made.off_held_out), width=None)
    assert f"all {len(made.rows)} points kept are still acceptable." in text
    assert "by chance." not in text


def test_where_all_acceptable_points_are_kept_their_number_stands_alone(found):
    _, made = found
    points = Acceptable(*(some[: len(made.rows)] for some in made.acceptable))
    assert "chance together)" in headline(replace(made, acceptable=points))


def test_where_chance_decides_what_is_acceptable_that_is_said_and_more_replications_are_advised(found):
    _, made = found
    points = np.arange(17)
    shares = np.stack([points, points * 7 % 17], axis=1) / 16
    few, many = (
        replace(
            made,
            acceptable=Acceptable(points, shares, np.full((17, 1), error), points * 0 + 1),
        )
        for error in (0.3, 1e-6)
    )
    text = calibration_text(few, width=None)
    assert "own deviation in memory (0.3, its own 0.1): with more than 3 replications less" in text
    assert "more replications may, or another source" in text
    text = calibration_text(many, width=None)
    assert "Chance counts" not in text
    assert f"hardly narrow {KEY}, {OTHER}: another source is needed, or its whole range." in text


def test_by_how_much_seeds_held_out_differ_is_said(found):
    _, made = found
    other = Estimates(made.fitted.parts + 0.5, made.fitted.wholes)
    text = calibration_text(replace(made, held_out=other), width=None)
    (fit,) = replace(made, held_out=other).targets()
    assert f"chance explains in memory ({fit.held_out[0]:.3g}, not {fit.fitted[0]:.3g}): more" in text


def test_how_many_runs_have_no_value_is_said(found):
    _, made = found
    parts = made.fitted.parts.copy()
    parts[0, 0] = np.nan
    text = calibration_text(replace(made, fitted=Estimates(parts, made.fitted.wholes)), width=None)
    assert f"Of memory 1 of {3 * len(made.rows)} runs at acceptable points have no value" in text
    assert "have no value" not in calibration_text(made, width=None)


def test_two_keys_that_are_told_apart_badly_are_not_said_to_be_open_each_by_itself(found):
    _, made = found
    ridge = np.stack([np.linspace(0, 1, made.found), np.linspace(1, 0, made.found)], axis=1)
    text = calibration_text(replace(made, acceptable=made.acceptable._replace(shares=ridge)), width=None)
    assert "so take both together, from the acceptable points" in text
    assert "hardly narrow" not in text


def test_the_command_says_what_it_found_and_where(folder):
    result = run(file(folder))
    assert (result.exit_code, result.stderr) == (0, "")
    assert "points come within 3 deviations of every target (its own and chance together; " in result.stdout
    assert "Results: calibrations/mine" in result.stdout
    assert "lpsim sweep calibrations/mine/design.toml --dry-run" in result.stdout


def test_where_nothing_is_acceptable_that_is_said_and_what_was_simulated_is_kept(folder):
    result = run(file(folder, targets=target(value="-1", sd="0.001")))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no point is acceptable: the nearest is" in result.stderr
    assert "by m (" in result.stderr
    assert len(list((folder / "calibrations" / "mine" / "waves").iterdir())) == 2


def test_the_calibration_that_ships_is_valid():
    from pathlib import Path

    for path in (Path(__file__).parents[2] / "configs" / "calibration").glob("*.toml"):
        plan = read_plan(path)
        assert plan.title
        assert all(target.origin for target in plan.targets)
        assert path.read_text(encoding="utf-8").startswith("# ")
