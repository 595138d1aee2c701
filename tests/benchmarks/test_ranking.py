"""The cost of creating a process and waiting for its end, in every way, compared with the baseline."""

from statistics import median

import pytest

from procsem.bench.measure.groups import HANDWRITTEN, HANDWRITTEN_PAIRS, RANKING

from .conftest import clock


@pytest.mark.benchmark(group="ranking", timer=clock)
@pytest.mark.parametrize(
    ("group", "operation"), [pytest.param(RANKING.name, each, id=each.name) for each in RANKING.benchmarks]
)
def test_ranking(record, group, operation):
    record(group, operation)


@pytest.mark.benchmark(group="handwritten loops", timer=clock)
@pytest.mark.parametrize(
    ("group", "operation"), [pytest.param(HANDWRITTEN.name, ours, id=ours.name) for ours, _ in HANDWRITTEN_PAIRS]
)
def test_pytest_benchmark_stores_what_was_measured(record, benchmark, group, operation):
    measurement = record(group, operation)
    durations = sorted(duration for batch in measurement.batches for duration in batch)
    if not benchmark.disabled:
        stored = benchmark.stats.stats
        assert stored.min == pytest.approx(durations[0])
        assert stored.median == pytest.approx(median(durations))
        assert stored.max == pytest.approx(durations[-1])
        assert stored.rounds == len(durations)
