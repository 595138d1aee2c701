"""Recognize causes by printed lines that belong to no traceback. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from procsem.explain.found import CERTAIN, LIKELY, Match, of_claim
from procsem.explain.index import Entry
from procsem.explain.parsed import ExceptionText, ParsedText

_CHILDS_ARGUMENTS = re.compile(
    r"(?i)(?:\bun(?:known|recogni[sz]ed|expected)\b|\bno such\b|\binvalid\b|\bnot recogni[sz]ed\b)"
    r".*(?:--multiprocessing-fork\b|-c .*\bfrom multiprocessing\.\w+ import )"
)
"""What a program says that refuses the command line with which multiprocessing starts a process."""
_EXECUTABLE_CLAIM = "main-file/program-in-place-of-python"


def started_again(parsed: ParsedText, entries: Sequence[Entry]) -> Iterator[Match]:
    """Yield a match for a program that its own children have started again: every other error follows from it."""
    for number, line in enumerate(parsed.lines, 1):
        if _CHILDS_ARGUMENTS.search(line):
            found = ExceptionText("", line.strip(), at=number)
            yield from list(of_claim(_EXECUTABLE_CLAIM, found, CERTAIN, entries))[:1]
            return


_BUS_ERROR = re.compile(r"(?i)\bbus error\b")
_SMALL_FOLDER_CLAIM = "shared-memory/block-larger-than-its-file-system"


def after_bus_error(parsed: ParsedText, entries: Sequence[Entry]) -> Iterator[Match]:
    """Yield a match for the words that a shell, faulthandler or PyTorch prints for a process that SIGBUS has killed."""
    for number, line in enumerate(parsed.lines, 1):
        if _BUS_ERROR.search(line):
            yield from of_claim(_SMALL_FOLDER_CLAIM, ExceptionText("SIGBUS", line.strip(), at=number), LIKELY, entries)
            return
