"""Exit statuses in words. Uses only the standard library: the containment's supervisor imports it too."""

import signal

_FIRST_NTSTATUS_ERROR = 0xC0000000
"""Windows: the exit code of a process that crashed is an NTSTATUS, which is known by its hexadecimal form."""


def exit_status(code: int) -> str:
    """Return an exit status in words: ``exit code 3``, ``exit code 0xC0000005`` or ``SIGKILL``.

    ``code`` is what ``subprocess.Popen.returncode`` is: the negative number of a signal, or an exit code.
    """
    if code >= _FIRST_NTSTATUS_ERROR:
        return f"exit code 0x{code:X}"
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"  # for example a real-time signal, which has no name of its own


def describe_exit(code: int) -> str:
    """Return how a process ended, as a predicate: ``ended with exit code 3`` or ``was killed by SIGKILL``."""
    return f"{'ended with' if code >= 0 else 'was killed by'} {exit_status(code)}"
