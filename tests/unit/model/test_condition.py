"""When a rule applies."""

import pytest

from procsem.model import ComparisonError, Condition, ConditionError

FACTS = {"system": "linux", "python": "3.13.4", "cpus_usable": 2, "assertions": True, "start_method": "spawn"}


@pytest.mark.parametrize(
    ("wanted", "holds"),
    [
        ({}, True),
        ({"system": "linux"}, True),
        ({"system": ["windows", "linux"]}, True),
        ({"system": ["windows", "macos"]}, False),
        ({"python": ">=3.13.4"}, True),
        ({"python": ">=3.13.4, <3.13.5"}, True),
        ({"python": ">3.13.4"}, False),
        ({"python": "<3.9.10"}, False),
        ({"cpus_usable": {"at_least": 2}}, True),
        ({"cpus_usable": {"at_least": 3}}, False),
        ({"assertions": True, "system": "linux"}, True),
        ({"assertions": False, "system": "linux"}, False),
        ({"never_measured": False}, False),
        ({"never_measured": {"at_least": 0}}, False),
    ],
)
def test_a_condition_holds_when_all_of_it_does(wanted, holds):
    assert Condition(wanted).holds(FACTS) is holds


def test_what_is_unmet_is_said_with_what_was_measured():
    assert Condition({"cpus_usable": {"at_least": 4}, "system": "linux"}).unmet(FACTS) == [
        "cpus_usable is 2, not at least 4"
    ]


def test_a_version_that_cannot_be_read_satisfies_no_range():
    assert not Condition({"kernel": ">=5"}).holds({"kernel": "unknown"})
    assert not Condition({"kernel": "<5"}).holds({})


@pytest.mark.parametrize(
    "wanted", [{"python": "3.13"}, {"python": "newer"}, {"system": {"one_of": ["a"]}}, {"system": {}}]
)
def test_what_cannot_be_read_is_refused(wanted):
    with pytest.raises((ConditionError, ComparisonError)):
        Condition(wanted)
