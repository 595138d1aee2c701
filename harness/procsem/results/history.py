"""The history of a claim: when its verdict changed, over time and from one version of Python to the next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from attrs import frozen
from packaging.version import InvalidVersion, Version

from procsem.model import CellResult, Environment, Run


@frozen
class Point:
    """One measurement of a cell."""

    started: str
    environment: Environment
    cell: CellResult


@frozen
class Step:
    """Two successive measurements with different verdicts."""

    along: str
    """``time`` (the same environment, later) or ``version`` (the next newer Python, as last measured)."""
    column: str
    start_method: str | None
    last: Point
    """The last measurement before the change."""
    first: Point
    """The first measurement after the change."""


@frozen
class History:
    """All changes of the verdict of one claim."""

    claim: str
    measured: int
    """Number of measurements."""
    steps: tuple[Step, ...]


def history(claim: str, runs: Iterable[Run]) -> History:
    """Return the history of a claim in these runs, ordered by time and by the version of Python."""
    tracks: dict[tuple[str, str | None], list[Point]] = defaultdict(list)
    measured = 0
    for run in sorted(runs, key=lambda run: run.started):
        for cell in run.cells:
            if cell.claim == claim:
                measured += 1
                tracks[run.environment.lineage, cell.start_method].append(Point(run.started, run.environment, cell))
    steps: list[Step] = []
    for (lineage, method), points in tracks.items():
        by_minor: dict[str, list[Point]] = defaultdict(list)
        for point in points:
            by_minor[_minor(point.environment)].append(point)
        for minor, track in by_minor.items():
            steps += _steps("time", f"{lineage}, Python {minor}", method, track)
        latest = {str(point.environment.facts["python_release"]): point for point in points}
        steps += _steps("version", lineage, method, sorted(latest.values(), key=_version))
    return History(claim, measured, tuple(steps))


def _steps(along: str, column: str, method: str | None, points: Sequence[Point]) -> list[Step]:
    return [
        Step(along, column, method, before, after)
        for before, after in pairwise(points)
        if before.cell.verdict is not after.cell.verdict
    ]


def _minor(environment: Environment) -> str:
    return ".".join(str(environment.facts["python"]).split(".")[:2])


def _version(point: Point) -> Version:
    try:
        return Version(str(point.environment.facts["python_release"]))
    except InvalidVersion:
        return Version("0")
