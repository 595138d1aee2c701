"""Observations, verdicts, cells and runs.

Three things are never mixed: the verdict on the claim, the health of the probe (``problem``), and what the probe left
behind (``residue``).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from attrs import field, frozen

from procsem.model.comparison import Comparison, Fact, Facts
from procsem.model.environment import Environment
from procsem.model.problem import Problem
from procsem.model.residue import Residue
from procsem.model.symptom import Symptom


class Verdict(StrEnum):
    """The result of testing a claim in one cell."""

    UPHELD = "upheld"
    REFUTED = "refuted"
    UNSUPPORTED = "unsupported"
    INCONCLUSIVE = "inconclusive"
    BROKEN = "broken"

    @property
    def sign(self) -> str:
        """One character for tables of plain text."""
        return _VERDICTS[self].sign

    @property
    def letter(self) -> str:
        """One lower-case letter, the verdict's name in the HTML pages' styles and scripts."""
        return _VERDICTS[self].letter

    @property
    def meaning(self) -> str:
        """One phrase that explains the verdict to a reader."""
        return _VERDICTS[self].meaning


class _VerdictFacts(NamedTuple):
    sign: str
    letter: str
    meaning: str


_VERDICTS = {
    Verdict.UPHELD: _VerdictFacts("+", "u", "the probe saw what the claim says"),
    Verdict.REFUTED: _VerdictFacts("-", "r", "the probe reliably saw something else"),
    Verdict.UNSUPPORTED: _VerdictFacts("/", "n", "this platform lacks what the claim needs"),
    Verdict.INCONCLUSIVE: _VerdictFacts("?", "i", "the control did not come out the other way, or repeats disagree"),
    Verdict.BROKEN: _VerdictFacts("!", "b", "our own fault: the probe crashed, ran out of time, or reported nothing"),
}


class EventKind(StrEnum):
    """The changes in the life of a process."""

    STARTED = "started"
    SEEN = "seen"
    """The process exists; its start was not observed."""
    STATE = "state"
    """The process has another state in the process table: ``detail`` is the state."""
    REPARENTED = "parent"
    """The probe sees another parent."""
    ADOPTED = "adopted"
    """The containment sees another parent."""
    SIGNALLED = "signalled"
    ENDED = "ended"
    REAPED = "reaped"


SUPERVISOR = "supervisor"
"""The value of :attr:`Event.other` for the containment's own process."""

_KINDS = {str(kind): kind for kind in EventKind}


def _kind(word: str) -> EventKind | str:
    return _KINDS.get(word, word)


@frozen
class Event:
    """One thing that happened to one process."""

    at: float
    """Seconds since the arm began; for the containment's events, since the probe was started."""
    process: str
    """The name of the process in the timeline (``parent``, ``child``, ``grandchild``, ``server``) or of its command."""
    event: EventKind | str = field(converter=_kind)
    """The kind of the event; a word of the probe's own for an event that is not about the life of a process."""
    pid: int | None = None
    detail: str = ""
    """Free text, for example an exit status or the name of a signal."""
    other: str | int | None = None
    """The other process: the parent of a started one, the new parent, the process that sent the signal or reaped.

    In a probe's events the name of the process, or ``outside`` for a process without a name; in the
    containment's events a pid or :data:`SUPERVISOR`. None if not known, or if there is no such process.
    """


@frozen
class Observation:
    """The facts, events and symptoms that one arm recorded."""

    facts: Facts
    timeline: tuple[Event, ...] = ()
    symptoms: tuple[Symptom, ...] = ()
    """The messages and hangs that a user would see, as the arm recorded them."""


class MismatchSource(StrEnum):
    """The text in claims.toml that a mismatch contradicts."""

    PREDICTION = "prediction"
    """The claim's prediction for an arm."""
    RULE = "rule"
    """The facts that the applying expectation says are observed where the claim is refuted."""


@frozen
class Mismatch:
    """One fact that is not as expected.

    A result file has both ``expected`` and ``actual`` also as the texts that people read (``wanted`` and ``saw``). In
    files of older versions, which have no ``expected``, that text takes its place.
    """

    arm: str
    fact: str
    expected: Comparison
    actual: Fact
    """The fact, or :data:`NOT_REPORTED`."""
    source: MismatchSource = MismatchSource.PREDICTION


@frozen
class RemedyResult:
    """The result of a remedy in one cell."""

    works: bool
    """True if its arm showed all facts that the remedy predicts."""
    expected: bool
    """False where the remedy is known not to help."""


class CellKey(NamedTuple):
    """The place of a cell in one environment's part of the matrix."""

    claim: str
    start_method: str | None


@frozen
class CellResult:
    """The outcome of one claim under one start method in one environment."""

    claim: str
    start_method: str | None
    """None for a claim that no start method can influence."""
    verdict: Verdict
    expected: Verdict | None
    as_expected: bool
    because: str
    """The reason for the expected verdict, or the requirement that is not met."""
    seconds: float
    arms: Mapping[str, Observation]
    mismatches: tuple[Mismatch, ...] = ()
    """The facts because of which the verdict is not ``upheld``, or a refutation is not the expected one."""
    residue: tuple[Residue, ...] = ()
    problem: Problem | None = None
    """The problem of the probe itself; None if there is none."""
    watcher: tuple[Event, ...] = ()
    """The events that the containment saw in the process tree."""
    output: str = ""
    """The end of what the probe printed; kept if the cell is not as expected."""
    remedies: Mapping[str, RemedyResult] = field(factory=dict)
    """The results of the claim's remedies, by name."""
    repeats: Mapping[str, int] = field(factory=dict)
    """With --repeat, the number of times that each verdict occurred."""

    @property
    def key(self) -> CellKey:
        """The claim and the start method."""
        return CellKey(self.claim, self.start_method)

    @property
    def topic(self) -> str:
        """The first half of the claim's id."""
        return self.claim.partition("/")[0]

    @property
    def name(self) -> str:
        """The second half of the claim's id."""
        return self.claim.partition("/")[2]


@frozen
class Run:
    """One environment's part of the matrix: one file."""

    environment: Environment
    started: str
    """The time at which it began: ISO 8601, UTC."""
    seconds: float
    cells: tuple[CellResult, ...]
    complete: bool = True
    """False if it was interrupted: cells that are missing were not measured."""

    @cached_property
    def by_key(self) -> Mapping[CellKey, CellResult]:
        """The cells by claim and start method."""
        return {cell.key: cell for cell in self.cells}
