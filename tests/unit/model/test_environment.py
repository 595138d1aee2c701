"""The names of environments."""

from itertools import combinations, product

import pytest

from procsem.model import START_METHODS, TRAITS, Environment, short_labels

PLAIN = {
    "implementation": "cpython",
    "python": "3.14.0",
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
        ({"implementation": "pypy"}, "PyPy 3.14.0 on linux x86_64", "PyPy 3.14.0"),
        ({"gil": False}, "CPython 3.14.0 free-threaded on linux x86_64", "3.14.0 free-threaded"),
        ({"assertions": False}, "CPython 3.14.0 without assertions on linux x86_64", "3.14.0 no asserts"),
        ({"musl": True}, "CPython 3.14.0 on linux x86_64 (musl)", "3.14.0 musl"),
        ({"system": "windows", "wine": True}, "CPython 3.14.0 on windows x86_64 (Wine)", "3.14.0 Wine"),
    ],
)
def test_a_label_names_what_sets_an_environment_apart(what_sets_it_apart, label, short):
    environment = Environment(PLAIN | what_sets_it_apart)
    assert environment.label == label
    assert short_labels([environment]) == [short]


def every_environment():
    """Every combination of two systems, two Pythons, and all traits that the system can have."""
    for python, system in product(("3.13.2", "3.14.0"), ("linux", "windows")):
        traits = [trait for trait in TRAITS if trait.fact != ("wine" if system == "linux" else "musl")]
        for number in range(len(traits) + 1):
            for chosen in combinations(traits, number):
                facts = {trait.fact: trait.value for trait in chosen}
                yield Environment(PLAIN | {"python": python, "python_release": python, "system": system} | facts)


def test_different_environments_have_different_names_in_every_view():
    environments = list(every_environment())
    assert len(environments) == 2 * 2 * 8
    for name in (
        [each.label for each in environments],
        short_labels(environments),
        [(each.series, each.system) for each in environments],
        [each.kind for each in environments],
    ):
        assert len(set(name)) == len(environments)
    assert not any("#" in label for label in short_labels(environments))
    assert {each.lineage for each in environments} == {
        each.label.replace(" 3.13.2", "").replace(" 3.14.0", "") for each in environments
    }


def test_windows_and_wine_with_one_python_are_told_apart():
    windows = Environment(PLAIN | {"system": "windows"})
    wine = Environment(PLAIN | {"system": "windows", "wine": True})
    assert short_labels([windows, wine]) == ["3.14.0", "3.14.0 Wine"]
    assert [each.system for each in (windows, wine)] == ["windows", "windows (Wine)"]


def test_short_labels_name_the_system_and_the_machine_only_where_they_differ():
    linux, windows = Environment(PLAIN), Environment(PLAIN | {"system": "windows"})
    assert short_labels([linux, windows]) == ["3.14.0 linux", "3.14.0 windows"]
    arm = Environment(PLAIN | {"machine": "arm64"})
    assert short_labels([linux, arm]) == ["3.14.0 x86_64", "3.14.0 arm64"]
    assert short_labels([linux, arm, windows]) == [
        "3.14.0 linux x86_64",
        "3.14.0 linux arm64",
        "3.14.0 windows x86_64",
    ]


def test_environments_with_equal_names_are_numbered():
    assert short_labels([Environment(PLAIN)] * 2) == ["3.14.0 #1", "3.14.0 #2"]


def test_a_trait_does_not_apply_in_a_file_that_is_older_than_its_fact():
    older = {name: value for name, value in PLAIN.items() if name not in {trait.fact for trait in TRAITS}}
    assert Environment(older).label == Environment(PLAIN).label


def test_start_methods_come_in_one_order():
    assert Environment(PLAIN | {"start_methods": ["forkserver", "spawn", "fork"]}).start_methods == START_METHODS
