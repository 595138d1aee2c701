"""What was seen, and what it means: observations, verdicts, cells and runs.

Three things are told apart throughout: the verdict on the claim, the health of the probe
(``problem``), and the residue.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from attrs import field, frozen

from procsem.model.comparison import Facts
from procsem.model.environment import Environment


class Verdict(StrEnum):
    """What a cell says of its claim."""

    UPHELD = "upheld"
    REFUTED = "refuted"
    UNSUPPORTED = "unsupported"
    """This platform lacks what the claim needs."""
    INCONCLUSIVE = "inconclusive"
    """The control did not flip, or repeats disagree."""
    BROKEN = "broken"
    """Our own fault: the probe crashed, ran out of time, or reported nothing."""


@frozen
class Event:
    """One thing that happened to one process."""

    at: float
    """Seconds since the arm began (for the watcher's events: since the probe was started)."""
    process: str
    """Its part in the timeline: ``parent``, ``child``, ``grandchild``, ``server``; or its command's name."""
    event: str
    """``started``, ``state``, ``parent``, ``signalled``, ``ended``, ``reaped`` or a word of the probe's own."""
    pid: int | None = None
    detail: str = ""


@frozen
class Observation:
    """What one arm recorded."""

    facts: Facts
    timeline: tuple[Event, ...] = ()


@frozen
class Residue:
    """One thing that a probe left behind."""

    kind: str
    """``process``, ``zombie``, ``file``, ``shared memory`` or ``semaphore``."""
    name: str


@frozen
class Mismatch:
    """One fact that is not what was wanted of it."""

    arm: str
    fact: str
    wanted: str
    saw: str


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
    """Why this verdict is expected here, or why the claim is unsupported."""
    seconds: float
    arms: Mapping[str, Observation]
    mismatches: tuple[Mismatch, ...] = ()
    """Why the verdict is not ``upheld``, or why an expected refutation is not the one that we know."""
    residue: tuple[Residue, ...] = ()
    problem: str | None = None
    """What went wrong with the probe itself, in a line; None for a healthy one."""
    watcher: tuple[Event, ...] = ()
    """What the containment saw of the process tree: adopted, reaped, ended."""
    output: str = ""
    """The end of what the probe printed, kept where something is wrong."""
    repeats: Mapping[str, int] = field(factory=dict)
    """With --repeat: how often each verdict came out."""


@frozen
class Run:
    """One environment's part of the matrix: one file."""

    environment: Environment
    started: str
    """When it began, ISO 8601 in UTC."""
    seconds: float
    cells: tuple[CellResult, ...]
    complete: bool = True
    """False when it was interrupted: what is missing was not measured."""
