"""The rings of tests, and what else is done to the whole repository: `nox --list`.

A session without a version works in the environment that nox itself stands in (`pip install -e ".[test]"`);
the others make one of their own.
"""

from pathlib import Path

import nox

nox.options.default_venv_backend = "uv|virtualenv"
nox.options.error_on_missing_interpreters = False
nox.options.sessions = ["lint", "fast"]


@nox.session(python=False)
def fast(session: nox.Session) -> None:
    """The ring for every save: under a minute."""
    session.run("pytest", "-m", "fast", *session.posargs)


@nox.session(python=False)
def full(session: nox.Session) -> None:
    """Every test there is."""
    session.run("pytest", "-m", "", *session.posargs)


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


@nox.session(python=["3.12", "3.13"])
def newer(session: nox.Session) -> None:
    """The fast ring on a newer Python, with the newest versions of what lpsim needs."""
    session.install("-e", ".[test]")
    session.run("pytest", "-m", "fast", *session.posargs)


@nox.session(python="3.11")
def lowest(session: nox.Session) -> None:
    """The fast ring with the lowest versions that pyproject.toml allows."""
    constraints = Path(session.create_tmp()) / "lowest.txt"
    constraints.write_text("\n".join(lowest_versions()))
    session.install("-e", ".", "-c", str(constraints), *nox.project.dependency_groups(...))
    session.run("pytest", "-m", "fast", *session.posargs)


def lowest_versions() -> list[str]:
    """What pyproject.toml asks for, at its lower bounds."""
    project = nox.project.load_toml("pyproject.toml")["project"]
    return [need.split(",")[0].replace(">=", "==") for need in project["dependencies"]]
