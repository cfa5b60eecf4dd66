"""Numbers are written alike wherever they stand, whatever binary arithmetic adds to them."""

import numpy as np

from lpsim.show.text.numbers import hundredths, number
from lpsim.show.text.table import Number

HALVES = [place / 200 for place in range(201)]
"""Half of them lie between two per cents."""


def test_a_share_in_a_sentence_is_the_number_of_the_table_in_per_cent():
    for value in HALVES:
        if 0.01 <= value <= 0.99:
            assert number(value, share=True) == f"{round(100 * float(Number(value).text))} %"
            assert hundredths(value) == round(100 * float(Number(value).text))


def test_what_arithmetic_adds_to_a_number_does_not_change_how_it_is_written():
    for value in HALVES:
        for near in (np.nextafter(value, -1), np.nextafter(value, 2)):
            for form in ("z.2f", ".1%", ".0%", "+z.3f"):
                assert Number(near, form).text == Number(value, form).text
            assert number(near, share=True) == number(value, share=True)
            assert number(near, share=False) == number(value, share=False)
