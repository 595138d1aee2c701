"""All runs of one program side by side: which outcome is the reference, what is noise, and what differs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from attrs import frozen

from procsem.check.evidence import Run

# What differs between two sound runs: numbers, addresses, and the names that a start method gives to things.
_VARIABLE = re.compile(r"0x[0-9a-fA-F]+|\d+(?:[.,:]\d+)*(?:e[-+]?\d+)?")
_METHOD_WORDS = re.compile(r"\b(?:fork|spawn|fork ?server)(?=process|context|poolworker|\b)", re.IGNORECASE)
_MAIN_NAME = re.compile(r"__mp_main__")


@frozen
class Difference:
    """How the outcome of a run differs from the reference run's."""

    what: str
    """``exit code``, ``end`` or ``output``."""
    here: str
    reference: str


@frozen
class Case:
    """The recorded runs of one program."""

    runs: tuple[Run, ...]

    def references(self, run: Run) -> tuple[Run, ...]:
        """Return the runs of the same interpreter under its own default start method."""
        return tuple(
            other
            for other in self.runs
            if other.python == run.python and other.start_method == other.default_method and not other.interventions
        )

    def others(self, run: Run) -> Iterator[Run]:
        """Yield the runs of the same interpreter under other start methods."""
        return (
            other
            for other in self.runs
            if other.python == run.python and other.start_method != run.start_method and not other.interventions
        )

    def works_elsewhere(self, run: Run) -> bool:
        """Return whether the program ends well under another start method."""
        return any(other.exit_code == 0 for other in self.others(run))

    def is_reference(self, run: Run) -> bool:
        """Return whether the run is one of the reference runs."""
        return run.start_method == run.default_method and not run.interventions

    def difference(self, run: Run) -> Difference | None:
        """Return how a run's outcome differs from the reference; None where it does not by more than the noise."""
        references = self.references(run)
        if not references or self.is_reference(run):
            return None
        return difference(run, references)

    @cached_property
    def pythons(self) -> tuple[str, ...]:
        """The interpreters, in the order of their runs."""
        return tuple(dict.fromkeys(run.python for run in self.runs))


def difference(run: Run, references: tuple[Run, ...]) -> Difference | None:
    """Return how a run differs from all of the reference runs."""
    ends = {ending(other) for other in references}
    if len(ends) > 1:
        return None  # the reference runs differ from each other, so nothing can be compared with them
    (end,) = ends
    if ending(run) != end:
        what = "exit code" if run.hang is None and references[0].hang is None else "end"
        return Difference(what, ending(run), end)
    reference_lines = [lines(other.output) for other in references]
    noise = set().union(
        *(a ^ b for a, b in ((set(first), set(second)) for first in reference_lines for second in reference_lines))
    )
    here, there = lines(run.output), reference_lines[0]
    more = [line for line in here if line not in there and line not in noise]
    fewer = [line for line in there if line not in here and line not in noise]
    if more or fewer:
        return Difference("output", "\n".join(more[:10]), "\n".join(fewer[:10]))
    return None


def ending(run: Run) -> str:
    """Return in a phrase how a run ended."""
    if run.status == "deadlock":
        return "deadlock"
    if run.hang is not None:
        return "timed out"
    return f"exit code {run.exit_code}" if run.exit_code is not None else run.status


def lines(output: str) -> Counter[str]:
    """Return the lines of an output without what differs between sound runs."""
    return Counter(stripped for line in output.splitlines() if (stripped := plain(line)))


def plain(line: str) -> str:
    """Return a line without numbers, addresses and the words that a start method brings."""
    line = _MAIN_NAME.sub("__main__", line)
    line = _METHOD_WORDS.sub("METHOD", line)
    return _VARIABLE.sub("N", line).strip()
