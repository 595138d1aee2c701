"""A claim: one falsifiable statement, the arms of its test, and the expected verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from attrs import field, frozen

from procsem.model.comparison import Comparison, Facts
from procsem.model.condition import Condition
from procsem.model.effect import Effect
from procsem.model.result import Verdict

DECIDERS: Mapping[str, str] = {
    "multiprocessing": "Python's multiprocessing",
    "interpreter": "the Python interpreter",
    "system": "the operating system",
}
"""The parts whose code can decide a claim, each with the words for it."""


@frozen
class Source:
    """The place in the document that makes the statement: the heading of its section, and the line."""

    section: str
    line: int


@frozen
class Arm:
    """One set-up of the test, with the mechanism at work or taken away."""

    name: str
    run: str
    """The function of the probe that makes the observation of this arm."""
    predicts: Mapping[str, Comparison]
    is_control: bool


@frozen
class Expectation:
    """A rule: the verdict that is expected in the cells to which it applies."""

    verdict: Verdict
    when: Condition
    observes: Mapping[str, Mapping[str, Comparison]]
    """By arm, the facts that are seen where the claim is refuted."""
    because: str
    see: tuple[str, ...]
    effect: Effect | None = None
    """The effect on a user's program where this rule applies, if it is not that of the claim."""


@frozen
class RemedyFailure:
    """A place where a remedy does not help, as far as this is known."""

    when: Condition
    observes: Mapping[str, Comparison]
    """The facts of the remedy's arm there; empty where any mismatch is as expected."""
    because: str
    see: tuple[str, ...]


@frozen
class Remedy:
    """A change of the user's program that makes it work where the claim says that it breaks."""

    name: str
    says: str
    """The change, as an instruction: "Move the function to module level."."""
    arm: Arm
    """The set-up in which the change is made. It runs wherever the claim runs."""
    failures: tuple[RemedyFailure, ...] = ()
    code: str = ""
    """The lines of the probe that show the change."""

    def failure(self, environment: Facts, start_method: str | None) -> RemedyFailure | None:
        """Return the failure that is known for this place, or None where the remedy should help."""
        facts = {**environment, "start_method": start_method}
        return next((each for each in reversed(self.failures) if each.when.holds(facts)), None)


@frozen
class Claim:
    """One falsifiable statement with its test."""

    id: str
    says: str
    source: Source | None
    """None if the document does not make the statement."""
    arms: tuple[Arm, ...]
    expectations: tuple[Expectation, ...]
    probe: Path
    decided_by: str
    """The part whose code decides it: one of :data:`DECIDERS`."""
    file: Path
    """The ``claims.toml`` that contains it."""
    line: int
    """The line of its heading in that file."""
    needs: Condition = field(factory=lambda: Condition({}))
    per_start_method: bool = True
    """False if no start method can influence the outcome; the claim then runs once."""
    alone: bool = False
    """True if the probe compares durations; no other cell runs at the same time."""
    seconds: float = 120.0
    """The timeout of the probe. When it expires the process tree is killed, and the cell is broken. If claims share a
    probe, it is the timeout of each arm, and the probe may take the sum."""
    note: str = ""
    remedies: tuple[Remedy, ...] = ()
    no_remedy: str = ""
    """The reason why there is no remedy, in a claim about something that users lose."""
    effects: Mapping[Verdict, Effect] = field(factory=dict)
    """The effect of each verdict on a user's program; empty if the claim says nothing about that."""
    residue: tuple[str, ...] = ()
    """The kinds of things that the probe leaves behind on purpose."""

    @property
    def topic(self) -> str:
        return self.id.partition("/")[0]

    @property
    def name(self) -> str:
        return self.id.partition("/")[2]

    @property
    def all_arms(self) -> tuple[Arm, ...]:
        """Every arm that the probe runs for this claim: experiments, controls and remedies."""
        return (*self.arms, *(remedy.arm for remedy in self.remedies))

    def effect_of_rule(self, rule: Expectation) -> Effect | None:
        """Return what it means for a user's program where this rule applies; None if nothing is said about that."""
        return rule.effect or self.effects.get(rule.verdict)

    def effect(self, verdict: Verdict, environment: Facts, start_method: str | None) -> Effect | None:
        """Return what this verdict means for a user's program in this place, or None where the claim does not say."""
        rule = self.expected(environment, start_method)
        if rule is not None and rule.verdict is verdict and rule.effect is not None:
            return rule.effect
        return self.effects.get(verdict)

    def arm(self, name: str) -> Arm:
        """Return the arm with that name. Raises KeyError."""
        for arm in self.arms:
            if arm.name == name:
                return arm
        raise KeyError(name)

    def expected(self, environment: Facts, start_method: str | None) -> Expectation | None:
        """Return the last rule that applies in this place, or None if no rule does."""
        facts = {**environment, "start_method": start_method}
        applying = [rule for rule in self.expectations if rule.when.holds(facts)]
        return applying[-1] if applying else None
