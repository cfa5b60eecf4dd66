"""Letters of any script are drawn by a font that has them, or one sentence says which none has."""

import warnings

import pytest
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font

from lpsim.errors import MissingLettersWarning
from lpsim.show.figures.letters import FONT, MISSING, draw_letters, drawable

NOBODYS = "\U0010fffd"
"""The last place there is for private use."""


def letters_of(family):
    return set(get_font(findfont(FontProperties(family=family))).get_charmap())


@pytest.fixture(scope="module")
def other():
    """A letter that comes with matplotlib, though not in its first font."""
    found = letters_of("STIXGeneral") - letters_of(FONT)
    return next(chr(place) for place in sorted(found) if chr(place).isalpha())


def test_letters_of_the_first_font_need_no_other():
    text = "Ärztliche Praxis – Ελλάδα, Россия, עברית, العربية"
    assert drawable(text) == (text, [FONT])


def test_a_letter_that_the_first_font_lacks_names_the_one_that_has_it(other):
    text, (first, second) = drawable(f"a{other}b")
    assert (text, first) == (f"a{other}b", FONT)
    assert ord(other) in letters_of(second)


def test_a_letter_that_no_font_has_is_replaced_and_spaces_are_left():
    assert drawable(f"one\n{NOBODYS} two") == (f"one\n{MISSING} two", [FONT])


def test_all_texts_of_a_figure_are_seen_to_and_what_is_missing_is_told_once(other):
    figure = Figure()
    axes = figure.add_subplot(title=f"{NOBODYS}{other}", xlabel=NOBODYS)
    axes.text(0, 0, other)
    with pytest.warns(MissingLettersWarning) as told:
        draw_letters(figure)
    assert len(told) == 1
    assert str(told[0].message).startswith(f"figures: no installed font has {NOBODYS}, so {MISSING} stands")
    assert axes.get_title() == f"{MISSING}{other}"
    assert axes.get_xlabel() == MISSING
    assert axes.texts[0].get_fontfamily()[0] == FONT


def test_without_missing_letters_nothing_is_told(other):
    figure = Figure()
    figure.suptitle(f"Une année {other}")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw_letters(figure)
