"""Outcomes of chance: trials bounded in number and in time, delays of no one's choice, and the count of what was seen.

Both outcomes are forced elsewhere, so that no verdict depends on luck. Here it is only counted, and the rare outcome is
made likelier by delays at random.
"""

import os
import time


def trials(most=20, seconds=0.1, at_least=3):
    """The numbers of the trials: so many at most, and past the least only while they cost less than this together.

    What one costs is told by the shortest so far: any other may have waited for a CPU. Ten times that time is the end.
    """
    began, shortest = time.monotonic(), float("inf")
    for number in range(most):
        begins = time.monotonic()
        if number >= at_least and (number * shortest >= seconds or begins - began >= 10 * seconds):
            return
        yield number
        shortest = min(shortest, time.monotonic() - begins)


def dawdle(longest):
    """Take a time of no one's choice, in seconds no longer than this."""
    time.sleep(longest * os.urandom(1)[0] / 255)


def counted(outcomes):
    """The fact that these outcomes, each true or false, make together."""
    outcomes = list(outcomes)
    return {"seen": sum(map(bool, outcomes)), "of": len(outcomes)}
