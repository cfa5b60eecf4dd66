"""Folders of results that a command leaves: whole or not there, sealed, never over what is not its own."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lpsim.errors import InputError, StoppedError
from lpsim.storage.folders import (
    is_empty,
    is_litter,
    is_unfinished,
    numbered,
    settle,
    unfinished_folder,
    whole_path,
)

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Mapping

    from lpsim.storage.sealed import Seal


class ResultFolder(NamedTuple):
    """How a command's folders are sealed, what may be in them, and the words messages have for them."""

    seal: Seal
    own: re.Pattern[str]
    """The names of its files."""
    above: str
    """Where such folders lie if nobody says."""
    noun: str
    """What is in one, as in "a comparison"."""

    def save(
        self,
        folder: Path,
        says: Mapping[str, Any],
        files: Iterable[tuple[str, bytes]],
        *,
        show: Callable[[Path], object] | None = None,
        force: bool = False,
    ) -> Path:
        """Write a folder that appears whole or not at all; returns which it became.

        Parameters
        ----------
        folder : Path
            Where it is to lie; where that is taken meanwhile it lies beside it.
        says : mapping
            What the head says.
        files : iterable of (str, bytes)
            What lies beside the head.
        show : callable, optional
            Writes pages and figures into the folder that it is given.
        force : bool
            Replace an earlier one.

        Raises
        ------
        InputError
            As `check_target`.
        StoppedError
            The disk is full, or what else ends writing.
        """
        self.check_target(folder, force=force)
        try:
            with unfinished_folder(folder) as inside:
                self.seal.write(inside, says, files)
                if show is not None:
                    show(inside)
                return settle(inside, folder, staying=self._staying if force else None)
        except OSError as error:
            cure = "make room, or name another folder (--out)"
            raise StoppedError(f"{folder}: cannot be written to ({error.strerror}); {cure}") from error

    def check_target(self, folder: Path, *, force: bool = False) -> None:
        """See that results can go into a folder, before anything is done for them.

        Raises
        ------
        InputError
            It is a file or the working folder, holds something else, or results of this kind and not `force`.
        """
        target = whole_path(folder)
        if Path.cwd().is_relative_to(target):
            raise InputError(f"{folder}: is the working folder, or above it; name a folder in it.")
        if target.exists() and not target.is_dir():
            raise InputError(f"{folder}: is a file; name a folder (--out).")
        if not target.is_dir() or is_empty(target):
            return
        if self._staying(target) is None:
            command = self.seal.format
            raise InputError(f"{folder}: holds what `{command}` did not write; name another folder (--out).")
        if not force:
            raise InputError(
                f"{folder}: holds {self.noun} already; name another folder (--out) or replace it (--force)."
            )

    def default_target(self, name: str) -> Path:
        """Where results of a name go if nobody says: ``<above>/<name>``, or ``-2``, ``-3`` …"""
        return next(path for path in numbered(Path(self.above, name)) if not path.exists())

    def is_one(self, folder: Path) -> bool:
        """Whether a folder says that it is one of these."""
        return (folder / self.seal.head).is_file()

    def _staying(self, folder: Path) -> list[str] | None:
        """Nothing stays of what is replaced; None where there is something else in the folder."""
        paths = [path for path in folder.iterdir() if not is_litter(path)]
        if not all(self.own.fullmatch(path.name) for path in paths):
            return None
        with suppress(InputError):
            # What has been moved into a holder has said before that it is ours.
            if not paths or is_unfinished(folder) or self.seal.read(folder):
                return []
        return None
