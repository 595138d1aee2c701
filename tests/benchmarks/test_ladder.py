"""What creating a process and waiting for its end costs, by each route, beside the limit."""

import pytest

from harness.report.bench import figures

from .lab import clock
from .rows import BY_HAND, LADDER


@pytest.mark.benchmark(group="ladder", timer=clock)
@pytest.mark.parametrize(("group", "row"), [pytest.param(LADDER.name, row, id=row.name) for row in LADDER.rows])
def test_ladder(keep, group, row):
    keep(group, row)


@pytest.mark.benchmark(group="by hand", timer=clock)
@pytest.mark.parametrize(("group", "row"), [pytest.param(BY_HAND.name, row, id=row.name) for row in BY_HAND.rows[::2]])
def test_a_figure_is_that_of_a_loop_by_hand(keep, lab, benchmark, group, row):
    """Within 10 %, as far as this machine tells."""
    ours = keep(group, row)
    by_hand = lab.row(group, BY_HAND.rows[BY_HAND.rows.index(row) + 1])
    ratio = figures.ratio(ours.passes, by_hand.passes)
    benchmark.extra_info["to_by_hand"] = {"ratio": ratio.value, "low": ratio.low, "high": ratio.high}
    durations = sorted(duration for each in ours.passes for duration in each)
    if not benchmark.disabled:
        stored = benchmark.stats.stats
        assert stored.min == pytest.approx(durations[0])
        assert stored.max == pytest.approx(durations[-1])
        assert stored.rounds == len(durations)
    assert ratio.low <= 1.1, f"{ratio} times a loop by hand"
    assert ratio.high >= 0.9, f"{ratio} times a loop by hand"
