"""Measure the benchmarks of a group in turn, in batches of a few rounds.

pytest is a large process, and a fork pays for every page of its parent, so nothing is measured in pytest's process:
each batch runs in a new minimal parent, which times itself. The parent is new for each batch because no two processes
have the same memory layout, and the cost in one parent is not the cost in all parents.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from statistics import fmean

import psutil
from attrs import field, mutable

from procsem.bench.measure.benchmarks import BASELINE, BASELINES, Benchmark
from procsem.bench.measure.machine import running_elsewhere
from procsem.bench.measure.parents import MINIMAL, MinimalParent, MinimalParentError, Programs
from procsem.bench.results import interference

BATCH_SECONDS = 0.03
MAX_ROUNDS = 20
"""Maximum number of rounds in a batch."""
MAX_BASELINE_ROUNDS = 5
"""The same for the baseline, which has many batches."""
MIN_BATCHES = 5


@mutable
class Measurement:
    """The durations of one benchmark in seconds, by batch; or the reason why there are none."""

    benchmark: Benchmark
    unavailable_because: str | None = None
    failure: str | None = None
    rounds: int = 0
    """The rounds of each batch, found in the first batch."""
    batches: list[list[float]] = field(factory=list)
    contexts: list[Mapping[str, float | None]] = field(factory=list)

    @property
    def measurable(self) -> bool:
        """False if the benchmark is unavailable or failed."""
        return self.unavailable_because is None and self.failure is None

    @property
    def context(self) -> dict[str, float | None]:
        """The facts about its parents, averaged; None for an unknown fact."""
        known = {
            name: [value for context in self.contexts if (value := context[name]) is not None]
            for name in (self.contexts[0] if self.contexts else ())
        }
        return {name: fmean(values) if values else None for name, values in known.items()}

    @property
    def interference(self) -> float:
        """The factor by which other threads may have slowed this benchmark."""
        durations = [duration for batch in self.batches for duration in batch]
        return interference(durations, self.context.get("running_elsewhere"), os.cpu_count())


Measurements = Mapping[str, Measurement]
"""The measurements of one group, by the names of the benchmarks."""


def measure(
    benchmarks: Iterable[Benchmark],
    programs: Programs,
    seconds: float,
    report: Callable[[str], None] = lambda progress: None,
    min_batches: int = MIN_BATCHES,
) -> dict[str, Measurement]:
    """Measure the benchmarks in turn for about ``seconds``, and return the measurements by name.

    The baseline has a short batch before every other batch. The order is reversed each time, so that no benchmark
    always follows the same other one.
    """
    measured = {benchmark.name: Measurement(benchmark) for benchmark in benchmarks}
    baseline = measured.get(BASELINE.name)
    order = [measurement for measurement in measured.values() if measurement is not baseline]
    began = time.monotonic()
    number = 0
    while number < min_batches or time.monotonic() - began < seconds:
        for measurement in measured.values():
            measurement.batches.append([])
        for measurement in order:
            report(f"batch {number + 1}, {time.monotonic() - began:.0f} of about {seconds:.0f} s")
            if baseline:
                _measure_batch(baseline, programs, MAX_BASELINE_ROUNDS)
            _measure_batch(measurement, programs, MAX_ROUNDS)
        order.reverse()
        number += 1
    for measurement in measured.values():
        if not measurement.measurable:
            measurement.batches.clear()  # incomplete: benchmarks are compared batch by batch
    return measured


def _measure_batch(measurement: Measurement, programs: Programs, max_rounds: int) -> None:
    """Add one batch, measured in a new parent, unless the benchmark turned out not to be measurable."""
    if not measurement.measurable:
        return
    measurement.unavailable_because = _unavailable_because(measurement.benchmark, programs)
    if measurement.unavailable_because:
        return
    elsewhere = running_elsewhere()
    try:
        with MinimalParent(_command(measurement.benchmark, programs)) as parent:
            measurement.unavailable_because = parent.unavailable_because
            if measurement.unavailable_because:
                return
            (warm_up,) = parent.run(1)
            measurement.rounds = measurement.rounds or _rounds(parent, warm_up, max_rounds)
            measurement.batches[-1] += parent.run(measurement.rounds)
            measurement.contexts.append({**parent.context(), "running_elsewhere": elsewhere})
    except MinimalParentError as error:
        measurement.failure = str(error)


def _unavailable_because(benchmark: Benchmark, programs: Programs) -> str | None:
    available = 0.6 * psutil.virtual_memory().available / 2**20
    if benchmark.megabytes > available:
        return f"needs {benchmark.megabytes} MB of memory, {available:.0f} MB are available"
    return programs.unavailable_because if programs.path(benchmark.program) is None else None


def _command(benchmark: Benchmark, programs: Programs) -> list[str]:
    program = str(programs.path(benchmark.program))
    if benchmark in BASELINES:
        return [str(programs.baseline), benchmark.operation, program]
    python = [sys.executable, "-I", "-S", "-W", "ignore"]
    if benchmark.operation == "by_hand":
        return [*python, str(MINIMAL / "by_hand.py"), *benchmark.words]
    return [*python, str(MINIMAL / "parent.py"), benchmark.operation, *benchmark.words, f"program={program}"]


def _rounds(parent: MinimalParent, warm_up: float, max_rounds: int) -> int:
    """Return how many rounds fill a batch.

    The fastest of three rounds decides, because a single round may have been disturbed, and the warm-up was slow.
    """
    duration = warm_up if warm_up >= 10 * BATCH_SECONDS else min(parent.run(3))
    return max(1, min(max_rounds, int(BATCH_SECONDS / duration)))
