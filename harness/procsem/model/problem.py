"""Problems: the faults of a probe itself, as data, and their wording."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from attrs import field, frozen

from procsem.exit_status import describe_exit
from procsem.model.residue import Residue


class ProblemKind(StrEnum):
    """The ways in which a probe can fail."""

    EXIT = "exit"
    """The probe ended with a code other than 0 (``code``), or by a signal (its negative number)."""
    TIMEOUT = "timeout"
    """The probe, or its ``arm``, did not end within ``seconds``."""
    PROCESS_LIMIT = "process limit"
    """The probe's tree had too many processes."""
    NOT_STARTED = "not started"
    CANCELLED = "cancelled"
    LOST = "lost"
    """It is not known how the probe ended."""
    CONTAINMENT = "containment"
    """The containment failed."""
    DISK_FULL = "disk full"
    """The disk of the probe's files was full at some time while it ran, so what its processes wrote may be missing."""
    MEMORY_SHORT = "memory short"
    """A process of the probe printed that memory or threads are short (``detail``): it may not have done its part."""
    ARM_ERROR = "arm error"
    """The ``arm`` raised an exception."""
    NO_REPORT = "no report"
    DAMAGED_REPORT = "damaged report"
    INCOMPLETE_REPORT = "incomplete report"
    """The report was not finished; ``detail`` lists the arms that it has."""
    NO_ARM = "no arm"
    """The report does not have the ``arm``."""
    NO_FACT = "no fact"
    """The report does not have the ``fact`` of the ``arm``."""
    LEAK = "leak"
    """The probe left ``residue`` that the claim does not declare."""
    DISAGREEMENT = "disagreement"
    """Repeats of the cell have different verdicts: ``counts``."""
    MEASUREMENT = "measurement"
    """A benchmark could not be measured."""
    OTHER = "other"
    """Any other problem, for example one in a file that has only a text."""


@frozen
class Problem:
    """A fault of a probe itself. ``str()`` describes it in one line."""

    kind: ProblemKind
    arm: str | None = None
    fact: str | None = None
    code: int | None = None
    seconds: float | None = None
    residue: tuple[Residue, ...] = ()
    counts: Mapping[str, int] = field(factory=dict)
    detail: str = ""
    """Free text, for example the error of an arm or the last line of the output."""

    def __str__(self) -> str:
        detail = f": {self.detail}" if self.detail else ""
        match self.kind:
            case ProblemKind.EXIT:
                return f"the probe {describe_exit(self.code or 0)}{detail}"
            case ProblemKind.TIMEOUT:
                seconds = f"{self.seconds or 0:g} s"
                if self.arm:
                    return f"the probe was killed because its arm {self.arm!r} did not end within {seconds}{detail}"
                return f"the probe did not end within {seconds} and was killed{detail}"
            case ProblemKind.PROCESS_LIMIT:
                return f"the probe started too many processes and was killed{detail}"
            case ProblemKind.NOT_STARTED:
                return f"the probe could not be started{detail}"
            case ProblemKind.CANCELLED:
                return f"the probe was cancelled{detail}"
            case ProblemKind.LOST:
                return f"the probe was lost{detail}"
            case ProblemKind.CONTAINMENT:
                return f"the containment of the probe failed{detail}"
            case ProblemKind.DISK_FULL:
                return "the disk of the probe's files was full while it ran, so some of what it wrote may be missing"
            case ProblemKind.MEMORY_SHORT:
                return f"memory was short while the probe ran, so its processes may have failed; one printed{detail}"
            case ProblemKind.ARM_ERROR:
                return f"the arm {self.arm!r} raised {self.detail}"
            case ProblemKind.NO_REPORT:
                return "the probe reported nothing"
            case ProblemKind.DAMAGED_REPORT:
                return f"the probe's report is damaged{detail}"
            case ProblemKind.INCOMPLETE_REPORT:
                return f"the probe's report is incomplete; it has {self.detail}"
            case ProblemKind.NO_ARM:
                return f"the probe reported nothing for the arm {self.arm!r}"
            case ProblemKind.NO_FACT:
                return f"the probe reported no fact {self.fact!r} in the arm {self.arm!r}"
            case ProblemKind.LEAK:
                return f"the probe left behind: {', '.join(f'{thing.kind} {thing.name}' for thing in self.residue)}"
            case ProblemKind.DISAGREEMENT:
                counts = ", ".join(f"{verdict} {count} times" for verdict, count in self.counts.items())
                return f"repeats disagree: {counts}" + (f"; {self.detail}" if self.detail else "")
            case ProblemKind.MEASUREMENT | ProblemKind.OTHER:
                return self.detail
