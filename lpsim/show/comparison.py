"""All that a comparison leaves in its folder: numbers, page and figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpsim.analysis.comparison import Comparison
from lpsim.analysis.comparison_folder import save
from lpsim.scenario.taken import as_one
from lpsim.show.figures.comparison import save_comparison_figure
from lpsim.show.text.comparison import comparison_markdown
from lpsim.storage.readers import as_path

if TYPE_CHECKING:
    from pathlib import Path


def save_comparison(comparison: Comparison, folder: str | Path, *, force: bool = False) -> Path:
    """Save a comparison, with a page in Markdown and a figure, in a folder that is there whole or not at all.

    Parameters
    ----------
    comparison : Comparison
        As `lpsim.compare` gives it.
    folder : str or Path
        What must not exist yet, or be empty.
    force : bool
        Replace an earlier comparison there.

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
    comparison = as_one(comparison, Comparison, "comparison")
    return save(comparison, as_path(folder, "folder", "the path of a folder"), show=_show, force=force)


def _show(comparison: Comparison, folder: Path) -> None:
    (folder / "comparison.md").write_text(comparison_markdown(comparison), encoding="utf-8")
    save_comparison_figure(comparison, folder)
