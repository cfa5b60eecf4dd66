"""The command `schema`: every key of a scenario file, as JSON Schema."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

import json

import typer

from lpsim.cli.app import app
from lpsim.cli.options import told


@app.command("schema")
def _schema() -> None:
    """Print the JSON Schema of a scenario file."""
    with told("schema"):
        from lpsim.scenario import Scenario

        typer.echo(json.dumps(Scenario.model_json_schema(), indent=2))
