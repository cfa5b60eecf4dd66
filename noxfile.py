"""The rings of tests, and what else is done to the whole repository: `nox --list`.

A session without a version works in the environment that nox itself stands in (`pip install -e ".[test]"`);
the others make one of their own.
"""

import shutil
from pathlib import Path

import nox

ENGINES = "tests/engines/test_engines.py"

nox.options.default_venv_backend = "uv|virtualenv"
nox.options.error_on_missing_interpreters = False
nox.options.download_python = "never"
nox.options.sessions = ["lint", "fast"]


@nox.session(python=False)
def fast(session: nox.Session) -> None:
    """The ring for every save: under a minute."""
    session.run("pytest", "-m", "fast", *session.posargs)


@nox.session(python=False)
def full(session: nox.Session) -> None:
    """Every test there is."""
    session.run("pytest", *(session.posargs or ["tests"]))


@nox.session(python=False)
def validation(session: nox.Session) -> None:
    """A figure for every claim about the model (`nox -s validation -- --list`)."""
    session.run("python", "-m", "tests.validation", *session.posargs)


@nox.session(python=False)
def lint(session: nox.Session) -> None:
    """Style, types and the direction of imports."""
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    session.run("lint-imports")
    if shutil.which("biome"):
        session.run("biome", "lint", "--error-on-warnings")
    else:
        session.warn("no biome here: the scripts of pages are not linted")


@nox.session(python=False)
def docs(session: nox.Session) -> None:
    """The site is made without a warning and asks nothing of the network (`pip install -e ".[docs]"`)."""
    session.run("pytest", "-n", "0", "tests/test_site.py", *session.posargs)


@nox.session(python=["3.12", "3.13"])
def newer(session: nox.Session) -> None:
    """The fast ring, and what is compiled, on a newer Python with the newest of what lpsim needs."""
    session.install("-e", ".[test]")
    fast_and_compiled(session)


@nox.session(python="3.11")
def lowest(session: nox.Session) -> None:
    """The same with the lowest versions that pyproject.toml allows."""
    constraints = Path(session.create_tmp(), "lowest.txt")
    constraints.write_text("\n".join(lowest_versions()), encoding="utf-8")
    session.install("-e", ".[test]", "-c", str(constraints))
    # What old versions warn of in newer ones of what they need themselves is not ours to mend.
    fast_and_compiled(session, "-W", "default")


def fast_and_compiled(session: nox.Session, *options: str) -> None:
    """Run the fast ring; and every scenario by the compiled engine, since compilers differ.

    On one thread: what runs on several is made of the same parts, and would be compiled for twenty seconds.
    """
    options = (*options, *session.posargs)
    session.run("pytest", "-m", "fast", *options)
    every_scenario = f"{ENGINES}::test_every_scenario_file_gives_the_same_trajectory"
    session.run("pytest", every_scenario, "-k", "not threads", *options)


def lowest_versions() -> list[str]:
    """What lpsim needs, each at its lower bound."""
    needs = nox.project.load_toml("pyproject.toml")["project"]["dependencies"]
    return [need.split(",")[0].replace(">=", "==") for need in needs]
