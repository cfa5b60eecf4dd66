"""Every command that a page shows is understood: command, options and what ships are there.

What pages show in Python is run (`test_docs`, `test_readme`, `test_recipes`), and so are the README's two
commands for a fresh machine (`.ci/run`); other commands are parsed and no more, as most simulate for long or
go on with what the one before left.
"""

import re
import shlex
from importlib import import_module
from pathlib import Path

import pytest
import typer

from lpsim import cli
from lpsim.scenario.shipped import others_shipped, shipped

ROOT = Path(__file__).parents[1]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "experiments/README.md")),
    *(path for path in sorted((ROOT / "docs").rglob("*.md")) if "made" not in path.parts),
]
COMMANDS = typer.main.get_command(cli.app).commands


def shown(text):
    """The commands in a text: in lines of their own, indented or fenced, and within lines."""
    fenced, lines = False, iter(text.splitlines())
    for line in lines:
        fenced ^= line.startswith("```")
        if re.match("lpsim [a-z]" if fenced else r" {4}lpsim [a-z]", line):
            whole = line.strip()
            while whole.count("'") % 2 or whole.count('"') % 2 or whole.endswith("\\"):
                whole = f"{whole.removesuffix(chr(92))} {next(lines).strip()}"
            yield whole
    yield from re.findall(r"`(lpsim [a-z]+(?: [^`]*)?)`", text)


CASES = {
    f"{page.relative_to(ROOT)}: {line}": line
    for page in PAGES
    for line in shown(page.read_text(encoding="utf-8"))
}


@pytest.mark.parametrize("line", CASES.values(), ids=CASES.keys())
def test_every_command_shown_is_understood_and_what_ships_of_it_is_there(line):
    name, *words = shlex.split(line, comments=True)[1:]
    command = COMMANDS[name]
    if not words:  # it is spoken of
        return
    with command.make_context(name, list(words)) as context:
        given = context.params.values()
    sources = [one for value in given for one in (value if isinstance(value, list | tuple) else [value])]
    for path in re.findall(r"(?:configs|experiments)/[\w/.-]+\w", line):
        assert (ROOT / path).exists()
    for source in sources:
        if isinstance(source, Path) and re.fullmatch(r"[a-z0-9_]+", str(source)):
            assert str(source) in {*shipped(), *others_shipped()}


def test_every_experiment_shown_is_there():
    said = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    for name in re.findall(r"python -m experiments (\w+)", said):
        import_module(f"experiments.{name}")


def test_every_page_that_shows_python_is_named_in_a_test_that_runs_it():
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").glob("test_*.py"))
    for page in PAGES:
        if "\n```python\n" in page.read_text(encoding="utf-8"):
            assert re.search(rf"\b{page.stem}\b", tests), f"{page}: run it in a test"


def test_commands_are_found_in_all_forms():
    text = """    lpsim query a 'select
      b'
lpsim is. Say `lpsim schema`:
```
lpsim run x  # why
```
"""
    assert list(shown(text)) == ["lpsim query a 'select b'", "lpsim run x  # why", "lpsim schema"]
    assert len(CASES) > 70


USAGES = {
    **dict.fromkeys(("check", "replications", "retained", "run"), "SCENARIO"),
    **dict.fromkeys(("lessons", "practices", "rerun"), "RUN"),
    **dict.fromkeys(("discover", "sensitivity"), "STORE"),
    **dict.fromkeys(("calibrate", "sweep"), "FILE"),
    "compare": "BASE OPTION …",
    "explore": "[SCENARIO …]",
    "guide": "",
    "lesson": "RUN [ID]",
    "query": "STORE SQL",
    "report": "SCENARIO [OPTION …]",
    "scenarios": "",
    "schema": "[WORD]",
}


@pytest.mark.parametrize("name", COMMANDS)
def test_help_says_in_words_of_its_own_what_a_command_takes(name):
    command = COMMANDS[name]
    with command.make_context(name, [], resilient_parsing=True) as context:
        told = command.get_help(context)
    assert told.splitlines()[0] == f"Usage: {name} [OPTIONS] {USAGES[name]}".rstrip()
    assert not re.search(
        r"<(str|int|float|path|word|bool|list\[)|<\w+ range>|\b(TEXT|INTEGER|FLOAT|PATH)\b(?<!=PATH)", told
    )
