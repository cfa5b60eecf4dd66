"""Text is text: whatever was written in it, a terminal obeys none of it, and a page turns nothing round."""

from __future__ import annotations

import unicodedata

_OBEYED = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Characters that are no letters but say what to do: control, direction, half a pair, ends of lines."""
_JOINING = "\u200c\u200d"
"""Two of these that letters of some scripts need between them."""


def plain(text: str) -> str:
    r"""A text in which what could be obeyed is written out (as in ``\x1b``), except for the ends of lines."""
    if text.isprintable():
        return text
    return "".join(c if _is_shown(c) else c.encode("unicode_escape").decode() for c in text)


def one_line(text: str, default: str = "") -> str:
    """The same on one line; ``default`` where nothing is left."""
    return " ".join(plain(" ".join(text.split())).split()) or default


def _is_shown(char: str) -> bool:
    return char == "\n" or char in _JOINING or unicodedata.category(char) not in _OBEYED
