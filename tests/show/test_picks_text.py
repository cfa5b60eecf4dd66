"""Where a run has no lesson to pick, people are told so and what to try."""

import re

import pytest

from lpsim.analysis.picks import PICKS
from lpsim.show.text.picks import none_found


@pytest.mark.parametrize("what", PICKS)
def test_one_sentence_says_that_there_is_none_and_what_to_do(what):
    assert re.fullmatch(rf"pick {what}: no[^.]*; try [^.]*another seed\.", none_found(what))
