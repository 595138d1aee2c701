"""How the cost grows with what the parent carries, and with how much is started."""

import pytest

from procsem.bench.measure.lab import clock
from procsem.bench.measure.rows import CURVES


@pytest.mark.benchmark(timer=clock)
@pytest.mark.parametrize(
    ("group", "row"),
    [pytest.param(curve.name, row, id=row.name) for curve in CURVES for row in curve.rows],
)
def test_growth(keep, benchmark, group, row):
    benchmark.group = f"growth: {group}"
    keep(group, row)
