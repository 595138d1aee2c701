"""What creating a process and waiting for its end costs, by each route, beside the limit."""

from statistics import median

import pytest

from procsem.bench import statistics as figures
from procsem.bench.measure.lab import clock
from procsem.bench.measure.rows import BY_HAND, LADDER


@pytest.mark.benchmark(group="ladder", timer=clock)
@pytest.mark.parametrize(("group", "row"), [pytest.param(LADDER.name, row, id=row.name) for row in LADDER.rows])
def test_ladder(keep, group, row):
    keep(group, row)


@pytest.mark.benchmark(group="by hand", timer=clock)
@pytest.mark.parametrize(("group", "row"), [pytest.param(BY_HAND.name, row, id=row.name) for row in BY_HAND.rows[::2]])
def test_what_is_stored_is_what_was_measured(keep, benchmark, group, row):
    measured = keep(group, row)
    durations = sorted(duration for each in measured.passes for duration in each)
    if not benchmark.disabled:
        stored = benchmark.stats.stats
        assert stored.min == pytest.approx(durations[0])
        assert stored.median == pytest.approx(median(durations))
        assert stored.max == pytest.approx(durations[-1])
        assert stored.rounds == len(durations)


@pytest.mark.needs_groups(BY_HAND.name)
@pytest.mark.parametrize("at", [figures.quartile, median], ids=["quartile", "median"])
@pytest.mark.parametrize("number", range(0, len(BY_HAND.rows), 2), ids=lambda number: BY_HAND.rows[number].name)
def test_a_figure_is_that_of_a_loop_by_hand(check, lab, number, at):
    """Within 10 %: the whole interval."""
    ours, by_hand = (lab.group(BY_HAND.name)[BY_HAND.rows[each].name] for each in (number, number + 1))
    for each in (ours, by_hand):
        assert each.measurable, each.failed or each.lacks
    ratio = figures.ratio(ours.passes, by_hand.passes, at)
    name = ours.row.name.removesuffix(", beside a loop by hand")
    says = f"the {at.__name__} of {name} is that of a loop by hand, within 10 %"
    check(says, ratio.within(0.9, 1.1), f" ({ratio.value:.3f}, {ratio.low:.3f} to {ratio.high:.3f})")
