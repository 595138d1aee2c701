"""The timeout of a probe on a slow machine: PROCSEM_PATIENCE lengthens it with the waits of the probe."""

from __future__ import annotations

import os
from collections.abc import Mapping

from procsem.errors import ProcsemError

VARIABLE = "PROCSEM_PATIENCE"
"""The environment variable with the timeout of one wait of a probe, in seconds. The probes read it."""

_LARGEST = 3600.0
"""Seconds."""

_WAITS = 6
"""The number of waits that may time out before the probe does: the ratio of the default values."""


class PatienceError(ProcsemError):
    """Raised when the environment variable is not a number of seconds."""


def shortest_timeout(environment: Mapping[str, str] = os.environ) -> float:
    """Return the shortest timeout of any probe, in seconds. Raises :class:`PatienceError`.

    A probe that gives up a wait reports it with the stacks of its processes, which says more than that it was killed.
    So the timeout of the probe grows with that of its waits.
    """
    text = environment.get(VARIABLE)
    if not text:
        return 0.0
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _LARGEST:  # not a number, or NaN
        raise PatienceError(f"{VARIABLE}: {text!r} is not a number of seconds from more than 0 to {_LARGEST:g}")
    return _WAITS * seconds
