"""A stored run of the benchmarks: pytest-benchmark's JSON with what ours keep beside the durations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, islice
from statistics import median
from typing import Any

from attrs import field, frozen

from procsem.bench import statistics as figures
from procsem.bench.statistics import Interval, Line
from procsem.errors import ProcsemError
from procsem.model import Verdict

_SLICE = 1e-3  # seconds; what takes less is mostly over before a scheduler lets others have the CPU


class BenchmarkFileError(ProcsemError):
    """The data is not a stored run of these benchmarks."""


@frozen
class Figure:
    """One row: its durations in seconds, by pass."""

    group: str
    row: str
    passes: tuple[tuple[float, ...], ...]
    ratio: Interval | None
    """To the limit measured in the same passes; None where there was no limit."""
    series: str
    x: float
    unit: str
    context: Mapping[str, Any]

    @property
    def durations(self) -> tuple[float, ...]:
        return tuple(duration for each in self.passes for duration in each)

    @property
    def medians(self) -> list[float]:
        """The median of each pass."""
        return [median(each) for each in self.passes]

    @property
    def median(self) -> float:
        return median(self.durations)

    @property
    def p10(self) -> float:
        return figures.p10(self.durations)

    @property
    def p90(self) -> float:
        return figures.p90(self.durations)

    @property
    def quartiles(self) -> tuple[float, float]:
        """The first and the third."""
        return figures.quartile(self.durations), figures.third_quartile(self.durations)

    @property
    def cost(self) -> Interval:
        """What is compared and drawn: the first quartile of all rounds, with what it is likely to lie between."""
        return figures.cost(self.passes)

    @property
    def stretch(self) -> float:
        """How many times longer it may have taken for what else wanted a CPU: all of them have a like share."""
        elsewhere: float | None = self.context.get("running_elsewhere")
        cpus: int | None = self.context.get("cpus")
        if elsewhere is None or not cpus or figures.quartile(self.durations) < _SLICE:
            return 1.0
        return max(1.0, (elsewhere + 1) / cpus)

    @property
    def limit(self) -> float | None:
        """The cost of the limit measured in the same passes, in seconds; None where there was none."""
        return self.cost.value / self.ratio.value if self.ratio else None


@frozen
class Curve:
    """How a cost grows: the series of one group, each with its points and its fitted line."""

    name: str
    unit: str
    series: Mapping[str, tuple[Figure, ...]]
    lines: Mapping[str, Line]

    def crossings(self) -> Iterator[tuple[str, str, Interval]]:
        """Where a series that is cheaper at first becomes dearer than another; within twice what was measured."""
        reach = 2 * max(point.x for points in self.series.values() for point in points)
        for one, line in self.lines.items():
            for other, beside in self.lines.items():
                found = figures.crossing(line, beside) if one != other else None
                if found is not None and found.value <= reach:
                    yield one, other, found


@frozen
class CostClaim:
    """A claim on what something costs, judged by the figures of this run."""

    claim: str
    says: str
    section: str
    line: int
    verdict: Verdict
    because: str
    facts: Mapping[str, float | str]
    as_expected: bool = True
    against: tuple[str, ...] = ()
    """What of the figures is not as was wanted of them, in phrases."""


@frozen
class Bench:
    figures: tuple[Figure, ...]
    left_out: Mapping[str, str]
    checks: Mapping[str, str]
    machine: Mapping[str, Any]
    profile: str = field(default="")
    claims: tuple[CostClaim, ...] = ()
    when: str = ""
    """When it was measured: date and time, as ISO 8601 writes them."""

    @property
    def stretch(self) -> float:
        """The most that any figure may have been stretched."""
        return max((each.stretch for each in self.figures), default=1.0)

    @property
    def ladder(self) -> list[Figure]:
        """From the cheapest to the dearest."""
        return sorted((figure for figure in self.figures if figure.group == "ladder"), key=lambda each: each.cost.value)

    @property
    def curves(self) -> list[Curve]:
        points = [figure for figure in self.figures if figure.series]
        return [_curve(name, list(group)) for name, group in groupby(points, key=lambda each: each.group)]

    @property
    def groups(self) -> dict[str, list[Figure]]:
        """All figures by group, the ladder first."""
        rest = [figure for figure in self.figures if figure.group != "ladder"]
        known = {"ladder": self.ladder} if self.ladder else {}
        return known | {name: list(group) for name, group in groupby(rest, key=lambda each: each.group)}

    @property
    def comparisons(self) -> dict[str, list[Figure]]:
        """The groups that are neither the ladder nor a curve, each from the cheapest row to the dearest."""
        return {
            name: sorted(group, key=lambda each: each.cost.value)
            for name, group in self.groups.items()
            if name != "ladder" and not any(figure.series for figure in group)
        }


def read(data: Any) -> Bench:
    """What a file of pytest-benchmark says. Raises BenchmarkFileError."""
    try:
        benchmarks, ours = data["benchmarks"], data["procsem"]
        rows = [_figure(each) for each in benchmarks if "rounds_by_pass" in each["extra_info"]]
        _check_passes(rows)
        rows.sort(key=lambda each: (each.group, each.series, each.x))  # pytest may have run them in any order
        claims = tuple(claim(each) for each in ours.get("claims", []))
        return Bench(
            tuple(rows),
            ours["left_out"],
            ours["checks"],
            ours["machine"],
            ours["profile"],
            claims,
            str(data.get("datetime", "")),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BenchmarkFileError(
            f"is no run of the benchmarks ({type(error).__name__}: {error}); write one by `--benchmark-json FILE`, "
            "or by `--benchmark-save NAME` with `--benchmark-save-data`"
        ) from error


def _figure(benchmark: Mapping[str, Any]) -> Figure:
    info = benchmark["extra_info"]
    durations, by_pass = benchmark["stats"]["data"], info["rounds_by_pass"]
    if min(by_pass) < 1 or len(durations) < 2 or sum(by_pass) != len(durations):
        raise ValueError(f"{info['row']} has {len(durations)} durations in passes of {by_pass}")
    following = iter(durations)
    passes = tuple(tuple(islice(following, rounds)) for rounds in by_pass)
    limit = info["limit"]
    return Figure(
        info["group"],
        info["row"],
        passes,
        Interval(limit["ratio"], limit["low"], limit["high"]) if limit else None,
        info.get("series", ""),
        info.get("x", 0),
        info.get("unit", ""),
        info["context"],
    )


def _check_passes(rows: Sequence[Figure]) -> None:
    """The rows of a group are compared pass by pass. Raises ValueError for one that has passes of its own."""
    passes: dict[str, int] = {}
    for row in rows:
        if len(row.passes) != passes.setdefault(row.group, len(row.passes)):
            raise ValueError(f"{row.row} has {len(row.passes)} passes, others of its group {passes[row.group]}")


def claim(given: Mapping[str, Any]) -> CostClaim:
    """A claim as it is stored."""
    return CostClaim(
        given["claim"],
        given["says"],
        given["section"],
        given["line"],
        Verdict(given["verdict"]),
        given["because"],
        given["facts"],
        given.get("as_expected", True),
        tuple(given.get("against", ())),
    )


def _curve(name: str, points: list[Figure]) -> Curve:
    series = {called: tuple(group) for called, group in groupby(points, key=lambda each: each.series)}
    lines = {
        called: figures.line([(each.x, each.passes) for each in group])
        for called, group in series.items()
        if len(group) > 1
    }
    return Curve(name, points[0].unit, series, lines)
