"""The comparisons that claims.toml can name."""

import pytest

from procsem.model import NOT_REPORTED, Comparison, ComparisonError
from procsem.model.comparison import frequency, show


@pytest.mark.parametrize(
    ("wanted", "holds_for", "not_for"),
    [
        (True, [True], [1, False, None, "true"]),
        (1, [1, 1.0], [True, 2, "1", None]),
        ("zombie", ["zombie"], ["gone", None, 0]),
        ([1, True], [[1, True]], [[1, 1], [1], [True, 1], 1]),
        ({"none": True}, [None], [False, 0, "none", ""]),
        ({"one_of": ["sleeping", "running"]}, ["running"], ["zombie", None, ["running"]]),
        ({"one_of": [1]}, [1], [True]),
        ({"at_least": 2}, [2, 3.5], [1, True, None, "3"]),
        ({"at_most": 2}, [2, -1], [2.1, None]),
        ({"at_least": 1, "at_most": 2}, [1, 2], [0, 3]),
        ({"seen": "never"}, [{"seen": 0, "of": 9}], [{"seen": 1, "of": 9}, {"seen": 0, "of": 0}, 0, None]),
        ({"seen": "sometimes"}, [{"seen": 1, "of": 9}], [{"seen": 0, "of": 9}, {"seen": 9, "of": 9}]),
        ({"seen": "always"}, [{"seen": 9, "of": 9}], [{"seen": 8, "of": 9}]),
    ],
)
def test_a_comparison_holds_for_what_it_names_and_for_nothing_else(wanted, holds_for, not_for):
    comparison = Comparison(wanted)
    assert [fact for fact in holds_for if not comparison.holds(fact)] == []
    assert [fact for fact in not_for if comparison.holds(fact)] == []


@pytest.mark.parametrize(
    ("wanted", "fact", "other", "holds"),
    [
        ({"same_as": "pid"}, 7, 7, True),
        ({"same_as": "pid"}, 7, 8, False),
        ({"differs_from": "control.pid"}, 7, 8, True),
        ({"differs_from": "control.pid"}, 7, 7, False),
        ({"ratio_to": "control.seconds", "at_least": 1.5}, 3.0, 2.0, True),
        ({"ratio_to": "control.seconds", "at_least": 1.5}, 2.9, 2.0, False),
        ({"ratio_to": "control.seconds", "at_most": 1.5}, 3.1, 2.0, False),
        ({"ratio_to": "control.seconds", "at_most": 1.5}, 3.1, 0, False),
        ({"ratio_to": "control.seconds", "at_most": 1.5}, None, 1, False),
    ],
)
def test_a_comparison_can_refer_to_another_fact(wanted, fact, other, holds):
    comparison = Comparison(wanted)
    assert comparison.refers_to == next(iter(value for value in wanted.values() if isinstance(value, str)))
    assert comparison.holds(fact, other) is holds


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"at_leest": 1},
        {"none": False},
        {"one_of": []},
        {"one_of": "ab"},
        {"seen": "often"},
        {"at_least": "2"},
        {"at_least": True},
        {"ratio_to": "control.seconds"},
        {"one_of": [1], "at_least": 1},
        {"same_as": "a", "differs_from": "b"},
    ],
)
def test_a_table_that_is_not_a_comparison_is_refused(wanted):
    with pytest.raises(ComparisonError):
        Comparison(wanted)


@pytest.mark.parametrize(
    ("seen", "of", "shown"),
    [
        (0, 50, "0 of 50, never (at most 5.8 % at 95 %)"),
        (7, 20, "7 of 20, sometimes (15 % to 59 % at 95 %)"),
        (20, 20, "20 of 20, always (at least 86 % at 95 %)"),
        (0, 1, "0 of 1, never (at most 95 % at 95 %)"),
        (1, 1, "1 of 1, always (at least 5 % at 95 %)"),
        (1, 2, "1 of 2, sometimes (1.3 % to 98.7 % at 95 %)"),
        (0, 300, "0 of 300, never (at most 0.99 % at 95 %)"),
        (300, 300, "300 of 300, always (at least 99.01 % at 95 %)"),
        (3000, 3000, "3000 of 3000, always (at least 99.9 % at 95 %)"),
    ],
)
def test_a_count_is_shown_with_its_frequency_and_interval(seen, of, shown):
    assert show({"seen": seen, "of": of}) == shown


@pytest.mark.parametrize("fact", [{"seen": 0, "of": 0}, {"seen": 3, "of": 2}, {"seen": -1, "of": 2}])
def test_an_impossible_count_is_shown_as_it_is(fact):
    assert show(fact) == f"{fact['seen']} of {fact['of']}"


def test_only_counted_facts_have_a_frequency():
    assert frequency({"seen": 0}) is None
    assert frequency({"seen": True, "of": 1}) is None
    assert frequency("never") is None


@pytest.mark.parametrize(
    ("wanted", "holds_for", "undecided_for", "not_for"),
    [
        ({"at_least": 1}, [(1, 2)], [(0.9, 1), (0.5, 2)], [(0.5, 0.99)]),
        ({"at_most": 1}, [(0.5, 1)], [(1, 1.1), (0.5, 2)], [(1.01, 2)]),
        ({"at_least": 1, "at_most": 2}, [(1, 2)], [(0, 1.5), (1.5, 3), (0, 3)], [(0, 0.5), (2.5, 3)]),
        ({"one_of": [1]}, [], [], [(1, 1)]),
        ({"ratio_to": "other", "at_least": 1}, [], [], [(2, 3)]),
        (1, [], [], [(1, 1)]),
    ],
)
def test_a_bound_inside_the_interval_of_a_measured_value_is_undecided(wanted, holds_for, undecided_for, not_for):
    comparison = Comparison(wanted)

    def answers(ends):
        fact = {"value": sum(ends) / 2, "low": ends[0], "high": ends[1]}
        return comparison.holds(fact, 1), comparison.undecided(fact)

    assert [ends for ends in holds_for if answers(ends) != (True, False)] == []
    assert [ends for ends in undecided_for if answers(ends) != (False, True)] == []
    assert [ends for ends in not_for if answers(ends) != (False, False)] == []


def test_only_a_whole_measured_value_can_be_undecided():
    bound = Comparison({"at_least": 1})
    assert not any(map(bound.undecided, (0, 1, None, "1", {"low": 0, "high": 2}, {"value": 1, "low": None, "high": 2})))
    assert not bound.holds({"value": 1, "low": None, "high": 2})


def test_a_measured_value_is_shown_with_its_interval():
    assert show({"value": 1.2345, "low": 1.1, "high": 2}) == "1.23 (1.1 to 2)"


def test_a_fact_that_was_not_reported_satisfies_nothing_but_differs_from_other_facts():
    assert show(NOT_REPORTED) == "nothing"
    for wanted in (None, "nothing", {"none": True}, {"one_of": [None]}, {"at_most": 1}, {"seen": "never"}):
        assert not Comparison(wanted).holds(NOT_REPORTED)
