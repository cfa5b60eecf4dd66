"""All that a calibration leaves in its folder besides its sweeps: numbers, design, page and figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpsim.analysis.calibration import Calibration
from lpsim.analysis.calibration_folder import save
from lpsim.scenario.taken import as_one
from lpsim.show.figures.calibration import save_calibration_figure
from lpsim.show.text.calibration import calibration_markdown
from lpsim.storage.readers import as_path

if TYPE_CHECKING:
    from pathlib import Path


def save_calibration(calibration: Calibration, folder: str | Path) -> None:
    """Save what a calibration found, the acceptable points as a design, a page in Markdown and a figure.

    Parameters
    ----------
    calibration : Calibration
        As `lpsim.calibrate` gives it.
    folder : str or Path
        That of its sweeps; what an earlier one left there is replaced.

    Raises
    ------
    InputError
        The folder holds what is of no calibration.
    StoppedError
        It cannot be written to.
    """
    calibration = as_one(calibration, Calibration, "calibration")

    def show(inside: Path) -> None:
        (inside / "calibration.md").write_text(calibration_markdown(calibration), encoding="utf-8")
        save_calibration_figure(calibration, inside)

    save(calibration, as_path(folder, "folder", "the path of a folder"), show=show)
