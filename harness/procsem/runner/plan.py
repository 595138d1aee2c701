"""The cells to run, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from procsem.errors import ProcsemError
from procsem.model import START_METHODS, Claim
from procsem.runner.cell import Cell
from procsem.runner.execution import Execution
from procsem.runner.target import Target

_ALL = "all"

START_METHOD_CHOICES = (*START_METHODS, _ALL)
"""The values of the option ``--start-method``; ``all`` is the same as no option."""

_COSTS = {None: 1, "fork": 1, "forkserver": 2, "spawn": 3}
"""The rough cost of an execution by start method: a fork is cheap, a new interpreter is not."""


class UnknownStartMethodError(ProcsemError):
    """Raised when an interpreter does not have a start method that was asked for."""


def plan(claims: Iterable[Claim], start_methods: Sequence[str], target: Target) -> list[Cell]:
    """Return the cells of these claims in one environment, in the catalogue's order.

    ``start_methods`` are :data:`START_METHOD_CHOICES`; without any, all start methods of the environment are used. A
    claim that no start method can influence has one cell. Raises :class:`UnknownStartMethodError`.
    """
    available = target.environment.start_methods
    wanted = available if not start_methods or _ALL in start_methods else start_methods
    for method in wanted:
        if method not in available:
            raise UnknownStartMethodError(
                f"{target.environment.label} ({target.executable}) has no start method {method!r}; "
                f"it has {', '.join(available)}"
            )
    chosen = [method for method in available if method in wanted]
    return [
        Cell(claim, method, target) for claim in claims for method in (chosen if claim.per_start_method else [None])
    ]


def costliest_first(executions: Iterable[Execution]) -> list[Execution]:
    """Return the order in which to start executions, so that no costly one runs alone at the end."""
    return sorted(executions, key=lambda each: -_COSTS[each.cells[0].start_method] * len(each.arms))
