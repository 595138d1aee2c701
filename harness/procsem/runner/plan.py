"""Which cells there are to run, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from procsem.errors import ProcsemError
from procsem.model import START_METHODS, Claim
from procsem.runner.cell import Cell, Target
from procsem.runner.execution import Execution

# How much an execution costs beside another, roughly: forking is cheap, a new interpreter is not.
_WEIGHTS = {None: 1, "fork": 1, "forkserver": 2, "spawn": 3}


class UnknownStartMethodError(ProcsemError):
    """A start method was asked for that there is not, or not in that Python; the message is one line."""


def plan(claims: Iterable[Claim], start_methods: Sequence[str], target: Target) -> list[Cell]:
    """The cells of these claims in one environment, in the catalogue's order.

    No start method named means all that the environment has. A claim that none can influence has
    one cell. Raises :class:`UnknownStartMethodError`.
    """
    has = target.environment.start_methods
    for method in start_methods:
        if method not in START_METHODS:
            raise UnknownStartMethodError(f"there is no start method {method!r}; there are {', '.join(START_METHODS)}")
        if method not in has:
            raise UnknownStartMethodError(
                f"{target.environment.label} ({target.executable}) has no start method {method!r}; "
                f"it has {', '.join(has)}"
            )
    chosen = [method for method in has if not start_methods or method in start_methods]
    return [
        Cell(claim, method, target) for claim in claims for method in (chosen if claim.per_start_method else [None])
    ]


def longest_first(executions: Iterable[Execution]) -> list[Execution]:
    """The order in which they are given to the CPUs: the costly ones first, so that none is left for the end."""
    return sorted(executions, key=lambda each: -_WEIGHTS[each.cells[0].start_method] * len(each.arms))
