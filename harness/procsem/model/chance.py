"""The confidence interval of a probability that was estimated by counting."""

from __future__ import annotations

from functools import lru_cache
from math import exp, fsum, lgamma, log, log1p

_ERROR = 0.05
_STEPS = 50


@lru_cache(maxsize=1024)
def interval(seen: int, of: int) -> tuple[float, float]:
    """Return the 95 % confidence interval of a probability, given ``seen`` successes in ``of`` independent trials.

    The interval is exact (C. J. Clopper and E. S. Pearson, Biometrika 26, 1934). It is one-sided at 0 and at ``of``
    successes: the whole error of 5 % is then in the other bound, unlike in scipy's two-sided interval.
    """
    error = _ERROR if seen in (0, of) else _ERROR / 2
    high = 1.0 if seen == of else _probability_that_gives(error, seen, of)
    low = 0.0 if seen == 0 else 1 - _probability_that_gives(error, of - seen, of)
    return low, high


def _probability_that_gives(probability: float, seen: int, of: int) -> float:
    """Return the probability of an outcome with which ``probability`` is that of at most ``seen`` successes."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(middle, seen, of) > probability else (low, middle)
    return (low + high) / 2


def _at_most(chance: float, seen: int, of: int) -> float:
    """Return the probability of at most ``seen`` successes (the cumulative binomial distribution)."""
    ways = lgamma(of + 1)
    return fsum(
        exp(ways - lgamma(k + 1) - lgamma(of - k + 1) + k * log(chance) + (of - k) * log1p(-chance))
        for k in range(seen + 1)
    )
