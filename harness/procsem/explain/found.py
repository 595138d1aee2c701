"""The match between a symptom of a claim and a part of a text. Pure."""

from __future__ import annotations

from typing import TypeAlias

from attrs import frozen

from procsem.explain.index import Entry
from procsem.explain.parsed import ExceptionText, Frame, Stack, Warned

POSSIBLE = 0.4
"""Score of a match that the text makes possible and does not prove."""
PICKLES = ("multiprocessing/reduction.py:dump", "multiprocessing/reduction.py:dumps")
"""The functions in which multiprocessing pickles the arguments of a process, or the tasks of a pool or an executor."""
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
