"""A cell: one place of the matrix, not yet filled."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import field, frozen

from procsem.model import Claim, Environment, Facts


@frozen
class Target:
    """An interpreter under which probes run, and what was measured of it."""

    executable: str
    environment: Environment
    flags: Sequence[str] = ()
    """Flags that the interpreter gets in front of the probe: ``-O``."""


@frozen
class Cell:
    """A claim under a start method in an environment: one place of the matrix, not yet filled."""

    claim: Claim
    start_method: str | None
    target: Target = field(repr=False)

    @property
    def facts(self) -> Facts:
        return self.target.environment.facts

    def command(self, *options: str) -> list[str]:
        """The command line of the probe, as a person could type it."""
        return command([self], *options)


def command(cells: Sequence[Cell], *options: str) -> list[str]:
    """The command line that runs every arm of these cells, which are of one probe, start method and interpreter."""
    first = cells[0]
    arms = dict.fromkeys(arm.run for cell in cells for arm in cell.claim.all_arms)
    method = ["--start-method", first.start_method] if first.start_method else []
    return [first.target.executable, *first.target.flags, str(first.claim.probe), *arms, *method, *options]
