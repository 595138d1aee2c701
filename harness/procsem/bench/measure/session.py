"""One measuring session: measures groups when they are needed, and makes the data of the benchmark file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from attrs import asdict

from procsem.bench import statistics
from procsem.bench.measure import claims
from procsem.bench.measure.batches import Measurement, measure
from procsem.bench.measure.benchmarks import BASELINE, Benchmark, Group
from procsem.bench.measure.checks import CHECKS, NotMeasuredError
from procsem.bench.measure.groups import GROUPS
from procsem.bench.measure.machine import machine
from procsem.bench.measure.parents import Programs
from procsem.bench.results import FORMAT, CheckResult, CostClaim, stored_check, stored_claim

_OVERHEAD = 1.1
"""The factor by which a session takes longer than its groups are measured: the last batch of a group is finished."""


class Session:
    """Measures each group once, when the first of its benchmarks is asked for."""

    def __init__(
        self,
        programs: Programs,
        *,
        quick: bool,
        report: Callable[[str, str], None],
        groups: Mapping[str, Group] = GROUPS,
    ) -> None:
        """``report`` is called with the name of a group and the progress of its measurement."""
        self.programs, self.quick, self.groups = programs, quick, groups
        self.machine = machine()
        self.unavailable: dict[str, str] = {}
        """The benchmarks that were asked for and not measured, each with the reason."""
        self._report = report
        self._measured: dict[str, dict[str, Measurement]] = {}

    def estimate(self, groups: Iterable[str]) -> float:
        """Return how many seconds measuring these groups takes on a quiet machine."""
        return _OVERHEAD * sum(self.groups[name].seconds(self.quick) for name in groups)

    def group(self, name: str) -> dict[str, Measurement]:
        """Return all measurements of a group, by the names of the benchmarks. The baseline is one of them."""
        if name not in self._measured:
            group = self.groups[name]
            chosen = {each.name: each for each in (BASELINE, *group.benchmarks) if not self._left_out(each)}
            self._measured[name] = measure(
                chosen.values(),
                self.programs,
                group.seconds(self.quick),
                lambda progress: self._report(name, f"{len(chosen)} benchmarks, {progress}"),
            )
        return self._measured[name]

    def measurement(self, group: str, benchmark: Benchmark) -> Measurement:
        """Return the measurement of one benchmark, which may be unavailable or failed."""
        if self._left_out(benchmark):
            found = Measurement(benchmark, unavailable_because="only in the full profile")
        else:
            found = self.group(group)[benchmark.name]
        if found.unavailable_because:
            self.unavailable[benchmark.name] = found.unavailable_because
        return found

    def benchmark_info(self, group: str, measurement: Measurement) -> dict[str, Any]:
        """Return what is stored of a benchmark besides its durations: the key ``extra_info``."""
        benchmark = measurement.benchmark
        baseline = self.group(group)[BASELINE.name]
        ratio = statistics.ratio(measurement.batches, baseline.batches) if baseline.measurable else None
        info: dict[str, Any] = {
            "group": group,
            "name": benchmark.name,
            "rounds_by_batch": [len(batch) for batch in measurement.batches],
            "ratio_to_baseline": asdict(ratio) if ratio else None,
            "context": measurement.context,
        }
        if benchmark.series:
            info |= {"series": benchmark.series, "x": benchmark.x, "unit": benchmark.unit}
        return info

    def run_info(self, checks: Iterable[CheckResult], judged: Iterable[CostClaim]) -> dict[str, Any]:
        """Return what is stored of the whole run: the key ``procsem``."""
        return {
            "format": FORMAT,
            "profile": "quick" if self.quick else "full",
            "machine": self.machine,
            "unavailable": self.unavailable,
            "checks": [stored_check(check) for check in checks],
            "claims": [stored_claim(claim) for claim in judged],
        }

    def _left_out(self, benchmark: Benchmark) -> bool:
        return self.quick and benchmark.full_profile_only


def measure_all(session: Session, failed: Callable[[str, str], None]) -> dict[str, Any]:
    """Measure every group of a session, judge the measurements, and return the data of the benchmark file.

    ``failed`` is called with the name of each benchmark that failed, and the reason.
    """
    entries = []
    for group in session.groups.values():
        for benchmark in group.benchmarks:
            measurement = session.measurement(group.name, benchmark)
            if measurement.failure:
                failed(benchmark.name, measurement.failure)
            elif measurement.measurable:
                durations = [duration for batch in measurement.batches for duration in batch]
                entries.append(
                    {
                        "group": group.name,
                        "name": benchmark.name,
                        "extra_info": session.benchmark_info(group.name, measurement),
                        "stats": {"data": durations},
                    }
                )
    checks = []
    for check in CHECKS:
        if set(check.groups) <= set(session.groups):
            with suppress(NotMeasuredError):
                checks.append(check.result(session.group))
    with TemporaryDirectory() as folder:
        here = claims.measure_environment(Path(folder))
    judged = [
        claims.judge_claim(claim, here, session.group)
        for claim in claims.load()
        if claims.groups(claim) <= set(session.groups)
    ]
    return {
        "datetime": datetime.now(UTC).isoformat(),
        "benchmarks": entries,
        "procsem": session.run_info(checks, judged),
    }
