"""The summary of the matrix: how many claims hold, and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum

from attrs import frozen

from procsem.model import START_METHODS, CellResult, Verdict
from procsem.views.html.matrix.grid import Grid, GridRow, Group


class Holds(StrEnum):
    """Where a claim was found to hold."""

    EVERYWHERE = "everywhere"
    SOMEWHERE = "in some columns only"
    NOWHERE = "nowhere"
    UNKNOWN = "not judged"


@frozen
class Share:
    """A set of claims, counted by where they hold."""

    name: str
    counts: tuple[tuple[Holds, int], ...]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.counts)


@frozen
class Score:
    """The judged claims of one environment or one of its start methods."""

    upheld: int
    judged: int
    unexpected: int

    @property
    def percent(self) -> float:
        return 100 * self.upheld / self.judged if self.judged else 0.0


@frozen
class Summary:
    """The numbers at the top of the page."""

    all: Share
    document: Share
    beyond: Share
    """Claims about what the document does not mention; they do not count for how much of it holds."""
    topics: tuple[Share, ...]
    methods: tuple[str, ...]
    scores: tuple[tuple[Group, Score, tuple[Score | None, ...]], ...]
    """Each environment, as a whole and by start method in the order of :attr:`methods`."""
    cells: int
    unexpected: tuple[tuple[Group, CellResult], ...]

    def unexpected_by_claim(self) -> list[tuple[str, list[tuple[Group, CellResult]]]]:
        """Return the claims that have unexpected cells, with these cells."""
        by_claim: dict[str, list[tuple[Group, CellResult]]] = {}
        for group, cell in self.unexpected:
            by_claim.setdefault(cell.claim, []).append((group, cell))
        return list(by_claim.items())


def sum_up(grid: Grid) -> Summary:
    """Return the summary of a grid."""
    used = {column.method for group in grid.groups for column in group.columns}
    methods = tuple(method for method in (*START_METHODS, "any") if method in used)
    by_group: dict[int, list[CellResult]] = {group.number: [] for group in grid.groups}
    unexpected = []
    for row in grid.rows:
        for group, cells in row.groups:
            for cell in cells:
                if cell.result is not None:
                    by_group[group.number].append(cell.result)
                    if not cell.result.as_expected:
                        unexpected.append((group, cell.result))
    scores = []
    for group in grid.groups:
        results = by_group[group.number]
        has = {column.method for column in group.columns}
        each = tuple(
            _score(r for r in results if r.start_method in (method, None)) if method in has else None
            for method in methods
        )
        scores.append((group, _score(results), each))
    return Summary(
        all=_share("all", grid.rows),
        document=_share("the document", [row for row in grid.rows if not _is_beyond(row)]),
        beyond=_share("beyond the document", [row for row in grid.rows if _is_beyond(row)]),
        topics=tuple(_share(topic, rows) for topic, rows in grid.topics()),
        methods=methods,
        scores=tuple(scores),
        cells=sum(map(len, by_group.values())),
        unexpected=tuple(unexpected),
    )


def holds(row: GridRow) -> Holds:
    """Return where the claim holds, by the cells in which it was judged."""
    verdicts = {result.verdict for result in row.results()} & {Verdict.UPHELD, Verdict.REFUTED}
    if not verdicts:
        return Holds.UNKNOWN
    if len(verdicts) == 2:
        return Holds.SOMEWHERE
    return Holds.EVERYWHERE if Verdict.UPHELD in verdicts else Holds.NOWHERE


def _is_beyond(row: GridRow) -> bool:
    """Return whether the claim is not in the document. Claims that left the catalogue count as taken from it."""
    return row.claim is not None and row.claim.source is None


def _share(name: str, rows: Sequence[GridRow]) -> Share:
    counts = Counter(holds(row) for row in rows)
    return Share(name, tuple((kind, counts[kind]) for kind in Holds if counts[kind]))


def _score(results: Iterable[CellResult]) -> Score:
    results = list(results)
    verdicts = Counter(result.verdict for result in results)
    upheld = verdicts[Verdict.UPHELD]
    return Score(upheld, upheld + verdicts[Verdict.REFUTED], sum(not result.as_expected for result in results))
