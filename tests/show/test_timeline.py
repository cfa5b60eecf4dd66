"""Timelines show what the events say, and nothing on them covers or is cut off."""

import json
import re
import xml.etree.ElementTree as ET

import pytest
from lives import SERVICE, TIERS, born, life_of, lost, person, practice, taken
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection
from matplotlib.text import Text
from PIL import Image
from test_plots import overlaps
from test_story import simulated

from lpsim.analysis.life import Life
from lpsim.analysis.picks import PICKS, pick
from lpsim.model.state import body_uid, uid_parts
from lpsim.show.figures.timeline import lanes, plot_timeline, save_timeline

LONG = "What if every practice reported, and the service answered with guidance? " * 4
WHOLE_LIFE = (
    born(1),
    taken(4, 0, 1),
    taken(5, 0, practice(0), "codification"),
    taken(6, 0, person(2), "turnover"),
    taken(7, practice(0), SERVICE, "reporting"),
    taken(9, SERVICE, practice(1), "guidance"),
    lost(20, 0),
    lost(30, 1, "turnover"),
)
STAGES = {
    "collective": 4,
    "organizational": 5,
    "spread": 6,
    "channel": "newcomer",
    "system": 7,
    "returned": 9,
    "returned_by": "guidance",
}


def life(*happened, run=None, **row):
    return life_of(*(happened or WHOLE_LIFE), run=run, **(row if happened else STAGES | row))


def at_once(step, **row):
    """Everything happens in one step."""
    events = [(step, *event[1:]) for event in WHOLE_LIFE[:6]]
    stages = {name: step if isinstance(value, int) else value for name, value in STAGES.items()}
    return life(*events, **{**stages, **row})


def interventions(*steps):
    return [{"at": at, "title": f"{LONG[:80]} {at}", "set": {"turnover.prior": 0.1}} for at in steps]


MADE = {
    "a whole life": life(),
    "a mistake": life(right=False),
    "all in the first step": at_once(1),
    "all in the last step": at_once(60),
    "one after the other at the end": life(
        *((51 + event[0], *event[1:]) for event in WHOLE_LIFE[:6]),
        **{name: 51 + value if isinstance(value, int) else value for name, value in STAGES.items()},
    ),
    "only born": life(born(3)),
    "born in the last step": life(born(60)),
    "gone at once": life(born(3), lost(3, 0), lost=3, end="overwrote"),
    "three names in a row": life(
        *(born(1), taken(2, 0, 1), lost(4, 0), lost(4, 1)), collective=2, lost=4, end="overwrote"
    ),
    "an assumption": life(born(3, practice(1), "questioning"), organizational=3),
    "of the service": life(
        born(3, SERVICE, "questioning"), taken(4, SERVICE, practice(0), "guidance"), system=3, spread=4
    ),
    "one practice": life(born(3), run={"practices": 1}),
    "one step": life(born(1), run={"steps": 1}),
    "long names": life(
        run={
            "title": LONG,
            "step": "fortnight of the financial year",
            "population.tiers": [{"name": "W" * 60, "count": 2}, {"name": LONG[:70].strip(), "count": 1}],
            "interventions": interventions(1, 20, 24, 24 + 1, 59, 60),
        }
    ),
    "a long run": life(run={"steps": 1200}),
}


@pytest.fixture(scope="module")
def runs():
    return {config: simulated(config) for config in ("one_practice", "some_learning_practices")}


def picks(run):
    found = [pick(*run.journal(), what) for what in PICKS]
    return [number for number in found if number is not None]


def texts(figure):
    """The extents of all words on a figure, in pixels."""
    canvas = FigureCanvasAgg(figure)
    figure.draw_without_rendering()
    renderer = canvas.get_renderer()
    found = [
        text for ax in figure.axes for text in ax.findobj(Text) if text.get_text() and text.get_visible()
    ]
    hidden = [
        label
        for ax in figure.axes
        if not ax.axison
        for label in (*ax.get_xticklabels(), *ax.get_yticklabels())
    ]
    return {text: Text.get_window_extent(text, renderer) for text in found if text not in hidden}


def said(figure):
    return [" ".join(text.get_text().split()) for ax in figure.axes for text in ax.texts]


def cut_off(figure):
    edge = figure.bbox
    boxes = texts(figure)
    return [
        text.get_text()
        for text, box in boxes.items()
        if box.x0 < 0 or box.y0 < 0 or box.x1 > edge.x1 or box.y1 > edge.y1
    ]


def replayed(run, lesson, belongs):
    """How many of some holders there were at the end of each step, event by event."""
    events = run.lesson_events[run.lesson_events["lesson"] == lesson]
    holders, counts = set(), []
    happened = list(zip(events["step"], events["event"], events["to"], strict=True))
    for step in range(run.scenario.steps + 1):
        for when, event, to in happened:
            if when == step:
                holders ^= {to}
                assert (event != "lost") == (to in holders)
        counts.append(sum(belongs(*uid_parts(to)[:2]) for to in holders))
    return counts


class TestLanes:
    @pytest.mark.parametrize("config", ["one_practice", "some_learning_practices"])
    def test_counts_are_what_replaying_the_events_gives(self, runs, config):
        run = runs[config]
        some = {*picks(run), *run.lessons["lesson"].iloc[:: len(run.lessons) // 40]}
        for lesson in some:
            home = uid_parts(run.lessons["who"].iloc[lesson - 1])[1]
            rules = {
                "people of": lambda level, body, home=home: level == 0 and body == home,
                "the practice's memory": lambda level, body, home=home: level == 1 and body == home,
                f"practice {home}'s memory": lambda level, body, home=home: level == 1 and body == home,
                "people elsewhere": lambda level, body, home=home: level == 0 and body != home,
                "other practices' memories": lambda level, body, home=home: level == 1 and body != home,
                "the health service's guidance": lambda level, body: level == 2,
            }
            # An assumption is written nowhere.
            for name in [
                name for name in rules if "'s memory" in name or "memories" in name or "guidance" in name
            ]:
                word = name.replace("memory", "assumption").replace("memories", "assumptions")
                rules[word.replace("guidance", "assumption")] = rules[name]
            for lane in lanes(Life.of(run, lesson)).values():
                rule = next(rule for name, rule in rules.items() if lane.name.startswith(name))
                assert lane.counts.tolist() == replayed(run, lesson, rule)

    def test_stand_as_the_levels_do_and_say_how_many_could_hold_it(self):
        run = life(run={"population.tiers": TIERS})
        assert [(lane.name, lane.of) for lane in lanes(run).values()] == [
            ("people of practice 0", 15),
            ("practice 0's memory", 1),
            ("people elsewhere", 30),
            ("other practices' memories", 2),
            ("guidance below the national service", 2),
            ("the national service's guidance", 1),
        ]

    def test_that_nobody_could_be_in_are_left_out(self):
        names = [lane.name for lane in lanes(MADE["one practice"]).values()]
        assert names == ["people of the practice", "the practice's memory", "the health service's guidance"]
        names = [lane.name for lane in lanes(MADE["of the service"]).values()]
        assert names == ["people", "practices' assumptions", "the health service's assumption"]

    def test_that_were_never_touched_are_empty_and_say_never(self):
        figure = plot_timeline(MADE["only born"])
        assert said(figure).count("never") == 4
        assert "never" not in said(plot_timeline(MADE["a whole life"]))

    def test_bodies_below_the_top_have_a_lane_of_their_own(self):
        board = taken(6, practice(0), body_uid(0, 1), "reporting")
        below = lanes(life(born(1), board, run={"population.tiers": TIERS}))[4]
        assert below.counts.tolist() == [0] * 6 + [1] * 55


class TestWhatIsSaid:
    def test_milestones_are_named_in_the_lane_they_happened_in(self):
        figure = plot_timeline(MADE["a whole life"])
        marks = {
            ax.get_label(): [t.get_text() for t in ax.texts if ", month" in t.get_text()]
            for ax in figure.axes[1:]
        }
        assert marks == {
            "people of practice 0": ["collective, month 4", "born, month 1"],
            "practice 0's memory": ["organizational, month 5"],
            "people elsewhere": ["spread by a newcomer, month 6"],
            "other practices' memories": ["returned by guidance, month 9"],
            "the health service's guidance": ["system, month 7"],
        }

    def test_each_mark_has_a_line_at_its_step(self):
        ax = plot_timeline(MADE["a whole life"]).axes[1]
        assert sorted(line.get_xdata()[0] for line in ax.lines if len(line.get_xdata()) == 2) == [1, 4]

    def test_what_happened_in_one_step_and_lane_has_one_name(self):
        back = taken(9, SERVICE, practice(1), "guidance")
        run = life(born(1), back, spread=9, channel="guidance", returned=9, returned_by="guidance")
        assert "spread and returned by guidance, month 9" in said(plot_timeline(run))
        assert "born and lost (given up), month 3" in said(plot_timeline(MADE["gone at once"]))

    def test_a_lesson_raised_as_it_is_born_was_not_born_and_raised(self):
        texts = said(plot_timeline(life(born(2), raised=2)))
        assert "born; raised for a meeting, month 2" in texts
        assert "born and raised" not in " ".join(texts)

    @pytest.mark.parametrize(
        ("end", "process", "words"),
        [
            ("left", "turnover", "lost (last holder left), month 8"),
            ("forgot", "forgetting", "lost (forgotten), month 8"),
            ("overwrote", "discussion", "lost (given up), month 8"),
        ],
    )
    def test_the_end_is_named_with_its_cause(self, end, process, words):
        run = life(born(3), lost(8, 0, process), lost=8, end=end, end_level="staff")
        assert words in said(plot_timeline(run))

    def test_lanes_say_the_most_of_how_many_and_what_is_left_at_the_end(self):
        figure = plot_timeline(MADE["a whole life"])
        assert {"at most 2 of 15 (month 4)", "0 at the end", "at most 1 of 30 (month 6)"} <= set(said(figure))
        assert {"in 56 of 60 months", "held at the end"} <= set(said(figure))
        forgotten = life(
            born(1), taken(5, 0, practice(0), "codification"), lost(7, practice(0)), organizational=5
        )
        assert {"in 2 of 60 months", "not held at the end"} <= set(said(plot_timeline(forgotten)))

    def test_every_lane_has_its_own_scale_from_none_to_its_most(self):
        told = [taken(2, 0, number) for number in range(1, 8)]
        ax = plot_timeline(life(born(1), *told)).axes[1]
        assert [label.get_text() for label in ax.get_yticklabels()] == ["0", "8"]

    def test_who_held_it_from_one_step_to_another_stands_between_them(self):
        ax = plot_timeline(life(born(3), lost(8, 0), lost=8)).axes[1]
        (area,) = ax.findobj(PolyCollection)
        held = [x for path in area.get_paths() for x, y in path.vertices if y > 0]
        assert (min(held), max(held)) == (3, 8)
        assert "steps-post" in {line.get_drawstyle() for line in ax.lines}

    def test_the_heading_says_what_lesson_it_is(self):
        words = said(plot_timeline(MADE["a whole life"]))
        assert "Lesson 1: issue 3, right; a GP in practice 0, month 1" in words
        assert any("One run (seed 1): another seed gives other numbers" in text for text in words)

    def test_collective_is_explained_where_most_had_the_view_from_elsewhere(self):
        explained = "Collective: most of the team share the view, though not all by this lesson."
        assert explained in " ".join(said(plot_timeline(MADE["a whole life"])))
        told = [taken(2, 0, number) for number in range(1, 8)]
        assert explained not in " ".join(said(plot_timeline(life(born(1), *told, collective=2))))

    def test_a_mistake_is_named_and_hatched_and_what_is_right_is_neither(self):
        def hatched(figure):
            return {area.get_hatch() for ax in figure.axes for area in ax.findobj(PolyCollection)}

        mistake, right = (plot_timeline(MADE[name]) for name in ("a mistake", "a whole life"))
        assert any("issue 3, MISTAKEN;" in text for text in said(mistake))
        assert any("Hatched: they hold a mistake." in text for text in said(mistake))
        assert hatched(mistake) == {"////"}
        assert hatched(right) == {None}
        assert not re.search("mistake", " ".join(said(right)), re.IGNORECASE)

    def test_interventions_are_marked_as_in_other_figures(self):
        figure = plot_timeline(life(run={"interventions": interventions(20)}))
        assert any(text.startswith("from month 20: What if") for text in said(figure))

    @pytest.mark.parametrize("step", ["", "round"])
    def test_steps_are_called_what_the_scenario_calls_them(self, step):
        figure = plot_timeline(life(run={"step": step}))
        assert figure.axes[1].get_xlabel() == f"time ({step or 'step'}s)"
        assert f"system, {step or 'step'} 7" in said(figure)


class TestEveryTimeline:
    @pytest.mark.parametrize("made", MADE.values(), ids=MADE)
    def test_texts_never_overlap_and_nothing_is_cut_off(self, made):
        figure = plot_timeline(made)
        assert not overlaps(texts(figure).values())
        assert not cut_off(figure)

    @pytest.mark.parametrize("config", ["one_practice", "some_learning_practices"])
    def test_of_simulated_lessons_neither(self, runs, config):
        for lesson in picks(runs[config]):
            figure = plot_timeline(Life.of(runs[config], lesson))
            assert not overlaps(texts(figure).values())
            assert not cut_off(figure)

    @pytest.mark.parametrize(
        "name", ["a whole life", "all in the last step", "one after the other at the end"]
    )
    def test_no_line_of_a_mark_crosses_the_name_of_another(self, name):
        figure = plot_timeline(MADE[name])
        boxes = texts(figure)
        for ax in figure.axes[1:]:
            names = [boxes[text] for text in ax.texts if ", month" in text.get_text()]
            for line in (line for line in ax.lines if len(line.get_xdata()) == 2):
                (x, low), (_, high) = ax.transData.transform(line.get_xydata())
                assert not any(b.x0 < x < b.x1 and b.y0 < high and low < b.y1 for b in names)


class TestFiles:
    def test_are_a_png_and_an_svg_named_by_the_lesson(self, tmp_path):
        files = save_timeline(MADE["a whole life"], tmp_path / "new" / "folder")
        assert [file.name for file in files] == ["lesson-1.png", "lesson-1.svg"]
        assert all(file.stat().st_size > 0 for file in files)

    def test_the_same_run_gives_the_same_bytes(self, tmp_path):
        one, other = (save_timeline(MADE["a mistake"], tmp_path / name) for name in ("one", "other"))
        assert [file.read_bytes() for file in one] == [file.read_bytes() for file in other]

    def test_hold_the_provenance(self, tmp_path):
        whole = MADE["a whole life"]
        run = whole.run
        png, svg = save_timeline(whole, tmp_path)
        about = json.loads(Image.open(png).text["Description"])
        source = {"lpsim": "0.1.0", "digest": run.scenario.digest, "engine": "reference", "seeds": [1]}
        assert about == {"changed": run.scenario.given.changed, **source}
        assert run.scenario.digest in ET.tostring(ET.parse(svg).getroot(), encoding="unicode")
