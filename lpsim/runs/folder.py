"""The folder one `lpsim run` leaves: the first run, its replications and the figures, or nothing.

The folder is itself a saved run (the first). Further ones are in ``replications/seed-<n>``.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lpsim.errors import InputError, StoppedError, in_words
from lpsim.runs.run import (
    LESSON_TABLES,
    REPLICATIONS,
    TABLES,
    Run,
    read_run,
    replications_in,
    write_run,
)
from lpsim.scenario.saved import SEAL
from lpsim.storage.folders import (
    files_for,
    is_empty,
    is_holder,
    is_litter,
    is_unfinished,
    numbered,
    settle,
    unfinished_folder,
    whole_path,
)
from lpsim.storage.readers import as_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Runs = Run | Iterable[Run] | str | Path  # some, one, or those in a folder

_NAMES = "|".join((*TABLES, *LESSON_TABLES))
_DRAWN = r"levels|funnel|kinds|loops|people|lessons|practices|lesson-\d+(-map)?"
_RUN = rf"run\.json|({_NAMES})\.parquet"
_FIGURES = rf"({_DRAWN})\.(png|svg)|lesson-\d+\.gif"
_OWN = re.compile(rf"{_RUN}|{_FIGURES}|{REPLICATIONS}(/seed-\d+(/({_RUN}|{_FIGURES}))?)?")
_COPY = re.compile(rf"({REPLICATIONS}/)?(run|{_NAMES}|{_DRAWN}|{REPLICATIONS}|seed-\d+)(\.\w+)?[ (][^/]*")
"""As file managers call a copy: "seed-2 (copy)", "levels copy.png", "run - Copy.json"."""


class Results(NamedTuple):
    """What was saved and where: the runs, without the large table by practice, and the figures."""

    runs: list[Run]
    figures: list[Path]
    folder: Path
    """The one asked for; or where that was taken meanwhile, one beside it."""


def save_results(
    runs: Iterable[Run],
    folder: str | Path,
    *,
    draw: Callable[[list[Run], Path], list[Path]] | None = None,
    force: bool = False,
) -> Results:
    """Save runs of one scenario, and their figures, in one folder that appears whole or not at all.

    Whatever goes wrong once a run is made, the runs that are whole by then are kept: in the folder, or where
    that holds something (even with `force`) in one beside it, with -2, -3 … at its name's end.

    Parameters
    ----------
    runs : iterable of Run
        Runs of one scenario with a seed each; the folder itself becomes the first. Each is written as
        it comes, and only what the figures need of it is held on to.
    folder : str or Path
        What must not exist yet, or be empty.
    draw : callable, optional
        Draws figures of the runs into a folder and returns their paths; without it there are none.
    force : bool
        Replace an earlier result; only a folder that holds nothing else is ever replaced, and copies of
        its parts that somebody has made in it stay.

    Raises
    ------
    InputError
        As `check_target`; or there are no runs, or runs with the same seed or of several scenarios.
    StoppedError
        A run or the figures failed; what is kept is named.
    """
    folder = Path(folder)
    check_target(folder, force=force)
    with unfinished_folder(folder) as inside:
        kept: list[Run] = []
        figures: list[Path] = []
        failed: Exception | None = None
        try:
            for run in runs:
                with _writing(folder):
                    kept.append(_write(run, inside, {earlier.seed for earlier in kept}))
            with _writing(folder):
                figures = _drawn(kept, inside, draw)
        except Exception as error:
            failed = error
        if not kept:
            raise failed or InputError("runs: found none; give at least one.")
        with _writing(folder):
            found = settle(inside, folder, staying=_staying if force and not failed else None)
    if failed is not None:
        raise _half_way(failed, kept, found) from failed
    return Results(kept, [found / figure for figure in figures], found)


def _drawn(runs: list[Run], inside: Path, draw: Callable[[list[Run], Path], list[Path]] | None) -> list[Path]:
    """The names of the figures drawn."""
    if not runs or draw is None:
        return []
    with files_for(inside) as folder:
        return [figure.relative_to(folder) for figure in draw(runs, folder)]


def _half_way(failed: Exception, kept: list[Run], folder: Path) -> Exception:
    """What went wrong, and what there is nevertheless."""
    those = "the run" if len(kept) == 1 else f"the {len(kept)} runs"
    words = (
        f"{in_words(failed)}; {those} finished before that {'is' if len(kept) == 1 else 'are'} in {folder}"
    )
    return InputError(f"{words}.") if isinstance(failed, InputError) else StoppedError(words)


def _write(run: Run, inside: Path, earlier: set[int]) -> Run:
    """Write a run, the first into the folder itself; the table by practice is not held on to."""
    if run.seed in earlier:
        raise InputError("runs: found two with the same seed; give each a seed of its own.")
    target = inside / REPLICATIONS / f"seed-{run.seed}" if earlier else inside
    target.mkdir(parents=True, exist_ok=True)
    try:
        write_run(run, target)
    except Exception:
        shutil.rmtree(target, ignore_errors=True)
        with suppress(OSError):
            target.parent.rmdir()
        raise
    tables = {name: run.tables[name] for name in run.tables if name != "practices"}
    return replace(run, tables=tables, observations=None)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Say of a full disk, or what else ends writing, what to do about it."""
    try:
        yield
    except OSError as error:
        words = (
            f"{folder}: cannot be written to ({error.strerror}); make room, or name another folder (--out)"
        )
        raise StoppedError(words) from error


def load_runs(folder: str | Path) -> list[Run]:
    """Load all runs that ``lpsim run`` left in a folder: the first, then its replications by seed.

    Raises
    ------
    InputError
        As `Run.load`, of any of them; or a replication is not the one its name says, or of another scenario.
    """
    folder = as_path(folder, "folder", "the folder of saved runs")
    first = read_run(folder)
    further = replications_in(folder)
    return [first, *(_replication(path, seed, first) for seed, path in further.items())]


def as_run(given: Run | str | Path) -> Run:
    """A run, or the first in a folder; raises `InputError` where it is neither, or as `Run.load`."""
    if isinstance(given, str | Path):
        return Run.load(given)
    if not hasattr(given, "provenance"):
        raise InputError(f"run: found {given!r:.80}; give a Run, or the folder of one.")
    return given


def as_runs(given: Runs) -> list[Run]:
    """Runs, one of them, or those in a folder; raises `InputError` where they are none, or as `load_runs`."""
    if isinstance(given, str | Path):
        return load_runs(given)
    several = given if isinstance(given, Iterable) else [given]
    return [as_run(run) for run in several]


def _replication(path: Path, seed: int, first: Run) -> Run:
    run = read_run(path)
    if run.seed != seed or seed == first.seed:
        raise InputError(
            f"{path}: holds the run with seed {run.seed} once more; delete it, or give it back its name."
        )
    if run.provenance["digest"] != first.provenance["digest"]:
        raise InputError(f"{path}: a run of another scenario than {path.parent.parent} holds; move it away.")
    return run


def default_target(scenario_path: str | Path) -> Path:
    """Where results go if nobody says: ``runs/<name of the scenario file>``, or ``-2``, ``-3`` …"""
    stem = Path(scenario_path).stem
    return next(path for path in numbered(Path("runs", stem)) if not path.exists())


def check_target(folder: str | Path, *, force: bool = False) -> None:
    """See that results can go into a folder, before anything is simulated for it.

    Raises
    ------
    InputError
        It is a file, the working folder or above it, cannot be made, or holds something: another
        run (unless `force`) or what lpsim did not write (always).
    """
    folder = Path(folder)
    try:
        _check(folder, whole_path(folder), force=force)
    except OSError as error:
        raise InputError(f"{folder}: cannot be used ({error.strerror}); name another folder.") from None


def _check(folder: Path, target: Path, *, force: bool) -> None:
    if Path.cwd().is_relative_to(target):
        raise InputError(f"{folder}: is the working folder, or above it; name a folder in it.")
    if target.exists() and not target.is_dir():
        raise InputError(f"{folder}: is a file; name a folder (--out).")
    if target.is_dir():
        foreign = _foreign(target)
        if foreign is not None:
            raise InputError(
                f"{folder}: holds what lpsim did not write ({foreign}); name another folder (--out)."
            )
        if not is_empty(target) and not force:
            raise InputError(
                f"{folder}: holds another run ({_named(target)}); name another folder (--out) or "
                "replace it (--force)."
            )
    parent = next(path for path in target.parents if path.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK | os.X_OK):
        raise InputError(f"{folder}: {parent} cannot be written to; name another folder (--out).")


def _staying(folder: Path) -> list[str] | None:
    """What is to stay when an earlier result is replaced: copies of its parts; None where it is no such."""
    return None if _foreign(folder) is not None else _copies(_listed(folder))


def _foreign(folder: Path) -> str | None:
    """Something in the folder that is not an earlier result, nor a copy of a part of one, if there is any."""
    paths = _listed(folder)
    copies = _copies(paths)
    foreign = [path for path in paths if not _OWN.fullmatch(path) and not _is_in(path, copies)]
    if foreign or not paths:
        return foreign[0] if foreign else None
    # Names alone could be another program's: run.json has to say that it is ours. What has been moved into
    # a holder has said so before, and only of a folder that has its name it is asked.
    ours = is_unfinished(folder) or _named(folder) is not None
    return None if ours else SEAL.head if SEAL.head in paths else paths[0]


def _listed(folder: Path) -> list[str]:
    """What is in a folder, except figures that were never finished, and a system's own files."""
    paths = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if not is_litter(path)]
    return [path.as_posix() for path in paths if not is_holder(path.parts[0])]


def _copies(paths: list[str]) -> list[str]:
    return [path for path in paths if _COPY.fullmatch(path)]


def _is_in(path: str, folders: list[str]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)


def _named(folder: Path) -> str | None:
    try:
        head = SEAL.read(folder)
    except InputError:
        return None
    return f"{head['scenario']['title'] or 'untitled'}, seed {head['seed']}"
