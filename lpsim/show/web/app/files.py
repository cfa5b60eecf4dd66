"""The files a page is made of, read once: what is not among them is not served, whatever is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

STATIC = Path(__file__).parents[1] / "static"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
"""By suffix; a file of any other kind is not served."""


class File(NamedTuple):
    """A file as it is sent."""

    type: str
    content: bytes


def files() -> dict[str, File]:
    """Every file of the page by its path in an address, such as ``draw/levels.js``."""
    return {
        path.relative_to(STATIC).as_posix(): File(TYPES[path.suffix], path.read_bytes())
        for path in sorted(STATIC.rglob("*"))
        if path.is_file() and path.suffix in TYPES
    }
