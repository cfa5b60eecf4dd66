"""Commands that are ended, or find the disk full; `tests/ends.py` does the same more often."""

import os
import subprocess

import pytest
from ends import COMMANDS, at_moments, on_full_disks

pytestmark = pytest.mark.slow


@pytest.mark.skipif(os.name != "posix", reason="signals are of POSIX")
@pytest.mark.parametrize("command", COMMANDS)
def test_whenever_a_command_is_ended_no_result_is_lost_and_what_is_left_is_swept_up(tmp_path, command):
    at_moments(command, tmp_path, 3)


@pytest.mark.parametrize("command", COMMANDS)
def test_on_a_disk_of_any_size_it_is_told_and_nothing_half_is_there(tmp_path, command):
    try:
        codes = on_full_disks(command, tmp_path, 3)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no right to mount a small disk")
    assert codes[0] != 0
