"""The command line: argument parsing, and what a person reads; importing it registers the commands."""

from lpsim.cli import lessons, query, replications, scenarios, sweeps
from lpsim.cli.app import app, main

__all__ = ["app", "lessons", "main", "query", "replications", "scenarios", "sweeps"]
