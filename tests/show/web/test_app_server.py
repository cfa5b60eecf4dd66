"""What the server of the page answers, and what it refuses."""

import asyncio
import csv
import io
import json
import re
import statistics
import tomllib
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

import lpsim
from lpsim.analysis.summary import paired_difference
from lpsim.runs.measures import FUNNEL, LEVELS, RIGHT_AND_WRONG
from lpsim.scenario import Scenario
from lpsim.show.text import explore
from lpsim.show.text.numbers import written
from lpsim.show.web.app.guard import HEADERS, OF_LOOPBACK
from lpsim.show.web.app.question import Offer
from lpsim.show.web.app.server import QUESTIONS, SAVED, Setting, application
from lpsim.show.web.app.teaching import plan
from lpsim.show.web.app.worlds import BusyError, Made, StaleError
from tests.show.web.asking import ask, ask_app, served

MEETINGS = "practice.codification.meetings"
PUPIL = ("192.168.1.77", 50_000)
HOST = "192.168.1.20"
NASTY = "</script><!--]]>\"'$x$\u202e<img src=x onerror=alert(1)>" + "w" * 10_000


def app_of(**more):
    scenario = Scenario.load("one_practice", {"steps": 10})
    return application(Setting({"one_practice": Offer.of("one_practice", scenario)}, **more))


@pytest.fixture(scope="module")
def app():
    return app_of()


@pytest.fixture(scope="module")
def class_app():
    return app_of(address=f"http://{HOST}:8765/", host=HOST)


# --- what it answers ------------------------------------------------------------------------------


def test_levels_and_funnel_end_where_the_same_runs_do(app):
    answer = ask(app, f"/api/levels?{MEETINGS}=0.9&seeds=4&seed=3").json
    scenario = Scenario.load("one_practice", {"steps": 10}).adapted({MEETINGS: 0.9})
    runs = [lpsim.simulate(scenario, seed=seed) for seed in range(3, 7)]
    for name, line in zip(LEVELS, answer["levels"]["lines"], strict=True):
        mean = statistics.fmean(run.summary["last"][name] for run in runs)
        assert line["mean"][-1] == pytest.approx(mean, abs=1e-6)
    for name, stage in zip(FUNNEL, answer["funnel"]["stages"], strict=True):
        mean = statistics.fmean(run.summary["last"][name] for run in runs)
        assert stage["right"]["mean"][-1] == pytest.approx(mean, abs=1e-6)


def test_what_was_kept_from_before_is_what_is_simulated_anew(app):
    first = ask(app, f"/api/levels?{MEETINGS}=0.7&seeds=4")
    ask(app, f"/api/levels?{MEETINGS}=0.7&seeds=20")
    assert ask(app, f"/api/levels?{MEETINGS}=0.7&seeds=4") == first
    assert ask(app_of(), f"/api/levels?{MEETINGS}=0.7&seeds=4") == first


def test_a_comparison_is_that_of_lpsim_compare(app):
    answer = ask(app, f"/api/compare?{MEETINGS}=0.9&a.scenario=one_practice&a.{MEETINGS}=0.1").json
    base = Scenario.load("one_practice", {"steps": 10}).adapted({"record.lessons": False})
    found = lpsim.compare(base.adapted({MEETINGS: 0.1}), {"B": base.adapted({MEETINGS: 0.9})})
    effects = {effect.measure: effect for effect in found.effects()}
    for panel in answer["differences"]["panels"]:
        effect = effects[panel["name"]]
        end = panel["options"][0]["end"]
        assert end["mean"] == pytest.approx(effect.difference.mean, abs=1e-6)
        assert end["low"] == pytest.approx(effect.difference.low, abs=1e-6)
        assert end["higher"] == round(effect.difference.positive * 20)
    assert answer["levers"]["rows"] == [["Practices look at their protocols (times a month)", "0.1", "0.9"]]


def test_what_is_held_rightly_and_wrongly_with_a_and_b_is_that_of_lpsim_compare(app):
    held = ask(app, f"/api/compare?{MEETINGS}=0.9").json["held"]
    base = Scenario.load("one_practice", {"steps": 10}).adapted({"record.lessons": False})
    found = {one.measure: one for one in lpsim.compare(base, {"B": base.adapted({MEETINGS: 0.9})}).effects()}
    names = [name for names in RIGHT_AND_WRONG.values() for name in names]
    rows = dict(zip(names, held["rows"], strict=True))
    assert list(rows)[:2] == ["staff_right", "staff_wrong"]
    assert [row[0] for row in held["rows"][:2]] == ["staff: rightly", "staff: wrongly"]
    for name, (_, a, b, apart) in rows.items():
        effect, gap = found[name], found[name].difference
        mean, low, high = (written(100 * end, "+.1f") for end in (gap.mean, gap.low, gap.high))
        assert (a, b) == (f"{100 * effect.base:.1f} %", f"{100 * effect.mean:.1f} %")
        assert apart.startswith(mean)
        assert gap.sd == 0 or apart.endswith(f"[{low} to {high}]")


def test_without_a_kept_the_scenario_as_it_is_is_a(app):
    answer = ask(app, "/api/compare?seeds=4").json
    assert answer["levers"]["notes"] == ["A and B are the same: move a lever."]
    assert answer["said"] == "A and B are the same, so every world ends alike with both."
    assert answer["same"]
    assert not ask(app, f"/api/compare?seeds=4&{MEETINGS}=0.9").json["same"]
    assert all(panel["options"][0]["end"]["mean"] == 0 for panel in answer["differences"]["panels"])


@pytest.fixture(scope="module")
def two_app():
    """The main scenario, one's own that extends it, and one of other people."""
    steps = {"steps": 10}
    mine = {
        **Scenario.load("one_practice", steps).model_dump(mode="json", exclude_none=True),
        "title": "Mine",
    }
    mine["roles"]["gp"]["turnover"] = "20 %/year"
    mine["practice"]["codification"]["meetings"] = 0.9
    scenarios = {
        "one_practice": Scenario.load("one_practice", steps),
        "mine": Scenario.from_dict(mine),
        "others": Scenario.load("learning_practice", {**steps, "population.practices": 2}),
    }
    return application(Setting({name: Offer.of(name, scenario) for name, scenario in scenarios.items()}))


def compared_in(app, query=""):
    """What the page says A and B are, and what they are called there."""
    answer = ask(app, f"/api/compare?seeds=4{query}").json
    return answer["about"], answer["differences"]["base"], *answer["differences"]["options"]


def test_another_scenario_than_the_first_is_compared_with_the_first_as_it_is(two_app):
    about, a, b = compared_in(two_app, "&scenario=mine")
    assert about.startswith("Nothing was kept, so A is the scenario that was opened first, as it is; B is")
    assert (a, b) == ("A: One practice learning", "B: Mine")
    asked = ask(two_app, "/api/compare?seeds=4&scenario=mine").json
    kept = ask(two_app, "/api/compare?seeds=4&scenario=mine&a.scenario=one_practice").json
    assert asked["differences"] == kept["differences"]
    assert any(panel["options"][0]["end"]["mean"] for panel in asked["differences"]["panels"])
    moved = compared_in(two_app, f"&scenario=mine&{MEETINGS}=0.1")
    assert moved[1:] == ("A: One practice learning", "B: Mine with its levers moved")


def test_the_first_scenario_is_compared_with_itself_as_it_is(two_app):
    about, *names = compared_in(two_app, f"&{MEETINGS}=0.9")
    assert about.startswith("Nothing was kept, so A is the scenario as it is; B is what the levers say now.")
    title = "One practice learning"
    assert names == [f"A: {title} as it is", f"B: {title} with its levers moved"]
    about, *_ = compared_in(two_app)
    assert about.endswith("A and B are the same: choose another scenario, or move a lever.")


def test_what_was_kept_is_a_and_is_called_so(two_app):
    about, *names = compared_in(two_app, f"&scenario=mine&{MEETINGS}=0.5&a.scenario=mine&a.{MEETINGS}=0.1")
    assert about.startswith("A is what was kept; B is what the levers say now.")
    assert names == ["A: Mine with the levers kept", "B: Mine with its levers moved"]


def test_where_the_first_has_other_worlds_a_is_the_scenario_chosen_as_it_is(two_app):
    about, a, b = compared_in(two_app, "&scenario=others")
    assert about.startswith("Nothing was kept, and the scenario opened first has other worlds, so A is this")
    assert a.removeprefix("A: ") == b.removeprefix("B: ")
    report = ask(two_app, "/save/report.html?scenario=others").body.decode()
    assert "how much of what is learned is known, and where?" in report


@pytest.mark.parametrize("name", ["compare", "morning"])
def test_what_does_not_compare_is_refused_with_what_can_be_done_on_the_page(two_app, name):
    answer = ask(two_app, f"/api/{name}?scenario=others&a.scenario=one_practice")
    assert answer.status == 400
    assert "not the same worlds; press “Forget A”" in answer.json["error"]


def test_a_lesson_that_is_not_there_is_refused_with_those_that_are(app):
    answer = ask(app, "/api/lesson?seed=3&lesson=999999")
    assert answer.status == 400
    said = "lesson 999999: the world of seed 3 has lessons 1 to 31; type one of these, or empty the box "
    assert answer.json["error"] == f"{said}for one that is picked."
    assert ask(app, "/api/lesson?seed=3&lesson=31").status == 200
    assert ask(app, "/api/lesson?seed=3&lesson=32").status == 400
    nobody = ask(app, "/api/lesson?lesson=1&practice.reflection.rate=0").json["error"]
    assert nobody == "lesson 1: the world of seed 1 has no lessons; choose another seed."


def test_scenarios_of_one_title_are_called_by_their_files():
    scenario = Scenario.load("one_practice", {"steps": 3})
    app = application(Setting({name: Offer.of(name, scenario) for name in ("one_practice", "of_mine")}))
    assert compared_in(app, "&scenario=of_mine")[1:] == ("A: one practice", "B: of mine")


def test_a_scenario_alone_is_told_how_two_are_compared_where_there_is_a_terminal_and_no_lesson(app):
    told = ask(app, "/api/start").json["another"]
    assert told.endswith("where both are opened: lpsim explore learning_practice mine.toml.")
    assert ask(app_of(lesson=plan("who_knows")), "/api/start").json["another"] == ""
    pupil = {"host": f"{HOST}:8765", "client": PUPIL}
    assert ask(app_of(host=HOST), "/api/start", **pupil).json["another"] == ""
    about, *_ = compared_in(app)
    assert about.endswith("A and B are the same: move a lever.")
    assert "lpsim" not in about


def test_the_saved_report_compares_what_the_page_compares_and_names_it(two_app):
    report = ask(two_app, "/save/report.html?scenario=mine").body.decode()
    assert "What changes with “mine”, compared with “one practice”?" in report
    assert "lpsim report one_practice mine.toml --seed 1" in report
    report = ask(two_app, f"/save/report.html?{MEETINGS}=0.9").body.decode()
    told = "What changes with “one practice with its levers moved”, compared with “one practice as it is”?"
    assert told in report


def test_where_a_and_b_differ_rates_are_told_per_step_without_quotes(two_app):
    rows = ask(two_app, "/api/compare?seeds=4&scenario=mine").json["levers"]["rows"]
    about = ask(two_app, "/api/about?scenario=mine").json["about"][1]["rows"]
    given = {row[0]: row[1] for row in about}["roles.gp.turnover"]
    assert ["GPs: leave (times a post and month)", "0.01", given] in rows
    assert given == "0.0184"


@pytest.mark.parametrize("name", ["triple_loop", "double_loop", "written_records", "some_learning_practices"])
def test_where_a_and_b_differ_is_said_in_words_and_not_by_a_key(name):
    base = Scenario.load("learning_practice", {"steps": 30, "population.practices": 2})
    other = Scenario.load(name, {"steps": 30, "population.practices": 2})
    opened = {"main": Offer.of("main", base), "other": Offer.of("other", other)}
    answer = ask(application(Setting(opened)), "/api/compare?scenario=other&seeds=1").json
    words = [row[0] for row in answer["levers"]["rows"]]
    assert words
    assert not [word for word in words if re.search(r"[a-z_]\.[a-z_]", word) or "_" in word]
    if name == "triple_loop":
        assert (
            "Months between reviews of a practice's allocation of time; 0: off; needs protected time" in words
        )
    if name == "written_records":
        assert words == ["Practices look at their protocols (times a month), from month 24"]


def test_in_how_many_worlds_b_is_worse_is_that_of_lpsim_compare(two_app):
    (table,) = ask(two_app, "/api/compare?scenario=mine").json["tables"]
    base, option = (Scenario.load("one_practice", {"steps": 10}), {"roles.gp.turnover": 1 - 0.8 ** (1 / 12)})
    found = lpsim.compare(base, {"B": base.adapted({**option, MEETINGS: 0.9})})
    effects = [effect for effect in found.effects() if effect.measure in LEVELS]
    assert table["headings"][-2:] == ["B is higher in", "B is worse in"]
    for row, effect in zip(table["rows"], effects, strict=True):
        assert row[-2:] == [
            f"{round(share * 20)} of 20 worlds" for share in (effect.difference.positive, effect.worse)
        ]
    assert any(not row[-1].startswith("0 ") for row in table["rows"])


def test_the_sentence_says_which_levers_were_moved_and_how_surely_they_did_something(app):
    said = ask(app, f"/api/levels?{MEETINGS}=0.9&forgetting.practice=0.05").json["said"]
    assert said.startswith(
        "With “Practices look at their protocols” and “Records are lost” moved, at month 10"
    )
    assert "95 % interval" in said
    assert "of the same 20 worlds" in said
    assert "another seed gives another" in ask(app, "/api/levels?seeds=1").json["said"]
    assert "average of 4 worlds, from " in ask(app, "/api/levels?seeds=4").json["said"]


def test_the_largest_of_four_differences_is_clear_only_where_chance_alone_would_not_make_it(app):
    found = paired_difference([1.0] * 13 + [0.0] * 7, [0.0] * 13 + [1.0, 1.0, 1.0, 1.0, 0.5, 0.0, 0.0])
    assert found.low > 0
    said = explore.change_found("staff_knowledge", found)
    assert said.endswith("not clear, as the largest of four differences may be chance")
    said = ask(app, "/api/levels?practice.reflection.rate=0.1").json["said"]
    assert said.endswith("of the same 20 worlds.")


def test_an_interval_has_the_direction_that_its_sentence_names_and_one_with_0_in_it_has_signs():
    lower = explore.change_found("staff_knowledge", paired_difference([-0.2, -0.1, 0.0], [0.1, 0.3, 0.2]))
    assert "knowledge of staff is 0.300 lower than" in lower
    assert "(95 % interval 0.052 to 0.548), and lower in 3 of the same 3 worlds" in lower
    either = explore.change_found("staff_knowledge", paired_difference([0.3, -0.1, 0.0], [0.1, 0.3, 0.2]))
    assert "lower" not in either
    assert "higher" not in either
    assert "shows no clear difference from that in the scenario as it is: −0.133 (" in either
    assert either.endswith("(95 % interval −0.892 to +0.626); above it in 1 of the same 3 worlds")


def test_the_same_morning_is_the_same_event_in_both(app):
    answer = ask(app, f"/api/morning?{MEETINGS}=1").json
    assert answer["event"].startswith("In month ")
    assert len(answer["worlds"]) == 2
    assert all(world["story"] and world["found"].startswith("Lesson ") for world in answer["worlds"])


def test_a_lesson_is_told_and_one_that_is_not_there_is_said_to_be_missing(app):
    told = ask(app, "/api/lesson?pick=furthest").json
    number = told["map"]["lesson"]
    assert ask(app, f"/api/lesson?lesson={number}").json["map"] == told["map"]
    assert "No lesson came back" in ask(app, "/api/lesson?pick=returned").json["none"]
    assert ask(app, "/api/lesson?lesson=99999").status == 400
    assert ask(app, "/api/lesson?pick=<b>").status == 400


def test_practices_and_their_people_are_those_of_the_first_world(app):
    answer = ask(app, "/api/practices?seed=5").json
    run = lpsim.simulate(Scenario.load("one_practice", {"steps": 10}), seed=5)
    last = run.summary["last"]["practice_knowledge"]
    assert answer["practices"]["known"][-1] == [pytest.approx(last, abs=1e-3)]
    memory = answer["people"]["rows"][1]
    assert memory["right"][-1] - memory["wrong"][-1] == pytest.approx(last, abs=1e-6)
    assert len(answer["people"]["rows"]) == 11
    assert "allowed is 0 to 0" in ask(app, "/api/practices?practice=7").json["people"]["none"]


def test_the_people_of_one_practice_among_many_can_be_seen():
    scenario = Scenario.load("learning_practice", {"steps": 3, "population.practices": 6})
    app = application(Setting({"many": Offer.of("many", scenario)}))
    answer = ask(app, "/api/practices?practice=4").json
    assert [row["post"] for row in answer["people"]["rows"][:3]] == [False, False, True]
    assert answer["people"]["rows"][1]["name"] == "practice 4's memory"


def test_what_is_saved_is_loaded_as_the_same(app, tmp_path):
    saved = ask(app, f"/save/scenario.toml?{MEETINGS}=0.9")
    assert saved.headers["content-disposition"] == 'attachment; filename="scenario.toml"'
    (tmp_path / "mine.toml").write_bytes(saved.body)
    expected = Scenario.load("one_practice", {"steps": 10}).adapted({MEETINGS: 0.9})
    assert Scenario.load(tmp_path / "mine.toml") == expected
    assert tomllib.loads(saved.body.decode())["practice"]["codification"]["meetings"] == 0.9


def test_the_numbers_saved_are_those_of_the_runs(app):
    rows = list(csv.DictReader(io.StringIO(ask(app, "/save/numbers.csv?seeds=4").body.decode())))
    assert len(rows) == 4 * 11
    run = lpsim.simulate(Scenario.load("one_practice", {"steps": 10}), seed=2)
    mine = [row for row in rows if row["seed"] == "2"]
    assert [float(row["staff_knowledge"]) for row in mine] == run.series["staff_knowledge"].tolist()


def test_where_numbers_come_from_is_told(app):
    answer = ask(app, f"/api/about?{MEETINGS}=0.9").json
    numbers, rates, provenance = answer["about"]
    assert any(row[2] == "sourced" for row in numbers["rows"])
    assert any(row[0] == "roles.gp.turnover" for row in rates["rows"])
    assert ["changed", f"{MEETINGS} = 0.9"] in provenance["rows"]
    assert not any("/" in value for _, value in provenance["rows"])


def test_every_address_has_its_answer():
    from lpsim.show.web.app import questions

    assert tuple(questions.ASKED) == QUESTIONS
    assert tuple(questions.SAVED) == SAVED


# --- what it refuses ------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "127.0.0.1.evil.example", "", None])
@pytest.mark.parametrize("path", ["/", "/api/levels", "/static/app/main.js", "/save/scenario.toml"])
def test_a_foreign_host_is_refused(app, host, path):
    assert ask(app, path, host=host).status == 400


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "LOCALHOST", "[::1]:8765"])
def test_this_machine_by_its_own_names_is_served(app, host):
    assert ask(app, "/", host=host).status == 200


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize(
    "bad", [f"{MEETINGS}=nan", f"{MEETINGS}=2", "seeds=5", "steps=3", "scenario=x", "seed=-1"]
)
def test_a_bad_value_gets_400_and_the_sentence(app, name, bad):
    answer = ask(app, f"/api/{name}?{bad}")
    assert answer.status == 400
    assert ": " in answer.json["error"]
    assert "Traceback" not in answer.json["error"]


def test_levers_that_contradict_each_other_get_400_and_the_sentence(app):
    scenario = Scenario.load("one_practice", {"steps": 10, "practice.analysis.share": 0.0})
    app = application(Setting({"one": Offer.of("one", scenario)}))
    answer = ask(app, "/api/levels?practice.analysis.share=0.5&practice.discussion.meetings=0")
    assert answer.status == 400
    assert "without meetings" in answer.json["error"]


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app/server.py", "/static/%2e%2e/app/server.py", "/static//etc/passwd", "/etc/passwd",
        "/static/app/../../../../../etc/passwd", "/static/", "/static", "/one_practice.toml", "/api",
        "/api/x",
        "/save/passwd", "/save/../api/levels", "/docs", "/openapi.json", "/static/app/index.html%00.js",
    ],
)  # fmt: skip
def test_no_path_outside_the_list_is_served(app, path):
    answer = ask(app, path)
    assert answer.status == 404
    assert answer.json == {"error": "There is nothing here."}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_sent(app, method):
    assert ask(app, "/api/levels", method=method).status == 405


@pytest.mark.parametrize(
    "path", ["/", "/api/start", "/static/app/main.js", "/nothing", "/save/numbers.csv?seeds=1"]
)
def test_every_answer_has_the_headers_that_keep_other_scripts_out(app, path):
    headers = ask(app, path).headers
    for name, value in (HEADERS | OF_LOOPBACK).items():
        assert headers[name.lower()] == value
    assert "unsafe" not in headers["content-security-policy"]
    assert "access-control-allow-origin" not in headers


def test_a_header_that_browsers_ignore_at_an_address_of_the_network_is_not_sent_there():
    app = app_of(host=HOST)
    headers = ask(app, "/", host=f"{HOST}:8765", client=PUPIL).headers
    assert headers.keys() >= {name.lower() for name in HEADERS}
    assert headers.keys().isdisjoint(name.lower() for name in OF_LOOPBACK)
    assert "cross-origin-opener-policy" in ask(app, "/", host="localhost:8765").headers


def test_other_pages_may_link_here_and_ask_nothing(app):
    elsewhere = [("sec-fetch-site", "cross-site")]
    assert ask(app, "/", headers=elsewhere).status == 200
    assert ask(app, "/api/levels", headers=elsewhere).status == 403
    assert ask(app, "/save/scenario.toml", headers=elsewhere).status == 403


def test_what_users_wrote_is_told_as_json_alone():
    scenario = Scenario.load(
        "one_practice", {"steps": 3, "title": NASTY, "description": NASTY, "step": NASTY}
    )
    app = application(Setting({NASTY[:60]: Offer.of(NASTY[:60], scenario)}))
    for path in ("/api/start", "/api/levels?seeds=1", "/api/about?seeds=1", "/api/practices", "/api/lesson"):
        answer = ask(app, path)
        assert answer.status == 200, answer
        assert answer.headers["content-type"].startswith("application/json")
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert NASTY.encode() not in ask(app, "/").body


def test_what_fails_unforeseen_is_told_in_words_with_the_same_headers(monkeypatch, capsys):
    from lpsim.show.web.app import questions

    def fail(*_):
        raise ZeroDivisionError("by nothing")

    monkeypatch.setitem(questions.ASKED, "levels", fail)
    answer = ask(app_of(), "/api/levels")
    assert answer.status == 500
    assert answer.json == {"error": "The answer failed: ZeroDivisionError: by nothing."}
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "Traceback" not in capsys.readouterr().err


# --- a class --------------------------------------------------------------------------------------


def test_pupils_move_levers_and_nothing_else(class_app):
    asked = {"host": f"{HOST}:8765", "client": PUPIL}
    assert ask(class_app, "/", **asked).status == 200
    assert ask(class_app, f"/api/levels?{MEETINGS}=0.9&seeds=1", **asked).status == 200
    start = ask(class_app, "/api/start", **asked).json
    assert (start["saving"], start["address"]) == (False, None)
    assert ask(class_app, "/code.svg", **asked).status == 404
    for name in SAVED:
        assert ask(class_app, f"/save/{name}", **asked).status == 403


def test_the_teacher_sees_the_address_and_its_code_and_may_save(class_app):
    start = ask(class_app, "/api/start").json
    assert (start["saving"], start["address"]) == (True, f"http://{HOST}:8765/")
    code = ask(class_app, "/code.svg")
    assert code.headers["content-type"].startswith("image/svg+xml")
    assert code.body.startswith(b"<svg")
    assert ask(class_app, "/save/scenario.toml").status == 200


def test_without_a_class_the_networks_address_is_a_foreign_host(app):
    assert ask(app, "/", host=HOST).status == 400
    assert ask(app, "/code.svg").status == 404


# --- many at once ---------------------------------------------------------------------------------


def test_a_question_that_a_newer_one_overtook_is_dropped():
    async def overtake():
        made, done = Made(), []
        page = ("page", "levels")
        asked = [made.answer(page, number, lambda number=number: done.append(number)) for number in range(5)]
        found = await asyncio.gather(*asked, return_exceptions=True)
        made.close()
        return found, done

    found, done = asyncio.run(overtake())
    assert done[-1] == 4
    assert [isinstance(one, StaleError) for one in found[1:4]] == [True] * 3
    assert not isinstance(found[4], Exception)


def test_one_page_overtakes_no_other(app):
    async def both():
        asked = [
            ask_app(app, f"/api/levels?seeds=1&client={client}&number={number}")
            for client in "ab"
            for number in (2, 1)
        ]
        return [answer.status for answer in await asyncio.gather(*asked)]

    statuses = asyncio.run(both())
    assert (statuses[0], statuses[2]) == (200, 200)


def test_who_asks_when_very_many_wait_is_to_come_again(monkeypatch):
    monkeypatch.setattr("lpsim.show.web.app.worlds.WAITING", 0)
    answer = ask(app_of(), "/api/levels?seeds=1")
    assert answer.status == 503
    assert "move the lever again" in answer.json["error"]
    assert issubclass(BusyError, Exception)


def test_thirty_who_drag_at_once_are_all_answered_rightly():
    def pupil(here, number):
        found = {}
        for place in range(4):
            value = f"{0.1 + number / 50 + place / 500:.3f}"
            query = f"{MEETINGS}={value}&seeds=4&client=p{number}&number={place}"
            with urllib.request.urlopen(f"{here}api/levels?{query}", timeout=60) as answer:
                found[float(value)] = json.load(answer)["levels"]["lines"][2]["mean"][-1]
        return found

    with served(app_of()) as here, ThreadPoolExecutor(30) as pupils:
        found = [pupils.submit(pupil, here, number) for number in range(30)]
        answers = {value: mean for one in found for value, mean in one.result().items()}
    assert len(answers) == 120
    base = Scenario.load("one_practice", {"steps": 10}).adapted({"record.lessons": False})
    for value, mean in answers.items():
        worlds = lpsim.simulate_many(base.adapted({MEETINGS: value}), range(1, 5))
        expected = statistics.fmean(float(run.column("practice_knowledge")[-1]) for run in worlds)
        assert mean == pytest.approx(expected, abs=1e-6)


def test_what_is_kept_has_an_end(monkeypatch):
    monkeypatch.setattr("lpsim.show.web.app.worlds.KEPT", 20_000)
    app = app_of()
    for place in range(5):
        assert ask(app, f"/api/levels?{MEETINGS}={place / 10}&seeds=4").status == 200
    assert app.state.made._size <= 20_000 + 5_000


def test_very_many_people_are_shown_in_one_world_and_not_lesson_by_lesson():
    scenario = Scenario.load("learning_practice", {"population.practices": 20_000})
    offer = Offer.of("many", scenario)
    assert (offer.worlds, offer.told()["seeds"]) == (1, "1")
    answer = ask(application(Setting({"many": offer})), "/api/lesson")
    assert answer.status == 400
    assert "takes too long for a page" in answer.json["error"]


# --- the plans of lessons -------------------------------------------------------------------------


def test_a_page_with_a_lesson_is_told_its_plan():
    lesson = plan("who_knows")
    start = ask(app_of(lesson=lesson), "/api/start").json
    assert start["lesson"]["title"] == "Who knows?"
    assert start["lesson"]["minutes"] == sum(step["minutes"] for step in start["lesson"]["steps"]) == 60
