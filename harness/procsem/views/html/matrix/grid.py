"""The matrix as a grid: its columns, and the result in each cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from attrs import frozen

from procsem.model import CellKey, CellResult, Claim, Column, Effect, Matrix
from procsem.views.conclusion import effect_of

_RECENT_SERIES = 3


@frozen
class GridColumn:
    """One column of the grid: a start method in an environment."""

    number: int
    method: str
    """A start method, or ``any`` in an environment in which only claims without a start method were measured."""


@frozen
class Group:
    """The columns of one environment."""

    number: int
    column: Column
    columns: tuple[GridColumn, ...]
    is_old: bool
    """True if the page folds it away at first, see :func:`lay_out`."""

    @property
    def name(self) -> tuple[str, str]:
        """The label in two parts: the Python, and the system."""
        environment = self.column.run.environment
        more = self.column.label.removeprefix(environment.label)
        return environment.python, f"on {environment.place}{more}"

    @property
    def version(self) -> tuple[int, ...]:
        return self.column.run.environment.version

    @property
    def system(self) -> str:
        return self.column.run.environment.system

    @property
    def python(self) -> str:
        return self.column.run.environment.series


@frozen
class GridCell:
    """One cell of the grid."""

    column: GridColumn
    span: int
    """Number of columns that it covers: all of its environment's for a claim that no start method can influence."""
    result: CellResult | None
    effect: Effect | None = None
    """The effect of the verdict on a program, if the claim gives one."""

    @property
    def classes(self) -> str:
        """The names that give the cell its sign and its colour."""
        if self.result is None:
            return "none"
        return " ".join(filter(None, (self.result.verdict.letter, self.effect, "" if self.result.as_expected else "x")))


@frozen
class GridRow:
    """One claim."""

    id: str
    claim: Claim | None
    """None for a claim that is in a run but not in the catalogue."""
    groups: tuple[tuple[Group, tuple[GridCell, ...]], ...]

    @property
    def letters(self) -> str:
        """One letter for each column of the grid, for the filters."""
        return "".join(letter(cell.result) * cell.span for _, cells in self.groups for cell in cells)

    @property
    def topic(self) -> str:
        return self.id.partition("/")[0]

    @property
    def name(self) -> str:
        return self.id.partition("/")[2]

    def results(self) -> Iterator[CellResult]:
        return (cell.result for _, cells in self.groups for cell in cells if cell.result is not None)


@frozen
class Grid:
    """All columns and rows."""

    groups: tuple[Group, ...]
    rows: tuple[GridRow, ...]

    @property
    def old_groups(self) -> list[Group]:
        return [group for group in self.groups if group.is_old]

    def topics(self) -> list[tuple[str, list[GridRow]]]:
        """Return the rows by topic, in their order."""
        return [(topic, list(rows)) for topic, rows in groupby(self.rows, key=lambda row: row.topic)]


def letter(result: CellResult | None) -> str:
    """Return the verdict's letter, a capital one if it is not as expected, or a dot if nothing was measured."""
    if result is None:
        return "."
    return result.verdict.letter if result.as_expected else result.verdict.letter.upper()


def lay_out(matrix: Matrix, claims: Sequence[Claim]) -> Grid:
    """Return the grid of all claims with a cell in any column: those of the catalogue in its order, then unknown ones.

    An environment is old if a newer patch release of its Python was measured on the same system, or if its Python is
    not one of the three newest series there.
    """
    old = _old_columns(matrix.columns)
    groups: list[Group] = []
    number = 0
    for index, column in enumerate(matrix.columns):
        methods: list[str] = column.start_methods or ["any"]
        columns = tuple(GridColumn(number + offset, method) for offset, method in enumerate(methods))
        number += len(columns)
        groups.append(Group(index, column, columns, index in old))
    measured = set(matrix.claims())
    known = {claim.id: claim for claim in claims}
    ids = [claim.id for claim in claims if claim.id in measured]
    ids += sorted(measured - set(known))
    rows = tuple(
        GridRow(claim, known.get(claim), tuple((group, _cells(group, claim, known.get(claim))) for group in groups))
        for claim in ids
    )
    return Grid(tuple(groups), rows)


def _cells(group: Group, claim_id: str, claim: Claim | None) -> tuple[GridCell, ...]:
    results: Mapping[CellKey, CellResult] = group.column.run.by_key
    facts = group.column.run.environment.facts

    def cell(column: GridColumn, span: int, result: CellResult | None) -> GridCell:
        effect = effect_of(claim, result, facts) if claim and result else None
        return GridCell(column, span, result, effect)

    for_any = results.get(CellKey(claim_id, None))
    if for_any is not None:
        return (cell(group.columns[0], len(group.columns), for_any),)
    return tuple(cell(column, 1, results.get(CellKey(claim_id, column.method))) for column in group.columns)


def _old_columns(columns: Sequence[Column]) -> set[int]:
    """Return the numbers of the columns that are old."""
    releases: dict[str, dict[tuple[int, ...], list[int]]] = {}
    for number, column in enumerate(columns):
        environment = column.run.environment
        releases.setdefault(environment.lineage, {}).setdefault(environment.version, []).append(number)
    old: set[int] = set()
    for by_version in releases.values():
        series: list[tuple[int, ...]] = []
        for version in sorted(by_version, reverse=True):
            if version[:2] in series or len(series) == _RECENT_SERIES:
                old.update(by_version[version])
            else:
                series.append(version[:2])
    return old
