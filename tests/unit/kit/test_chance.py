"""How outcomes of chance are counted."""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "probes"))

from _kit.chance import counted, dawdle, trials


def test_there_are_so_many_trials_where_time_allows():
    assert list(trials(most=7, seconds=1000)) == list(range(7))


def test_when_the_time_is_over_there_are_no_more_than_the_fewest():
    assert list(trials(most=7, seconds=0, at_least=3)) == [0, 1, 2]
    assert list(trials(most=2, seconds=0, at_least=3)) == [0, 1]


def test_a_trial_that_was_held_up_does_not_count_for_what_one_costs():
    made = 0
    for number in trials(most=20, seconds=0.1):
        time.sleep(0.2 if number == 1 else 0)
        made += 1
    assert made == 20


def test_outcomes_are_counted_as_they_come():
    assert counted(number % 3 == 0 for number in range(9)) == {"seen": 3, "of": 9}
    assert counted([]) == {"seen": 0, "of": 0}


def test_a_delay_at_random_ends():
    began = time.monotonic()
    dawdle(0.001)
    assert time.monotonic() - began < 5
