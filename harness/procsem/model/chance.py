"""How likely an outcome of chance is, from how often it was seen: the bounds that so many trials allow."""

from __future__ import annotations

from functools import lru_cache
from math import exp, fsum, lgamma, log, log1p

_DOUBT = 0.05
_STEPS = 50


@lru_cache(maxsize=1024)
def interval(seen: int, of: int) -> tuple[float, float]:
    """Between what the chance of an outcome lies with 95 % confidence, if it was seen so often in ``of`` trials.

    Exact (C. J. Clopper and E. S. Pearson, Biometrika 26, 1934), for trials that do not influence each other. What was
    never seen has an upper bound alone, and what was always seen a lower one, to which the whole doubt of 5 % goes.
    """
    doubt = _DOUBT if seen in (0, of) else _DOUBT / 2
    high = 1.0 if seen == of else _chance_that_gives(doubt, seen, of)
    low = 0.0 if seen == 0 else 1 - _chance_that_gives(doubt, of - seen, of)
    return low, high


def _chance_that_gives(probability: float, seen: int, of: int) -> float:
    """The chance of an outcome with which this is the probability of seeing it no more often than that."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _no_more_often(middle, seen, of) > probability else (low, middle)
    return (low + high) / 2


def _no_more_often(chance: float, seen: int, of: int) -> float:
    """The binomial distribution: the probability of seeing an outcome of this chance ``seen`` times or less."""
    ways = lgamma(of + 1)
    return fsum(
        exp(ways - lgamma(k + 1) - lgamma(of - k + 1) + k * log(chance) + (of - k) * log1p(-chance))
        for k in range(seen + 1)
    )
