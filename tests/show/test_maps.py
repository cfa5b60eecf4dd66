"""The maps show what the tables say, always in the same places, and nothing is cut off or covered."""

import dataclasses
import json
import random
import re
from collections import defaultdict

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_hex, to_rgba
from matplotlib.patches import FancyArrowPatch
from PIL import Image

from lpsim.analysis.life import Life
from lpsim.errors import InputError
from lpsim.lessons.stages import STAGES
from lpsim.model.state import uid_parts
from lpsim.population.build import build
from lpsim.runs.simulate import simulate
from lpsim.scenario import Scenario
from lpsim.show.figures import journey, layout, maps, sheet
from lpsim.show.figures.journey import frames, plot_journey, save_animation, save_journey
from lpsim.show.figures.layout import lay_out
from lpsim.show.figures.maps import plot_practices, save_practices
from lpsim.show.text.vocabulary import WAYS

BASE = {
    "title": "A small service that costs $5 and $6",
    "step": "month",
    "steps": 24,
    "record": {"lessons": True},
    "world": {"issues": 12, "domains": 3},
    "population": {
        "practices": 12,
        "spread": 0.4,
        "tiers": [{"name": "board", "count": 3}, {"name": "national service", "count": 1}],
    },
    "roles": {
        "gp": {"headcount": 2, "turnover": 0.05},
        "nurse": {"headcount": 3, "turnover": 0.08, "voice": 0.8},
    },
    "network": {"practices": "groups", "groups": 4, "rewire": 0.05},
    "service": {
        "reporting": {"share": 0.5, "rate": 0.3},
        "guidance": {"rate": 0.08},
        "networking": {"meetings": 0.3},
        "training": {"attendance": 0.03, "curriculum": 0.3},
    },
    "turnover": {"experienced": 0.5},
    "practice": {"codification": {"meetings": 0.4, "rate": 0.2}},
    "loops": {"double": {"staff": 0.02, "practice": 0.3, "service": 0.9, "evidence": 1}},
    "kinds": [
        {"name": "learning practice", "share": 0.3, "set": {"practice.discussion.meetings": 0.9}},
    ],
}
ALONE = {
    "population": {"practices": 1, "spread": 0.0},
    "network": {},
    "kinds": [],
    "service": {"reporting": {"share": 1.0, "rate": 0.5}},
}


def scenario(overrides=None, **tables):
    return Scenario.model_validate({**BASE, **tables}).replace(overrides or {})


def structure(overrides=None, *, seed=1, **tables):
    return build(scenario(overrides, **tables), seed).structure


@pytest.fixture(scope="module")
def run():
    return simulate(scenario(), seed=3)


@pytest.fixture(scope="module")
def one():
    return simulate(scenario(**ALONE), seed=1)


@pytest.fixture
def aggregated(run, monkeypatch):
    """The same run, as if twelve practices were too many to draw."""
    monkeypatch.setattr(layout, "MOST_NODES", 11)
    return run


@pytest.fixture(scope="module")
def furthest(run):
    """The lesson that reached the most stages, and of these had the most events."""
    lessons, events = run.journal()
    stages = lessons[list(STAGES)].notna().sum(axis=1)
    count = lessons["lesson"].map(events["lesson"].value_counts())
    return int(lessons["lesson"].iloc[np.lexsort((count, stages))[-1]])


def journey_of(run, lesson):
    return journey.Journey.of(Life.of(run, lesson))


def numbers_of(run, how):
    """Up to 30 lessons of a run, the busiest or evenly chosen ones."""
    lessons, events = run.journal()
    if how == "busiest":
        return events["lesson"].value_counts().index[:30].tolist()
    return lessons["lesson"].iloc[:: max(1, len(lessons) // 30)].tolist()


def carrying_by_hand(run, lesson, step):
    """Who has gained a lesson more often than lost it, one event after the other."""
    _, events = run.journal()
    balance = defaultdict(int)
    for row in events[(events["lesson"] == lesson) & (events["step"] <= step)].itertuples():
        balance[row.to] += -1 if row.event == "lost" else 1
    assert set(balance.values()) <= {0, 1}
    return {number for number, held in balance.items() if held}


def at_hand(run, lesson, step, practices):
    """Staff of each practice, memories and bodies that have a lesson, from the events."""
    staff, memories, bodies = np.zeros(practices, dtype=int), set(), set()
    for number in carrying_by_hand(run, lesson, step):
        level, body, _, _ = uid_parts(int(number))
        if level == 0:
            staff[body] += 1
        elif level == 1:
            memories.add(body)
        else:
            bodies.add((level - 2, body))
    return staff, memories, bodies


def marks(panel, *, zorder, label=None):
    """Offsets and colours of the markers of a layer, by place."""
    found = {}
    for part in panel.collections:
        if isinstance(part, PathCollection) and part.get_zorder() == zorder:
            if label is not None and part.get_label() != label:
                continue
            count = len(part.get_offsets())
            faces = np.broadcast_to(part.get_facecolor(), (count, 4))
            found |= {
                tuple(np.round(at, 6)): to_hex(face)
                for at, face in zip(part.get_offsets(), faces, strict=True)
            }
    return found


def place(xy):
    return tuple(np.round(xy, 6))


def panels(figure):
    return [axes for axes in figure.axes if axes.spines["left"].get_edgecolor() == to_rgba("0.85")]


def titles(figure):
    return [text.get_text().replace("\n", " ") for text in figure.texts]


def texts(figure):
    """All words of a figure with their extents, in pixels."""
    canvas = FigureCanvasAgg(figure)
    figure.draw_without_rendering()
    found = [*figure.texts]
    for axes in figure.axes:
        found += [*axes.texts, *(axes.get_xticklabels() if axes.get_xticks().size else [])]
    for legend in figure.legends:
        found += legend.get_texts()
    extent = type(figure.text(0, 0, "")).get_window_extent
    renderer = canvas.get_renderer()
    return [(text.get_text(), extent(text, renderer)) for text in found if text.get_text()]


def overlaps(boxes):
    shrunk = [(b.x0 + 0.5, b.y0 + 0.5, b.x1 - 0.5, b.y1 - 0.5) for b in boxes]
    return any(
        a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
        for i, a in enumerate(shrunk)
        for b in shrunk[:i]
    )


def assert_readable(figure):
    found = texts(figure)
    wide, high = figure.bbox.size
    for text, box in found:
        assert min(box.x0, box.y0, wide - box.x1, high - box.y1) >= 0, text
    assert not overlaps([box for _, box in found])


NETWORKS = {
    "none": {"network.practices": "none"},
    "one": {"population.practices": 1, "network.practices": "none", "network.rewire": 0.0},
    "two": {"population.practices": 2, "network.groups": 2},
    "ring": {"network.practices": "ring"},
    "long ring": {"network.practices": "ring", "population.practices": 130},
    "small world": {"network.practices": "small_world", "population.practices": 40},
    "random": {"network.practices": "random", "population.practices": 60},
    "groups": {"population.practices": 43, "network.groups": 5},
    "one large group": {"population.practices": 30, "network.groups": 26},
    "colleagues": {"network.practices": "none", "network.rewire": 0.3},
    "professions": {"population.practices": 50, "network.professional": 5},
    "sizes": {"population.spread": 3.0, "population.practices": 60, "network.practices": "none"},
    "too many": {"population.practices": 401, "network.practices": "none", "network.rewire": 0.0},
}


@pytest.fixture(scope="module", params=NETWORKS.values(), ids=NETWORKS)
def network(request):
    return structure(request.param)


class TestLayout:
    def test_the_same_structure_has_the_same_map(self, network):
        one, other = lay_out(network), lay_out(network)
        for field in dataclasses.fields(layout.Map):
            assert np.array_equal(getattr(one, field.name), getattr(other, field.name)), field.name

    def test_no_two_nodes_touch(self, network):
        spot = lay_out(network)
        apart = np.hypot(*np.moveaxis(spot.xy[:, None] - spot.xy[None], -1, 0))
        np.fill_diagonal(apart, np.inf)
        assert (apart > spot.radius[:, None] + spot.radius).all()

    def test_all_nodes_are_inside_the_box(self, network):
        spot = lay_out(network)
        assert (spot.xy >= spot.radius[:, None]).all()
        assert (spot.xy + spot.radius[:, None] <= [layout.ACROSS, layout.UP]).all()

    def test_area_is_the_number_of_staff(self, network):
        spot = lay_out(network)
        np.testing.assert_allclose(spot.radius**2 / spot.staff, spot.radius[0] ** 2 / spot.staff[0])
        assert spot.staff.sum() == network.staff

    def test_ties_are_those_of_the_structure(self, network):
        spot = lay_out(network)
        wanted = {
            (spot.node[i], spot.node[j])
            for i in range(network.practices)
            for j in network.practice_ties.of(i)
            if spot.node[i] < spot.node[j]
        }
        assert {tuple(pair) for pair in spot.ties.tolist()} == wanted

    def test_the_world_is_not_asked_for_chance(self, network):
        before = random.getstate(), str(np.random.get_state())  # noqa: NPY002
        lay_out(network)
        assert (random.getstate(), str(np.random.get_state())) == before  # noqa: NPY002

    def test_members_of_a_group_are_nearer_to_each_other_than_to_other_groups(self):
        spot = lay_out(structure({"population.practices": 40, "network.groups": 5}))
        centres = spot.xy.reshape(8, 5, 2).mean(axis=1)
        nearest = np.argmin(np.hypot(*np.moveaxis(spot.xy[:, None] - centres, -1, 0)), axis=1)
        assert nearest.tolist() == np.repeat(np.arange(8), 5).tolist()

    def test_a_ring_is_a_ring(self):
        spot = lay_out(structure({"network.practices": "ring"}))
        middle = spot.xy.mean(axis=0)
        np.testing.assert_allclose(np.ptp(np.hypot(*(spot.xy - middle).T)), 0, atol=1e-3)

    def test_without_ties_practices_of_a_body_stand_together(self):
        made = structure({"network.practices": "none", "network.rewire": 0.0, "population.practices": 30})
        spot = lay_out(made)
        for body in range(3):
            mine, others = spot.xy[made.practice_body == body], spot.xy[made.practice_body != body]
            inside = ((others >= mine.min(axis=0)) & (others <= mine.max(axis=0))).all(axis=1)
            assert not inside.any()

    def test_ties_of_colleagues_are_drawn_where_they_are_few_and_counted_where_not(self):
        few = lay_out(structure(NETWORKS["colleagues"]))
        many = lay_out(structure(NETWORKS["professions"]))
        assert len(few.staff_ties)
        assert not few.staff_ties_left_out
        assert not len(many.staff_ties)
        assert f"{many.staff_ties_left_out:,} pairs of practices" in layout.about_ties(many)

    def test_bodies_stand_above_the_practices_in_order(self):
        rows = layout.body_places(structure())
        assert [len(row) for row in rows] == [3, 1]
        assert (np.diff(rows[0][:, 0]) > 0).all()
        assert layout.UP < rows[0][0, 1] < rows[1][0, 1] < layout.top(structure())


class TestAggregation:
    def test_a_node_is_a_body_of_the_first_tier_above_the_limit(self):
        made = structure(NETWORKS["too many"])
        spot = lay_out(made)
        assert (spot.unit, len(spot.names)) == ("board", 3)
        assert spot.node.tolist() == made.practice_body.tolist()
        assert spot.practices.tolist() == [134, 134, 133]

    def test_four_hundred_practices_are_drawn_one_by_one(self):
        spot = lay_out(structure({**NETWORKS["too many"], "population.practices": 400}))
        assert (spot.unit, len(spot.names)) == ("practice", 400)

    def test_a_tier_with_too_many_bodies_gives_way_to_the_next(self, monkeypatch):
        monkeypatch.setattr(layout, "MOST_NODES", 4)
        tiers = [{"name": "network", "count": 6}, {"name": "board", "count": 2}, {"name": "service"}]
        made = structure(population={"practices": 12, "spread": 0.0, "tiers": tiers})
        spot = lay_out(made)
        assert spot.unit == "board"
        assert spot.node.tolist() == made.parent_body[0][made.practice_body].tolist()

    def test_under_one_body_kinds_are_taken_together(self, monkeypatch):
        monkeypatch.setattr(layout, "MOST_NODES", 4)
        made = structure(population={"practices": 10, "spread": 0.0})
        spot = lay_out(made)
        assert spot.names == ("other practices", "learning practice")
        assert spot.practices.tolist() == [7, 3]

    def test_without_kinds_all_are_taken_together(self, monkeypatch):
        monkeypatch.setattr(layout, "MOST_NODES", 4)
        made = structure(population={"practices": 10, "spread": 0.0}, kinds=[])
        spot = lay_out(made)
        assert len(spot.names) == 1
        assert "the circle is all 10 (50 people)" in layout.about_nodes(spot)

    def test_ties_between_bodies_are_counted(self, monkeypatch):
        monkeypatch.setattr(layout, "MOST_NODES", 11)
        made = structure()  # practice p is under board p mod 3 and tied to the others of p div 4
        spot = lay_out(made)
        by_hand = defaultdict(int)
        for first in (0, 4, 8):
            for i in range(first, first + 4):
                for j in range(i + 1, first + 4):
                    if i % 3 != j % 3:
                        by_hand[min(i % 3, j % 3), max(i % 3, j % 3)] += 1
        assert dict(zip(map(tuple, spot.ties.tolist()), spot.weight.tolist(), strict=True)) == by_hand

    def test_colours_are_the_means_of_the_practices(self, aggregated):
        (panel,) = panels(plot_practices(aggregated, [24]))
        spot = lay_out(aggregated.structure())
        table = aggregated.practices[aggregated.practices["step"] == 24]["practice_knowledge"].to_numpy()
        for body in range(3):
            mean = sum(table[body::3]) / 4
            colour = maps.COLOURS_OF_KNOWLEDGE(maps.SCALE(mean)) if mean >= 0 else "white"
            assert marks(panel, zorder=3)[place(spot.xy[body])] == to_hex(colour)

    def test_the_figure_says_what_it_took_together(self, aggregated, furthest):
        for figure in (plot_practices(aggregated), plot_journey(Life.of(aggregated, furthest))):
            said = " ".join(titles(figure))
            assert "12 are drawn as 3 circles" in said
            assert "one body of the tier “board” taken together" in said

    def test_the_fill_is_the_share_of_practices_that_have_it(self, aggregated, furthest):
        way = journey_of(aggregated, furthest)
        for step in range(25):
            staff, memories, _ = at_hand(aggregated, furthest, step, 12)
            has = [staff[p] > 0 or p in memories for p in range(12)]
            shares = [sum(has[body::3]) / 4 for body in range(3)]
            wanted = [journey.FILLS[int(share > 0) + int(share > 0.1)] for share in shares]
            assert journey.fills(way, step) == wanted


class TestPractices:
    def test_colours_are_the_values_of_the_table(self, run):
        steps = [0, 7, 24]
        spot = lay_out(run.structure())
        for step, panel in zip(steps, panels(plot_practices(run, steps)), strict=True):
            rows = run.practices[run.practices["step"] == step].set_index("practice")
            drawn = marks(panel, zorder=3)
            assert len(drawn) == 12
            for name, xy in zip(spot.names, spot.xy, strict=True):
                value = rows.loc[name, "practice_knowledge"]
                wanted = maps.COLOURS_OF_KNOWLEDGE(maps.SCALE(value)) if value >= 0 else "white"
                assert drawn[place(xy)] == to_hex(wanted)

    def test_all_panels_have_the_same_places(self, run):
        places = [set(marks(panel, zorder=3)) for panel in panels(plot_practices(run))]
        assert len(places) == 6
        assert all(one == places[0] for one in places)

    def test_the_scale_is_the_same_for_every_run(self):
        assert (maps.SCALE.vmin, maps.SCALE.vmax) == (0, 1)

    def test_more_knowledge_is_darker_in_grey(self):
        colours = maps.COLOURS_OF_KNOWLEDGE(np.linspace(0, 1, 101))[:, :3]
        assert (np.diff(colours @ [0.2126, 0.7152, 0.0722]) < 0).all()

    def test_practices_more_wrong_than_right_are_crossed_and_the_key_says_so(self, run):
        value = np.where(np.arange(12) == 5, -0.25, 0.5)
        table = pd.DataFrame({"step": 0, "practice": range(12), "practice_knowledge": value})
        figure = plot_practices(dataclasses.replace(run, tables={**run.tables, "practices": table}))
        (panel,) = panels(figure)
        spot = lay_out(run.structure())
        assert list(marks(panel, zorder=4)) == [place(spot.xy[5])]
        assert marks(panel, zorder=3)[place(spot.xy[5])] == "#ffffff"
        key = [text.get_text() for text in figure.legends[0].get_texts()]
        assert "below 0: more wrong than right" in key

    def test_kinds_have_shapes_and_a_key(self, run):
        figure = plot_practices(run, [0])
        (panel,) = panels(figure)
        by_shape = [len(part.get_offsets()) for part in panel.collections if part.get_zorder() == 3]
        assert sorted(by_shape) == [4, 8]
        key = [text.get_text() for text in figure.legends[0].get_texts()]
        assert key[:2] == ["learning practice", "other practices"]

    def test_shapes_have_the_area_of_the_circle(self):
        for shape, part in maps._AREA.items():
            path = sheet.sign(shape, "")._marker
            corners = path.get_path().transformed(path.get_transform()).to_polygons()[0]
            x, y = corners.T
            area = abs(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])) / 2
            assert area == pytest.approx(part, rel=0.01)

    def test_titles_say_the_step_and_the_mean(self, run):
        said = titles(plot_practices(run, [24]))
        mean = run.series.set_index("step").loc[24, "practice_knowledge"]
        assert "month 24" in said
        assert any(text == f"mean of practices {mean:.2f}" for text in said)
        assert any("seed 3" in text for text in said)

    def test_default_steps_go_from_the_first_to_the_last(self, run):
        said = [text for text in titles(plot_practices(run)) if re.fullmatch(r"month \d+", text)]
        assert said == [f"month {step}" for step in (0, 5, 10, 14, 19, 24)]

    @pytest.mark.parametrize(("step", "near"), [(25, "24"), (-1, "0")])
    def test_a_step_that_was_not_recorded_names_the_nearest(self, run, step, near):
        with pytest.raises(
            InputError, match=f"^steps: {step} was not recorded; the nearest recorded: {near}\\.$"
        ):
            plot_practices(run, [0, step])

    def test_a_step_between_two_recorded_names_both(self, run):
        kept = run.practices[run.practices["step"] % 12 == 0]
        with pytest.raises(InputError, match="nearest recorded: 12 and 24"):
            plot_practices(dataclasses.replace(run, tables={**run.tables, "practices": kept}), [13])

    @pytest.mark.parametrize("steps", [[], range(13)])
    def test_none_or_too_many_steps_are_refused(self, run, steps):
        with pytest.raises(InputError, match="name 1 to 12"):
            plot_practices(run, steps)

    def test_one_practice_has_a_map(self, one):
        figure = plot_practices(one)
        assert [len(marks(panel, zorder=3)) for panel in panels(figure)] == [1] * 6
        assert any(text.startswith("The circle is the practice (5 people)") for text in titles(figure))


class TestJourney:
    @pytest.mark.parametrize("how", ["busiest", "evenly"])
    def test_holders_at_each_step_are_those_of_the_events(self, run, how):
        for number in numbers_of(run, how):
            way = journey_of(run, number)
            for step in (0, 1, 5, 12, 23, 24):
                assert set(way.life.holders(step).tolist()) == carrying_by_hand(run, number, step)

    def test_drawn_is_who_has_it(self, run, furthest):
        steps = [1, 8, 12, 20, 24]
        made = run.structure()
        spot, team = lay_out(made), np.diff(made.first_staff)
        rows = layout.body_places(made)
        for step, panel in zip(steps, panels(plot_journey(Life.of(run, furthest), steps)), strict=True):
            staff, memories, bodies = at_hand(run, furthest, step, 12)
            layers = marks(panel, zorder=3)
            for p, xy in enumerate(spot.xy):
                wanted = "#ffffff" if not staff[p] else journey.FILLS[1 + (staff[p] > team[p] / 2)]
                assert layers[place(xy)] == wanted.lower()
            assert set(marks(panel, zorder=2.5)) == {place(spot.xy[p]) for p in memories}
            for tier, row in enumerate(rows):
                for body, xy in enumerate(row):
                    wanted = "#000000" if (tier, body) in bodies else "#ffffff"
                    assert layers[place(xy)] == wanted

    def test_fills_and_ring_differ_in_grey(self):
        grey = [
            np.dot(to_rgba(colour)[:3], [0.299, 0.587, 0.114]) for colour in (*journey.FILLS, journey.RING)
        ]
        assert min(-np.diff(grey)) > 0.07

    def test_dashes_tell_channels_apart_without_colours(self):
        assert len({str(dashes) for _, dashes in journey.ARROWS.values()}) == len(journey.ARROWS)

    @pytest.mark.parametrize(("stage", "column"), [("spread", "channel"), ("returned", "returned_by")])
    def test_milestones_come_by_the_channel_of_the_table(self, run, stage, column):
        lessons, _ = run.journal()
        reached = lessons[lessons[stage].notna()]
        assert len(reached) > 2
        for row in reached.itertuples():
            mark = Life.of(run, row.lesson).marks[stage]
            assert mark.way == getattr(row, column)
            assert mark.step == getattr(row, stage)

    def test_what_was_never_reached_has_no_milestone(self, run):
        lessons, _ = run.journal()
        number = int(lessons[lessons["spread"].isna()]["lesson"].iloc[0])
        assert not {"spread", "returned"} & set(Life.of(run, number).marks)

    def test_every_practice_newly_reached_has_an_arrow(self, run):
        for number in numbers_of(run, "busiest"):
            way = journey_of(run, number)
            born = int(way.life.row["step"])
            home = uid_parts(int(way.life.row["who"]))[1]
            for since, step in ((born - 1, born + 3), (born + 3, 24)):
                staff, memories, _ = at_hand(run, number, since, 12)
                had = {p for p in range(12) if staff[p]} | memories
                staff, memories, _ = at_hand(run, number, step, 12)
                new = ({p for p in range(12) if staff[p]} | memories) - had - {home}
                assert new <= {target for _, target, _ in way.arrows(since, step)}

    def test_arrows_are_takings_of_the_events(self, run, furthest):
        _, events = run.journal()
        taken = events[(events["lesson"] == furthest) & (events["event"] == "taken")]
        spot = lay_out(run.structure())
        pairs = {
            tuple(layout.place_of(run.structure(), spot, np.array([row["from"], row["to"]])).tolist())
            for _, row in taken.iterrows()
        }
        arrows = journey_of(run, furthest).arrows(0, 24)
        assert arrows
        assert {(source, target) for source, target, _ in arrows} <= pairs

    def test_arrows_are_drawn_and_named_in_the_key(self, run, furthest):
        figure = plot_journey(Life.of(run, furthest), [24])
        (panel,) = panels(figure)
        arrows = journey_of(run, furthest).arrows(0, 24)
        drawn = [patch for patch in panel.patches if isinstance(patch, FancyArrowPatch)]
        assert len(drawn) == len(arrows)
        key = {text.get_text() for text in figure.legends[0].get_texts()}
        assert {f"by {WAYS[way].by}" for *_, way in arrows} <= key

    def test_default_panels_are_the_milestones(self, run):
        for number in numbers_of(run, "evenly"):
            way = journey_of(run, number)
            row = way.life.row
            wanted = {row["step"], *(row[stage] for stage in (*STAGES, "lost")), 24}
            if not pd.isna(row["lost"]):
                wanted -= {24} - {row["lost"]}
            assert sorted(way.stages()) == sorted(int(step) for step in wanted if not pd.isna(step))
            assert len(way.stages()) <= 8

    def test_panels_say_what_happened(self, run, furthest):
        row = journey_of(run, furthest).life.row
        said = " ".join(titles(plot_journey(Life.of(run, furthest))))
        assert re.search(rf"month {row['step']}: learned by an? .* in practice {row['practice']}", said)
        assert "month 24: the end" in said or f"month {row['lost']}" in said
        assert "carried by one person in one practice" in said
        assert (
            f"The way of lesson {furthest}: a {'right' if row['right'] else 'mistaken'} view on issue" in said
        )

    def test_the_origin_is_marked_in_every_panel(self, run, furthest):
        for panel in panels(plot_journey(Life.of(run, furthest))):
            assert "origin" in [text.get_text() for text in panel.texts]

    def test_what_was_lost_is_held_by_nobody_at_the_end(self, run):
        lessons, _ = run.journal()
        for number in lessons[lessons["lost"].notna()]["lesson"].iloc[:5]:
            way = journey_of(run, number)
            assert not len(way.life.holders(24))
            assert f"month {way.life.row['lost']}" in " ".join(titles(plot_journey(Life.of(run, number))))
            assert max(way.stages()) == way.life.row["lost"]

    def test_an_assumption_born_in_a_memory_or_guidance_has_a_way(self, run):
        lessons, _ = run.journal()
        level = uid_parts(lessons["who"].to_numpy())[0]
        for found in (level == 1, level >= 2):
            assert found.any()
            figure = plot_journey(Life.of(run, int(lessons[found]["lesson"].iloc[0])))
            assert any("an assumption reversed by" in text for text in titles(figure))

    def test_one_practice_has_a_way(self, one):
        for number in numbers_of(one, "busiest")[:3]:
            assert panels(plot_journey(Life.of(one, number)))

    def test_ties_are_drawn(self, run, furthest):
        spot = lay_out(run.structure())
        panel = panels(plot_journey(Life.of(run, furthest)))[0]
        solid = next(part for part in panel.collections if isinstance(part, LineCollection))
        assert len(solid.get_segments()) == len(spot.ties) == 18

    @pytest.mark.parametrize("step", [-1, 25])
    def test_an_unknown_step_is_refused(self, run, furthest, step):
        with pytest.raises(InputError, match=f"^steps: {step} was not recorded"):
            plot_journey(Life.of(run, furthest), [step])

    def test_a_tier_too_large_to_draw_is_told_in_numbers(self, monkeypatch, run, furthest):
        monkeypatch.setattr(layout, "MOST_IN_ROW", 2)
        _, _, bodies = at_hand(run, furthest, 24, 12)
        held = sum(tier == 0 for tier, _ in bodies)
        (panel,) = panels(plot_journey(Life.of(run, furthest), [24]))
        assert f"{held} of 3" in [text.get_text() for text in panel.texts]


@pytest.fixture(scope="module")
def wordy():
    """A run whose names are as long as they may be."""
    name = "a name that is as long as a name may be in a scenario, which is eighty signs " + "x" * 3
    tiers = [{"name": "board " + "y" * 70, "count": 3}, {"name": name, "count": 1}]
    return simulate(
        scenario(
            {"steps": 8, "step": "financial quarter", "title": "What if " * 40},
            population={"practices": 8, "tiers": tiers},
            kinds=[{"name": f"_{k} {name}"[:80], "share": 0.1, "set": {}} for k in range(8)],
        ),
        seed=1,
    )


class TestWords:
    def figures(self, run):
        busiest = numbers_of(run, "busiest")
        lives = [Life.of(run, number) for number in busiest[:3]]
        return [plot_practices(run), plot_practices(run, [0]), *map(plot_journey, lives)]

    @pytest.mark.parametrize("which", ["run", "one", "wordy", "aggregated"])
    def test_no_words_are_cut_off_or_cover_each_other(self, which, request):
        for figure in self.figures(request.getfixturevalue(which)):
            assert_readable(figure)

    @pytest.mark.slow
    @pytest.mark.parametrize("which", ["run", "one", "wordy", "aggregated"])
    def test_nor_are_those_of_an_animation(self, which, request):
        shown = request.getfixturevalue(which)
        for number in numbers_of(shown, "busiest")[:2]:
            way = journey_of(shown, number)
            steps = sorted(way.stages())
            arrows = journey.arrows_of(way, steps)
            for step, some in zip(steps, arrows, strict=True):
                page = journey._page(way, arrows, titles=[("", "")], extra=0.3, beside=journey._BESIDE)
                journey._draw(page.panels[0], way, step, arrows=some, scale=page.scale)
                journey._draw_clock(page.panels[0], way, step)
                assert_readable(page.figure)

    def test_figures_fit_a_page(self, run):
        for figure in self.figures(run):
            assert figure.get_size_inches()[0] <= 12

    def test_two_dollars_in_a_title_are_no_mathematics(self, run):
        assert "A small service that costs $5 and $6" in [text for text, _ in texts(plot_practices(run, [0]))]


def save_all(run, lesson, folder):
    """All files, the animation last."""
    files = [*save_practices(run, folder), *save_journey(Life.of(run, lesson), folder)]
    return [*files, save_animation(Life.of(run, lesson), folder)]


@pytest.fixture(scope="module")
def saved(run, furthest, tmp_path_factory):
    return save_all(run, furthest, tmp_path_factory.mktemp("maps") / "new")


class TestFiles:
    def test_names_are_those_promised(self, saved, furthest):
        stem = f"lesson-{furthest}"
        wanted = ["practices.png", "practices.svg", f"{stem}-map.png", f"{stem}-map.svg", f"{stem}.gif"]
        assert [file.name for file in saved] == wanted
        assert all(file.stat().st_size for file in saved)

    def test_the_same_run_gives_the_same_bytes(self, run, furthest, saved, tmp_path):
        for one, other in zip(saved, save_all(run, furthest, tmp_path), strict=True):
            assert one.read_bytes() == other.read_bytes()

    def test_provenance_is_inside(self, run, saved):
        for file in (saved[0], saved[2]):
            with Image.open(file) as image:
                assert json.loads(image.text["Description"])["seeds"] == [3]
        for file in (saved[1], saved[3]):
            assert run.provenance["digest"] in file.read_text(encoding="utf-8")
        with Image.open(saved[4]) as animation:
            assert json.loads(animation.info["comment"])["digest"] == run.provenance["digest"]


def durations(path):
    found = []
    with Image.open(path) as image:
        for frame in range(image.n_frames):
            image.seek(frame)
            found.append(image.info["duration"])
    return found


class TestAnimation:
    def test_frames_are_the_steps_with_a_change_and_the_milestones(self, run):
        for number in numbers_of(run, "evenly"):
            way = journey_of(run, number)
            held = [carrying_by_hand(run, number, step) for step in range(25)]
            changed = {step for step in range(1, 25) if held[step] != held[step - 1]}
            assert frames(way) == sorted(changed | set(way.stages()))

    def test_there_is_a_frame_for_each_and_the_last_is_held_longest(self, run, furthest, saved):
        way = journey_of(run, furthest)
        shown = durations(saved[4])
        assert len(shown) == len(frames(way)) > 5
        assert shown[-1] == max(shown) > 2 * sorted(shown)[-2]
        plain = [time for step, time in zip(frames(way), shown, strict=True) if step not in way.stages()]
        assert all(250 <= time <= 500 for time in plain)

    def test_too_many_are_thinned_evenly_and_that_is_said(self, run, furthest, tmp_path, monkeypatch):
        way = journey_of(run, furthest)
        all_of_them = frames(way)
        pages = []
        monkeypatch.setattr(
            sheet, "sheet", lambda *a, _sheet=sheet.sheet, **k: pages.append(k) or _sheet(*a, **k)
        )
        monkeypatch.setattr(journey, "MOST_FRAMES", 8)
        some = frames(way)
        assert len(some) <= 8 < len(all_of_them)
        assert set(way.stages()) <= set(some) <= set(all_of_them)
        assert (some[0], some[-1]) == (all_of_them[0], all_of_them[-1])
        assert len(durations(save_animation(Life.of(run, furthest), tmp_path))) == len(some)
        left = len(all_of_them) - len(some)
        assert (
            f"Left out, evenly: {left} more steps after which others had it than before." in pages[0]["notes"]
        )

    def test_a_lesson_lost_in_the_step_it_was_born_in_has_one_frame(self, run, tmp_path):
        lessons, _ = run.journal()
        born = int(lessons[(lessons["lost"] > lessons["step"])]["lesson"].iloc[0])
        row = lessons["lesson"] == born
        events = run.lesson_events[run.lesson_events["lesson"] == born]
        events = pd.concat([events[events["event"] == "born"], events[events["event"] == "lost"].tail(1)])
        step = int(lessons[row]["step"].iloc[0])
        events = events.assign(step=step, to=events["to"].iloc[0])
        table = lessons.assign(lost=lessons["lost"].mask(row, step))
        for stage in STAGES:
            table[stage] = table[stage].mask(row, pd.NA)
        short = dataclasses.replace(run, tables={**run.tables, "lessons": table, "lesson_events": events})
        assert len(durations(save_animation(Life.of(short, born), tmp_path))) == 1
        assert len(panels(plot_journey(Life.of(short, born)))) == 1

    def test_colours_survive(self, saved):
        with Image.open(saved[4]) as image:
            image.seek(image.n_frames - 1)
            there = {colour for _, colour in image.convert("RGB").getcolors(maxcolors=1 << 20)}
        for colour in (*journey.FILLS, journey.RING, "#000000"):
            assert tuple(round(255 * part) for part in to_rgba(colour)[:3]) in there

    def test_it_is_small(self, saved):
        assert saved[4].stat().st_size < 1e6
