"""The command `scenarios`: what ships, and what each asks."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

from lpsim.cli.app import app
from lpsim.cli.options import told, width
from lpsim.cli.streams import echo
from lpsim.cli.wording import Worded


@app.command("scenarios", cls=Worded)
def _scenarios() -> None:
    """List the scenarios that ship: what each is about, and what it changes of another."""
    with told("list"):
        from lpsim.show.text.lines import fold
        from lpsim.show.text.scenario import shipped_table
        from lpsim.show.web.app.teaching import plans

        echo(shipped_table().terminal(width()))
        lessons = f"Lessons, which lpsim explore --lesson NAME leads through: {', '.join(plans())}."
        echo("\n".join(fold(lessons, width())))
