"""The one door through which every file comes that a user names: ordinary, finished, of a sane size.

Whatever is behind a name (a device that never ends, a pipe nobody writes to, a disk image given by mistake),
it is told in one sentence with the file, at once, and before anything of it is held in memory.
"""

from __future__ import annotations

import difflib
import math
import os
import stat
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lpsim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

LIMIT = "LPSIM_MAX_MB"
"""The environment variable that raises the limits of all kinds of files, in megabytes."""
_MEGABYTE = 10**6


class FileKind(NamedTuple):
    """A kind of file, as messages call it."""

    name: str
    megabytes: int
    """So large it may be."""
    cure: str = "check the path"
    """What to do where there is none."""
    instead: str = "give another file"
    """What to do where it is an office program's document."""
    wanted: str = "another file"
    """What to give where it is a page or a picture, which cannot be saved as one."""


_AS_TEXT, _AS_CSV = "save it as plain text in UTF-8", "save the table as CSV (UTF-8)"
SCENARIO = FileKind("scenario file", 10, instead=_AS_TEXT, wanted="a scenario file (TOML)")
DESIGN = FileKind("design file", 10, instead=_AS_TEXT, wanted="a design file (TOML)")
WORKFORCE = FileKind("workforce table", 1_000, instead=_AS_CSV, wanted="the workforce table itself (CSV)")
NETWORK = FileKind("network file", 200, instead=_AS_CSV, wanted="the network file itself")
TABLE = FileKind("table", 200, instead=_AS_CSV, wanted="the table itself (CSV)")
CALIBRATION = FileKind("calibration file", 10, instead=_AS_TEXT, wanted="a calibration file (TOML)")

_PACKED = b"PK\x03\x04"
_DOCUMENTS = (
    (_PACKED, b"word/", "a document of Word"),
    (_PACKED, b"xl/", "a workbook of Excel"),
    (_PACKED, b"opendocument.text", "a document of LibreOffice"),
    (_PACKED, b"opendocument.spreadsheet", "a workbook of LibreOffice"),
    (b"\xd0\xcf\x11\xe0", b"", "a document of Word or Excel"),
    (b"{\\rtf", b"", "rich text (RTF)"),
    (b"%PDF-", b"", "a PDF"),
)
"""What office programs save begins with, and has somewhere in it, whatever its name ends in."""
_PICTURES = (
    (b"\x89PNG\r\n", b"", "a picture (PNG)"),
    (b"\xff\xd8\xff", b"", "a picture (JPEG)"),
    (b"GIF8", b"", "a picture (GIF)"),
    (b"RIFF", b"WEBP", "a picture (WebP)"),
)
_PAGE, _DRAWING = "a web page (HTML)", "a picture (SVG)"
_MARKUP = ((b"<!doctype html", _PAGE), (b"<html", _PAGE), (b"<!doctype svg", _DRAWING), (b"<svg", _DRAWING))
"""What a file of markup, which begins with "<", has near its beginning, in small letters."""
_BEGINNING = 1000
"""Bytes in which that is."""

_SORTS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def read_bytes(path: Path, kind: FileKind) -> bytes:
    """All that is in a file.

    Raises
    ------
    InputError
        As `problem`; or it cannot be opened, does not end where its size says, or is an office program's, a
        page or a picture.
    """
    found = problem(path, kind)
    if found is not None:
        raise InputError(f"{found}.")
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            size = os.fstat(file.fileno()).st_size
            content = file.read(size + 1)
    except OSError as error:
        raise InputError(
            f"{shown(path)}: cannot be read ({error.strerror}); make it readable, or give another "
            f"{kind.name}."
        ) from None
    if len(content) > size:
        raise InputError(f"{shown(path)}: grows while it is read; give a {kind.name} that is finished.")
    document, other = _found_in(content, _DOCUMENTS), _found_in(content, _PICTURES) or _markup(content)
    if document or other:
        cure = kind.instead if document else f"give {kind.wanted}"
        raise InputError(f"{shown(path)}: is {document or other}; {cure}.")
    return content


def _found_in(content: bytes, kinds: Iterable[tuple[bytes, bytes, str]]) -> str | None:
    """Which of some kinds a file is, whatever it is called; None of any other."""
    return next((what for begins, has, what in kinds if content.startswith(begins) and has in content), None)


def _markup(content: bytes) -> str | None:
    """Whether a file is a page or a drawing, and which; None of any other."""
    begins = content[:_BEGINNING].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not begins.startswith(b"<"):
        return None
    return next((what for has, what in _MARKUP if has in begins), None)


def as_path(given: Any, name: str, what: str) -> Path:
    """A path; raises `InputError`, which says what to give for what, where it is none."""
    if isinstance(given, str | os.PathLike):
        return Path(given)
    raise InputError(f"{name}: found {given!r:.80}; give {what}.")


def is_there(path: Path) -> bool:
    """Whether something is at a path; at one that no file can have is nothing, and whoever reads it tells."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def read_unpacked(path: Path, kind: FileKind) -> bytes:
    """All that is in a file; of one whose name ends in .gz, all that is packed in it.

    Raises
    ------
    InputError
        As `read_bytes`; or it is not packed by gzip, not whole, or too large unpacked.
    """
    content = read_bytes(path, kind)
    if path.suffix.lower() != ".gz":
        return content
    most = _most(kind) * _MEGABYTE
    unpacked = bytearray()
    try:
        while content:  # gzip files may follow each other in one
            unpacker = zlib.decompressobj(wbits=31)
            unpacked += unpacker.decompress(content, most + 1 - len(unpacked))
            if len(unpacked) > most:
                raise InputError(
                    f"{shown(path)}: has more than {most // _MEGABYTE:,} MB unpacked, and a {kind.name} may "
                    f"have no more; give a smaller one, or raise the limit ({LIMIT})."
                )
            if not unpacker.eof:
                raise InputError(f"{shown(path)}: ends too early; get the whole file again.")
            content = unpacker.unused_data.lstrip(b"\0")
    except zlib.error:
        raise InputError(
            f"{shown(path)}: is not packed by gzip; take .gz out of its name, or pack it."
        ) from None
    return bytes(unpacked)


def read_text(path: Path, kind: FileKind) -> str:
    """The text of a file in UTF-8, with or without a byte-order mark.

    Raises
    ------
    InputError
        As `read_bytes`; or it is no text in UTF-8.
    """
    try:
        return read_bytes(path, kind).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{shown(path)}: not a text file in UTF-8; save it as UTF-8.") from None


def problem(path: Path, kind: FileKind) -> str | None:
    """What is wrong with a file as far as its name, sort and size tell: a sentence without its full stop.

    Raises
    ------
    InputError
        The limit in the environment is no number.
    """
    try:
        about = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return f"{shown(path)}: no such {kind.name}; {_near(path) or kind.cure}"
    except OSError as error:
        return f"{shown(path)}: cannot be read ({error.strerror}); {kind.cure}"
    except ValueError:  # a null character
        return f"{shown(path)}: no file can be called that; {kind.cure}"
    sort = next((name for fits, name in _SORTS if fits(about.st_mode)), None)
    if sort is not None:
        return f"{shown(path)}: is {sort}; give an ordinary file"
    size, most = -(-about.st_size // _MEGABYTE), _most(kind)
    if size > most:
        return (
            f"{shown(path)}: has {size:,} MB, and a {kind.name} may have {most:,}; give a smaller one, or "
            f"raise the limit ({LIMIT}={size})"
        )
    return None


def _near(path: Path) -> str | None:
    """A hint at the file of the same sort in its folder whose name is most like it, if one is."""
    try:
        names = [other.name for other in path.parent.iterdir() if other.suffix == path.suffix]
    except OSError:
        return None
    close = difflib.get_close_matches(path.name, names, n=1, cutoff=0.8)
    return f"perhaps {shown(path.with_name(close[0]))} is meant" if close else None


def as_number(text: str) -> float:
    """A number as tables have it; NaN for anything else, also for what only Python reads (1_0)."""
    try:
        return float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        return math.nan


def resolved(path: Path) -> Path:
    """The whole path, links followed; where no file can be there, reading it says why."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):  # a circle of links, or a null character
        return Path(os.path.abspath(path))  # noqa: PTH100 (which looks at nothing but the words)


def shown(path: Path) -> str:
    """A path as a message shows it: on one line, and without what a terminal would obey."""
    words = str(path)
    return words if words.isprintable() else repr(words)


def _most(kind: FileKind) -> int:
    given = os.environ.get(LIMIT)
    if given is None:
        return kind.megabytes
    try:
        return max(int(given), kind.megabytes)
    except ValueError:
        raise InputError(f"{LIMIT}: found {given!r}; allowed is a whole number of megabytes.") from None


def _without_waiting(path: str, flags: int) -> int:
    """Open a file; never wait, should it have become a pipe since it was looked at."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
