"""The result of a claim is worded for somebody whose program does what the claim describes."""

import pytest

from procsem.model import CellResult, Environment, Verdict
from procsem.views.conclusion import entries, summary


def cell(method, verdict=Verdict.UPHELD, because="it must be pickled"):
    return CellResult("daemon/no-children", method, verdict, verdict, True, because, 0.1, {})


@pytest.fixture
def claim(make_claim):
    return make_claim(
        effect={"upheld": "breaks", "refuted": "works"},
        remedies={"module-level": {"says": "Move it.", "predicts": {"child": "done"}}},
    )


def test_the_worst_effect_comes_first(claim, environment):
    cells = [cell("fork", Verdict.REFUTED), cell("spawn"), cell("forkserver")]
    assert summary(claim, cells, environment) == "breaks under spawn and forkserver, works under fork"


def test_the_fix_is_shown_where_something_breaks_only(claim, environment):
    broken = [entry.label for entry in entries(claim, [cell("spawn")], environment)]
    working = [entry.label for entry in entries(claim, [cell("fork", Verdict.REFUTED)], environment)]
    assert "fix" in broken
    assert "fix" not in working


def test_a_claim_without_an_effect_gives_its_verdicts(make_claim, environment: Environment):
    cells = [cell("fork", Verdict.REFUTED, "no"), cell("spawn")]
    shown = {entry.label: entry.text for entry in entries(make_claim(), cells, environment)}
    assert shown["here"] == "upheld under spawn, refuted under fork"
