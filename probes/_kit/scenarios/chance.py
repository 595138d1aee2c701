"""Random outcomes: a bounded number of trials, random delays, and the count of the outcomes.

Probes force both outcomes elsewhere, so that no verdict depends on luck. Here they are only counted, and random delays
make the rare outcome more likely.
"""

import os
import time


def trials(most=20, seconds=0.1, at_least=3):
    """Yield the numbers of the trials: at most ``most``, and more than ``at_least`` only while they cost little time.

    They cost little while their number, times the shortest trial so far, is below ``seconds``. The shortest counts,
    because any other may have waited for a CPU. After ten times ``seconds`` there are no more.
    """
    began, shortest = time.monotonic(), float("inf")
    for number in range(most):
        begins = time.monotonic()
        if number >= at_least and (number * shortest >= seconds or begins - began >= 10 * seconds):
            return
        yield number
        shortest = min(shortest, time.monotonic() - begins)


def random_sleep(longest):
    """Sleep for a random time of at most this many seconds."""
    time.sleep(longest * os.urandom(1)[0] / 255)


def counted(outcomes):
    """Return the fact that counts these outcomes, each true or false."""
    outcomes = list(outcomes)
    return {"seen": sum(map(bool, outcomes)), "of": len(outcomes)}
