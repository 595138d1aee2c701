"""From observations to verdicts: no test of a claim passes for the wrong reason."""

import pytest
from attrs import evolve

from procsem.judge import judge, missing_needs
from procsem.model import (
    Comparison,
    Mismatch,
    MismatchSource,
    Observation,
    Problem,
    ProblemKind,
    Residue,
    Verdict,
)

EXITED = Problem(ProblemKind.EXIT, code=1)


def test_upheld_when_both_arms_show_what_is_predicted(make_claim, environment, seen):
    judgement = judge(make_claim(), environment.facts, "spawn", seen())
    assert (judgement.verdict, judgement.as_expected, judgement.problem) == (Verdict.UPHELD, True, None)
    assert judgement.because == "there is a check"


def test_refuted_when_the_experiment_shows_something_else(make_claim, environment, seen):
    judgement = judge(make_claim(), environment.facts, "spawn", seen(started=True))
    assert (judgement.verdict, judgement.expected, judgement.as_expected) == (Verdict.REFUTED, Verdict.UPHELD, False)
    assert judgement.mismatches == (
        Mismatch("experiment", "started", Comparison(False), True, MismatchSource.PREDICTION),
    )


def test_inconclusive_when_the_control_does_not_flip_whatever_the_experiment_shows(make_claim, environment, seen):
    for started in (True, False):
        judgement = judge(make_claim(), environment.facts, "spawn", seen(started=started, control={"started": False}))
        assert (judgement.verdict, judgement.as_expected) == (Verdict.INCONCLUSIVE, False)
        assert [m.arm for m in judgement.mismatches] == ["control"]


def test_an_expected_refutation_must_show_the_observed_facts_of_the_rule(make_claim, environment, seen):
    without = {**environment.facts, "assertions": False}
    known = judge(make_claim(), without, "spawn", seen(started=True, error="none"))
    assert (known.verdict, known.as_expected) == (Verdict.REFUTED, True)
    other = judge(make_claim(), without, "spawn", seen(error="OSError"))
    assert (other.verdict, other.as_expected) == (Verdict.REFUTED, False)
    assert other.mismatches == (Mismatch("experiment", "started", Comparison(True), False, MismatchSource.RULE),)


def test_the_last_rule_that_applies_wins(make_claim, environment, seen):
    rules = make_claim().expectations
    claim = evolve(make_claim(), expectations=tuple(reversed(rules)))
    assert judge(claim, {**environment.facts, "assertions": False}, "spawn", seen()).expected is Verdict.UPHELD


def test_broken_when_the_probe_has_a_problem_whatever_it_reported(make_claim, environment, seen):
    judgement = judge(make_claim(), environment.facts, "spawn", seen(), problem=EXITED)
    assert (judgement.verdict, judgement.as_expected) == (Verdict.BROKEN, False)
    assert judgement.problem == EXITED


def test_broken_when_an_arm_or_a_fact_is_missing(make_claim, environment, seen):
    only = {"experiment": seen()["experiment"]}
    judgement = judge(make_claim(), environment.facts, "spawn", only)
    assert judgement.verdict is Verdict.BROKEN
    assert judgement.problem == Problem(ProblemKind.NO_ARM, arm="control")
    without_error = {**seen(), "experiment": Observation({"started": False})}
    judgement = judge(make_claim(), environment.facts, "spawn", without_error)
    assert judgement.problem == Problem(ProblemKind.NO_FACT, arm="experiment", fact="error")


def test_broken_when_the_fact_of_a_comparison_is_missing(make_claim, environment, seen):
    claim = make_claim(predicts={"started": {"same_as": "control.wanted"}})
    judgement = judge(claim, environment.facts, "spawn", seen())
    assert (judgement.verdict, judgement.problem) == (
        Verdict.BROKEN,
        Problem(ProblemKind.NO_FACT, arm="control", fact="wanted"),
    )


@pytest.mark.parametrize("comparison", ["same_as", "differs_from"])
def test_a_fact_that_was_not_reported_satisfies_no_comparison(make_claim, environment, seen, comparison):
    rule = {"verdict": "refuted", "observes": {"error": {comparison: "extra"}}, "because": "b", "see": "man:fork(2)"}
    claim = make_claim(predicts={"started": False}, expect=[rule])
    judgement = judge(claim, environment.facts, "spawn", seen(started=True))
    assert (judgement.verdict, judgement.as_expected) == (Verdict.REFUTED, False)
    assert [mismatch.fact for mismatch in judgement.mismatches] == ["error"]


def test_a_fact_can_be_compared_with_one_of_another_arm(make_claim, environment, seen):
    claim = make_claim(predicts={"started": {"differs_from": "control.started"}})
    assert judge(claim, environment.facts, "spawn", seen()).verdict is Verdict.UPHELD
    assert judge(claim, environment.facts, "spawn", seen(started=True)).verdict is Verdict.REFUTED


def test_undeclared_residue_is_unexpected_and_does_not_change_the_verdict(make_claim, environment, seen):
    left = [Residue("process", "python")]
    judgement = judge(make_claim(), environment.facts, "spawn", seen(), residue=left)
    assert (judgement.verdict, judgement.as_expected) == (Verdict.UPHELD, False)
    assert judgement.problem == Problem(ProblemKind.LEAK, residue=(Residue("process", "python"),))
    declared = make_claim(residue=["process"])
    assert judge(declared, environment.facts, "spawn", seen(), residue=left).as_expected
    assert not judge(declared, environment.facts, "spawn", seen(), residue=[*left, Residue("file", "x")]).as_expected


def test_unsupported_only_if_the_environment_lacks_a_declared_need(make_claim, environment):
    claim = make_claim(needs={"system": ["macos", "windows"]})
    judgement = missing_needs(claim, environment.facts, "spawn")
    assert judgement is not None
    assert (judgement.verdict, judgement.as_expected) == (Verdict.UNSUPPORTED, True)
    assert judgement.because == "requirement not met: system is linux, not macos or windows"
    assert missing_needs(make_claim(needs={"start_method": "spawn"}), environment.facts, "spawn") is None
    assert missing_needs(make_claim(needs={"start_method": "spawn"}), environment.facts, "fork") is not None


def test_every_arm_must_show_what_is_predicted_or_known(make_claim, environment):
    claim = make_claim(
        predicts=None,
        arms={"killed": {"predicts": {"left": 1}}, "ended": {"predicts": {"left": 0}}},
        expect=[
            {"verdict": "refuted", "observes": {"killed": {"left": 2}}, "because": "b", "see": "man:fork(2)"},
        ],
    )
    arms = {
        "killed": Observation({"left": 2}),
        "ended": Observation({"left": 0}),
        "control": Observation({"started": True}),
    }
    judgement = judge(claim, environment.facts, "fork", arms)
    assert (judgement.verdict, judgement.as_expected) == (Verdict.REFUTED, True)
    arms["killed"] = Observation({"left": 3})
    assert not judge(claim, environment.facts, "fork", arms).as_expected


@pytest.mark.parametrize(
    ("low", "high", "expected", "verdict", "as_expected"),
    [
        (1.2, 1.4, "upheld", "upheld", True),
        (0.9, 1.1, "upheld", "inconclusive", False),
        (0.5, 0.8, "upheld", "refuted", False),
        (1.2, 1.4, "refuted", "upheld", False),
        (0.9, 1.1, "refuted", "inconclusive", False),
        (0.5, 0.8, "refuted", "refuted", True),
        (0.6, 0.95, "refuted", "inconclusive", False),  # refuted it is, but whether as known is open
        (0.95, 0.99, "refuted", "refuted", False),
    ],
)
def test_a_measured_value_whose_interval_contains_the_bound_is_inconclusive(
    make_claim, environment, low, high, expected, verdict, as_expected
):
    rule = {"verdict": expected, "because": "b", "see": "man:fork(2)"}
    if expected == "refuted":
        rule["observes"] = {"ratio": {"at_most": 0.9}}
    claim = make_claim(predicts={"ratio": {"at_least": 1}}, control={"same": {"at_most": 1.1}}, expect=[rule])
    arms = {"experiment": measured(ratio=(low, high)), "control": measured(same=(0.9, 1.1))}
    judgement = judge(claim, environment.facts, None, arms)
    assert (judgement.verdict, judgement.as_expected) == (verdict, as_expected)
    arms["control"] = measured(same=(0.9, 1.2))
    assert judge(claim, environment.facts, None, arms).verdict is Verdict.INCONCLUSIVE


def test_one_clear_mismatch_refutes_a_claim_whatever_is_undecided(make_claim, environment):
    claim = make_claim(predicts={"one": {"at_least": 1}, "other": {"at_least": 1}}, control={"same": {"at_most": 1.1}})
    arms = {"experiment": measured(one=(0.9, 1.1), other=(0.5, 0.6)), "control": measured(same=(0.9, 1.1))}
    assert judge(claim, environment.facts, None, arms).verdict is Verdict.REFUTED


def measured(**figures):
    return Observation({name: {"value": low, "low": low, "high": high} for name, (low, high) in figures.items()})
