"""A stored benchmark run: pytest-benchmark's JSON format, with what procsem adds to it.

``procsem bench FILE --measure`` and ``pytest --benchmark-only --benchmark-json FILE`` write such files. Each entry of
``benchmarks`` has its facts in ``extra_info`` and its durations in ``stats.data``, in seconds, batch after batch.
The key ``procsem`` at the top level has the facts of the whole run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby, islice
from statistics import median
from typing import Any

from attrs import asdict, frozen

from procsem.bench import statistics
from procsem.bench.statistics import Interval, Line
from procsem.errors import ProcsemError
from procsem.model import Comparison, Mismatch, Verdict

FORMAT = 2
RANKING = "ranking"
"""The group of all the ways to run something concurrently; its entries are ranked by cost."""
_TIME_SLICE = 1e-3
"""Seconds. A shorter operation usually ends before the scheduler gives its CPU to another process."""


class BenchmarkFileError(ProcsemError):
    """Raised when data is not a stored benchmark run."""


@frozen
class BenchmarkResult:
    """The durations of one benchmark in seconds, by batch."""

    group: str
    name: str
    batches: tuple[tuple[float, ...], ...]
    ratio: Interval | None
    """The cost as a multiple of the baseline's, which was measured in the same batches; None without a baseline."""
    series: str
    """The name of its curve, or an empty string."""
    x: float
    unit: str
    context: Mapping[str, Any]
    """Facts about the parent and its children, averaged over the batches; None for an unknown fact."""
    cpus: int | None
    """The CPUs of the machine."""

    @cached_property
    def durations(self) -> tuple[float, ...]:
        """The durations of all batches."""
        return tuple(duration for batch in self.batches for duration in batch)

    @property
    def medians(self) -> list[float]:
        """The median of each batch."""
        return [median(batch) for batch in self.batches]

    @property
    def median(self) -> float:
        """The median of all rounds."""
        return median(self.durations)

    @property
    def p10(self) -> float:
        """The first decile of all rounds."""
        return statistics.p10(self.durations)

    @property
    def p90(self) -> float:
        """The ninth decile of all rounds."""
        return statistics.p90(self.durations)

    @property
    def quartiles(self) -> tuple[float, float]:
        """The first and the third quartile of all rounds."""
        return statistics.first_quartile(self.durations), statistics.third_quartile(self.durations)

    @cached_property
    def cost(self) -> Interval:
        """The first quartile of all rounds with its confidence interval: the value that is compared and drawn."""
        return statistics.cost(self.batches)

    @property
    def interference(self) -> float:
        """The factor by which other threads may have slowed this benchmark."""
        return interference(self.durations, self.context.get("running_elsewhere"), self.cpus)

    @property
    def baseline(self) -> float | None:
        """The cost of the baseline that was measured in the same batches, in seconds; None without a baseline."""
        return self.cost.value / self.ratio.value if self.ratio else None


@frozen
class Curve:
    """The growth of a cost: the series of one group, each with its points and its fitted line."""

    name: str
    unit: str
    series: Mapping[str, tuple[BenchmarkResult, ...]]
    lines: Mapping[str, Line]

    def crossings(self) -> Iterator[tuple[str, str, Interval]]:
        """Yield where one series becomes slower than another, as (slower, faster, point).

        Crossings at more than twice the largest measured x are left out.
        """
        furthest = 2 * max(point.x for points in self.series.values() for point in points)
        for slower, line in self.lines.items():
            for faster, other in self.lines.items():
                found = statistics.crossing(line, other) if slower != faster else None
                if found is not None and found.value <= furthest:
                    yield slower, faster, found


@frozen
class CheckResult:
    """The answer to a check of the measurements."""

    statement: str
    holds: bool | None
    """None if the intervals leave it open."""
    ratio: Interval | None = None
    """The ratio that the statement is about, if it is about one."""


@frozen
class CostClaim:
    """A claim about cost, judged by the measurements of the run."""

    claim: str
    says: str
    section: str
    line: int
    verdict: Verdict
    expected: Verdict | None
    as_expected: bool
    because: str
    facts: Mapping[str, Interval]
    mismatches: tuple[Mismatch, ...] = ()
    problem: str | None = None


@frozen
class BenchmarkRun:
    """All results of one run."""

    benchmarks: tuple[BenchmarkResult, ...]
    unavailable: Mapping[str, str]
    """The benchmarks that were not measured, each with the reason."""
    checks: tuple[CheckResult, ...]
    machine: Mapping[str, Any]
    profile: str = ""
    """``quick`` or ``full``."""
    claims: tuple[CostClaim, ...] = ()
    when: str = ""
    """The time of the measurement in the format of ISO 8601."""

    @property
    def interference(self) -> float:
        """The largest factor by which other processes may have slowed a benchmark."""
        return max((result.interference for result in self.benchmarks), default=1.0)

    @cached_property
    def ranking(self) -> list[BenchmarkResult]:
        """The results of the group :data:`RANKING`, the fastest first."""
        return _fastest_first(result for result in self.benchmarks if result.group == RANKING)

    @cached_property
    def curves(self) -> list[Curve]:
        """The curves of all groups that have one."""
        points = [result for result in self.benchmarks if result.series]
        return [_curve(name, list(group)) for name, group in groupby(points, key=lambda point: point.group)]

    @cached_property
    def groups(self) -> dict[str, list[BenchmarkResult]]:
        """All results by group, the ranking first."""
        others = [result for result in self.benchmarks if result.group != RANKING]
        known = {RANKING: self.ranking} if self.ranking else {}
        return known | {name: list(group) for name, group in groupby(others, key=lambda result: result.group)}

    @cached_property
    def comparisons(self) -> dict[str, list[BenchmarkResult]]:
        """The groups that are neither the ranking nor a curve, each with its fastest benchmark first."""
        return {
            name: _fastest_first(group)
            for name, group in self.groups.items()
            if name != RANKING and not any(result.series for result in group)
        }

    @property
    def failures(self) -> list[str]:
        """The statements of checks that do not hold, and the claims that are certainly not as expected."""
        wrong = [check.statement for check in self.checks if check.holds is False]
        return wrong + [
            claim.claim for claim in self.claims if not claim.as_expected and claim.verdict is not Verdict.INCONCLUSIVE
        ]


def interference(durations: Sequence[float], running_elsewhere: float | None, cpus: int | None) -> float:
    """Return the factor by which other threads may have slowed an operation, if all shared the CPUs equally."""
    if running_elsewhere is None or not cpus or statistics.first_quartile(durations) < _TIME_SLICE:
        return 1.0
    return max(1.0, (running_elsewhere + 1) / cpus)


def read(data: Any) -> BenchmarkRun:
    """Read the data of a benchmark file of any format. Raises BenchmarkFileError."""
    try:
        ours = data["procsem"]
        number = ours.get("format", 1)
        if number == 1:
            return _read(_upgrade(data))
        if number == FORMAT:
            return _read(data)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BenchmarkFileError(
            f"not a benchmark run ({type(error).__name__}: {error}); write one with `procsem bench FILE --measure`, "
            "`--benchmark-json FILE`, or `--benchmark-save NAME` with `--benchmark-save-data`"
        ) from error
    raise BenchmarkFileError(
        f"has benchmark format {number!r}, but this procsem reads formats up to {FORMAT}; use a newer procsem"
    )


def stored_claim(claim: CostClaim) -> dict[str, Any]:
    """Return the JSON data of a claim."""
    return {
        "claim": claim.claim,
        "says": claim.says,
        "section": claim.section,
        "line": claim.line,
        "verdict": str(claim.verdict),
        "expected": claim.expected and str(claim.expected),
        "as_expected": claim.as_expected,
        "because": claim.because,
        "facts": {name: asdict(interval) for name, interval in claim.facts.items()},
        "mismatches": [
            {"arm": each.arm, "fact": each.fact, "expected": each.expected.wanted, "actual": each.actual}
            for each in claim.mismatches
        ],
        "problem": claim.problem,
    }


def read_claim(data: Mapping[str, Any]) -> CostClaim:
    """Read what :func:`stored_claim` returned."""
    return CostClaim(
        data["claim"],
        data["says"],
        data["section"],
        data["line"],
        Verdict(data["verdict"]),
        Verdict(data["expected"]) if data["expected"] else None,
        data["as_expected"],
        data["because"],
        {name: Interval(**interval) for name, interval in data["facts"].items()},
        tuple(
            Mismatch(each["arm"], each["fact"], Comparison(each["expected"]), each["actual"])
            for each in data["mismatches"]
        ),
        data["problem"],
    )


def stored_check(check: CheckResult) -> dict[str, Any]:
    """Return the JSON data of a check."""
    return asdict(check)


def _read(data: Mapping[str, Any]) -> BenchmarkRun:
    ours = data["procsem"]
    cpus = ours["machine"].get("cpus")
    results = [_result(entry, cpus) for entry in data["benchmarks"] if "rounds_by_batch" in entry["extra_info"]]
    _check_batches(results)
    results.sort(key=lambda result: (result.group, result.series, result.x))  # pytest may run them in any order
    return BenchmarkRun(
        tuple(results),
        ours["unavailable"],
        tuple(CheckResult(each["statement"], each["holds"], _interval(each["ratio"])) for each in ours["checks"]),
        ours["machine"],
        ours["profile"],
        tuple(read_claim(each) for each in ours["claims"]),
        str(data.get("datetime", "")),
    )


def _result(entry: Mapping[str, Any], cpus: int | None) -> BenchmarkResult:
    info = entry["extra_info"]
    durations, rounds_by_batch = entry["stats"]["data"], info["rounds_by_batch"]
    if min(rounds_by_batch) < 1 or len(durations) < 2 or sum(rounds_by_batch) != len(durations):
        raise ValueError(f"{info['name']} has {len(durations)} durations in batches of {rounds_by_batch}")
    remaining = iter(durations)
    return BenchmarkResult(
        info["group"],
        info["name"],
        tuple(tuple(islice(remaining, rounds)) for rounds in rounds_by_batch),
        _interval(info["ratio_to_baseline"]),
        info.get("series", ""),
        info.get("x", 0),
        info.get("unit", ""),
        info["context"],
        cpus,
    )


def _interval(data: Mapping[str, float] | None) -> Interval | None:
    return Interval(data["value"], data["low"], data["high"]) if data else None


def _check_batches(results: Sequence[BenchmarkResult]) -> None:
    """Check that all benchmarks of a group have the same number of batches, since they are compared batch by batch.

    Raises ValueError.
    """
    numbers: dict[str, int] = {}
    for result in results:
        number = numbers.setdefault(result.group, len(result.batches))
        if len(result.batches) != number:
            raise ValueError(f"{result.name} has {len(result.batches)} batches, others of its group {number}")


def _curve(name: str, points: list[BenchmarkResult]) -> Curve:
    series = {label: tuple(group) for label, group in groupby(points, key=lambda point: point.series)}
    lines = {
        label: statistics.line([(point.x, point.batches) for point in group])
        for label, group in series.items()
        if len(group) > 1
    }
    return Curve(name, points[0].unit, series, lines)


def _fastest_first(results: Iterator[BenchmarkResult] | list[BenchmarkResult]) -> list[BenchmarkResult]:
    return sorted(results, key=lambda result: result.cost.value)


# ------------------------------------------------------------------------------------------------------- format 1


_OLD_ANSWERS = {"yes": True, "no": False}
_RENAMED = {
    "limit: ": "baseline: ",
    "a lock each": "one lock per worker",
    "1 worker for both": "1 worker",
    "a process each": "one process per client",
    "the longest sleeper alone": "only the longest sleeper",
    "beside a loop by hand": "next to a handwritten loop",
    ", by hand": ", handwritten",
    "beside the servers": "measured with the servers",
}
_RENAMED_GROUPS = {"ladder": RANKING, "by hand": "handwritten loops"}


def _upgrade(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of a file of format 1 in the current format."""
    ours = data["procsem"]
    return {
        "datetime": data.get("datetime", ""),
        "benchmarks": [
            {"extra_info": _upgraded_info(entry["extra_info"]), "stats": entry["stats"]}
            for entry in data["benchmarks"]
            if "rounds_by_pass" in entry["extra_info"]
        ],
        "procsem": {
            "unavailable": {_upgraded_name(name): reason for name, reason in ours["left_out"].items()},
            "checks": [
                {"statement": _upgraded_name(statement), "holds": _OLD_ANSWERS.get(answer.split(" ")[0]), "ratio": None}
                for statement, answer in ours["checks"].items()
            ],
            "claims": [_upgraded_claim(claim) for claim in ours.get("claims", ())],
            "machine": ours["machine"],
            "profile": ours["profile"],
        },
    }


def _upgraded_name(name: str) -> str:
    for old, new in _RENAMED.items():
        name = name.replace(old, new)
    return name


def _upgraded_info(info: Mapping[str, Any]) -> dict[str, Any]:
    limit = info["limit"]
    return {
        **info,
        "group": _RENAMED_GROUPS.get(info["group"], info["group"]),
        "name": _upgraded_name(info["row"]),
        "series": _upgraded_name(info.get("series", "")),
        "rounds_by_batch": info["rounds_by_pass"],
        "ratio_to_baseline": {"value": limit["ratio"], "low": limit["low"], "high": limit["high"]} if limit else None,
    }


def _upgraded_claim(claim: Mapping[str, Any]) -> dict[str, Any]:
    facts = claim["facts"]
    return {
        **claim,
        "expected": claim.get("expected"),
        "as_expected": claim.get("as_expected", True),
        "facts": {
            name: {"value": value, "low": facts[f"{name}_low"], "high": facts[f"{name}_high"]}
            for name, value in facts.items()
            if f"{name}_low" in facts
        },
        "mismatches": [],
        "problem": "; ".join(claim.get("against", ())) or None,
    }
