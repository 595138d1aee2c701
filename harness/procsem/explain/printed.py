"""Recognize causes by printed lines that belong to no traceback. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from procsem.explain.found import CERTAIN, LIKELY, Match, of_claim
from procsem.explain.index import Entry
from procsem.explain.parsed import ExceptionText, ParsedText

_CHILDS_ARGUMENTS = re.compile(
    r"(?i)(?:\bun(?:known|recogni[sz]ed|expected)\b|\bno such\b|\binvalid\b|\bnot recogni[sz]ed\b)"
    r".*(?:--multiprocessing-fork\b|-c .*\bfrom multiprocessing\.\w+ import )"
)
"""The message of a program that does not know the arguments which multiprocessing passes to a new process."""
_EXECUTABLE_CLAIM = "main-file/program-in-place-of-python"


def started_again(parsed: ParsedText, entries: Sequence[Entry]) -> Iterator[Match]:
    """Yield a match for a program that its own children have started again: every other error follows from it."""
    for found in _first_line(_CHILDS_ARGUMENTS, "", parsed):
        yield from list(of_claim(_EXECUTABLE_CLAIM, found, CERTAIN, entries))[:1]


_BUS_ERROR = re.compile(r"(?i)\bbus error\b")
_SMALL_FOLDER_CLAIM = "shared-memory/block-larger-than-its-file-system"


def after_bus_error(parsed: ParsedText, entries: Sequence[Entry]) -> Iterator[Match]:
    """Yield a match for the words that a shell, faulthandler or PyTorch prints for a process that SIGBUS has killed."""
    for found in _first_line(_BUS_ERROR, "SIGBUS", parsed):
        yield from of_claim(_SMALL_FOLDER_CLAIM, found, LIKELY, entries)


def _first_line(pattern: re.Pattern[str], name: str, parsed: ParsedText) -> list[ExceptionText]:
    """Return the first line in which the pattern occurs, as an error of this name; an empty list if there is none."""
    found = (
        ExceptionText(name, line.strip(), at=number)
        for number, line in enumerate(parsed.lines, 1)
        if pattern.search(line)
    )
    return list(islice(found, 1))
