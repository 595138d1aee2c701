"""Each check of the figures says yes to figures as they should be, no to figures the wrong way round, and neither
where they overlap: figures made up for it, so that these run among the tests.
"""

import random
from functools import partial

import pytest

from procsem.bench.measure.lab import Measured, Row

from . import test_checks
from .test_checks import HUGE, ORDERS, SMALL

pytestmark = pytest.mark.seconds_long

# At zero, and for each MB; in microseconds.
SOUND = {
    (SMALL, "os.fork"): (350, 20),
    (SMALL, "os.posix_spawn"): (500, 0),
    (SMALL, "Process, fork"): (1_500, 20),
    (SMALL, "Process, forkserver"): (10_000, 0),
    (SMALL, "Process, spawn"): (40_000, 0),
    (HUGE, "os.fork"): (350, 0.1),
}


class MadeUp:
    """A lab with figures that come from nowhere: costs of the ladder's rows, and lines of the curves."""

    def __init__(self, ladder=None, lines=None, noise=0.02):
        self.groups = {
            "ladder": {name: self._measured(Row(name, ""), cost, noise) for name, cost in (ladder or {}).items()}
        }
        for (group, series), (at_zero, slope) in (lines or {}).items():
            for x in (0, 128, 512):
                row = Row(f"{series} {x}", "", series=series, x=x)
                measured = self._measured(row, at_zero + slope * x, noise)
                self.groups.setdefault(group, {})[row.name] = measured

    def _measured(self, row, cost, noise):
        chance = random.Random(f"{row.name}{cost}")
        passes = [[cost * (1 + chance.random() * noise) for _ in range(3)] for _ in range(10)]
        return Measured(row, passes=passes)

    def group(self, name):
        return self.groups[name]


def told(test, lab, **arguments):
    answers = []
    test(lambda says, answer, seen="": answers.append(answer), lab, **arguments)
    (answer,) = answers
    return answer


@pytest.mark.parametrize(("less", "more"), ORDERS)
def test_the_orders(less, more):
    tell = partial(told, test_checks.test_order_for_a_small_parent, less=less, more=more)
    assert tell(MadeUp({less: 1, more: 2})) is True
    assert tell(MadeUp({less: 2, more: 1})) is False
    assert tell(MadeUp({less: 1, more: 1.01}, noise=0.5)) is None


@pytest.mark.parametrize(
    ("test", "key", "wrong"),
    [
        (test_checks.test_fork_pays_for_the_memory_of_its_parent, (SMALL, "os.fork"), (12_000, -20)),
        (test_checks.test_posix_spawn_does_not, (SMALL, "os.posix_spawn"), (500, 20)),
        (test_checks.test_huge_pages_are_ten_times_cheaper, (HUGE, "os.fork"), (350, 10)),
        (test_checks.test_crossings_lie_in_order, (SMALL, "Process, spawn"), (5_000, 0)),
    ],
)
def test_the_growth(test, key, wrong):
    assert told(test, MadeUp(lines=SOUND)) is True
    assert told(test, MadeUp(lines=SOUND | {key: wrong})) is False
    assert told(test, MadeUp(lines=dict.fromkeys(SOUND, (350, 0)), noise=0.5)) is None
