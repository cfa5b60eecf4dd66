"""Person by person: what is simulated again is the run, and both engines give the same people."""

import numpy as np
import pytest

import lpsim
from lpsim.analysis.people import FEW, People, are_few
from lpsim.errors import InputError
from lpsim.scenario import Scenario
from lpsim.show.figures.people import plot_people
from lpsim.show.text.findings import people_found

SMALL = Scenario.load("one_practice", {"steps": 24, "record.lessons": False})


@pytest.fixture(scope="module")
def people():
    return People.of(lpsim.simulate(SMALL, seed=3))


def test_both_engines_give_the_same_people(people):
    again = People.of(lpsim.simulate(SMALL, seed=3, engine="reference"))
    for name in ("right", "wrong", "came"):
        np.testing.assert_array_equal(getattr(people, name), getattr(again, name))


def test_the_people_sum_up_to_what_the_run_recorded(people):
    staff = people.structure.staff
    measured = {
        "staff_right": people.right[:, :staff].mean(axis=1),
        "staff_wrong": people.wrong[:, :staff].mean(axis=1),
        "in_practice_memory": people.right[:, staff],
        "in_practice_memory_wrong": people.wrong[:, staff],
        "in_service_guidance": people.right[:, -1],
    }
    for name, values in measured.items():
        np.testing.assert_allclose(values, people.run.column(name), rtol=0, atol=1e-12)


def test_who_came_is_where_tenure_began_again_and_nowhere_without_turnover(people):
    assert people.came.any() and not people.came[0].any()
    stays = {f"roles.{role}.turnover": 0.0 for role in SMALL.roles}
    stayed = People.of(lpsim.simulate(SMALL.adapted(stays), seed=3))
    assert not stayed.came.any()
    assert people_found(stayed).startswith("In 24 months nobody left; the 9 in post then hold ")
    alone = {"population.practices": 1, "population.spread": 0.0}
    alone |= {f"roles.{role}.headcount": int(role == "gp") for role in SMALL.roles}
    told = people_found(People.of(lpsim.simulate(SMALL.adapted({**stays, **alone}), seed=3)))
    assert "nobody left; the one in post then holds " in told
    goes = {f"roles.{role}.turnover": 1.0 for role in SMALL.roles}
    assert People.of(lpsim.simulate(SMALL.adapted(goes), seed=3)).came[1:].all()


def test_a_run_of_many_people_is_refused():
    run = lpsim.simulate(SMALL.adapted({"steps": 1, "population.practices": 4}))
    assert run.structure().staff > FEW and not are_few(run)
    with pytest.raises(InputError, match="this run has 36; up to 30 can be told apart"):
        People.of(run)


def test_a_run_that_cannot_be_made_again_is_refused():
    class Silent(lpsim.StaffMember):
        def reflection(self):
            pass

    with pytest.raises(InputError, match="a behaviour of one's own"):
        People.of(lpsim.simulate(SMALL, seed=3, engine="reference", staff_member=Silent))


def test_every_post_has_a_row_with_its_role_its_shares_and_a_stroke_for_each_who_came(people):
    figure = plot_people(people)
    (ax,) = figure.axes
    texts = [" ".join(text.get_text().split()) for text in ax.texts]
    names = ["the health service's guidance", "the practice's memory", "GP 1", "GP 3", "nurse 2"]
    assert [name for name in names if name in texts] == names
    assert "administration 4" in texts
    rows = people.right.shape[1]
    assert sum(" right, " in text for text in texts) == rows
    strokes = [lines for lines in ax.collections if lines.get_label() == "came"]
    assert sum(len(lines.get_segments()) for lines in strokes) == people.came.sum()
    areas = [area for area in ax.collections if area.get_label() in ("right", "wrong")]
    assert len(areas) == 2 * rows
    said = [text.get_text() for text in figure.texts]
    assert " ".join(said[0].split()) == people_found(people)
    assert said[1] == SMALL.title
    figure.draw_without_rendering()
    edge = figure.bbox
    boxes = [text.get_window_extent() for text in (*ax.texts, *figure.texts)]
    assert all(0 <= box.x0 and box.x1 <= edge.x1 and 0 <= box.y0 and box.y1 <= edge.y1 for box in boxes)
