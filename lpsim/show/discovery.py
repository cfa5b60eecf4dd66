"""All that a discovery leaves in its folder: numbers, page and figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpsim.analysis.discovery import Discovery
from lpsim.analysis.discovery_folder import save
from lpsim.scenario.taken import as_one
from lpsim.show.figures.discovery import save_discovery_figure
from lpsim.show.text.discovery import discovery_markdown
from lpsim.storage.readers import as_path

if TYPE_CHECKING:
    from pathlib import Path


def save_discovery(found: Discovery, folder: str | Path, *, force: bool = False) -> Path:
    """Save what was found, with a page in Markdown and a figure, in a folder that is whole or not there.

    Parameters
    ----------
    found : Discovery
        As `lpsim.discover` gives it.
    folder : str or Path
        What must not exist yet, or be empty.
    force : bool
        Replace an earlier discovery there.

    Returns
    -------
    Path
        The folder; where that was taken meanwhile, one beside it.

    Raises
    ------
    InputError
        The folder holds something.
    StoppedError
        It cannot be written to.
    """
    found = as_one(found, Discovery, "found")

    def show(inside: Path) -> None:
        (inside / "discovery.md").write_text(discovery_markdown(found), encoding="utf-8")
        save_discovery_figure(found, inside)

    return save(found, as_path(folder, "folder", "the path of a folder"), show=show, force=force)
