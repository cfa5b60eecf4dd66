"""The command `explore`: how it starts, how it ends, and what it says where it cannot."""

import importlib.util
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lpsim import cli
from lpsim.cli import explore
from lpsim.scenario import Scenario
from lpsim.show.web.app.question import Offer
from lpsim.show.web.app.server import Setting, application
from tests.show.web.asking import ask

ROOT = Path(__file__).parents[2]
PUPIL = ("192.168.1.77", 50_000)


def lpsim(*arguments):
    return CliRunner().invoke(cli.app, ["explore", "--no-browser", *map(str, arguments)])


@pytest.fixture
def no_server(monkeypatch):
    """What would be served, without serving it."""
    served = []
    monkeypatch.setattr("lpsim.cli.explore._serve", lambda app, sockets: served.append((app, sockets)))
    yield served
    for app, sockets in served:
        app.state.made.close()
        for one in sockets:
            one.close()


def started(*arguments):
    return subprocess.Popen(
        [sys.executable, "-c", "from lpsim.cli import main\nmain()", "explore", "--no-browser", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(("number", "code", "said"), [
    (signal.SIGINT, 0, "the page is closed\n"),
    (signal.SIGTERM, 143, "ended by SIGTERM; the page is closed\n"),
])  # fmt: skip
def test_it_serves_until_it_is_ended_and_ends_cleanly(number, code, said):
    server = started("one_practice", "--port", "0")
    try:
        here = server.stdout.readline().split()[-1]
        assert server.stdout.readline() == "Ctrl-C ends it.\n"
        with urllib.request.urlopen(f"{here}api/start", timeout=60) as answer:
            assert json.load(answer)["scenarios"][0]["name"] == "one_practice"
    finally:
        server.send_signal(number)
    _, err = server.communicate(timeout=60)
    assert (server.returncode, err) == (code, said)


def test_it_listens_on_this_machine_alone(no_server):
    result = lpsim("one_practice", "--port", 0)
    assert (result.exit_code, result.stderr) == (0, "")
    ((_, sockets),) = no_server
    assert [one.getsockname()[0] for one in sockets] == ["127.0.0.1"]
    assert f"The page: http://127.0.0.1:{sockets[0].getsockname()[1]}/" in result.stdout


def test_with_a_class_it_listens_on_the_network_too_and_shows_a_code(no_server):
    result = lpsim("one_practice", "--class", "--address", "127.0.0.2", "--port", 0)
    assert (result.exit_code, result.stderr) == (0, "")
    ((_, sockets),) = no_server
    port = sockets[0].getsockname()[1]
    assert [one.getsockname() for one in sockets] == [("127.0.0.1", port), ("127.0.0.2", port)]
    assert f"For the class: http://127.0.0.2:{port}/" in result.stdout
    assert "█ ▄▄▄▄▄ █" in result.stdout


def test_a_port_in_use_is_one_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = lpsim("one_practice", "--port", port)
    assert result.exit_code == 2
    assert result.stderr == (
        f"--port: cannot listen at 127.0.0.1:{port} (Address already in use); "
        "name another (--port 0 takes any that is free).\n"
    )


def test_an_address_that_is_not_this_machines_is_one_sentence():
    result = lpsim("one_practice", "--class", "--address", "203.0.113.7", "--port", 0)
    assert result.exit_code == 2
    assert result.stderr.startswith("--address: cannot listen at 203.0.113.7:")
    result = lpsim("one_practice", "--class", "--address", "my laptop", "--port", 0)
    assert result.exit_code == 2
    assert result.stderr.startswith("--address: cannot listen at my laptop:")
    result = lpsim("one_practice", "--class", "--address", "0.0.0.0", "--port", 0)
    assert (result.exit_code, result.stderr[:38]) == (2, "--address: 0.0.0.0 means every network")


@pytest.mark.parametrize("missing", ["starlette", "uvicorn", "segno"])
def test_what_is_not_installed_is_one_sentence_with_the_cure(missing, monkeypatch):
    there = importlib.util.find_spec
    monkeypatch.setattr("lpsim.cli.explore.find_spec", lambda name: None if name == missing else there(name))
    result = lpsim("one_practice")
    assert result.exit_code == 2
    assert result.stderr == (
        f"explore: needs {missing}, which is not installed; "
        "pip install '.[explore]' in your clone of lpsim.\n"
    )


def test_what_is_no_scenario_or_lesson_is_told_before_what_is_not_installed(monkeypatch):
    monkeypatch.setattr("lpsim.cli.explore.find_spec", lambda name: None)
    assert lpsim("who_knows").stderr.startswith("who_knows: is the plan of a lesson that ships")
    assert 'did you mean "one_practice"?' in lpsim("one_practise").stderr
    assert "no lesson of that name ships" in lpsim("--lesson", "who_know").stderr
    assert lpsim("one_practice").stderr.startswith("explore: needs starlette")


def test_what_is_no_scenario_is_told_before_anything_is_served(no_server):
    result = lpsim("one_practise")
    assert result.exit_code == 2
    assert 'did you mean "one_practice"?' in result.stderr
    result = lpsim("one_practice", ROOT / "configs" / "one_practice.toml")
    assert result.exit_code == 2
    assert "a scenario called one_practice is given already; rename the file." in result.stderr
    result = lpsim("--lesson", "who_knew")
    assert result.exit_code == 2
    assert 'did you mean "who_knows"?' in result.stderr
    assert no_server == []


def test_a_lesson_opens_its_own_scenario(no_server):
    result = lpsim("--lesson", "who_knows", "--port", 0)
    assert (result.exit_code, result.stderr) == (0, "")
    assert len(no_server) == 1


def test_a_lesson_has_its_own_scenarios_whatever_others_are_given(no_server, monkeypatch):
    shown = []
    monkeypatch.setattr("lpsim.show.web.app.server.application", shown.append)
    monkeypatch.setattr("lpsim.cli.explore._serve", lambda app, sockets: [one.close() for one in sockets])
    lpsim("--lesson", "who_knows", "no_memory", "--port", 0)
    assert [*shown[0].offers] == ["one_practice", "no_memory"]


def test_an_address_without_a_class_is_refused(no_server):
    result = lpsim("one_practice", "--address", "192.0.2.7", "--port", 0)
    assert result.exit_code == 2
    assert result.stderr == "--address 192.0.2.7: is of the class's network; give --class, too.\n"
    assert no_server == []


def test_a_header_cannot_say_that_who_asks_is_another(monkeypatch):
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")  # a pupil would be the teacher
    app = application(Setting({"one_practice": Offer.of("one_practice", Scenario.load("one_practice"))}))
    config = explore.served(app)
    config.load()
    answer = ask(config.loaded_app, "/api/start", client=PUPIL, headers=[("x-forwarded-for", "127.0.0.1")])
    assert answer.json["saving"] is False
    app.state.made.close()


def test_settings_that_are_given_are_those_of_the_page(no_server, monkeypatch):
    shown = []
    monkeypatch.setattr("lpsim.show.web.app.server.application", shown.append)
    monkeypatch.setattr("lpsim.cli.explore._serve", lambda app, sockets: [one.close() for one in sockets])
    lpsim("one_practice", "--set", "steps=12", "--port", 0)
    assert shown[0].offers["one_practice"].scenario.steps == 12


COMMANDS = re.findall(r"^ {4}lpsim (explore .*)$", (ROOT / "docs" / "explore.md").read_text(), re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_shown_on_exploring_open_a_page(command, no_server, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text('extends = "learning_practice"\n', encoding="utf-8")
    monkeypatch.setattr("lpsim.cli.explore._own_address", lambda: "127.0.0.2")
    result = CliRunner().invoke(cli.app, [*command.split(), "--no-browser", "--port", "0"])
    assert (result.exit_code, result.stderr) == (0, "")
    assert len(COMMANDS) == 3
