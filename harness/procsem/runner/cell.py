"""A cell of the matrix that is still to be run."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import field, frozen

from procsem.model import CellKey, Claim, Facts
from procsem.runner.target import Target


@frozen
class Cell:
    """A claim under a start method in an environment."""

    claim: Claim
    start_method: str | None
    target: Target = field(repr=False)

    @property
    def key(self) -> CellKey:
        """The claim's id and the start method."""
        return CellKey(self.claim.id, self.start_method)

    @property
    def facts(self) -> Facts:
        """The facts of the environment."""
        return self.target.environment.facts

    def command(self, *options: str) -> list[str]:
        """Return the command line of the probe, as a person could type it."""
        return command([self], *options)


def arms_of(cells: Sequence[Cell]) -> tuple[str, ...]:
    """Return the functions of the probe that one run for all these cells executes, in this order."""
    return tuple(dict.fromkeys(arm.run for cell in cells for arm in cell.claim.all_arms))


def command(cells: Sequence[Cell], *options: str) -> list[str]:
    """Return the command line that runs all arms of these cells, which share probe, start method and interpreter."""
    first = cells[0]
    method = ["--start-method", first.start_method] if first.start_method else []
    return [first.target.executable, *first.target.flags, str(first.claim.probe), *arms_of(cells), *method, *options]
