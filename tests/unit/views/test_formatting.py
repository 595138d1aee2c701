"""Conditions in the words of a sentence."""

import pytest

from procsem.model import Condition
from procsem.views.formatting import where
from tests.catalogue import CLAIMS


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({}, ""),
        ({"start_method": "fork"}, "under fork"),
        ({"start_method": ["spawn", "forkserver"], "system": "macos"}, "under spawn or forkserver on macOS"),
        ({"python": ">=3.13.8, <3.14"}, "with Python 3.13.8 or newer but before 3.14"),
        ({"python": "==3.12.0"}, "with Python 3.12.0"),
        ({"family": "posix", "implementation": "pypy"}, "with PyPy on POSIX systems"),
        ({"implementation": "cpython", "python": ">=3.13, !=3.14.0"}, "with CPython 3.13 or newer except 3.14.0"),
        ({"assertions": False}, "without assertions (python -O)"),
        ({"any": [{"wine": True}, {"system": "linux"}]}, "under Wine or on Linux"),
        ({"cpus_usable": {"at_least": 2}}, "where cpus_usable at least 2"),
    ],
)
def test_a_condition_is_worded(condition, words):
    assert where(Condition(condition)) == words


def test_every_condition_of_the_catalogue_has_words_and_an_unconditional_rule_has_none():
    for claim in CLAIMS:
        for rule in claim.expectations:
            assert bool(where(rule.when)) == bool(rule.when.wanted), claim.id
