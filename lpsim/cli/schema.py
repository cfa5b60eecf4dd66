"""The command `schema`: every key of a scenario file, as JSON Schema, or some of them in words."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

import json
from typing import Annotated

import typer

from lpsim.cli.app import app
from lpsim.cli.options import told, width
from lpsim.cli.streams import echo
from lpsim.cli.wording import Worded

Word = Annotated[
    str | None,
    typer.Argument(
        metavar="WORD", help="Only keys with this in them, in words: turnover, or roles.", show_default=False
    ),
]


@app.command("schema", cls=Worded)
def _schema(word: Word = None) -> None:
    """Print what a scenario file can say: as JSON Schema, or in words, for keys with a word in them."""
    with told("schema"):
        if word is not None:
            from lpsim.show.text.keys import key_table

            echo(key_table(word).terminal(width()))
        else:
            from lpsim.scenario.schema import file_schema

            echo(json.dumps(file_schema(), indent=2))
