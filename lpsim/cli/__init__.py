"""The command line: argument parsing, and what a person reads; importing it registers the commands."""

from lpsim.cli import (  # noqa: F401 (a command registers when its module is imported)
    calibrate,
    check,
    compare,
    discover,
    explore,
    guide,
    lesson,
    lessons,
    practices,
    query,
    replications,
    report,
    rerun,
    retained,
    run,
    scenarios,
    schema,
    sensitivity,
    sweep,
)
from lpsim.cli.app import app, main

__all__ = ["app", "main"]
