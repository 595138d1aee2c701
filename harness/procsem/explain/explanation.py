"""Turn matched symptoms into explanations, one per cause. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from attrs import evolve, frozen

from procsem.explain.found import Match
from procsem.explain.index import python_order
from procsem.explain.parsed import ExceptionText, Frame
from procsem.model import Claim, Effect, Expectation, Remedy


class CauseText(Protocol):
    """The attributes of a cause that this module needs: see :mod:`procsem.check.rules`."""

    @property
    def name(self) -> str: ...
    @property
    def claims(self) -> tuple[str, ...]: ...
    @property
    def general_explanation(self) -> str: ...
    @property
    def general_fix(self) -> str: ...
    @property
    def look_for(self) -> str: ...
    @property
    def symptom(self) -> str: ...


@frozen
class Explanation:
    """One likely cause of what a text shows."""

    cause: str | None
    """The stable name of the cause; None where only a claim explains the symptom."""
    explanation: str
    fix: str
    """An empty string if no fix is known."""
    claims: tuple[Claim, ...]
    """The claims that prove it, the best match first."""
    matches: tuple[Match, ...]
    """The best first."""
    look_for: str = ""
    """A hint that tells this cause from others; an empty string if there is none."""
    rivals: tuple[str, ...] = ()
    """The names of the other explanations of the very same part of the text."""

    @property
    def name(self) -> str:
        """The name of the cause, or the id of the claim where the cause has no name."""
        return self.cause or self.claims[0].id

    @property
    def score(self) -> float:
        """The quality of the match, from 0 to 1."""
        return max(match.score for match in self.matches)

    @property
    def frame(self) -> Frame | None:
        """The innermost frame of the user's own code, or None where the text shows none."""
        return next((match.user_frame for match in self.matches if match.user_frame), None)

    @property
    def rule(self) -> Expectation:
        """The rule of the first claim that says why programs break, or its first rule if none does."""
        claim = self.claims[0]
        breaks = (rule for rule in claim.expectations if claim.effect_of_rule(rule) is Effect.BREAKS)
        return next(breaks, claim.expectations[0])

    @property
    def start_methods(self) -> tuple[str, ...]:
        """The start methods under which the best match was recorded; empty where none has an influence."""
        return self.matches[0].entry.start_methods

    @property
    def pythons(self) -> tuple[str, ...]:
        """The Pythons with which the message of the best match was recorded."""
        return tuple(sorted(self.matches[0].entry.pythons, key=python_order))

    @property
    def systems(self) -> tuple[str, ...]:
        """The systems on which the best match was recorded."""
        return self.matches[0].entry.systems

    @property
    def remedies(self) -> tuple[tuple[Claim, Remedy], ...]:
        """The remedies of the claims, each of which was shown to work by running it."""
        return tuple((claim, remedy) for claim in self.claims for remedy in claim.remedies)


def explain(
    matches: Sequence[Match], claims: Mapping[str, Claim], causes: Iterable[CauseText] = ()
) -> tuple[Explanation, ...]:
    """Return the explanations of the matches, the likeliest first.

    Claims that prove the same cause give one explanation, and a claim that proves several causes gives one for each. A
    match whose claim the catalogue no longer has is ignored.
    """
    causes_of: dict[str, list[CauseText]] = {}
    for cause in causes:
        for claim in cause.claims:
            causes_of.setdefault(claim, []).append(cause)
    groups: dict[str, tuple[CauseText | None, list[Match]]] = {}
    for match in matches:
        if match.entry.claim in claims:
            for each in [cause for cause in causes_of.get(match.entry.claim, ()) if _shows(cause, match)] or (None,):
                _, group = groups.setdefault(each.name if each else match.entry.claim, (each, []))
                group.append(match)
    found = []
    for known, group in groups.values():
        if known:  # of claims that fit alike, the one that the cause names first says it best
            group.sort(key=lambda match: (-match.score, known.claims.index(match.entry.claim)))
        first = claims[group[0].entry.claim]
        proof = tuple(dict.fromkeys(match.entry.claim for match in group))
        found.append(
            Explanation(
                cause=known.name if known else None,
                explanation=known.general_explanation if known else first.says,
                fix=known.general_fix if known else " ".join(remedy.says for remedy in first.remedies),
                claims=tuple(claims[claim] for claim in proof),
                matches=tuple(group),
                look_for=known.look_for if known else "",
            )
        )
    found = [evolve(each, rivals=tuple(_rivals(each, found))) for each in found]
    proved = {each.name for each in found if _has_error_of_its_own(each, found)}
    # Of explanations that fit about alike, one with an error that no other explains comes first, because the other
    # errors may follow from it; then a cause with a fix of its own, before a claim without one.
    return tuple(
        sorted(
            found,
            key=lambda each: (-round(each.score, 1), each.name not in proved, each.cause is None, -each.score),
        )
    )


def _shows(cause: CauseText, match: Match) -> bool:
    """Return whether the error that was matched is one by which this cause is seen."""
    found = match.found
    text = f"{found.type}: {found.message}" if isinstance(found, ExceptionText) else ""
    return not cause.symptom or re.match(cause.symptom, text) is not None


def _has_error_of_its_own(explanation: Explanation, others: Iterable[Explanation]) -> bool:
    """Return whether the text has an error, and not only an interrupted wait, that no other cause explains."""
    elsewhere = {id(match.found) for other in others if other is not explanation for match in other.matches}
    errors = (match.found for match in explanation.matches if isinstance(match.found, ExceptionText))
    return any(error.type != "KeyboardInterrupt" and id(error) not in elsewhere for error in errors)


def _rivals(explanation: Explanation, others: Iterable[Explanation]) -> Iterator[str]:
    explained = {id(match.found) for match in explanation.matches}
    for other in others:
        if other is not explanation and explained & {id(match.found) for match in other.matches}:
            yield other.name
