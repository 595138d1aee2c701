"""How much of the document holds, and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum

from attrs import frozen

from procsem.model import START_METHODS, CellResult, Verdict
from procsem.views.html.matrix.grid import Grid, Group, Row


class Holds(StrEnum):
    """Of one claim: where it was found to hold."""

    EVERYWHERE = "everywhere"
    SOMEWHERE = "in some places only"
    NOWHERE = "nowhere"
    UNKNOWN = "not judged"


@frozen
class Share:
    """So many claims of so many."""

    name: str
    counts: tuple[tuple[Holds, int], ...]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.counts)


@frozen
class Held:
    """In one place: of so many claims judged there, so many hold."""

    upheld: int
    judged: int
    unexpected: int

    @property
    def percent(self) -> float:
        return 100 * self.upheld / self.judged if self.judged else 0.0


@frozen
class Summary:
    document: Share
    beyond: Share
    """Claims on what the document does not speak of; none of them says how much of it holds."""
    topics: tuple[Share, ...]
    methods: tuple[str, ...]
    places: tuple[tuple[Group, Held, tuple[Held | None, ...]], ...]
    """Each environment, as a whole and by start method in the order of :attr:`methods`."""
    cells: int
    unexpected: tuple[tuple[Group, CellResult], ...]

    def unexpected_by_claim(self) -> list[tuple[str, list[tuple[Group, CellResult]]]]:
        """The unexpected cells of each claim that has any."""
        by_claim: dict[str, list[tuple[Group, CellResult]]] = {}
        for group, cell in self.unexpected:
            by_claim.setdefault(cell.claim, []).append((group, cell))
        return list(by_claim.items())


def sum_up(grid: Grid) -> Summary:
    """The figures of the page's head."""
    methods = tuple(dict.fromkeys(place.method for group in grid.groups for place in group.places))
    methods = tuple(sorted(methods, key=(*START_METHODS, "any").index))
    by_group: dict[int, list[CellResult]] = {group.number: [] for group in grid.groups}
    unexpected = []
    for row in grid.rows:
        for group, cells in row.groups:
            for cell in cells:
                if cell.result is not None:
                    by_group[group.number].append(cell.result)
                    if not cell.result.as_expected:
                        unexpected.append((group, cell.result))
    places = []
    for group in grid.groups:
        results = by_group[group.number]
        has = {place.method for place in group.places}
        each = tuple(
            _held(r for r in results if r.start_method in (method, None)) if method in has else None
            for method in methods
        )
        places.append((group, _held(results), each))
    return Summary(
        document=_share("the document", [row for row in grid.rows if not _is_beyond(row)]),
        beyond=_share("beyond the document", [row for row in grid.rows if _is_beyond(row)]),
        topics=tuple(_share(topic, rows) for topic, rows in grid.topics()),
        methods=methods,
        places=tuple(places),
        cells=sum(map(len, by_group.values())),
        unexpected=tuple(unexpected),
    )


def holds(row: Row) -> Holds:
    """Where the claim holds, of the cells that judged it."""
    verdicts = {result.verdict for result in row.results()} & {Verdict.UPHELD, Verdict.REFUTED}
    if not verdicts:
        return Holds.UNKNOWN
    if len(verdicts) == 2:
        return Holds.SOMEWHERE
    return Holds.EVERYWHERE if Verdict.UPHELD in verdicts else Holds.NOWHERE


def _is_beyond(row: Row) -> bool:
    """Of a claim that is no longer in the catalogue it is not known: what runs tell of is the document, as a rule."""
    return row.claim is not None and row.claim.source is None


def _share(name: str, rows: Sequence[Row]) -> Share:
    counts = Counter(holds(row) for row in rows)
    return Share(name, tuple((kind, counts[kind]) for kind in Holds if counts[kind]))


def _held(results: Iterable[CellResult]) -> Held:
    results = list(results)
    verdicts = Counter(result.verdict for result in results)
    upheld = verdicts[Verdict.UPHELD]
    return Held(upheld, upheld + verdicts[Verdict.REFUTED], sum(not result.as_expected for result in results))
