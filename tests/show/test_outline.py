"""What would be simulated is said in a few lines."""

from lpsim.population.build import build
from lpsim.scenario import Scenario
from lpsim.show.text.outline import outline


def lines(**overrides):
    scenario = Scenario().replace({"population.practices": 4, "population.spread": 0, **overrides})
    return dict(line.split(": ", 1) for line in outline(scenario, build(scenario, 1).structure))


def test_who_there_is_and_for_how_long():
    said = lines(**{"title": "Four", "population.tiers": [{"name": "board", "count": 2}, {"name": "nation"}]})
    assert said["title"] == "Four"
    assert said["changed"].startswith("population.practices = 4, population.spread = 0")
    assert said["practices"] == "4"
    assert said["staff"] == "60 (gp 16, nurse 8, direct_care 8, administration 28), as seed 1 draws them"
    assert said["service, from the bottom"] == "board 2, nation 1"
    assert said["network"] == "14.0 colleagues per person, 0.0 peers per practice"
    assert said["steps"] == "120 (a step is a month)"
    assert said["interventions"] == "none"
    assert len(said["digest"]) == 64
    assert not said.keys() & {"lessons", "kinds of practices"}


def test_the_description_is_said_on_one_line_where_there_is_one():
    assert lines(description="What it costs:\nan hour.")["description"] == "What it costs: an hour."
    assert "description" not in lines()


def test_kinds_lessons_and_interventions_are_said_where_there_are_some():
    changes = [
        {"at": 3, "set": {"forgetting.staff": 0.1}},
        {"at": 5, "title": "More", "set": {"loops.depth": 0}},
    ]
    kinds = [{"name": "own", "share": 0.5}]
    said = lines(**{"kinds": kinds, "record.lessons": True, "interventions": changes})
    assert said["kinds of practices"] == "other practices 2, own 2"
    assert said["lessons"].startswith("followed; up to about ")
    assert said["intervention from step 3"] == "forgetting.staff = 0.1"
    assert said["intervention from step 5"] == "More"
