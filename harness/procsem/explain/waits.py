"""Recognize causes by the places where processes waited when they were interrupted. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from procsem.explain.found import IN_CHILD, LIKELY, POSSIBLE, RECEIVES, Match, is_at, of_claim
from procsem.explain.index import Entry
from procsem.explain.parsed import ExceptionText, Frame, ParsedText, Stack

_LOCK_CLAIM = "process-class/terminate-deadlocks-others"


_ENTERS_LOCK = re.compile(r"with [\w.\[\]]+:")
_ACQUIRES_LOCK = re.compile(r"\b\w+\.acquire\(")
_THREADS_LOCK_CLAIM = "start-methods/lock-freed-by-its-thread"
_WAITS_FOR_THREAD = ("concurrent/futures/_base.py:result", "threading.py:wait")
_THREAD_CLAIM = "start-methods/thread-pool-in-child"


def stuck_children(parsed: ParsedText, entries: Sequence[Entry]) -> Iterator[Match]:
    """Yield a match for a child that was interrupted while it waited for a lock or a thread of its own process.

    If the child is a fork, its copy of the lock may be held by a thread that it does not have.
    """
    for each in _interrupted(parsed):
        if not any(is_at(IN_CHILD, frame) for frame in each.frames):
            continue
        last = each.frames[-1]
        if last.library is None and _ENTERS_LOCK.match(last.code):
            yield from of_claim(_THREADS_LOCK_CLAIM, each, LIKELY, entries)
        elif last.library is None and _ACQUIRES_LOCK.search(last.code):
            # acquire() of multiprocessing's locks has no frame of the library either.
            yield from of_claim(_THREADS_LOCK_CLAIM, each, POSSIBLE, entries)
            yield from of_claim(_LOCK_CLAIM, each, POSSIBLE, entries)
        elif _ends_in(_WAITS_FOR_THREAD, each.frames):
            yield from of_claim(_THREAD_CLAIM, each, POSSIBLE, entries)  # or its own thread is still at work


_TAKES_OWN_LOCK = "multiprocessing/synchronize.py:__enter__"
_PIPE_CLAIM = "start-methods/pipe-end-is-seen"
_WAITS_FOR_ANY_CHILD = re.compile(r"\bos\.(?:wait3?\(|waitpid\(-1\b|wait4\(-1\b)")
_ANY_CHILD_CLAIM = "life-and-death/os-wait-loop-meets-helpers"


def possible_waits(parsed: ParsedText, entries: Sequence[Entry]) -> Iterator[Match]:
    """Yield what each interrupted wait may have been, if it would never have ended."""
    interrupted = list(_interrupted(parsed))
    for each in interrupted:
        others_wait = all(_waits_for_process(other) for other in interrupted if other is not each)
        before = each.frames[-2:-1]
        if _ends_in((_TAKES_OWN_LOCK,), each.frames) and others_wait and before and before[0].library is None:
            yield from of_claim(_LOCK_CLAIM, each, POSSIBLE, entries)
        if any(is_at(RECEIVES, frame) for frame in each.frames) and others_wait:
            yield from of_claim(_PIPE_CLAIM, each, POSSIBLE, entries)
        if each.frames and _WAITS_FOR_ANY_CHILD.search(each.frames[-1].code):
            yield from of_claim(_ANY_CHILD_CLAIM, each, POSSIBLE, entries)


def _interrupted(parsed: ParsedText) -> Iterator[ExceptionText | Stack]:
    """Yield what shows where a thread was when somebody looked, or pressed Ctrl-C."""
    yield from (each for each in parsed.exceptions if each.type == "KeyboardInterrupt" and each.frames)
    yield from (each for each in parsed.stacks if each.frames)


_JOINS = "multiprocessing/process.py:join"


def _waits_for_process(found: ExceptionText | Stack) -> bool:
    return any(is_at(_JOINS, frame) for frame in found.frames)


def _ends_in(names: Sequence[str], frames: Sequence[Frame]) -> bool:
    last = frames[-len(names) :]
    return len(last) == len(names) and all(is_at(name, frame) for name, frame in zip(names, last, strict=True))
