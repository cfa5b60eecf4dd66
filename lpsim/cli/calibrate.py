"""The command `calibrate`: which values of free keys give what was observed."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lpsim.cli.app import app
from lpsim.cli.hints import command, meant_as
from lpsim.cli.options import told, width
from lpsim.cli.own import Practice, Service, StaffMember, agents, as_options, tell_idle_parameters
from lpsim.cli.streams import echo
from lpsim.cli.sweep_progress import KEPT, sweep_progress
from lpsim.cli.wording import Worded
from lpsim.errors import InputError

CalibrationFile = Annotated[Path, typer.Argument(metavar="FILE", help="A calibration file (TOML).")]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="FOLDER", help="The folder for all of it. [default: calibrations/<name of the file>]"
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(metavar="COUNT", help="Worker processes, one thread each. [default: one per processor]"),
]


@app.command("calibrate", cls=Worded)
def _calibrate(
    file: CalibrationFile,
    out: Out = None,
    workers: Workers = None,
    staff_member: StaffMember = None,
    practice: Practice = None,
    service: Service = None,
) -> None:
    """Find the values of free keys that give what was observed; goes on where an earlier one ended."""
    with told("calibration", kept=KEPT):
        from lpsim.analysis.calibration import calibrate
        from lpsim.analysis.calibration_file import read_plan
        from lpsim.analysis.calibration_folder import check_target
        from lpsim.show.calibration import save_calibration
        from lpsim.show.text.calibration import calibration_text
        from lpsim.sweeps.workers import LocalWorkers

        if workers is not None and workers < 1:
            raise InputError(f"--workers: found {workers}; allowed is a whole number from 1.")
        with meant_as("calibration", file):
            plan = read_plan(file)
        own = agents(staff_member, practice, service)
        tell_idle_parameters(plan.design.base, own)
        folder = out or Path("calibrations", file.stem)
        check_target(folder)
        with LocalWorkers(workers) as executor, sweep_progress() as tell:
            calibration = calibrate(file, folder, executor=executor, on_progress=tell, **own)
        save_calibration(calibration, folder)
    with told("report", kept=f"the results are in {folder}"):
        echo(calibration_text(calibration, width=width()))
        echo(f"\nResults: {folder}")
        words = (folder / "design.toml", *as_options(staff_member, practice, service), "--dry-run")
        echo(f"The acceptable points are a design: {command('sweep', *words)}")
