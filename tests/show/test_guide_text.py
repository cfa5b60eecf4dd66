"""The guide in words: every step and key has some, and what is not stable says so."""

from experiments.guide.steps import STEPS as TRIED
from experiments.guide.worlds import Extent, worlds
from lpsim.analysis.guide import GOALS, HALVES, guide, tables
from lpsim.show.text.guide import GAINED, MORE, STEPS, guide_text, is_stable

SAME_FOR = {"roles.nurse": ("roles.direct_care", "roles.administration")}


def test_every_step_tried_and_every_goal_has_words():
    assert list(STEPS) == list(TRIED)
    assert list(GAINED) == list(GOALS)


def test_every_key_that_varies_over_the_worlds_has_words():
    first, *_ = (world.point for world in worlds(Extent(points=2), ["first"]) if world.setting == "hypercube")
    assert {key for key in first if not key.startswith(SAME_FOR["roles.nurse"])} == set(MORE)
    assert set(tables()["turns_with"]) - {""} <= set(MORE)


def test_what_is_not_stable_says_so_and_what_is_does_not():
    found = guide("staff", horizon=5)
    found.loc[0, list(HALVES)] = found.loc[0, "tier"]
    found.loc[1, HALVES[0]] = "depends" if found.loc[1, "tier"] != "depends" else "sound bet"
    text = guide_text(found, goal="staff", horizon=5)
    one, other = found["step"].iloc[:2]
    (unsure,) = [line for line in text.replace("\n", " ").split("(?)") if "alone would say" in line]
    assert f"{other} (" in unsure
    assert f"{one} (" not in unsure
    assert "not stable" not in text


def test_no_step_costs_nothing():
    found = guide("staff", size="small")
    assert found["hours"].min() < 0.5
    text = guide_text(found, goal="staff", horizon=5, width=120)
    told = [line.split("  ")[-1:] for line in text.splitlines() if line.startswith("analyse events ")]
    assert told
    assert " 0.4 " in text


def test_the_order_is_called_one_only_where_worlds_agree_about_it():
    found = guide("staff", horizon=5)
    assert "do not agree about the order" in guide_text(found, goal="staff", horizon=5).replace("\n", " ")
    sure = found.assign(calibrated_agreement=0.8, hypercube_agreement=0.9)
    assert "The worlds agree about the order" in guide_text(sure, goal="staff", horizon=5)


def test_no_line_is_wider_than_there_is_room_for():
    for goal in GOALS:
        text = guide_text(guide(goal, horizon=1), goal=goal, horizon=1, width=80)
        assert max(map(len, text.splitlines())) <= 80
        assert "after 1 year" in " ".join(text.split())


def test_stable_is_what_both_halves_say():
    assert is_stable({"tier": "depends", "first": "depends", "second": "depends"})
    assert not is_stable({"tier": "depends", "first": "depends", "second": "sound bet"})
