"""Random outcomes: the number of trials, and their count."""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "probes"))

from _kit import counted, random_sleep, trials


def test_all_trials_are_made_if_time_allows():
    assert list(trials(most=7, seconds=1000)) == list(range(7))


def test_without_time_only_the_minimum_number_of_trials_is_made():
    assert list(trials(most=7, seconds=0, at_least=3)) == [0, 1, 2]
    assert list(trials(most=2, seconds=0, at_least=3)) == [0, 1]


def test_a_trial_that_had_to_wait_does_not_count_as_the_cost_of_a_trial():
    made = 0
    for number in trials(most=20, seconds=0.1):
        time.sleep(0.2 if number == 1 else 0)
        made += 1
    assert made == 20


def test_outcomes_are_counted():
    assert counted(number % 3 == 0 for number in range(9)) == {"seen": 3, "of": 9}
    assert counted([]) == {"seen": 0, "of": 0}


def test_random_sleeps_differ_and_are_bounded(monkeypatch):
    slept = []
    monkeypatch.setattr(time, "sleep", slept.append)
    for _ in range(100):
        random_sleep(0.5)
    assert len(set(slept)) > 1
    assert all(0 <= seconds <= 0.5 for seconds in slept)
