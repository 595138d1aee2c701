"""Conditions on the facts of an environment."""

import pytest

from procsem.environment import FACTS as KNOWN_FACTS
from procsem.model import Condition, ConditionError
from procsem.model.condition import VERSIONS
from procsem.model.facts import FactKind

FACTS = {"system": "linux", "python": "3.13.4", "cpus_usable": 2, "assertions": True, "start_method": "spawn"}


@pytest.mark.parametrize(
    ("wanted", "holds"),
    [
        ({}, True),
        ({"any": [{"system": "windows"}, {"start_method": "spawn"}]}, True),
        ({"any": [{"system": "windows"}, {"start_method": "fork"}]}, False),
        ({"any": [{"system": "linux"}], "assertions": False}, False),
        ({"any": [{"any": [{"system": "linux"}]}, {"system": "windows"}]}, True),
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
def test_a_condition_holds_if_every_key_holds(wanted, holds):
    assert Condition(wanted).holds(FACTS) is holds


def test_an_unmet_key_is_reported_with_the_measured_fact():
    assert Condition({"cpus_usable": {"at_least": 4}, "system": "linux"}).unmet(FACTS) == [
        "cpus_usable is 2, not at least 4"
    ]


def test_a_version_that_cannot_be_read_is_in_no_range():
    assert not Condition({"kernel": ">=5"}).holds({"kernel": "unknown"})
    assert not Condition({"kernel": "<5"}).holds({})


@pytest.mark.parametrize(
    "wanted",
    [
        {"python": "3.13"},
        {"python": "newer"},
        {"system": {"one_of": ["a"]}},
        {"system": {}},
        {"system": []},
        {"any": []},
        {"any": {"system": "linux"}},
        {"any": [{}]},
        {"any": [{"python": "newer"}]},
    ],
)
def test_a_condition_that_cannot_be_read_is_refused(wanted):
    with pytest.raises(ConditionError):
        Condition(wanted)


def test_alternatives_are_shown_with_or():
    condition = Condition({"any": [{"system": "windows", "gil": False}, {"python": "<3.9"}], "assertions": True})
    words = "(system = windows, gil = false) or (python <3.9)"
    assert str(condition) == f"{words}, assertions = true"
    assert condition.unmet(FACTS) == [f"not {words}"]


def test_the_facts_that_are_compared_as_versions_are_those_of_that_type():
    assert {name for name, fact in KNOWN_FACTS.items() if fact.kind is FactKind.VERSION} == VERSIONS
