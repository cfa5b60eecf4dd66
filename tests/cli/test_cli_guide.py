"""`lpsim guide`: it prints a table that ships, and refuses what it has not."""

from typer.testing import CliRunner

from lpsim import cli


def lpsim(*arguments):
    return CliRunner().invoke(cli.app, ["guide", *arguments])


def test_the_guide_is_told_without_a_run(monkeypatch):
    monkeypatch.setattr("lpsim.engines.compiled.engine.CompiledEngine.__init__", None)
    told = lpsim("--goal", "memory", "--horizon", "2", "--size", "large")
    assert (told.exit_code, told.stderr) == (0, "")
    assert "30 people" in told.stdout
    assert "after 2 years" in told.stdout
    assert "sound bet" in told.stdout


def test_what_is_not_in_the_table_is_refused_in_a_sentence():
    told = lpsim("--horizon", "7")
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr == "horizon: found 7; allowed is one of 1, 2, 5, 10.\n"


def test_help_says_where_the_numbers_come_from():
    told = lpsim("--help")
    assert "python -m experiments.guide" in " ".join(told.stdout.split())
