"""What environments are called."""

import pytest

from procsem.model import Environment
from procsem.views.formatting import short_labels

PLAIN = {
    "implementation": "cpython",
    "python_release": "3.14.0",
    "system": "linux",
    "machine": "x86_64",
    "gil": True,
    "assertions": True,
    "musl": False,
    "wine": False,
}


@pytest.mark.parametrize(
    ("what_sets_it_apart", "label", "short"),
    [
        ({}, "CPython 3.14.0 on linux x86_64", "3.14.0"),
        ({"implementation": "pypy"}, "PyPy 3.14.0 on linux x86_64", "pypy 3.14.0"),
        ({"gil": False}, "CPython 3.14.0 free-threaded on linux x86_64", "3.14.0 free-threaded"),
        ({"assertions": False}, "CPython 3.14.0 without assertions on linux x86_64", "3.14.0 no asserts"),
        ({"musl": True}, "CPython 3.14.0 on linux x86_64 (musl)", "3.14.0 musl"),
        ({"system": "windows", "wine": True}, "CPython 3.14.0 on windows x86_64 (Wine)", "3.14.0"),
    ],
)
def test_what_sets_an_environment_apart_is_in_its_name(what_sets_it_apart, label, short):
    environment = Environment(PLAIN | what_sets_it_apart)
    assert environment.label == label
    assert short_labels([environment]) == [short]


def test_a_file_that_is_older_than_a_fact_has_the_name_of_its_time():
    older = {name: value for name, value in PLAIN.items() if name not in ("musl", "assertions")}
    assert Environment(older).label == Environment(PLAIN).label
