"""Several runs side by side: one row per claim, one column per environment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from attrs import field, frozen

from procsem.model.claim import Claim
from procsem.model.result import CellKey, CellResult, Run, Verdict
from procsem.model.start_methods import START_METHODS


@frozen
class Column:
    """One environment of the matrix."""

    label: str
    """The shortest name that no other column has."""
    run: Run
    files: tuple[str, ...] = ()
    """The files from which its cells were read."""

    @cached_property
    def start_methods(self) -> list[str]:
        """The start methods that its cells have, in the order of :data:`START_METHODS`."""
        used = {cell.start_method for cell in self.run.cells}
        return [method for method in START_METHODS if method in used]

    def row(self, claim: str) -> list[CellResult | None]:
        """Return one cell per start method of the column, or one cell if no start method can influence the claim."""
        once = self.cell(claim, None)
        return [once] if once else [self.cell(claim, method) for method in self.start_methods]

    def cell(self, claim: str, start_method: str | None) -> CellResult | None:
        """Return the cell of that claim and start method, or None if it was not measured."""
        return self.run.by_key.get(CellKey(claim, start_method))


def newest_first(columns: Iterable[Column]) -> tuple[Column, ...]:
    """Return the columns by system, machine and implementation, the newest Python first.

    Of two columns with the same Python, the one with fewer traits, such as musl or Wine, comes first.
    """
    return tuple(sorted(columns, key=_order))


def _order(column: Column) -> tuple[object, ...]:
    environment = column.run.environment
    place = [str(environment.facts[fact]) for fact in ("system", "machine", "implementation")]
    return (*place, [-part for part in environment.version], len(environment.traits), column.label)


@frozen
class Matrix:
    """All columns of one report."""

    columns: tuple[Column, ...] = field(converter=newest_first)
    """The columns in the order of :func:`newest_first`, which every view keeps."""

    def claims(self) -> list[str]:
        """Return the ids of all claims that have a cell in some column, in the order of their first cells."""
        return list(dict.fromkeys(cell.claim for column in self.columns for cell in column.run.cells))

    def cells(self) -> Sequence[tuple[Column, CellResult]]:
        """Return every cell with its column."""
        return [(column, cell) for column in self.columns for cell in column.run.cells]

    def columns_by_rule(self, claim: Claim) -> tuple[tuple[Column, ...], ...]:
        """Return, for each rule of the claim, the columns with an upheld or refuted cell to which the rule applies.

        A rule without a column is not measured yet: only its sources support it.
        """
        found: list[list[Column]] = [[] for _ in claim.expectations]
        for column in self.columns:
            facts = column.run.environment.facts
            deciding = [
                claim.expected(facts, cell.start_method)
                for cell in column.row(claim.id)
                if cell and cell.verdict in (Verdict.UPHELD, Verdict.REFUTED)
            ]
            for rule, columns in zip(claim.expectations, found, strict=True):
                if any(each is rule for each in deciding):
                    columns.append(column)
        return tuple(map(tuple, found))
