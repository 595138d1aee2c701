"""The matrix as a grid: which columns there are, and what stands in each place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from attrs import frozen

from procsem.model import START_METHODS, CellResult, Claim, Column, Matrix


@frozen
class Place:
    """One column of the grid: a start method in an environment."""

    number: int
    method: str
    """A start method, or ``any`` in an environment of which only claims without one were measured."""


@frozen
class Group:
    """One environment with its start methods."""

    number: int
    column: Column
    places: tuple[Place, ...]

    @property
    def name(self) -> tuple[str, str]:
        """The label in two parts: the Python, and where it runs."""
        environment = self.column.run.environment
        more = self.column.label.removeprefix(environment.label)
        return environment.python, f"on {environment.place}{more}"

    @property
    def system(self) -> str:
        return self.column.run.environment.system

    @property
    def python(self) -> str:
        return self.column.run.environment.series


@frozen
class Cell:
    """What stands in one place of the grid."""

    place: Place
    span: int
    """How many places it takes: all of its environment's, where no start method can influence the claim."""
    result: CellResult | None


@frozen
class Row:
    """One claim."""

    id: str
    claim: Claim | None
    """None for a claim that a run speaks of and the catalogue does not know."""
    groups: tuple[tuple[Group, tuple[Cell, ...]], ...]

    @property
    def letters(self) -> str:
        """A letter for each place of the grid, for the filters."""
        return "".join(letter(cell.result) * cell.span for _, cells in self.groups for cell in cells)

    @property
    def name(self) -> str:
        return self.id.partition("/")[2]

    def results(self) -> Iterator[CellResult]:
        return (cell.result for _, cells in self.groups for cell in cells if cell.result is not None)


@frozen
class Grid:
    groups: tuple[Group, ...]
    rows: tuple[Row, ...]

    def topics(self) -> list[tuple[str, list[Row]]]:
        """The rows by topic, in their order."""
        return [(topic, list(rows)) for topic, rows in groupby(self.rows, key=lambda row: row.id.partition("/")[0])]


def letter(result: CellResult | None) -> str:
    """Return the verdict's letter, a capital one if it is not as expected, or a dot if nothing was measured."""
    if result is None:
        return "."
    return result.verdict.letter if result.as_expected else result.verdict.letter.upper()


def lay_out(matrix: Matrix, claims: Sequence[Claim]) -> Grid:
    """The grid of all claims of which any column has a cell, in the catalogue's order; the unknown ones come last."""
    groups: list[Group] = []
    number = 0
    for index, column in enumerate(matrix.columns):
        used = {cell.start_method for cell in column.run.cells}
        methods: list[str] = [method for method in START_METHODS if method in used] or ["any"]
        places = tuple(Place(number + place, method) for place, method in enumerate(methods))
        number += len(places)
        groups.append(Group(index, column, places))
    found = {
        (index, cell.claim, cell.start_method): cell
        for index, column in enumerate(matrix.columns)
        for cell in column.run.cells
    }
    measured = set(matrix.claims())
    known = {claim.id: claim for claim in claims}
    ids = [claim.id for claim in claims if claim.id in measured]
    ids += sorted(measured - set(known))
    rows = tuple(
        Row(claim, known.get(claim), tuple((group, _cells(group, claim, found)) for group in groups)) for claim in ids
    )
    return Grid(tuple(groups), rows)


def _cells(group: Group, claim: str, found: dict[tuple[int, str, str | None], CellResult]) -> tuple[Cell, ...]:
    for_any = found.get((group.number, claim, None))
    if for_any is not None:
        return (Cell(group.places[0], len(group.places), for_any),)
    return tuple(Cell(place, 1, found.get((group.number, claim, place.method))) for place in group.places)
