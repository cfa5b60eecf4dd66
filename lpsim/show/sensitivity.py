"""All that a sensitivity analysis leaves in its folder: numbers, page and figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpsim.analysis.sensitivity import Sensitivity
from lpsim.analysis.sensitivity_folder import save
from lpsim.scenario.taken import as_one
from lpsim.show.figures.sensitivity import save_sensitivity_figure
from lpsim.show.text.sensitivity import sensitivity_markdown
from lpsim.storage.readers import as_path

if TYPE_CHECKING:
    from pathlib import Path


def save_sensitivity(found: Sensitivity, folder: str | Path, *, force: bool = False) -> Path:
    """Save an analysis, with a page in Markdown and a figure, in a folder that is there whole or not at all.

    Parameters
    ----------
    found : Sensitivity
        As `lpsim.sobol` or `lpsim.morris` gives it.
    folder : str or Path
        What must not exist yet, or be empty.
    force : bool
        Replace an earlier analysis there.

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
    found = as_one(found, Sensitivity, "found")

    def show(inside: Path) -> None:
        (inside / "sensitivity.md").write_text(sensitivity_markdown(found), encoding="utf-8")
        save_sensitivity_figure(found, inside)

    return save(found, as_path(folder, "folder", "the path of a folder"), show=show, force=force)
