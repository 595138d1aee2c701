"""The growth of the cost with what the parent has in memory, and with how much is started."""

import pytest

from procsem.bench.measure.groups import CURVES

from .conftest import clock


@pytest.mark.benchmark(timer=clock)
@pytest.mark.parametrize(
    ("group", "operation"),
    [pytest.param(curve.name, each, id=each.name) for curve in CURVES for each in curve.benchmarks],
)
def test_growth(record, benchmark, group, operation):
    benchmark.group = f"growth: {group}"
    record(group, operation)
