"""Remedies: how they are written, what they must show, and that they never change the verdict on a claim."""

import pytest

from procsem.catalogue.errors import StructureError
from procsem.judge import judge
from procsem.model import CellResult, Effect, Observation, Verdict
from procsem.views.explain import explanation_of

REMEDY = {"module-level": {"says": "Move it.", "predicts": {"child": "done"}}}
FAILING = {
    "module-level": {
        **REMEDY["module-level"],
        "fails": [
            {
                "when": {"implementation": "cpython"},
                "observes": {"child": "hangs"},
                "because": "of a bug",
                "see": "https://example.org/bug",
            }
        ],
    }
}


def judged(claim, environment, observations, child):
    arms = {**observations, "module-level": Observation({"child": child})}
    return judge(claim, environment.facts, "spawn", arms)


def test_a_remedy_that_helps_is_as_expected(make_claim, environment, seen):
    judgement = judged(make_claim(remedies=REMEDY), environment, seen(), "done")
    assert judgement.as_expected
    assert judgement.verdict is Verdict.UPHELD
    assert judgement.remedies["module-level"].works


def test_a_remedy_that_does_not_help_is_unexpected_and_leaves_the_verdict(make_claim, environment, seen):
    judgement = judged(make_claim(remedies=REMEDY), environment, seen(), "hangs")
    assert not judgement.as_expected
    assert judgement.verdict is Verdict.UPHELD
    assert not judgement.remedies["module-level"].works
    assert [mismatch.arm for mismatch in judgement.mismatches] == ["module-level"]


@pytest.mark.parametrize(("child", "as_expected"), [("hangs", True), ("done", False), ("dies", False)])
def test_where_a_remedy_is_known_to_fail_it_must_fail_in_the_known_way(
    make_claim, environment, seen, child, as_expected
):
    judgement = judged(make_claim(remedies=FAILING), environment, seen(), child)
    assert judgement.as_expected is as_expected
    assert not judgement.remedies["module-level"].expected


def test_a_failure_that_is_known_elsewhere_changes_nothing_here(make_claim, environment, seen):
    failing = {"module-level": {**FAILING["module-level"]}}
    failing["module-level"]["fails"] = [{**FAILING["module-level"]["fails"][0], "when": {"implementation": "pypy"}}]
    assert judged(make_claim(remedies=failing), environment, seen(), "done").as_expected


def test_a_remedy_whose_arm_reported_nothing_breaks_the_cell(make_claim, environment, seen):
    judgement = judge(make_claim(remedies=REMEDY), environment.facts, "spawn", seen())
    assert judgement.verdict is Verdict.BROKEN
    assert judgement.remedies == {}


def test_the_arm_of_a_remedy_is_run_with_the_others(make_claim):
    claim = make_claim(remedies=REMEDY)
    assert [arm.run for arm in claim.all_arms] == ["experiment", "control", "module_level"]
    assert [arm.name for arm in claim.arms] == ["experiment", "control"]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"remedies": {"control": REMEDY["module-level"]}}, "remedies.control: there is an arm of this name"),
        ({"remedies": {"x": {"says": "Do.", "predicts": {}}}}, "remedies.x.predicts: predicts nothing"),
        ({"remedies": REMEDY, "no_remedy": "none"}, "no_remedy: there are remedies"),
        ({"effect": {"upheld": "braeks"}}, "effect.upheld: cannot be 'braeks'; did you mean 'breaks'?"),
        ({"effect": {"broken": "breaks"}}, "effect.broken: must be upheld or refuted"),
    ],
)
def test_faults_are_named(make_claim, changes, fault):
    with pytest.raises(StructureError) as raised:
        make_claim(**changes)
    assert any(fault in str(each) for each in raised.value.faults)


def test_the_effect_is_that_of_the_rule_or_of_the_claim(make_claim, environment):
    claim = make_claim(effect={"upheld": "breaks", "refuted": "works"})
    assert claim.effect(Verdict.UPHELD, environment.facts, "fork") is Effect.BREAKS
    assert claim.effect(Verdict.REFUTED, environment.facts, "fork") is Effect.WORKS
    assert claim.effect(Verdict.BROKEN, environment.facts, "fork") is None
    assert make_claim().effect(Verdict.UPHELD, environment.facts, "fork") is None


@pytest.mark.parametrize(
    ("remedies", "child", "title", "line"),
    [
        (REMEDY, "hangs", "as expected, but its fix module-level does not help", "child: predicted done, saw hangs"),
        (
            FAILING,
            "done",
            "its fix module-level works, which was not expected",
            "child: known to be hangs here, saw done",
        ),
        (FAILING, "dies", "its fix module-level fails in another way", "child: known to be hangs here, saw dies"),
    ],
)
def test_the_explanation_of_a_cell_shows_the_remedy_that_is_not_as_expected(
    make_claim, environment, seen, remedies, child, title, line
):
    claim = make_claim(remedies=remedies)
    judgement = judged(claim, environment, seen(), child)
    result = CellResult(
        claim.id,
        "spawn",
        judgement.verdict,
        judgement.expected,
        judgement.as_expected,
        judgement.because,
        seconds=1.0,
        arms={**seen(), "module-level": Observation({"child": child})},
        mismatches=judgement.mismatches,
        remedies=judgement.remedies,
    )
    explanation = explanation_of(claim, result, environment, "procsem run again")
    assert title in explanation.title
    (entry,) = [entry for entry in explanation.entries if line in entry.text]
    assert entry.text.endswith("<--")
