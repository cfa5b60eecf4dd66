"""The figure of lessons draws the numbers of the tables, to the scale it names, and leaves all readable."""

import json
import sys
from functools import cache
from itertools import pairwise
from types import SimpleNamespace

import pytest
from lesson_rows import (
    ALL_THE_WAY,
    BY_THE_PRACTICE,
    COUNTED,
    FORGOTTEN_BY_ALL,
    KNOWN,
    MISTAKEN,
    OVERWRITTEN,
    SPREAD_ALONE,
    journal,
)
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import Rectangle
from PIL import Image
from test_plots import CHANGED, LONG, luminance, overlaps

import lpsim
from lpsim.analysis.funnel import endings_over, stages_over
from lpsim.analysis.observed import OBSERVED
from lpsim.errors import InputError
from lpsim.lessons.stages import REACHED
from lpsim.show.figures import flow
from lpsim.show.figures.flow import plot_flow, save_flow
from lpsim.show.text.funnel import observed_words


def fake_run(table, seed=7, *, title="A title", digest="3f2a9bc47d10", changed=()):
    given = SimpleNamespace(changed=dict(changed))
    scenario = SimpleNamespace(title=title, step="month", given=given)
    source = {"lpsim": "0.1.0", "digest": digest, "engine": "compiled", "seed": seed}
    return SimpleNamespace(scenario=scenario, seed=seed, provenance=source, journal=lambda: (table, None))


RAISED = [
    *[{**FORGOTTEN_BY_ALL, "raised": 1}] * 30,
    *[{**MISTAKEN, "raised": 1, "analysed": 3}] * 12,
    *[{**ALL_THE_WAY, "raised": 2, "analysed": 3}] * 2,
]


def many_lessons(k=0):
    """About as in a service of a hundred practices: few of thousands come back."""
    rows = [FORGOTTEN_BY_ALL] * 2000 + [OVERWRITTEN] * (900 + 10 * k) + [MISTAKEN] * 80
    return journal(*rows, *[SPREAD_ALONE] * 300, *[ALL_THE_WAY] * (k + 3), *[BY_THE_PRACTICE] * 9)


CASES = {
    "one run": [fake_run(many_lessons())],
    "four runs": [fake_run(many_lessons(k), seed=k) for k in range(4)],
    "six lessons": [fake_run(journal(*COUNTED))],
    "one lesson": [fake_run(journal(ALL_THE_WAY))],
    "a lesson in one run of three": [fake_run(journal(*[MISTAKEN] * k), seed=k) for k in (0, 0, 1)],
    "nothing to count": [fake_run(journal(KNOWN))],
    "all end at once": [fake_run(journal(*[FORGOTTEN_BY_ALL] * 50))],
    "all skip all": [fake_run(journal(*[{**ALL_THE_WAY, **dict.fromkeys(REACHED[1:-1])}] * 40))],
    "events": [fake_run(journal(*RAISED, *COUNTED)), fake_run(journal(*COUNTED), seed=8)],
    "half a million lessons": [
        fake_run(journal(*COUNTED, *[OVERWRITTEN] * 50).iloc[[0, 3, 4] * 10_000 + [1] * 50], seed=s)
        for s in (1, 2)
    ],
    "a long title and large seeds": [
        fake_run(many_lessons(k), seed=2**64 - 9 * (k + 1), title=LONG, changed=CHANGED) for k in range(20)
    ],
}
every_case = pytest.mark.parametrize("case", CASES)


@cache
def drawn(case):
    """The figure of a case, drawn once, and the extents of all its texts, in pixels."""
    figure = plot_flow(CASES[case])
    canvas = FigureCanvasAgg(figure)
    figure.draw_without_rendering()
    return figure, [text.get_window_extent(canvas.get_renderer()) for text in figure.axes[0].texts]


@cache
def tables_of(case):
    """Its stages and endings, over runs."""
    tables = [run.journal()[0] for run in CASES[case]]
    return stages_over(tables), endings_over(tables)


def said(figure):
    return " ".join(text.get_text() for text in figure.axes[0].texts)


def blocks(figure):
    """Heights in inches by label; of those drawn twice the first, to the main scale, then the enlarged."""
    heights = {}
    for patch in figure.axes[0].patches:
        if isinstance(patch, Rectangle) and ": " in patch.get_label():
            heights.setdefault(patch.get_label(), []).append(patch.get_height())
    return heights


def main(figure, label):
    return blocks(figure).get(label, [0])[0]


@every_case
class TestEveryFigure:
    def test_texts_never_overlap(self, case):
        assert not overlaps(drawn(case)[1])

    def test_nothing_is_cut_off(self, case):
        figure, texts = drawn(case)
        edge = figure.bbox
        for box in texts:
            assert edge.x0 < box.x0 < box.x1 < edge.x1
            assert edge.y0 < box.y0 < box.y1 < edge.y1

    def test_no_text_stands_on_a_block_a_ribbon_or_a_key(self, case):
        figure, texts = drawn(case)
        for patch in figure.axes[0].patches:
            if patch.get_zorder() > 0:  # all but the box of the observed rates
                outline = patch.get_path().transformed(patch.get_transform())
                assert not any(outline.intersects_bbox(box, filled=True) for box in texts)

    def test_the_blocks_have_the_heights_of_the_table(self, case):
        figure, number = drawn(case)[0], tables_of(case)[0].set_index("stage")["reached"]
        scale = main(figure, "reached: born") / (number["born"] or 1)
        for stage in number.index:
            assert main(figure, f"reached: {stage}") == pytest.approx(scale * number[stage])

    def test_what_ends_has_the_height_of_the_table(self, case):
        figure, (stages, table) = drawn(case)[0], tables_of(case)
        scale = main(figure, "reached: born") / (stages["reached"][0] or 1)
        held = table["end"] == "held"
        for stage in stages["stage"]:
            for fate, some in (("still held", held), ("lost", ~held)):
                number = table[some & (table["stage"] == stage)]["lessons"].sum()
                assert main(figure, f"{fate}: {stage}") == pytest.approx(scale * number)

    def test_no_lesson_is_lost_between_two_columns(self, case):
        figure = drawn(case)[0]
        for here, there in pairwise(tables_of(case)[0]["stage"]):
            stays = main(figure, f"reached: {there}") + main(figure, f"skipped: {there}")
            ends = main(figure, f"still held: {here}") + main(figure, f"lost: {here}")
            comes = main(figure, f"reached: {here}") + main(figure, f"skipped: {here}")
            assert comes == pytest.approx(stays + ends)

    def test_the_observed_rates_are_labelled_observed_and_what_was_set_by_them_is_told(self, case):
        text = said(drawn(case)[0])
        assert "Observed in general practice" in text
        assert "set by these" in text
        assert "no simulated number is quite the same quantity" in text
        for rate in OBSERVED:
            assert f"{100 * rate.value:g} % {' '.join(observed_words(rate))}" in text


class TestLabels:
    def test_every_column_names_its_stage_its_number_and_its_share(self):
        text = said(drawn("six lessons")[0])
        assert " born collective organizational spread system returned someone in a practice, " in text
        assert (
            " 6 3 3 2 1 1 lessons 50 % of all 50 % of all 33.3 % of all 16.7 % of all 16.7 % of all " in text
        )
        assert " 2 skipped it 1 skipped it " in text  # the third and fifth columns

    def test_every_exit_names_how_many_ended_there_and_how(self):
        text = said(drawn("six lessons")[0])
        for label in ("lost 1 16.7 % of all", "still held 1 16.7 % of all lost 1 16.7 % of all"):
            assert label in text
        assert "lost 0" not in text

    def test_shares_of_columns_and_of_exits_are_of_one_kind(self):
        """One of 1 and one of 3 is a share of 66.7 %, though 2 of 4 lessons."""
        runs = [journal(BY_THE_PRACTICE), journal(BY_THE_PRACTICE, OVERWRITTEN, OVERWRITTEN)]
        text = said(plot_flow([fake_run(table, seed) for seed, table in enumerate(runs)]))
        assert text.count("66.7 % of all") == 2

    def test_several_runs_have_brackets_and_one_has_none(self):
        text = said(drawn("four runs")[0])
        assert "Means of 4 runs (seeds 0–3), which differ by chance alone" in text
        assert "in brackets the 95 % interval of the mean" in text
        # 3292, 3303, 3314 and 3325 lessons: 3308.5 -+ 3.182446 * 14.2009 / 2.
        assert "[3,286 to 3,331]" in text
        assert "[" not in said(drawn("one run")[0])

    def test_one_run_is_said_to_be_one_run(self):
        assert "One run (seed 7): another seed gives other numbers" in said(drawn("one run")[0])

    @pytest.mark.parametrize(
        ("seeds", "text"), [((3, 1, 2), "1–3"), ((1, 2), "1, 2"), ((1, 2, 4), "1, 2, 4")]
    )
    def test_seeds_are_named(self, seeds, text):
        runs = [fake_run(many_lessons(), seed) for seed in seeds]
        assert f"Means of {len(seeds)} runs (seeds {text})" in said(plot_flow(runs))

    def test_what_is_left_out_is_said(self):
        assert "Left out: 1 that most of the team held already" in said(drawn("nothing to count")[0])

    def test_a_run_without_lessons_says_so_and_draws_none(self):
        figure = drawn("nothing to count")[0]
        assert "No lesson was born in a practice whose team did not hold it already." in said(figure)
        assert not blocks(figure)

    def test_a_title_is_no_mathematics(self):
        figure = plot_flow([fake_run(journal(*COUNTED), title="costs $5 or $6")])
        assert "costs $5 or $6" in said(figure)
        assert not any(text.get_parse_math() for text in figure.axes[0].texts)

    def test_text_is_dark_enough_to_read_on_white(self):
        for text in drawn("four runs")[0].axes[0].texts:
            assert 1.05 / (luminance(text.get_color()) + 0.05) > 4.5


class TestEnlargement:
    def test_the_few_that_reached_the_service_are_drawn_again_and_said_to_be_out_of_scale(self):
        figure = drawn("one run")[0]
        assert blocks(figure)["reached: returned"][1] == pytest.approx(flow.LARGE)
        assert "Enlarged, NOT to the scale above" in said(figure)
        assert "the 3 lessons, 0.091 % of all" in said(figure)
        assert said(figure).count("3 of 3") == 6

    def test_the_enlargement_named_is_the_one_drawn(self):
        figure = drawn("one run")[0]
        first, second = blocks(figure)["reached: returned"]
        named = said(figure).split("drawn about ")[1].split(" times")[0]
        assert float(named.replace(",", "")) == pytest.approx(second / first, rel=0.05)

    def test_where_many_reached_the_service_nothing_is_enlarged(self):
        figure = drawn("six lessons")[0]
        assert "Enlarged" not in said(figure)
        assert {len(heights) for heights in blocks(figure).values()} == {1}

    def test_where_none_did_the_figure_says_so(self):
        text = said(drawn("all end at once")[0])
        assert "No lesson got into the service's guidance or came back from it." in text

    def test_the_least_block_has_an_outline_one_can_see(self):
        patches = drawn("one run")[0].axes[0].patches
        assert all(patch.get_linewidth() >= 0.4 for patch in patches)


class TestColours:
    def test_skipped_held_and_lost_differ_without_colour(self):
        looks = [flow.DOTTED, *flow.LOOKS.values()]
        assert len({look.get("hatch") for look in looks}) == 3

    def test_levels_have_the_colours_of_the_other_figures(self):
        levels = [flow.INKS[stage] for stage in ("born", "collective", "organizational", "system")]
        assert levels == list(flow.COLOURS[:4])
        assert len(set(flow.INKS.values())) == 7  # what is raised and what is analysed share one

    def test_pyplot_is_left_alone(self):
        before = "matplotlib.pyplot" in sys.modules
        plot_flow(CASES["six lessons"])
        assert ("matplotlib.pyplot" in sys.modules) == before


class TestRefusals:
    def test_no_runs_and_runs_of_two_scenarios_are_refused(self, tmp_path):
        with pytest.raises(InputError, match="none were given"):
            plot_flow([])
        two = [fake_run(journal(*COUNTED), digest=digest) for digest in ("one", "another")]
        with pytest.raises(InputError, match="one scenario"):
            save_flow(two, tmp_path / "new")
        assert not (tmp_path / "new").exists()

    def test_a_run_without_a_journal_is_refused_before_a_folder_is_made(self, tmp_path):
        scenario = lpsim.Scenario().replace({"steps": 1, "population.practices": 1})
        with pytest.raises(InputError, match="kept no journal"):
            save_flow([lpsim.simulate(scenario)], tmp_path / "new")
        assert not (tmp_path / "new").exists()


class TestSaving:
    def test_files_are_named_and_returned(self, tmp_path):
        folder = tmp_path / "new" / "figures"
        paths = save_flow(CASES["one run"], folder)
        assert paths == [folder / "lessons.png", folder / "lessons.svg"]
        assert all(path.stat().st_size > 1000 for path in paths)

    def test_metadata_hold_the_provenance(self, tmp_path):
        png, svg = save_flow(CASES["four runs"], tmp_path)
        with Image.open(png) as image:
            text = image.text
        assert text["Title"] == "A title: lessons"
        source = {
            "changed": {},
            "lpsim": "0.1.0",
            "digest": "3f2a9bc47d10",
            "engine": "compiled",
            "seeds": [0, 1, 2, 3],
        }
        assert json.loads(text["Description"]) == source
        assert "3f2a9bc47d10" in svg.read_text(encoding="utf-8")

    def test_the_same_runs_give_the_same_bytes_whatever_the_settings(self, tmp_path):
        runs = CASES["four runs"]
        first = save_flow(runs, tmp_path / "a")
        with rc_context({"svg.fonttype": "none", "font.size": 20, "hatch.linewidth": 5}):
            second = save_flow(runs, tmp_path / "b")
        for one, other in zip(first, second, strict=True):
            assert one.read_bytes() == other.read_bytes(), one.name
