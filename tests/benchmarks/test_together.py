"""The cost of passing messages, waiting for a lock, and sharing work; one round is many messages or pieces of work."""

import pytest

from procsem.bench.measure.together import TOGETHER

from .conftest import clock


@pytest.mark.benchmark(timer=clock)
@pytest.mark.parametrize(
    ("group", "operation"),
    [pytest.param(group.name, each, id=each.name) for group in TOGETHER for each in group.benchmarks],
)
def test_together(record, benchmark, group, operation):
    benchmark.group = f"together: {group}"
    record(group, operation)
