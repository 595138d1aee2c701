"""A claim: one falsifiable statement, how it is put to the test, and what we expect where."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from attrs import field, frozen

from procsem.model.comparison import Comparison, Facts
from procsem.model.condition import Condition
from procsem.model.result import Verdict

DECIDERS: Mapping[str, str] = {
    "multiprocessing": "Python's multiprocessing",
    "interpreter": "the Python interpreter",
    "system": "the operating system",
}
"""The parts whose code can decide a claim, each with the words for it."""


@frozen
class Source:
    """Where the document says it: the section's heading, and the line of its text."""

    section: str
    line: int


@frozen
class Arm:
    """One set-up of the test: the mechanism at work, or taken away."""

    name: str
    run: str
    """The function of the probe that makes this arm's observation."""
    predicts: Mapping[str, Comparison]
    is_control: bool


@frozen
class Expectation:
    """The verdict that we know for the cells to which this rule applies."""

    verdict: Verdict
    when: Condition
    observes: Mapping[str, Mapping[str, Comparison]]
    """By arm: what is seen where the claim is refuted."""
    because: str
    see: tuple[str, ...]


@frozen
class Claim:
    """One row of the checklist."""

    id: str
    says: str
    source: Source | None
    """None for a claim that goes beyond the document."""
    arms: tuple[Arm, ...]
    expectations: tuple[Expectation, ...]
    probe: Path
    decided_by: str
    """Whose rule it is: one of :data:`DECIDERS`."""
    file: Path
    """The claims.toml in which it stands."""
    line: int
    """The line of its heading in that file."""
    needs: Condition = field(factory=lambda: Condition({}))
    per_start_method: bool = True
    """False where no start method can influence the outcome: the claim then runs once."""
    alone: bool = False
    """True where the probe holds one duration against another: no other cell runs meanwhile."""
    seconds: float = 120.0
    """The probe's deadline, in seconds, before its tree is ended and the cell is broken."""
    note: str = ""
    residue: tuple[str, ...] = ()
    """Kinds of residue that are part of the timeline, and so no fault of the probe."""

    @property
    def topic(self) -> str:
        return self.id.partition("/")[0]

    @property
    def name(self) -> str:
        return self.id.partition("/")[2]

    def arm(self, name: str) -> Arm:
        """The arm of that name. Raises KeyError if there is none."""
        for arm in self.arms:
            if arm.name == name:
                return arm
        raise KeyError(name)

    def expected(self, environment: Facts, start_method: str | None) -> Expectation | None:
        """The last rule that applies there, or None when no rule does."""
        facts = {**environment, "start_method": start_method}
        applying = [rule for rule in self.expectations if rule.when.holds(facts)]
        return applying[-1] if applying else None
