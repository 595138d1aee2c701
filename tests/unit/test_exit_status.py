"""Exit statuses in words."""

import signal
import sys

import pytest

from procsem.exit_status import describe_exit, exit_status

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs the signals of POSIX")


@pytest.mark.parametrize(
    ("code", "status", "description"),
    [
        (0, "exit code 0", "ended with exit code 0"),
        (3, "exit code 3", "ended with exit code 3"),
        (0xC0000005, "exit code 0xC0000005", "ended with exit code 0xC0000005"),
        (-int(signal.SIGTERM), "SIGTERM", "was killed by SIGTERM"),
        pytest.param(-9, "SIGKILL", "was killed by SIGKILL", marks=POSIX),
        (-50, "signal 50", "was killed by signal 50"),
    ],
)
def test_an_exit_status_in_words(code, status, description):
    assert (exit_status(code), describe_exit(code)) == (status, description)
