"""The result of a claim is worded for somebody whose program does what the claim describes."""

import pytest
from attrs import evolve

from procsem.model import CellResult, Environment, Verdict
from procsem.views.conclusion import entries, summary, truth
from procsem.views.entries import lines


def cell(method, verdict=Verdict.UPHELD, because="it must be pickled", as_expected=True):
    return CellResult("daemon/no-children", method, verdict, verdict, as_expected, because, 0.1, {})


@pytest.fixture
def claim(make_claim):
    return make_claim(
        effect={"upheld": "breaks", "refuted": "works"},
        remedies={"module-level": {"says": "Move it.", "predicts": {"child": "done"}}},
    )


def shown(claim, *runs):
    return "\n".join(lines(list(entries(claim, runs))))


MIXED = [cell("fork", Verdict.REFUTED, "it is inherited"), cell("spawn"), cell("forkserver")]


def test_the_worst_effect_comes_first(claim, environment):
    cells = [(environment, each) for each in MIXED]
    assert summary(claim, cells) == "code like this breaks under spawn and forkserver, works under fork"


def test_the_conclusion_says_whether_the_statement_is_true(claim, environment):
    assert truth((environment, each) for each in MIXED) == "under spawn and forkserver, not under fork"
    assert "  true   no\n" in shown(claim, (environment, [cell("fork", Verdict.REFUTED)]))
    assert "  true    yes\n" in shown(claim, (environment, [cell(None)]))


def test_nothing_is_said_of_truth_and_fixes_where_nothing_was_judged(claim, environment):
    text = shown(claim, (environment, [cell("fork", Verdict.UNSUPPORTED, "requirement not met")]))
    assert "true " not in text
    assert "fix " not in text
    assert "  unsupported  requirement not met" in text


def test_each_reason_is_named_after_what_it_explains(claim, environment):
    text = shown(claim, (environment, MIXED))
    assert "  breaks  it must be pickled\n  works   it is inherited\n" in text


def test_two_reasons_for_one_effect_say_for_which_start_method_each_is(claim, environment):
    text = shown(claim, (environment, [cell("fork", because="A."), cell("spawn", because="B.")]))
    assert "  breaks  under fork: A.\n          under spawn: B.\n" in text


def test_environments_in_which_the_same_is_true_are_told_once(claim, environment):
    older = Environment({**environment.facts, "python": "3.9.1", "python_release": "3.9.1"})
    same = shown(claim, (environment, MIXED), (older, MIXED))
    assert same == shown(claim, (environment, MIXED))
    different = shown(claim, (environment, MIXED), (older, [cell("fork")]))
    assert different.count("here ") == 2
    assert f"with    {older.label}\n  true    yes\n  here    code like this breaks under fork\n" in different
    assert different.count("says ") == different.count("fix ") == 1


def test_the_fix_is_shown_where_something_breaks_only(claim, environment):
    assert "fix " in shown(claim, (environment, [cell("spawn")]))
    assert "fix " not in shown(claim, (environment, [cell("fork", Verdict.REFUTED)]))


def test_the_reason_of_another_verdict_than_the_expected_one_is_not_given(claim, environment):
    assert "pickled" not in shown(claim, (environment, [cell("spawn", as_expected=False)]))


def test_an_unexpected_verdict_means_nothing_for_a_program_because_its_reason_is_not_known(claim, environment):
    unexpected = evolve(cell("fork", Verdict.REFUTED), expected=Verdict.UPHELD, as_expected=False)
    assert summary(claim, [(environment, unexpected)]) == "refuted under fork"
    assert "works" not in shown(claim, (environment, [unexpected]))


def test_a_cell_without_an_effect_gives_its_verdict(make_claim, environment):
    claim = make_claim(effect={"upheld": "breaks"})
    cells = [(environment, each) for each in MIXED]
    assert summary(claim, cells) == "code like this breaks under spawn and forkserver; refuted under fork"
    assert summary(make_claim(), cells) == "upheld under spawn and forkserver, refuted under fork"


def test_cells_that_no_start_method_tells_apart_are_counted(claim, environment):
    cells = [(environment, each) for each in (*MIXED, cell("fork"))]
    assert summary(claim, cells) == "code like this breaks in 3 of 4 cells, works in 1 of 4 cells"
    assert summary(claim, [(environment, cell(None))]) == "code like this breaks"
