"""What must be so of the figures on any machine: orders and signs, no absolute time.

A busy machine gives wide intervals. Where they overlap nothing is claimed: "not distinguishable here".
"""

import pytest

from procsem.bench import statistics as figures

SMALL, HUGE = "memory", "memory in huge pages"
ORDERS = [
    ("limit: vfork", "bare interpreter"),
    ("thread", "Process, fork"),
    ("Process, fork", "Process, forkserver"),
    ("Process, forkserver", "Process, spawn"),
    ("Process, forkserver", "Process, forkserver, cold"),
    ("Pool, fork, warm", "Pool, fork, cold"),
    ("Pool, spawn, warm", "Pool, spawn, cold"),
    ("Process that imports asyncio, forkserver, preloaded", "Process that imports asyncio, forkserver"),
]


def costs(lab, *names):
    """Of rows of the ladder; skips where there is no such row."""
    found = [lab.group("ladder")[name] for name in names]
    for each in found:
        if not each.measurable:
            pytest.skip(f"{each.row.name}: {each.failed or each.lacks}")
    return [figures.cost(each.passes) for each in found]


def growth(lab, group, series):
    """The straight line of a series."""
    found = [each for each in lab.group(group).values() if each.row.series == series and each.measurable]
    if len(found) < 2:
        pytest.skip(f"{series} with {group}: not measured here")
    return figures.line([(each.row.x, each.passes) for each in found])


@pytest.mark.needs_groups("ladder")
@pytest.mark.parametrize(("less", "more"), ORDERS)
def test_order_for_a_small_parent(check, lab, less, more):
    one, other = costs(lab, less, more)
    check(f"{less} < {more}", one.below(other))


@pytest.mark.needs_groups(SMALL)
def test_fork_pays_for_the_memory_of_its_parent(check, lab):
    check("os.fork costs more with each MB of the parent", growth(lab, SMALL, "os.fork").slope.above_zero())


@pytest.mark.needs_groups(SMALL)
def test_posix_spawn_does_not(check, lab):
    """No slope can be shown to be zero: it must be a twentieth of fork's at most."""
    fork, spawn = growth(lab, SMALL, "os.fork").slope, growth(lab, SMALL, "os.posix_spawn").slope
    a_twentieth = figures.Interval(fork.value / 20, fork.low / 20, fork.high / 20)
    check("os.posix_spawn does not: less than a twentieth of that", spawn.below(a_twentieth))


@pytest.mark.needs_groups(SMALL, HUGE)
def test_huge_pages_are_ten_times_cheaper(check, lab):
    small, huge = growth(lab, SMALL, "os.fork").slope, growth(lab, HUGE, "os.fork").slope
    a_tenth = figures.Interval(small.value / 10, small.low / 10, small.high / 10)
    check("a MB in huge pages costs os.fork less than a tenth of one in small pages", huge.below(a_tenth))


@pytest.mark.needs_groups(SMALL)
def test_crossings_lie_in_order(check, lab):
    """A growing parent makes the fork server cheaper than fork before it makes spawn so."""
    fork, server, spawn = (growth(lab, SMALL, f"Process, {method}") for method in ("fork", "forkserver", "spawn"))
    first, second = figures.crossing(fork, server), figures.crossing(fork, spawn)
    known = first is not None and second is not None
    check("fork crosses forkserver before spawn", first.below(second) if known else None)
