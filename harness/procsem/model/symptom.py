"""A symptom: what a user sees when something that a claim describes happens to a program."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen


class SymptomKind(StrEnum):
    """The forms in which a user sees a symptom."""

    EXCEPTION = "exception"
    """A traceback, or an exception that the program can catch."""
    STACK = "stack"
    """The program hangs; this is the stack of the thread that waits."""
    WARNING = "warning"
    OUTPUT = "output"
    """Text on standard output or error that is not a traceback."""
    SILENCE = "silence"
    """No message at all: an exit code of 0, and something missing or done twice."""


@frozen
class Symptom:
    """One thing that a probe showed as a user would see it. Recorded in real runs, never written by hand."""

    kind: SymptomKind
    where: str
    """The process in which it is seen: ``parent``, ``child``, or the name of another process of the probe."""
    type: str = ""
    """The exception's or warning's class, without its module; for a stack, that of the error that is handled."""
    text: str = ""
    """The message as it was printed; for silence, what is missing."""
    frames: tuple[str, ...] = ()
    """The entries of the traceback or stack that belong to the standard library, as ``FILE:FUNCTION`` with the file
    below ``Lib``, the outermost first: ``multiprocessing/reduction.py:dump``."""
