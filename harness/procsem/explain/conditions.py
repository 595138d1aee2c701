"""What else an error must show for a claim to be meant, where other causes have the same message. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import TypeAlias

from procsem.explain.found import (
    MANAGER_CLAIM,
    OF_MANAGERS,
    POSSIBLE,
    RECEIVES,
    is_at,
    is_raised_in_caller,
    same_errors,
)
from procsem.explain.parsed import ExceptionText, ParsedText

Condition: TypeAlias = Callable[[ExceptionText, ParsedText], float]
"""Returns how well the claim explains the error, from 0 to 1."""


def _in_own_recv(found: ExceptionText, _: ParsedText) -> float:
    """Rule the claim out unless the user's own code has called recv(): multiprocessing has pipes of its own."""
    return float(any(is_at(RECEIVES, inner) and outer.library is None for outer, inner in pairwise(found.frames)))


def _with_assertions(found: ExceptionText, _: ParsedText) -> float:
    """Rule out errors that Python raises without assertions: other programs get the same messages."""
    return float(found.type == "AssertionError")


_LONG_PATH = "AF_UNIX path too long"


def _with_a_long_path(_: ExceptionText, parsed: ParsedText) -> float:
    """Rule the claim out if the manager's process has printed another reason; without any, it is possible."""
    if any(_LONG_PATH in each.message for each in parsed.exceptions):
        return 1.0
    return POSSIBLE if len(parsed.exceptions) == 1 else 0.0


def _in_a_manager(found: ExceptionText, _: ParsedText) -> float:
    """Rule out the error of a connection that the program itself uses."""
    return float(not _is_elsewhere(OF_MANAGERS, found))


def _in_the_call(found: ExceptionText, parsed: ParsedText) -> float:
    """Rule out an error that the user's function has raised: the claim is about the call of the function."""
    return float(not any(each.frames and each.user_frame is each.frames[-1] for each in same_errors(found, parsed)))


def _possible(_: ExceptionText, __: ParsedText) -> float:
    """Treat the claim as one of many reasons: for a timeout, also of an executor of threads, or a killed worker."""
    return POSSIBLE


_STARTED_STATE = re.compile(r"weakref|ReferenceType|AuthenticationString")
"""Parts of a started Process object that pickle refuses."""


def _of_a_started_process(found: ExceptionText, _: ParsedText) -> float:
    return float(bool(_STARTED_STATE.search(found.message)))


def _with_a_printed_error(found: ExceptionText, parsed: ParsedText) -> float:
    """Prefer a killed worker, which prints nothing, if a broken executor is all that the text shows."""
    others = any(each.type not in ("BrokenProcessPool", "_RemoteTraceback") for each in parsed.exceptions)
    return 1.0 if others or found.type != "BrokenProcessPool" else 0.9


_OF_QUEUES = "multiprocessing/queues.py"


def _printed_by_a_queue(found: ExceptionText, parsed: ParsedText) -> float:
    """Rule out an error that reaches the caller: put() raises none, and the thread of the queue prints it."""
    return float(not is_raised_in_caller(found, parsed) and not _is_elsewhere(_OF_QUEUES, found))


_MADE_BY_INIT = re.compile(r"\.__init__\.<locals>")


def _of_no_object(found: ExceptionText, _: ParsedText) -> float:
    """Prefer other claims if an object has the function as an attribute."""
    return 0.3 if _MADE_BY_INIT.search(found.message) else 1.0


def _is_elsewhere(file: str, found: ExceptionText) -> bool:
    """Return whether the error has a traceback, and this file of the standard library is not in it."""
    return bool(found.frames) and all(frame.library != file for frame in found.frames)


CONDITIONS: Mapping[str, Condition] = {
    "main-file/slow-start": _possible,
    "managers/long-temporary-folder": _with_a_long_path,
    "pickling/item-not-pickled": _printed_by_a_queue,
    "pickling/lambda-as-task": _of_no_object,
    "pickling/started-process-as-argument": _of_a_started_process,
    "pools/executor-breaks-on-failing-initializer": _with_a_printed_error,
    "pools/executor-waits-for-a-task-that-timed-out": _possible,
    "pools/map-passes-one-argument": _in_the_call,
    MANAGER_CLAIM: _in_a_manager,
    "primitives/timeout-of-put-or-get": _possible,
    "primitives/recv-raises-at-the-end-of-a-pipe": _in_own_recv,
    "primitives/reset-at-the-end-of-a-pipe": _in_own_recv,
    "process-class/comma-needed": _in_the_call,
    "process-class/started-once": _with_assertions,
    "shared-memory/block-larger-than-its-file-system": _possible,
    "start-methods/executor-breaks-on-exception-not-made-again": _with_a_printed_error,
    "start-methods/lambda-or-local-function-as-target": _of_no_object,
}
"""The condition of each claim that has one."""
