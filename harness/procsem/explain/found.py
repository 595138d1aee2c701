"""The match between a symptom of a claim and a part of a text. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from attrs import frozen

from procsem.explain.index import Entry
from procsem.explain.parsed import ExceptionText, Frame, Link, ParsedText, Stack, Warned
from procsem.explain.template import template

CERTAIN = 1.0
"""Score of a match that the place of an error proves, whatever its message is."""
LIKELY = 0.9
"""Score of a match that the place of a wait shows, if the process does not simply take long."""
POSSIBLE = 0.4
"""Score of a match that the text makes possible and does not prove."""
IN_CHILD = "multiprocessing/process.py:_bootstrap"
PICKLES = ("multiprocessing/reduction.py:dump", "multiprocessing/reduction.py:dumps")
"""The functions in which multiprocessing pickles the arguments of a process, or the tasks of a pool or an executor."""
RECEIVES = "multiprocessing/connection.py:recv"
OF_MANAGERS = "multiprocessing/managers.py"
MANAGER_CLAIM = "primitives/manager-gone"
WORKERS = ("multiprocessing/pool.py:worker", "concurrent/futures/process.py:_process_worker")

Found: TypeAlias = ExceptionText | Warned | Stack


@frozen
class Match:
    """A symptom that the text shows."""

    entry: Entry
    found: Found
    score: float
    """From 0 to 1."""

    @property
    def user_frame(self) -> Frame | None:
        """The innermost frame of the user's own code, or None."""
        if isinstance(self.found, Warned):
            frame = Frame(self.found.file, self.found.line)
            return frame if frame.library is None else None
        return self.found.user_frame


def is_at(name: str, frame: Frame) -> bool:
    """Return whether the frame is in this function of the standard library: ``multiprocessing/pool.py:worker``."""
    file, _, function = name.rpartition(":")
    return frame.library == file and frame.function in (None, function)


def of_claim(claim: str, found: ExceptionText | Stack, score: float, entries: Iterable[Entry]) -> Iterator[Match]:
    """Yield a match with each recorded symptom of a claim."""
    yield from (Match(entry, found, score) for entry in entries if entry.claim == claim)


def of_claim_and_type(claim: str, found: ExceptionText, entries: Iterable[Entry]) -> Iterator[Match]:
    """Yield certain matches with the recorded errors of the same type, or with one recorded symptom of the claim.

    If one of these errors has the same message, it is the only one.
    """
    matches = list(of_claim(claim, found, CERTAIN, entries))
    same_type = [each for each in matches if each.entry.type == found.type]
    text = template(found.message)
    same_text = [each for each in same_type if each.entry.template and text.startswith(each.entry.template)]
    yield from same_text or same_type or matches[:1]


def same_errors(found: ExceptionText, parsed: ParsedText) -> Iterator[ExceptionText]:
    """Yield this error wherever the text shows it: also in the process or thread that has raised it first."""
    yield from (each for each in parsed.exceptions if (each.type, each.message) == (found.type, found.message))


def is_raised_in_caller(found: ExceptionText, parsed: ParsedText) -> bool:
    """Return whether the error of another thread or process is the cause of the caller's, as with executors."""
    return any(each.link is Link.CAUSE for each in same_errors(found, parsed))
