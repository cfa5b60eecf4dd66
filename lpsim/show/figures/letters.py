"""Letters of any script: drawn with an installed font that has them, or it is said which none has."""

from __future__ import annotations

import warnings
from functools import cache
from typing import TYPE_CHECKING

from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.text import Text

from lpsim.errors import MissingLettersWarning

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FONT = "DejaVu Sans"
"""What has most letters comes with matplotlib; others are asked for what it lacks."""
MISSING = "\N{REPLACEMENT CHARACTER}"
_NO_FONTS = ("Last Resort", "cm", "STIXSize", "STIXNonUnicode")
"""How the names of those begin that draw a box for every letter, or other letters than one asks for."""


def drawable(text: str) -> tuple[str, list[str]]:
    """A text with `MISSING` in place of letters that no font has, and the fonts that have the others."""
    families = [FONT]
    for letter in dict.fromkeys(text):
        found = _font_of(letter)
        if found is None:
            text = text.replace(letter, MISSING)
        elif found not in families:
            families.append(found)
    return text, families


def draw_letters(figure: Figure) -> None:
    """Give every text of a figure the fonts it needs; warn of the letters that none has."""
    missing = dict.fromkeys("")
    for shown in figure.findobj(Text):
        assert isinstance(shown, Text)
        before = shown.get_text()
        text, families = drawable(before)
        if families != [FONT]:
            shown.set_fontfamily(families)
        if text != before:
            missing |= dict.fromkeys(letter for letter in before if _font_of(letter) is None)
            shown.set_text(text)
    if missing:
        warnings.warn(MissingLettersWarning(_told("".join(missing))), stacklevel=2)


def _told(letters: str) -> str:
    return (
        f"figures: no installed font has {letters}, so {MISSING} stands in their place; install a font of "
        "their script, such as one of the Noto fonts"
    )


@cache
def _font_of(letter: str) -> str | None:
    """The family that a letter is drawn with; none has it where there is none."""
    if letter.isspace() or letter == MISSING or ord(letter) in _letters(_file(FONT)):
        return FONT
    for font in sorted(fontManager.ttflist, key=lambda font: (font.name, font.fname)):
        plain = (font.style, font.variant) == ("normal", "normal")
        if plain and not font.name.startswith(_NO_FONTS) and ord(letter) in _letters(font.fname):
            return font.name
    return None


def _file(family: str) -> str:
    return str(fontManager.findfont(FontProperties(family=family)))


@cache
def _letters(file: str) -> frozenset[int]:
    """The letters that a font has; none where it cannot be read."""
    try:
        return frozenset(get_font(file).get_charmap())
    except (OSError, RuntimeError):
        return frozenset()
