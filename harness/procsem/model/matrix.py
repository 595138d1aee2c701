"""Many runs beside one another: claims down, environments across."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from procsem.model.claim import Claim
from procsem.model.result import CellKey, CellResult, Run, Verdict
from procsem.model.start_methods import START_METHODS


@frozen
class Column:
    """One environment of the matrix."""

    label: str
    """As few words as tell it apart from the other columns."""
    run: Run
    files: tuple[str, ...] = ()
    """Where its cells were read from."""

    @property
    def start_methods(self) -> list[str]:
        """The start methods of which it has cells, in the order fork, spawn, forkserver."""
        used = {cell.start_method for cell in self.run.cells}
        return [method for method in START_METHODS if method in used]

    def row(self, claim: str) -> list[CellResult | None]:
        """The claim's cells, one for each of its start methods; the one cell alone where none can influence it."""
        once = self.cell(claim, None)
        return [once] if once else [self.cell(claim, method) for method in self.start_methods]

    def cell(self, claim: str, start_method: str | None) -> CellResult | None:
        """The cell of that claim and start method, or None where it was not measured."""
        return self.run.by_key.get(CellKey(claim, start_method))


@frozen
class Matrix:
    """All columns of one report."""

    columns: tuple[Column, ...]

    def claims(self) -> list[str]:
        """The ids of all claims of which any column has a cell, in the order in which they are first met."""
        return list(dict.fromkeys(cell.claim for column in self.columns for cell in column.run.cells))

    def cells(self) -> Sequence[tuple[Column, CellResult]]:
        """Every cell, with its column."""
        return [(column, cell) for column in self.columns for cell in column.run.cells]

    def met(self, claim: Claim) -> tuple[tuple[Column, ...], ...]:
        """For each rule of the claim the columns in which it decided a cell, and the cell was judged.

        A rule that met none is not yet measured: what it says is known from its sources alone.
        """
        found: list[list[Column]] = [[] for _ in claim.expectations]
        for column in self.columns:
            facts = column.run.environment.facts
            deciding = [
                claim.expected(facts, cell.start_method)
                for cell in column.run.cells
                if cell.claim == claim.id and cell.verdict in (Verdict.UPHELD, Verdict.REFUTED)
            ]
            for rule, columns in zip(claim.expectations, found, strict=True):
                if any(each is rule for each in deciding):
                    columns.append(column)
        return tuple(map(tuple, found))
