"""What it costs to pass messages, to wait for a lock, to share work out; a round is many messages or pieces of work."""

import pytest

from procsem.bench.measure.lab import clock
from procsem.bench.measure.together import TOGETHER


@pytest.mark.benchmark(timer=clock)
@pytest.mark.parametrize(
    ("group", "row"),
    [pytest.param(group.name, row, id=row.name) for group in TOGETHER for row in group.rows],
)
def test_together(keep, benchmark, group, row):
    benchmark.group = f"together: {group}"
    keep(group, row)
