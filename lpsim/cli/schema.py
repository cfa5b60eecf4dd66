"""The command `schema`: every key of a scenario file, as JSON Schema."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

import json

from lpsim.cli.app import app
from lpsim.cli.options import told
from lpsim.cli.streams import echo


@app.command("schema")
def _schema() -> None:
    """Print the JSON Schema of a scenario file."""
    with told("schema"):
        from lpsim.scenario import Scenario

        echo(json.dumps(Scenario.model_json_schema(), indent=2))
