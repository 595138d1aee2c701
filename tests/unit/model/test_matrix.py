"""The environments in which each rule of a claim was measured."""

import pytest

from procsem.model import CellResult, Column, Environment, Matrix, Run, Verdict
from procsem.views.formatting import measured


@pytest.fixture
def columns_of(make_claim, environment):
    """Columns of one cell each: the verdict and what is different about the environment."""
    claim = make_claim()

    def make(*places):
        return tuple(
            Column(str(number), Run(where, "2026-01-02T03:04:05+00:00", 1.0, (_cell(claim.id, verdict),)))
            for number, (verdict, facts) in enumerate(places)
            for where in (Environment({**environment.facts, **facts}),)
        )

    return make


def _cell(claim, verdict):
    return CellResult(claim, "spawn", Verdict(verdict), None, True, "", 0.1, {})


def labels(matrix, claim):
    return [[column.label for column in columns] for columns in matrix.columns_by_rule(claim)]


def test_a_rule_is_measured_where_it_decided_a_cell(make_claim, columns_of):
    matrix = Matrix(columns_of(("upheld", {}), ("refuted", {"assertions": False}), ("refuted", {"system": "macos"})))
    assert labels(matrix, make_claim()) == [["0", "2"], ["1"]], "as expected or not"


def test_every_matrix_has_the_newest_python_first_and_environments_with_traits_after_those_without(columns_of):
    release = {"python": "3.14.0", "python_release": "3.14.0"}
    matrix = Matrix(
        columns_of(
            ("upheld", {"python": "3.9.18"}),
            ("upheld", {**release, "gil": False}),
            ("upheld", release),
            ("upheld", {"system": "windows", "python": "3.15.1"}),
            ("upheld", {"python": "3.13.0"}),
            ("upheld", {"python": "3.15.0"}),
        )
    )
    assert [column.label for column in matrix.columns] == ["5", "2", "1", "4", "0", "3"]


@pytest.mark.parametrize("verdict", ["unsupported", "inconclusive", "broken"])
def test_a_cell_without_a_judgement_measures_no_rule(make_claim, columns_of, verdict):
    assert labels(Matrix(columns_of((verdict, {}))), make_claim()) == [[], []]


def test_a_cell_of_another_claim_measures_no_rule(make_claim, environment):
    run = Run(environment, "2026-01-02T03:04:05+00:00", 1.0, (_cell("daemon/other", "upheld"),))
    assert labels(Matrix((Column("0", run),)), make_claim()) == [[], []]


@pytest.mark.parametrize(
    ("when", "systems", "said"),
    [
        ({}, (), "not yet measured"),
        ({}, ("macos", "linux", "linux"), "measured on linux, macos"),
        ({}, ("linux", "wine"), "measured on linux, Wine"),
        ({"system": "windows"}, ("wine",), "measured under Wine only"),
        ({"system": "windows"}, ("windows",), "measured on windows"),
        ({"wine": True}, ("wine",), "measured on Wine"),
    ],
)
def test_the_places_where_a_rule_was_measured_have_words(make_claim, columns_of, when, systems, said):
    general = {"verdict": "upheld", "because": "it is", "see": "https://example.org"}
    facts = [{"system": "windows", "wine": True} if s == "wine" else {"system": s, "wine": False} for s in systems]
    columns = columns_of(*(("upheld", each) for each in facts))
    rule = make_claim(expect=[general, {**general, "when": when}] if when else [general]).expectations[-1]
    assert measured(rule, columns) == said
