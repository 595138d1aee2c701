"""From a claim and what was observed to a verdict. Pure: the same input, the same judgement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import evolve, field, frozen

from procsem.model import (
    NOT_REPORTED,
    CellResult,
    Claim,
    Comparison,
    Facts,
    Mismatch,
    MismatchSource,
    Observation,
    Remedy,
    RemedyResult,
    Residue,
    Verdict,
)


@frozen
class Judgement:
    """A verdict, whether it is the one that is known for this cell, and why."""

    verdict: Verdict
    expected: Verdict | None
    as_expected: bool
    because: str
    mismatches: tuple[Mismatch, ...] = ()
    problem: str | None = None
    remedies: Mapping[str, RemedyResult] = field(factory=dict)


def missing_needs(claim: Claim, environment: Facts, start_method: str | None) -> Judgement | None:
    """The judgement ``unsupported`` where a need that the claim declares was measured to be absent, else None."""
    unmet = claim.needs.unmet({**environment, "start_method": start_method})
    if not unmet:
        return None
    because = "needs what is not here: " + "; ".join(unmet)
    return Judgement(Verdict.UNSUPPORTED, Verdict.UNSUPPORTED, True, because)


def judge(
    claim: Claim,
    environment: Facts,
    start_method: str | None,
    arms: Mapping[str, Observation],
    problem: str | None = None,
    residue: Sequence[Residue] = (),
) -> Judgement:
    """Judge what the arms of a claim observed.

    ``problem`` is what went wrong with the probe itself, if anything did: the verdict is then
    ``broken``, whatever was reported before. A control that does not show what it must makes it
    ``inconclusive``; else the experiment decides between ``upheld`` and ``refuted``, unless it shows no more than
    measured figures that lie on both sides of a bound: that is ``inconclusive`` too. A refutation is
    as expected only where it shows what the expectation says is seen instead, and no verdict is as
    expected where the probe left a residue that the claim does not declare.

    A remedy that does not do what is known of it makes the cell unexpected; it has no influence on the verdict.
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
    if not mismatches:  # It helps where it is known not to: every prediction is a surprise.
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
    problem: str | None,
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
    against, certain = _mismatches(
        ((arm.name, arm.predicts) for arm in claim.arms if not arm.is_control), arms, predicted
    )
    verdict = Verdict.REFUTED if against else Verdict.UPHELD
    as_expected = verdict is expected
    if rule and as_expected and verdict is Verdict.REFUTED and certain:
        unlike, certain = _mismatches(rule.observes.items(), arms, MismatchSource.RULE)
        as_expected, against = not unlike, unlike or against
    if not certain:
        return Judgement(Verdict.INCONCLUSIVE, expected, False, because, against)
    undeclared = [thing for thing in residue if thing.kind not in claim.residue]
    if undeclared:
        left = ", ".join(f"{thing.kind} {thing.name}" for thing in undeclared)
        return Judgement(verdict, expected, False, because, against, f"the probe left behind: {left}")
    return Judgement(verdict, expected, as_expected, because, against)


def settle(repeats: Sequence[CellResult]) -> CellResult:
    """One result for a cell that was run several times: theirs where they agree, else ``inconclusive``.

    The result that is shown is the first unexpected one, if there is any.
    """
    if len(repeats) == 1:
        return repeats[0]
    counts: dict[str, int] = {}
    for result in repeats:
        counts[result.verdict] = counts.get(result.verdict, 0) + 1
    shown = next((result for result in repeats if not result.as_expected), repeats[0])
    seconds = sum(result.seconds for result in repeats) / len(repeats)
    if len(counts) == 1:
        return evolve(shown, repeats=counts, seconds=seconds)
    said = ", ".join(f"{verdict} {count} times" for verdict, count in counts.items())
    return evolve(
        shown,
        verdict=Verdict.INCONCLUSIVE,
        as_expected=False,
        repeats=counts,
        seconds=seconds,
        problem=f"repeats disagree: {said}" + (f"; {shown.problem}" if shown.problem else ""),
    )


def _mismatches(
    wanted: Iterable[tuple[str, Mapping[str, Comparison]]], arms: Mapping[str, Observation], source: MismatchSource
) -> tuple[tuple[Mismatch, ...], bool]:
    """What is not as wanted, arm by arm, and False where all of that is undecided."""
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
    """The fact that ``fact`` or ``arm.fact`` names, seen from an arm."""
    name, _, fact = reference.partition(".")
    where, what = (name, fact) if fact and name in arms else (arm, reference)
    return arms[where].facts.get(what, NOT_REPORTED) if where in arms else NOT_REPORTED


def _unreported(claim: Claim, arms: Mapping[str, Observation]) -> str | None:
    """Which arm or fact that the claim speaks of is missing from the report, in a phrase."""
    for arm in claim.all_arms:
        if arm.name not in arms:
            return f"the probe reported nothing for the arm {arm.name!r}"
        for fact, comparison in arm.predicts.items():
            for reference in filter(None, (f"{arm.name}.{fact}", comparison.refers_to)):
                if _fact(reference, arm.name, arms) is NOT_REPORTED:
                    return f"the probe reported no fact {reference.rpartition('.')[2]!r} in the arm {arm.name!r}"
    return None
