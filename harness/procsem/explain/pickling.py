"""Recognize objects that multiprocessing could not pickle, by the function that pickled them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve

from procsem.explain.found import (
    CERTAIN,
    LIKELY,
    PICKLES,
    POSSIBLE,
    Match,
    is_at,
    is_raised_in_caller,
    of_claim,
    of_claim_and_type,
)
from procsem.explain.index import Entry
from procsem.explain.parsed import ParsedText

_LOCAL_CLAIM = "start-methods/lambda-or-local-function-as-target"
_REFUSED_CLAIM = "pickling/argument-with-a-lock"

_SENDS_RESULT = "concurrent/futures/process.py:_sendback_result"
_SENDS = "when serializing concurrent.futures.process._ResultItem"
_SENDS_EXCEPTION = "when serializing dict item 'exception'"
_RESULT_CLAIM = "pickling/result-not-pickled"
_EXCEPTION_CLAIM = "start-methods/executor-tells-of-exception-not-pickled"


def while_sending_result(parsed: ParsedText, entries: Sequence[Entry]) -> Iterator[Match]:
    """Yield matches for what a worker of an executor cannot pickle: the result of a task, or its exception.

    Only the notes of Python 3.14 say which of them it is.
    """
    for each in parsed.exceptions:
        if (
            each.frames
            and is_at(_SENDS_RESULT, each.frames[0])
            and any(is_at(name, each.frames[-1]) for name in PICKLES)
            and each.type != "RecursionError"
        ):
            is_exception = _SENDS_EXCEPTION in each.message
            is_result = not is_exception and _SENDS in each.message
            if not is_exception:
                yield from of_claim_and_type(_RESULT_CLAIM, each, entries)
            if not is_result:
                score = CERTAIN if is_exception else LIKELY
                matches = of_claim_and_type(_EXCEPTION_CLAIM, each, entries)
                yield from (evolve(match, score=score) for match in matches)


_PICKLE_FILES = ("multiprocessing/reduction.py", "pickle.py")
_STARTS = "multiprocessing/popen_"
_FEEDS = "multiprocessing/queues.py:_feed"
_DEEP_ARGUMENT_CLAIM = "pickling/deep-argument"
_DEEP_TASK_CLAIM = "pickling/deep-task-or-result"
_ITEM_CLAIM = "pickling/item-not-pickled"
_DEEP_RESULT = "Reason: 'RecursionError("


def of_deep_objects(parsed: ParsedText, entries: Sequence[Entry]) -> Iterator[Match]:
    """Yield a match for objects that pickle cannot save because they are nested too deep."""
    for each in parsed.exceptions:
        if each.type == "MaybeEncodingError" and _DEEP_RESULT in each.message:
            yield from of_claim_and_type(_DEEP_TASK_CLAIM, each, entries)
        in_pickle = any(is_at(name, frame) for name in PICKLES for frame in each.frames)
        if each.type != "RecursionError" or not in_pickle or each.frames[-1].library not in _PICKLE_FILES:
            continue
        if any((frame.library or "").startswith(_STARTS) for frame in each.frames):
            yield from of_claim_and_type(_DEEP_ARGUMENT_CLAIM, each, entries)
        elif is_at(_FEEDS, each.frames[0]) and not is_raised_in_caller(each, parsed):
            yield from of_claim(_ITEM_CLAIM, each, CERTAIN, entries)
        else:
            yield from of_claim_and_type(_DEEP_TASK_CLAIM, each, entries)


_REFUSED = re.compile(r"(?i)^(?:can't|cannot) pickle |cannot be passed between processes or pickled")
_LOCAL = re.compile(r"(?i)^can't pickle local object (?!.*\.__init__\.<locals>)")


def refused(parsed: ParsedText, entries: Iterable[Entry], known: Iterable[Match]) -> Iterator[Match]:
    """Yield a match for an object that pickle refuses by a message that was not recorded, on its way to a process."""
    explained = {id(each.found) for each in known if each.score > POSSIBLE}
    for each in parsed.exceptions:
        on_the_way = any(is_at(name, frame) for name in PICKLES for frame in each.frames[-2:])
        if on_the_way and id(each) not in explained and _REFUSED.search(each.message):
            claim = _LOCAL_CLAIM if _LOCAL.search(each.message) else _REFUSED_CLAIM
            yield from of_claim(claim, each, POSSIBLE, entries)
            return


_OPENS_PARENT = ("multiprocessing/spawn.py:spawn_main", "multiprocessing/reduction.py:duplicate")
_PARENT_IS_GONE = 0.6
"""Score of the end of a parent, which is certain; what has ended it is not."""
_ENDED_PARENT_CLAIM = "start-methods/parent-ends-before-child-has-started"
_READS_ARGUMENTS = "multiprocessing/spawn.py:_main"
_NOTHING_SENT = ("Ran out of input", "pickle data was truncated")


def not_sent(parsed: ParsedText, entries: Sequence[Entry], known: Sequence[Match]) -> Iterator[Match]:
    """Yield matches for a child that receives incomplete data or none: its parent has ended, or could not pickle it.

    This happens on Windows, where the child is created before the parent pickles. The parent's own error says more, if
    the text has it.
    """
    if known:
        return
    for each in parsed.exceptions:
        if each.type == "OSError" and each.frames and any(is_at(name, each.frames[-1]) for name in _OPENS_PARENT):
            yield from of_claim(_ENDED_PARENT_CLAIM, each, _PARENT_IS_GONE, entries)
            for claim in (_LOCAL_CLAIM, _REFUSED_CLAIM):
                yield from of_claim(claim, each, POSSIBLE, entries)
    for each in parsed.exceptions:
        if each.frames and is_at(_READS_ARGUMENTS, each.frames[-1]) and each.message in _NOTHING_SENT:
            for claim in (_LOCAL_CLAIM, _REFUSED_CLAIM):
                yield from of_claim(claim, each, POSSIBLE, entries)
