"""The figures say what they show, and nothing is cut off, covered or left to the reader's guess."""

import json
import re
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

import lpsim
from lpsim.analysis.worlds import without_interventions
from lpsim.errors import InputError
from lpsim.runs.measures import FUNNEL, KNOWLEDGE_IN_SHARES, LEVELS, MEASURES
from lpsim.scenario import Scenario
from lpsim.show.figures import page
from lpsim.show.figures.loops import plot_loops
from lpsim.show.figures.plots import WRONG, plot_funnel, plot_kinds, plot_levels, save_figures
from lpsim.show.text.numbers import number

ENDS = {
    "staff_knowledge": 0.53,
    "collective_knowledge": 0.61,
    "practice_knowledge": 0.42,
    "service_knowledge": 0.12,
    "known_by_someone": 0.95,
    "known_by_most": 0.72,
    "in_practice_memory": 0.55,
    "in_service_guidance": 0.15,
    "in_practice_memory_wrong": 0.13,
    "in_service_guidance_wrong": 0.03,
    "staff_right": 0.64,
    "staff_wrong": 0.11,
}
SHARES = (*FUNNEL, *WRONG, "staff_right", "staff_wrong")
KINDS = ("learning practice", "other practices")
LONG = "What if every practice reported, and the service answered with guidance? " * 4
CHANGED = {f"practice.codification.key_{number}": number / 7 for number in range(12)}


def labels(names):
    return [(name, MEASURES[name].label) for name in names]


def intervention(at, title="", **settings):
    return SimpleNamespace(at=at, title=title, set=settings)


class FakeRun(SimpleNamespace):
    """What figures read of a run."""

    def column(self, name):
        """A measure at every recorded step."""
        return self.series[name].to_numpy()


def fake_run(
    seed=7,
    *,
    steps=120,
    recorded=None,
    ends=ENDS,
    kinds=(),
    interventions=(),
    title="A title",
    changed=(),
):
    rng = np.random.default_rng(seed)
    step = np.arange(steps + 1) if recorded is None else np.asarray(recorded)
    shape = 1 / (1 + np.exp((steps / 3 - step) / (steps / 10)))
    series = {"step": step}
    series |= {name: (end + 0.02 * rng.standard_normal()) * shape for name, end in ends.items()}
    series |= {name: np.clip(series[name], 0, 1) for name in SHARES}  # they are shares
    groups = [pd.DataFrame({"step": step, "group": "role: gp", "practice_knowledge": np.nan})]
    for i, kind in enumerate(kinds):
        memory = (0.7 - 0.4 * i / len(kinds)) * shape
        rows = {"step": step, "group": f"kind: {kind}", "practice_knowledge": memory}
        rows |= {"in_practice_memory": memory + 0.1, "in_practice_memory_wrong": 0.1}
        groups.append(pd.DataFrame(rows))
    named = tuple(SimpleNamespace(name=k, share=0.2, set={}) for k in kinds if k != "other practices")
    scenario = SimpleNamespace(
        title=title,
        step="month",
        steps=steps,
        interventions=tuple(interventions),
        kinds=named,
        world=SimpleNamespace(domains=1),
        protected_time=SimpleNamespace(enabled=False),
        loops=SimpleNamespace(
            double=SimpleNamespace(staff=0, practice=0, service=0), triple=SimpleNamespace(review=0)
        ),
        given=SimpleNamespace(changed=dict(changed)),
        record=SimpleNamespace(every=1),
    )
    source = {"lpsim": "0.1.0", "digest": "3f2a9bc47d10", "engine": "compiled", "seed": seed}
    return FakeRun(
        series=pd.DataFrame(series),
        groups=pd.concat(groups, ignore_index=True),
        scenario=scenario,
        seed=seed,
        provenance=source,
    )


def many(n, **settings):
    return [fake_run(seed, **settings) for seed in range(n)]


def draw(ax):
    """Draw, and return the extents of all texts beside the ticks, in pixels, by text."""
    figure = ax.get_figure(root=True)
    canvas = FigureCanvasAgg(figure)
    figure.draw_without_rendering()
    renderer = canvas.get_renderer()
    # The extent of an annotation has its leader in it; that of the words is wanted here.
    words = type(ax.title).get_window_extent
    return {text.get_text(): words(text, renderer) for text in ax.texts if text.get_text()}


def flat(ax):
    """The texts, those beside lines without what stands below their names."""
    return [signed(" ".join(text.get_text().split())) for text in ax.texts]


def signed(text):
    """A label without the shares that its number is the difference of."""
    return re.sub(r"\s*[<>]?\d+ % right, [<>]?\d+ % wrong$", "", text)


def lines(ax, label):
    return [line for line in ax.lines if line.get_label() == label]


def overlaps(boxes):
    boxes = list(boxes)
    # A tenth of a pixel is rounding.
    shrunk = [(b.x0 + 0.1, b.y0 + 0.1, b.x1 - 0.1, b.y1 - 0.1) for b in boxes]
    return any(
        a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
        for i, a in enumerate(shrunk)
        for b in shrunk[:i]
    )


def outside(ax):
    """Texts that the figure would cut off, axis labels and ticks among them."""
    figure = ax.get_figure(root=True)
    boxes = draw(ax) | {"axes": ax.get_tightbbox()}
    edge = figure.bbox
    return [
        text
        for text, box in boxes.items()
        if box.x0 < 0 or box.y0 < 0 or box.x1 > edge.x1 or box.y1 > edge.y1
    ]


CASES = {
    "one run": [fake_run()],
    "two runs": many(2),
    "twenty runs": many(20),
    "near ends": many(6, ends=dict.fromkeys(ENDS, 0.5)),
    "all right": many(6, ends=dict.fromkeys(ENDS, 0.98)),
    "all wrong": many(6, ends=dict.fromkeys(ENDS, -0.97)),
    "nothing known": [fake_run(ends=dict.fromkeys(ENDS, 0.0))],
    "long titles": many(
        3,
        title=LONG,
        changed=CHANGED,
        interventions=[intervention(at, LONG[:80]) for at in (1, 20, 24, 24, 118, 120)],
    ),
    "a title without spaces": [fake_run(title="W" * 300)],
    "one step": [fake_run(steps=1, recorded=[1], interventions=[intervention(1, "At once")])],
}


@pytest.mark.parametrize("plot", [plot_levels, plot_funnel])
@pytest.mark.parametrize("runs", CASES.values(), ids=CASES)
class TestEveryFigure:
    def test_texts_never_overlap(self, plot, runs):
        assert not overlaps(draw(plot(runs)).values())

    def test_nothing_is_cut_off(self, plot, runs):
        assert not outside(plot(runs))

    def test_labels_stay_apart_when_the_caller_gives_flat_axes(self, plot, runs):
        figure = Figure(figsize=(7, 3.5), dpi=80)
        ax = plot(runs, ax=figure.add_axes((0.1, 0.15, 0.5, 0.35)))
        names = [MEASURES[name].label for name in (*LEVELS, *FUNNEL, *WRONG)]
        boxes = {" ".join(text.split()): box for text, box in draw(ax).items()}
        labels = [box for text, box in boxes.items() if signed(text).endswith(tuple(names))]
        assert len(labels) == len(lines(ax, "_mean"))
        assert not overlaps(labels)


class TestLabels:
    def test_levels_are_labelled_with_the_value_they_end_on(self):
        run = fake_run()
        texts = flat(plot_levels([run]))
        for column, name in labels(LEVELS):
            assert f"{run.series[column].iloc[-1]:.2f} {name}" in texts

    def test_beside_the_signed_numbers_stand_what_is_right_and_what_is_wrong(self):
        run = fake_run()
        texts = [" ".join(text.get_text().split()) for text in plot_levels([run]).texts]
        for level, shares in KNOWLEDGE_IN_SHARES.items():
            right, wrong = (f"{100 * run.series[name].iloc[-1]:.0f}" for name in shares)
            (found,) = [text for text in texts if MEASURES[level].label in text and " right, " in text]
            assert found.endswith(f"{MEASURES[level].label} {right} % right, {wrong} % wrong")
        texts = [" ".join(text.get_text().split()) for text in plot_kinds([fake_run(kinds=KINDS)]).texts]
        assert "0.70 learning practice 80 % right, 10 % wrong" in texts

    def test_shares_are_labelled_in_per_cent(self):
        run = fake_run()
        texts = flat(plot_funnel([run]))
        for column, name in labels((*FUNNEL, *WRONG)):
            assert f"{100 * run.series[column].iloc[-1]:.0f} % {name}" in texts

    def test_a_share_is_called_none_or_all_only_where_it_is(self):
        shown = [number(v, share=True) for v in (0, 0.002, 0.12, 0.9981, 1)]
        assert shown == ["0 %", "<1 %", "12 %", ">99 %", "100 %"]

    def test_no_knowledge_has_no_sign(self):
        assert number(-0.001, share=False) == "0.00"

    def test_labels_have_the_order_of_their_lines(self):
        runs = many(6, ends=dict(zip(ENDS, np.linspace(0.5, 0.511, 12), strict=True)))
        ax = plot_levels(runs)
        boxes = draw(ax)
        heights = {signed(text).split(" ", 1)[1]: box.y0 for text, box in boxes.items()}
        means = {
            name: np.mean([run.series[column].iloc[-1] for run in runs]) for column, name in labels(LEVELS)
        }
        by_height = sorted(means, key=lambda name: heights[name])
        assert by_height == sorted(means, key=means.get)

    def test_a_label_far_from_others_stands_at_its_line(self):
        centres = page.apart(np.array([30.0, 80.0]), np.array([10.0, 10.0]), 0, 100)
        assert list(centres) == [30, 80]

    def test_labels_that_would_overlap_move_apart_around_their_mean(self):
        centres = page.apart(np.array([51.0, 49.0, 50.0]), np.full(3, 10.0), 0, 100)
        assert list(centres) == [60, 40, 50]

    def test_labels_stay_beside_the_axes(self):
        centres = page.apart(np.array([100.0, 99.0, 1.0]), np.full(3, 10.0), 0, 100)
        assert list(centres) == [95, 85, 5]

    def test_text_is_dark_enough_to_read_on_white(self):
        for text in plot_kinds(many(1, kinds=[f"kind {i}" for i in range(7)])).texts:
            assert 1.05 / (luminance(text.get_color()) + 0.05) > 4.5

    def test_there_is_no_legend(self):
        assert plot_levels([fake_run()]).get_legend() is None


class TestWhatIsShown:
    def test_one_run_is_said_to_be_one_run(self):
        said = "One run (seed 7): another seed gives other numbers"
        assert any(said in text for text in flat(plot_levels([fake_run(7)])))

    @pytest.mark.parametrize(
        ("n", "band"), [(2, "lowest to highest world"), (8, "lowest"), (9, "what 8 of 10 worlds lie between")]
    )
    def test_the_figure_says_how_many_runs_and_what_the_band_is(self, n, band):
        about = next(text for text in flat(plot_levels(many(n))) if "Simulation" in text)
        assert f"mean of {n} runs" in about
        assert f"band: {band}" in about

    @pytest.mark.parametrize("plot", [plot_levels, plot_funnel, plot_kinds])
    def test_single_runs_are_drawn_only_where_asked_for(self, plot):
        runs = many(3, kinds=KINDS)
        ax, with_runs = plot(runs), plot(runs, each_run=True)
        assert not lines(ax, "_run") and lines(with_runs, "_run")
        said, with_said = (next(t for t in flat(one) if "Simulation" in t) for one in (ax, with_runs))
        assert "thin lines" not in said and "thin lines: each run" in with_said

    def test_every_run_is_a_thin_line_and_the_mean_a_thick_one(self):
        runs = many(20)
        ax = plot_levels(runs, each_run=True)
        thin, thick = lines(ax, "_run"), lines(ax, "_mean")
        assert (len(thin), len(thick)) == (20 * 4, 4)
        assert max(line.get_linewidth() for line in thin) < thick[0].get_linewidth()
        mean = np.mean([run.series["staff_knowledge"] for run in runs], axis=0)
        np.testing.assert_allclose(thick[0].get_ydata(), mean)

    def test_one_run_has_neither_band_nor_thin_lines(self):
        ax = plot_levels([fake_run()])
        assert not lines(ax, "_run")
        assert not ax.collections

    @pytest.mark.parametrize(("n", "tails"), [(3, (0, 1)), (20, (0.1, 0.9))])
    def test_the_band_is_what_the_figure_says(self, n, tails):
        runs = many(n)
        bands = [band for band in plot_levels(runs).collections if band.get_label() == "_band"]
        assert len(bands) == 4
        at_end = [run.series["staff_knowledge"].iloc[-1] for run in runs]
        corners = bands[0].get_paths()[0].vertices
        ends = corners[corners[:, 0] == 120][:, 1]
        np.testing.assert_allclose([ends.min(), ends.max()], np.quantile(at_end, tails, method="weibull"))

    def test_the_axis_always_holds_nought_and_one(self):
        low, high = plot_levels([fake_run()]).get_ylim()
        assert -0.05 < low < 0 < 1 < high < 1.05

    def test_the_axis_goes_below_nought_only_as_far_as_the_data(self):
        run = fake_run(ends=dict.fromkeys(ENDS, -0.4))
        low, high = plot_levels([run]).get_ylim()
        assert -0.6 < low < run.series["staff_knowledge"].min()
        assert high > 1

    def test_nought_is_marked(self):
        assert any(list(line.get_ydata()) == [0, 0] for line in plot_levels([fake_run()]).lines)

    def test_months_are_ticked_by_years(self):
        ax = plot_levels([fake_run()])
        assert list(ax.get_xticks()) == list(range(0, 121, 12))
        assert ax.get_xlabel() == "time (months)"

    def test_one_recorded_step_shows_as_points(self):
        ax = plot_levels([fake_run(recorded=[120]), fake_run(8, recorded=[120])])
        assert {line.get_marker() for line in lines(ax, "_mean") + lines(ax, "_run")} == {"o"}

    @pytest.mark.parametrize("n", [1, 3, 6])
    def test_a_measure_without_values_is_named_as_such(self, n):
        runs = many(n)
        for run in runs:
            run.series["service_knowledge"] = np.nan
        ax = plot_levels(runs)
        assert "no value service's guidance" in flat(ax)
        assert not overlaps(draw(ax).values())

    def test_values_missing_in_places_are_left_out_and_not_taken_as_nought(self):
        runs = many(2)
        runs[0].series.loc[120, "staff_knowledge"] = np.nan
        last = runs[1].series["staff_knowledge"].iloc[-1]
        assert f"{last:.2f} staff" in flat(plot_levels(runs))

    def test_input_frames_are_untouched(self):
        runs = many(3, kinds=KINDS)
        before = [(run.series.copy(), run.groups.copy()) for run in runs]
        for plot in (plot_levels, plot_funnel, plot_kinds):
            plot(runs)
        for run, (series, groups) in zip(runs, before, strict=True):
            pd.testing.assert_frame_equal(run.series, series)
            pd.testing.assert_frame_equal(run.groups, groups)

    def test_no_runs_and_runs_of_two_scenarios_are_refused(self):
        with pytest.raises(InputError, match="none were given"):
            plot_levels([])
        other = fake_run(8)
        other.provenance["digest"] = "another"
        with pytest.raises(InputError, match="one scenario"):
            plot_funnel([fake_run(), other])


class TestTitles:
    @pytest.mark.parametrize("title", ["costs $5 or $6", "a_b^c {x} \\frac", "100 % $\\alpha$"])
    def test_a_title_is_no_mathematics(self, title):
        runs = [fake_run(title=title, interventions=[intervention(5, title)])]
        ax = plot_levels(runs)
        draw(ax)
        assert title in flat(ax)
        assert f"from month 5: {title}" in flat(ax)
        assert not any(text.get_parse_math() for text in ax.texts)

    def test_a_step_label_is_no_mathematics(self):
        run = fake_run()
        run.scenario.step = "$x$"
        assert not plot_levels([run]).xaxis.label.get_parse_math()

    def test_without_a_title_the_figure_says_so(self):
        assert "Untitled scenario" in flat(plot_levels([fake_run(title="  ")]))

    def test_a_long_title_is_whole(self):
        assert LONG.strip() in flat(plot_levels([fake_run(title=LONG)]))

    def test_interventions_are_marked_at_their_own_month(self):
        changes = [intervention(24, "Reporting"), intervention(60, "Protected time")]
        ax = plot_levels([fake_run(interventions=changes)])
        marks = {text.get_text().strip(): text for text in ax.texts if text.arrow_patch}
        # The value at step 23 is the last before a change that holds from step 24, the first with it.
        assert marks["from month 24: Reporting"].xy == (24, 0)
        assert marks["from month 60: Protected time"].xy == (60, 0)
        draw(ax)
        pole = marks["from month 24: Reporting"].arrow_patch
        box = pole.get_path().get_extents(pole.get_transform())
        assert pole.get_linestyle() == ":"
        assert box.width == pytest.approx(0, abs=0.5)
        assert box.y0 == pytest.approx(ax.bbox.y0, abs=1)
        assert box.y1 > ax.bbox.y1

    def test_an_untitled_intervention_shows_what_it_sets(self):
        change = intervention(24, **{"service.reporting.share": 0.3, "forgetting.staff": 0})
        said = "from month 24: service.reporting.share = 0.3, forgetting.staff = 0"
        assert said in flat(plot_levels([fake_run(interventions=[change])]))

    def test_what_an_untitled_intervention_sets_has_six_digits_at_most(self):
        change = intervention(24, **{"service.guidance.rate": 0.0131962901681})
        said = flat(plot_levels([fake_run(interventions=[change])]))
        assert "from month 24: service.guidance.rate = 0.0131963" in said
        assert "0.01319629" not in said


class TestKinds:
    def test_every_kind_and_the_remainder_are_labelled_in_the_scenario_s_order(self):
        texts = flat(plot_kinds(many(3, kinds=KINDS)))
        assert [text for text in texts if text.startswith("0") and text.endswith(KINDS)] == [
            "0.70 learning practice",
            "0.50 other practices",
        ]

    def test_a_kind_without_practices_is_named_as_such(self):
        run = fake_run(kinds=KINDS)
        run.groups = run.groups[run.groups["group"] != "kind: learning practice"]
        assert "no value learning practice" in flat(plot_kinds([run]))

    def test_a_scenario_without_kinds_is_refused(self):
        with pytest.raises(InputError, match="names no kinds"):
            plot_kinds([fake_run()])

    def test_thirty_kinds_fit(self):
        kinds = [f"a kind of practice with the long name {i}" for i in range(30)]
        ax = plot_kinds(many(2, kinds=kinds))
        assert not outside(ax)
        assert not overlaps(draw(ax).values())


def luminance(colour):
    """Relative luminance (WCAG 2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


class TestColours:
    @pytest.mark.parametrize("plot", [plot_levels, plot_funnel])
    def test_levels_differ_in_luminance_and_in_dashes(self, plot):
        means = lines(plot([fake_run()]), "_mean")
        lights = [luminance(line.get_color()) for line in means[:4]]  # the others have the colours of these
        assert min(-np.diff(lights)) > 0.05
        assert len({str(line._dash_pattern) for line in means}) == len(means)

    def test_no_two_of_28_kinds_look_alike(self):
        kinds = [f"kind {i}" for i in range(28)]
        means = lines(plot_kinds([fake_run(kinds=kinds)]), "_mean")
        assert len({(line.get_color(), str(line._dash_pattern)) for line in means}) == 28


class TestAxes:
    @pytest.mark.parametrize("plot", [plot_levels, plot_funnel, plot_kinds])
    def test_the_axes_given_are_drawn_on_and_returned(self, plot):
        figure = Figure()
        ax = figure.subplots()
        assert plot(many(2, kinds=KINDS), ax=ax) is ax
        assert figure.axes == [ax]
        assert lines(ax, "_mean")

    def test_a_constrained_layout_cuts_nothing_off(self):
        figure = Figure(figsize=(11, 9), layout="constrained")
        changes = [intervention(at, "A title of some length") for at in (12, 24, 100)]
        for ax, plot in zip(figure.subplots(2), (plot_levels, plot_funnel), strict=True):
            plot(many(5, interventions=changes, title=LONG[:140]), ax=ax)
        for ax in figure.axes:
            assert not outside(ax)
            assert not overlaps(draw(ax).values())

    def test_pyplot_is_left_alone(self):
        before = "matplotlib.pyplot" in sys.modules
        plot_levels([fake_run()])
        if before:
            assert not sys.modules["matplotlib.pyplot"].get_fignums()
        else:
            assert "matplotlib.pyplot" not in sys.modules


class TestSaving:
    @pytest.mark.parametrize("folder", ["x" * 300, "file/x", "a\0b", 3])
    def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(self, tmp_path, monkeypatch, folder):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "file").write_text("")
        with pytest.raises(InputError, match=r"cannot be made|give the path of a folder"):
            save_figures([fake_run()], folder)

    def test_files_are_named_and_returned(self, tmp_path):
        folder = tmp_path / "new" / "figures"
        paths = save_figures([fake_run(kinds=KINDS)], folder)
        names = ["levels.png", "levels.svg", "funnel.png", "funnel.svg", "kinds.png", "kinds.svg"]
        assert paths == [folder / name for name in names]
        assert all(path.stat().st_size > 1000 for path in paths)

    def test_kinds_are_drawn_only_where_there_are_kinds(self, tmp_path):
        assert {path.stem for path in save_figures([fake_run()], tmp_path)} == {"levels", "funnel"}

    def test_loops_are_drawn_only_where_a_further_one_acts(self, tmp_path):
        runs = many(3)
        for run in runs:
            run.scenario.loops.double.practice = 0.1
            steps = len(run.series)
            for who in ("staff", "practice", "service"):
                run.series[f"assumptions_right_{who}"] = np.linspace(0.5, 0.7, steps)
        paths = save_figures(runs, tmp_path)
        assert {path.stem for path in paths} == {"levels", "funnel", "loops"}
        figure = plot_loops(runs)
        single, double = figure.axes
        assert "Single loop" in flat(single)[0] and "Double loop" in flat(double)[0]
        assert [text for text in flat(double) if text.startswith("70 %")] == [
            "70 % staff",
            "70 % practices",
            "70 % service",
        ]

    def test_png_metadata_hold_the_provenance(self, tmp_path):
        path = save_figures(many(3, title="Ärzte & <co>\x01", changed={"steps": 60}), tmp_path)[0]
        with Image.open(path) as image:
            text = image.text
        assert text["Title"] == r"Ärzte & <co>\x01: levels"
        assert text["Software"] == "lpsim 0.1.0"
        self.check(text["Description"])

    def test_svg_metadata_hold_the_provenance(self, tmp_path):
        path = save_figures(many(3, title="Ärzte & <co>\x01", changed={"steps": 60}), tmp_path)[1]
        dc = "{http://purl.org/dc/elements/1.1/}"
        tree = ET.parse(path)
        assert next(tree.iter(f"{dc}title")).text == r"Ärzte & <co>\x01: levels"
        assert "lpsim 0.1.0" in "".join(next(tree.iter(f"{dc}creator")).itertext())
        assert not list(tree.iter(f"{dc}date"))
        self.check(next(tree.iter(f"{dc}description")).text)

    @staticmethod
    def check(description):
        found = json.loads(description)
        assert next(iter(found)) == "changed"
        assert found == {
            "changed": {"steps": 60},
            "lpsim": "0.1.0",
            "digest": "3f2a9bc47d10",
            "engine": "compiled",
            "seeds": [0, 1, 2],
        }

    def test_the_same_runs_give_the_same_bytes_whatever_the_settings(self, tmp_path):
        runs = many(3, kinds=KINDS, interventions=[intervention(24, "Reporting")])
        first = save_figures(runs, tmp_path / "a")
        with rc_context({"svg.fonttype": "none", "font.size": 20, "axes.facecolor": "red"}):
            second = save_figures(runs, tmp_path / "b")
        for one, other in zip(first, second, strict=True):
            assert Path(one).read_bytes() == Path(other).read_bytes(), one.name

    def test_twenty_runs_of_120_steps_take_seconds(self, tmp_path):
        runs = many(20, kinds=KINDS)
        start = time.process_time()
        save_figures(runs, tmp_path)
        assert time.process_time() - start < 6  # about one where it was written


def test_the_world_without_the_interventions_is_drawn_in_grey_and_told():
    scenario = Scenario().replace(
        {
            "steps": 4,
            "population.practices": 2,
            "interventions": [{"at": 2, "set": {"practice.reflection.rate": 0.5}}],
        }
    )
    runs = [lpsim.simulate(scenario, seed=seed) for seed in (1, 2)]
    before = [lpsim.simulate(scenario.adapted({"interventions": []}), seed=seed) for seed in (1, 2)]
    without = without_interventions(scenario, (1, 2), LEVELS)
    ax = plot_levels(runs, without=without)
    grey = [line for line in ax.get_lines() if line.get_label() == "_without"]
    assert [line.get_color() for line in grey] == ["0.55"] * 4
    for line, name in zip(grey, LEVELS, strict=True):
        mean = sum(run.column(name) for run in before) / 2
        assert line.get_ydata() == pytest.approx(mean)
    told = " ".join(text.get_text().replace("\n", " ") for text in ax.texts)
    assert "Grey: the mean of the same worlds without the interventions." in told


def test_a_number_and_its_per_cent_sign_stay_on_one_line():
    said = "its memory holds 49 % and the guidance 7 %, of all"
    for width in range(80, 300, 5):
        lines = page.wrap(said, width)[0].split("\n")
        assert " ".join(lines) == said
        assert not any(line.startswith("%") for line in lines)


def test_the_few_steps_that_were_looked_at_are_marked_and_told():
    scenario = Scenario().replace({"steps": 12, "population.practices": 2})
    for every, marker in ((1, "None"), (6, "o")):
        ax = plot_levels([lpsim.simulate(scenario.replace({"record.every": every}))])
        assert {line.get_marker() for line in ax.get_lines() if line.get_label() == "_mean"} == {marker}
        told = " ".join(text.get_text().replace("\n", " ") for text in ax.texts)
        assert ("Looked at in months 0, 6 and 12 only." in told) == (every == 6)
