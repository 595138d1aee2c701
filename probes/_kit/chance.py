"""Outcomes of chance: trials bounded in number and in time, delays of no one's choice, and the count of what was seen.

Both outcomes are forced elsewhere, so that no verdict depends on luck. Here it is only counted, and the rare outcome is
made likelier by delays at random.
"""

import os
import time


def trials(most=20, seconds=0.1, at_least=3):
    """The numbers of the trials: so many at most, and when there were at least so few, no more after that time."""
    began = time.monotonic()
    for number in range(most):
        if number >= at_least and time.monotonic() - began >= seconds:
            return
        yield number


def dawdle(longest):
    """Take a time of no one's choice, in seconds no longer than this."""
    time.sleep(longest * os.urandom(1)[0] / 255)


def counted(outcomes):
    """The fact that these outcomes, each true or false, make together."""
    outcomes = list(outcomes)
    return {"seen": sum(map(bool, outcomes)), "of": len(outcomes)}
