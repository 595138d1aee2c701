"""Judge a claim by what its arms observed. Pure: the same input gives the same judgement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import evolve, field, frozen

from procsem.model import (
    NOT_REPORTED,
    Claim,
    Comparison,
    Facts,
    Mismatch,
    MismatchSource,
    Observation,
    Problem,
    ProblemKind,
    Remedy,
    RemedyResult,
    Residue,
    Verdict,
)


@frozen
class Judgement:
    """A verdict, whether it is the expected one, and the reasons."""

    verdict: Verdict
    expected: Verdict | None
    as_expected: bool
    because: str
    mismatches: tuple[Mismatch, ...] = ()
    problem: Problem | None = None
    remedies: Mapping[str, RemedyResult] = field(factory=dict)


def missing_needs(claim: Claim, environment: Facts, start_method: str | None) -> Judgement | None:
    """Return the judgement ``unsupported`` if the environment lacks something that the claim needs, else None."""
    unmet = claim.needs.unmet({**environment, "start_method": start_method})
    return unsupported(unmet) if unmet else None


def unsupported(unmet: Iterable[str]) -> Judgement:
    """Return the judgement for a claim with these unmet requirements, one phrase each."""
    return Judgement(Verdict.UNSUPPORTED, Verdict.UNSUPPORTED, True, f"requirement not met: {'; '.join(unmet)}")


def judge(
    claim: Claim,
    environment: Facts,
    start_method: str | None,
    arms: Mapping[str, Observation],
    problem: Problem | None = None,
    residue: Sequence[Residue] = (),
) -> Judgement:
    """Judge what the arms of a claim observed.

    The verdict is

    - ``broken`` if there is a ``problem`` with the probe itself, whatever it reported before;
    - ``inconclusive`` if a control does not show what is predicted, or if the only mismatches of the experiment are
      measured values whose intervals contain a bound;
    - otherwise ``upheld`` if the experiment shows what is predicted, and ``refuted`` if it does not.

    It is as expected if it is the verdict of the rule that applies, a refutation shows the facts that the rule
    observes, each remedy does what is known of it, and the probe left no residue that the claim does not declare. A
    remedy has no influence on the verdict.
    """
    judgement = _judge_claim(claim, environment, start_method, arms, problem, residue)
    if not claim.remedies or judgement.verdict is Verdict.BROKEN:
        return judgement
    results: dict[str, RemedyResult] = {}
    wrong: list[Mismatch] = []
    for remedy in claim.remedies:
        results[remedy.name], mismatches = _judge_remedy(remedy, environment, start_method, arms)
        wrong += mismatches
    return evolve(
        judgement,
        as_expected=judgement.as_expected and not wrong,
        mismatches=(*judgement.mismatches, *wrong),
        remedies=results,
    )


def _judge_remedy(
    remedy: Remedy, environment: Facts, start_method: str | None, arms: Mapping[str, Observation]
) -> tuple[RemedyResult, tuple[Mismatch, ...]]:
    """Return whether the remedy helped, and the facts that are not what is known of it."""
    predicted = MismatchSource.PREDICTION
    mismatches, _ = _mismatches([(remedy.arm.name, remedy.arm.predicts)], arms, predicted)
    failure = remedy.failure(environment, start_method)
    if failure is None:
        return RemedyResult(not mismatches, True), mismatches
    if not mismatches:  # it helps where it is known not to
        surprises = tuple(
            Mismatch(remedy.arm.name, fact, comparison, _fact(fact, remedy.arm.name, arms), MismatchSource.RULE)
            for fact, comparison in (failure.observes or remedy.arm.predicts).items()
        )
        return RemedyResult(True, False), surprises
    unlike, _ = _mismatches([(remedy.arm.name, failure.observes)], arms, MismatchSource.RULE)
    return RemedyResult(False, False), unlike


def _judge_claim(
    claim: Claim,
    environment: Facts,
    start_method: str | None,
    arms: Mapping[str, Observation],
    problem: Problem | None,
    residue: Sequence[Residue],
) -> Judgement:
    rule = claim.expected(environment, start_method)
    expected = rule.verdict if rule else None
    because = rule.because if rule else "no expectation applies to this cell"
    problem = problem or _unreported(claim, arms)
    if problem:
        return Judgement(Verdict.BROKEN, expected, False, because, (), problem)

    predicted = MismatchSource.PREDICTION
    controls, _ = _mismatches(((arm.name, arm.predicts) for arm in claim.arms if arm.is_control), arms, predicted)
    if controls:
        return Judgement(Verdict.INCONCLUSIVE, expected, False, because, controls)
    mismatches, certain = _mismatches(
        ((arm.name, arm.predicts) for arm in claim.arms if not arm.is_control), arms, predicted
    )
    verdict = Verdict.REFUTED if mismatches else Verdict.UPHELD
    as_expected = verdict is expected
    if rule and as_expected and verdict is Verdict.REFUTED and certain:
        unlike, certain = _mismatches(rule.observes.items(), arms, MismatchSource.RULE)
        as_expected, mismatches = not unlike, unlike or mismatches
    if not certain:
        return Judgement(Verdict.INCONCLUSIVE, expected, False, because, mismatches)
    undeclared = tuple(thing for thing in residue if thing.kind not in claim.residue)
    if undeclared:
        leak = Problem(ProblemKind.LEAK, residue=undeclared)
        return Judgement(verdict, expected, False, because, mismatches, leak)
    return Judgement(verdict, expected, as_expected, because, mismatches)


def _mismatches(
    wanted: Iterable[tuple[str, Mapping[str, Comparison]]], arms: Mapping[str, Observation], source: MismatchSource
) -> tuple[tuple[Mismatch, ...], bool]:
    """Return the facts that are not as wanted, and False if all of these are undecided."""
    found, certain = [], False
    for arm, comparisons in wanted:
        for fact, comparison in comparisons.items():
            seen = _fact(f"{arm}.{fact}", arm, arms)
            other = _fact(comparison.refers_to, arm, arms) if comparison.refers_to else None
            if not comparison.holds(seen, other):
                found.append(Mismatch(arm, fact, comparison, seen, source))
                certain = certain or not comparison.undecided(seen)
    return tuple(found), certain or not found


def _fact(reference: str, arm: str, arms: Mapping[str, Observation]) -> object:
    """Return the fact that ``fact`` or ``arm.fact`` names in an arm."""
    name, _, fact = reference.partition(".")
    where, what = (name, fact) if fact and name in arms else (arm, reference)
    return arms[where].facts.get(what, NOT_REPORTED) if where in arms else NOT_REPORTED


def _unreported(claim: Claim, arms: Mapping[str, Observation]) -> Problem | None:
    """Return the problem that the probe did not report an arm or a fact of the claim, or None."""
    for arm in claim.all_arms:
        if arm.name not in arms:
            return Problem(ProblemKind.NO_ARM, arm.name)
        for fact, comparison in arm.predicts.items():
            for reference in filter(None, (f"{arm.name}.{fact}", comparison.refers_to)):
                if _fact(reference, arm.name, arms) is NOT_REPORTED:
                    where, _, what = reference.rpartition(".")
                    return Problem(ProblemKind.NO_FACT, where or arm.name, what)
    return None
