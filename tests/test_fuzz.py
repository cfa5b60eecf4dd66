"""What reads files raises nothing but the project's own errors; `tests/fuzz.py` tries more, by hand."""

import os

import pytest
from fuzz import fuzz


@pytest.mark.skipif(os.name != "posix", reason="memory is capped as POSIX does it")
def test_damaged_scenarios_designs_tables_and_networks_are_read_or_refused():
    counts, wrong = fuzz(2, range(10_000), seconds=60)  # about as many as are tried in that time
    assert not wrong
    assert counts["refused"] > counts["read"] > 0
