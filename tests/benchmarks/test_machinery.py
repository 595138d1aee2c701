"""The machinery of the benchmarks, in seconds: the one file here that ordinary test runs include."""

import pytest

from .lab import LIMITS, Row, measure
from .parents import ByHand, Programs
from .rows import BY_HAND

pytestmark = pytest.mark.seconds_long


def test_parents_answer_and_end(tmp_path):
    rows = [LIMITS[0], Row("thread", "thread"), Row("Process, spawn", "process:spawn")]
    programs = Programs(tmp_path)
    measured = measure(rows, programs, seconds=0)
    for name in ("thread", "Process, spawn"):
        each = measured[name]
        assert each.lacks is None
        assert min(duration for durations in each.passes for duration in durations) > 0
        assert each.context["modules"] < 200, "the parent is lean"
    assert measured[LIMITS[0].name].lacks == programs.lacks
    assert len({len(each.passes) for each in measured.values() if not each.lacks}) == 1


def test_what_a_system_lacks_is_said(tmp_path):
    row = Row("too much", "thread", megabytes=10**9)
    (measured,) = measure([row], Programs(tmp_path), seconds=0).values()
    assert "MB" in measured.lacks
    assert measured.passes == []


@pytest.mark.skipif(not BY_HAND.rows, reason="has no fork")
def test_the_loop_by_hand():
    assert len(ByHand("fork").go(3)) == 3
