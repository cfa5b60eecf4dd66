"""A checked JSON head: what a folder holds, and the checksums by which every damage is noticed.

``run.json`` and ``sweep.json`` are such heads: ``format`` and ``format_version``, what the folder is
about, and ``checksums``: the SHA-256 of files beside it, and of everything else that the head says.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from lpsim.errors import InputError
from lpsim.storage import readers
from lpsim.storage.folders import is_unfinished
from lpsim.storage.readers import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_HEAD_MEGABYTES, _FILE_MEGABYTES = 1_000, 20_000


class Seal(NamedTuple):
    """How a kind of folder is sealed, and the words messages have for it."""

    head: str
    """The file that is the head."""
    format: str
    """What the head says it is; no other program writes that."""
    version: int
    """Rises with every change of what the folder holds that this program could not read before."""
    folder: str
    """The folder with its article, as in "give the folder of a saved run"."""
    otherwise: str
    """What to do if it is lost, as in "run again"."""

    def write(self, folder: Path, says: Mapping[str, Any], files: Iterable[tuple[str, bytes]]) -> None:
        """Write files into a folder that exists, one by one as they come, and the head last."""
        checksums = {}
        for name, content in files:
            (folder / name).write_bytes(content)
            checksums[name] = _sha256(content)
        head = {"format": self.format, "format_version": self.version, **says, "checksums": checksums}
        checksums[self.head] = checksum_of(head, self.head)
        text = json.dumps(head, indent=2, ensure_ascii=False) + "\n"
        # A file's name may hold what is no UTF-8; replaced so, it is an escape of JSON, and read as it was.
        (folder / self.head).write_bytes(text.encode(errors="backslashreplace"))

    def read(self, folder: Path) -> dict[str, Any]:
        """What the head of a folder says.

        Raises
        ------
        InputError
            There is no such folder, it was left unfinished, or the head is missing, damaged, another
            program's, or of another version.
        """
        if not os.path.isdir(folder):  # noqa: PTH112 (which raises nothing, whatever the name)
            raise InputError(f"{shown(folder)}: no such folder; give {self.folder}.")
        if is_unfinished(folder):
            raise InputError(
                f"{shown(folder)}: left by something that did not finish; delete it, and {self.otherwise}."
            )
        path = folder / self.head
        cure = f"give {self.folder}, or {self.otherwise}"
        content = readers.read_bytes(path, readers.FileKind("file", _HEAD_MEGABYTES, cure))
        try:
            head: dict[str, Any] = json.loads(content)
            self._check(path, head)
        except InputError:
            raise
        except (ValueError, RecursionError):  # no JSON, or numbers too long and lists too deep for Python
            raise self._damaged(path) from None
        return head

    def content(self, folder: Path, head: Mapping[str, Any], name: str) -> bytes:
        """What is in a file beside the head; raises `InputError` where that is not what was written."""
        path = folder / name
        cure = f"restore it, or {self.otherwise}"
        content = readers.read_bytes(path, readers.FileKind("file", _FILE_MEGABYTES, cure))
        if head["checksums"].get(name) != _sha256(content):
            raise self._damaged(path)
        return content

    def _check(self, path: Path, head: Any) -> None:
        if not isinstance(head, dict) or head.get("format") != self.format:
            raise InputError(f"{shown(path)}: was not written by lpsim; give {self.folder}.")
        if head.get("format_version") != self.version:
            raise InputError(
                f"{shown(path)}: found format version {head.get('format_version')!r}, this lpsim reads "
                f"{self.version}; use the lpsim that wrote it, or {self.otherwise}."
            )
        checksums = head.get("checksums")
        if not isinstance(checksums, dict) or checksums.get(self.head) != checksum_of(head, self.head):
            raise self._damaged(path)

    def _damaged(self, path: Path) -> InputError:
        return InputError(
            f"{shown(path)}: damaged, or changed since it was written; restore it, or {self.otherwise}."
        )


def checksum_of(head: Mapping[str, Any], name: str) -> str:
    """The SHA-256, in hex, of all that a head says but this, which stands there by its own name."""
    checksums = {file: value for file, value in head["checksums"].items() if file != name}
    return _sha256(json.dumps({**head, "checksums": checksums}).encode())


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
