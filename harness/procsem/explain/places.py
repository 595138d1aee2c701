"""Recognize causes by the place where a program failed, not by its message. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from procsem.explain import pickling, printed
from procsem.explain.found import (
    CERTAIN,
    IN_CHILD,
    LIKELY,
    MANAGER_CLAIM,
    OF_MANAGERS,
    POSSIBLE,
    WORKERS,
    Match,
    is_at,
    of_claim,
    of_claim_and_type,
)
from procsem.explain.index import Entry
from procsem.explain.parsed import ExceptionText, Frame, Link, ParsedText
from procsem.explain.template import template
from procsem.model import SymptomKind

_READS_TASK = ("multiprocessing/spawn.py:_main", "multiprocessing/queues.py:get")


def certain(parsed: ParsedText, entries: Sequence[Entry], known: Iterable[Match]) -> Iterator[Match]:
    """Yield what the place of an error proves. ``known`` are the matches by message."""
    yield from _in_initializer(parsed, entries)
    yield from (unguarded := list(_at_missing_guard(parsed, entries, known)))
    yield from _of_managers_connection(parsed, entries)
    yield from pickling.while_sending_result(parsed, entries)
    yield from pickling.of_deep_objects(parsed, entries)
    yield from _of_names_of_queue_errors(parsed, entries)
    yield from _at_broken_barrier(parsed, entries)
    yield from _of_childs_input(parsed, entries)
    yield from _of_proxies(parsed, entries)
    yield from _without_semaphores(parsed, entries)
    yield from printed.after_bus_error(parsed, entries)
    yield from _not_in_childs_main_file(parsed, entries)
    yield from _in_main_import(parsed, (*known, *unguarded))


def possible(parsed: ParsedText, entries: Sequence[Entry], known: Sequence[Match]) -> Iterator[Match]:
    """Yield what the place of an error makes possible. ``known`` are the matches by message."""
    yield from _after_patch(parsed, entries)
    yield from pickling.refused(parsed, entries, known)
    yield from _in_childs_environment(parsed, entries)
    yield from _without_class_attribute(parsed, entries)
    yield from pickling.not_sent(parsed, entries, known)


_INITIALIZER = re.compile(r"^Exception in initializer:$")
_INITIALIZER_CLAIM = "pools/executor-breaks-on-failing-initializer"


def _in_initializer(parsed: ParsedText, entries: Iterable[Entry]) -> Iterator[Match]:
    """Yield a match for an error that an executor's worker logs as one of its initializer, whatever the error is."""
    if any(_INITIALIZER.match(line.strip()) for line in parsed.lines):
        errors = [each for each in parsed.exceptions if any(is_at(WORKERS[1], frame) for frame in each.frames[:1])]
        for entry in entries:
            if entry.claim == _INITIALIZER_CLAIM:
                yield from (Match(entry, each, CERTAIN) for each in errors)


_CHECKS_GUARD = "multiprocessing/spawn.py:_check_not_importing_main"
_GUARD_CLAIM = "start/guard-needed-under-spawn"


def _at_missing_guard(parsed: ParsedText, entries: Sequence[Entry], known: Iterable[Match]) -> Iterator[Match]:
    """Yield a match if multiprocessing found no main guard, even if its message is cut off."""
    explained = {id(each.found) for each in known}
    for each in parsed.exceptions:
        if each.frames and is_at(_CHECKS_GUARD, each.frames[-1]) and id(each) not in explained:
            yield from of_claim_and_type(_GUARD_CLAIM, each, entries)
            return


_MANAGERS_OWN = (
    "start",
    "_run_server",
    "serve_forever",
    "accepter",
    "handle_request",
    "_handle_request",
    "serve_client",
)
"""Functions of a manager's start and of its server, in which such errors have other causes."""
_ERRORS_OF_CONNECTIONS = (
    *("EOFError", "BrokenPipeError", "ConnectionResetError", "ConnectionAbortedError", "ConnectionRefusedError"),
    "FileNotFoundError",
)
_OF_CONNECTIONS = "multiprocessing/connection.py"


def _of_managers_connection(parsed: ParsedText, entries: Sequence[Entry]) -> Iterator[Match]:
    """Yield a match for a proxy's call that lost its connection to the manager's process."""
    for each in parsed.exceptions:
        in_manager = [frame for frame in each.frames if frame.library == OF_MANAGERS]
        is_call = in_manager and not any(frame.function in _MANAGERS_OWN for frame in in_manager)
        if is_call and each.type in _ERRORS_OF_CONNECTIONS and each.frames[-1].library == _OF_CONNECTIONS:
            yield from of_claim_and_type(MANAGER_CLAIM, each, entries)


_OF_PROXY = re.compile(r"^'AutoProxy\[.*\]' object has no attribute ")
_PROXY_CLAIM = "managers/attributes-are-not-exposed"


def _of_proxies(parsed: ParsedText, entries: Sequence[Entry]) -> Iterator[Match]:
    """Yield a match for an attribute that a manager's proxy lacks; its class says whose proxy it is."""
    for each in (*parsed.exceptions, *parsed.named):
        if each.type == "AttributeError" and _OF_PROXY.match(each.message):
            yield from of_claim_and_type(_PROXY_CLAIM, each, entries)


_NO_QUEUE_ERROR = re.compile(r"^(?:'\w+' object|module 'multiprocessing[\w.]*') has no attribute '(?:Empty|Full)'")
_QUEUE_ERRORS = ("Empty", "Full")
_QUEUE_ERRORS_CLAIM = "primitives/errors-of-module-queue"


def _of_names_of_queue_errors(parsed: ParsedText, entries: Sequence[Entry]) -> Iterator[Match]:
    """Yield a match for an except clause that looks for Empty or Full where they are not.

    Also the error that this clause should have handled is explained by it.
    """
    for handled, each in pairwise((None, *parsed.exceptions)):
        if each is not None and each.type == "AttributeError" and _NO_QUEUE_ERROR.match(each.message):
            if handled is not None and each.link is Link.CONTEXT and handled.type in _QUEUE_ERRORS:
                yield from of_claim_and_type(_QUEUE_ERRORS_CLAIM, handled, entries)
            yield from of_claim_and_type(_QUEUE_ERRORS_CLAIM, each, entries)


_BARRIER_CLAIM = "primitives/barrier-waits-for-absent-party"


def _at_broken_barrier(parsed: ParsedText, entries: Sequence[Entry]) -> Iterator[Match]:
    """Yield a match for a barrier that breaks in a child. Elsewhere it may be one of threads."""
    for each in parsed.exceptions:
        if each.type == "BrokenBarrierError" and _is_in_child(each):
            yield from of_claim_and_type(_BARRIER_CLAIM, each, entries)


_NOT_IN_IMPORT = re.compile(r"^(?:Can't get attribute .* on <module|module) '__mp_main__'")
_UNDER_GUARD_CLAIM = "main-file/defined-under-guard"
_NOT_IN_FORK = re.compile(
    r"^(?:Can't get attribute .* on <module '__main__'(?P<origin>.*)>|module '__main__' has no attribute .*)$"
)
_FORKED = re.compile(r"^Fork(?!Server)\w+-\d")
_RUNNING_WORKER_CLAIM = "state/change-reaches-running-worker"


def _not_in_childs_main_file(parsed: ParsedText, entries: Sequence[Entry]) -> Iterator[Match]:
    """Yield a match for a function of the main file that a child lacks, although it has the main file.

    A child that is a fork was made before the program defined the function. Another one has imported the file again,
    as __mp_main__, without the code under the main guard. A child that does not have the file at all has a main module
    that is built in.
    """
    for each in (*parsed.exceptions, *parsed.named):
        if each.frames and not any(is_at(name, each.frames[-1]) for name in _READS_TASK):
            continue  # the program's own look into its main module
        match = _NOT_IN_FORK.match(each.message)
        if match and ((match["origin"] or "").startswith(" from ") or _FORKED.match(each.process or "")):
            yield from of_claim(_RUNNING_WORKER_CLAIM, each, CERTAIN, entries)
        elif _NOT_IN_IMPORT.match(each.message):
            yield from of_claim_and_type(_UNDER_GUARD_CLAIM, each, entries)


_INPUT_CLAIM = "start-methods/child-reads-input"
_ENDED_INPUT = "EOF when reading a line"


def _of_childs_input(parsed: ParsedText, entries: Sequence[Entry]) -> Iterator[Match]:
    """Yield a match for input() in a child, which has no standard input."""
    for each in parsed.exceptions:
        if each.type == "EOFError" and each.message == _ENDED_INPUT and _is_in_child(each):
            yield from of_claim_and_type(_INPUT_CLAIM, each, entries)


_MAKES_SEMAPHORE = "multiprocessing/synchronize.py:__init__"
_TOO_MANY_FILES = "[Errno 24]"
_SEMAPHORE_CLAIM = "primitives/lock-needs-room-in-shared-memory"


def _without_semaphores(parsed: ParsedText, entries: Sequence[Entry]) -> Iterator[Match]:
    """Yield a match for a semaphore that the system refuses to make, whatever its error number is."""
    for each in parsed.exceptions:
        is_here = bool(each.frames) and is_at(_MAKES_SEMAPHORE, each.frames[-1])
        if is_here and each.message.startswith("[Errno ") and not each.message.startswith(_TOO_MANY_FILES):
            yield from of_claim(_SEMAPHORE_CLAIM, each, LIKELY, entries)


_READS_ENVIRONMENT = "os.py:__getitem__"
_ENVIRONMENT_CLAIMS = ("state/change-reaches-running-worker", "creation/fork-same-environment")


def _in_childs_environment(parsed: ParsedText, entries: Sequence[Entry]) -> Iterator[Match]:
    """Yield matches for an environment variable that a child lacks: the program may have set it later."""
    for each in parsed.exceptions:
        if each.type == "KeyError" and _is_in_child(each) and is_at(_READS_ENVIRONMENT, each.frames[-1]):
            for claim in _ENVIRONMENT_CLAIMS:
                yield from of_claim(claim, each, POSSIBLE, entries)


_NO_CLASS_ATTRIBUTE = re.compile(r"^type object '.*' has no attribute ")
_GLOBAL_CLAIM = "state/global-set-at-run-time"


def _without_class_attribute(parsed: ParsedText, entries: Sequence[Entry]) -> Iterator[Match]:
    """Yield a match for an attribute that a class lacks in a child: the program may have set it in its own process."""
    for each in parsed.exceptions:
        is_users = bool(each.frames) and each.user_frame is each.frames[-1]
        if (
            each.type == "AttributeError"
            and _NO_CLASS_ATTRIBUTE.match(each.message)
            and is_users
            and _is_in_child(each)
        ):
            yield from of_claim(_GLOBAL_CLAIM, each, POSSIBLE, entries)


_TORCH_CHILD = "torch/multiprocessing/spawn.py:_wrap"


def _is_in_child(found: ExceptionText) -> bool:
    return any(is_at(name, frame) for name in (IN_CHILD, *WORKERS, _TORCH_CHILD) for frame in found.frames)


_MAIN_IMPORT_CLAIM = "start/top-level-runs"
_OTHER_ERRORS_OF_IMPORTS = ("ModuleNotFoundError", "ImportError", "SyntaxError", "KeyboardInterrupt")


def _in_main_import(parsed: ParsedText, known: Iterable[Match]) -> Iterator[Match]:
    """Yield a match for an error of the main file's top level that a child meets because it imports the file again.

    The place of the error says so, whatever the error is. A module that the child does not find has other causes.
    """
    if any(_main_import(each.found.frames) for each in known if isinstance(each.found, ExceptionText)):
        return  # what else fails there may follow from it
    for each in parsed.exceptions:
        frames_since = _main_import(each.frames)
        is_raised_there = any(frame.function == "<module>" for frame in frames_since)
        if is_raised_there and each.type not in _OTHER_ERRORS_OF_IMPORTS:
            frames = tuple(f"{frame.library}:{frame.function}" for frame in frames_since if frame.library)
            kind, methods = SymptomKind.EXCEPTION, ("spawn", "forkserver")
            words = template(each.message)
            entry = Entry(_MAIN_IMPORT_CLAIM, kind, "child", each.type, words, frames, methods, pythons=(), systems=())
            yield Match(entry, each, CERTAIN)
            return


_MAIN_IMPORT = ("multiprocessing/spawn.py:_fixup_main_from_path", "multiprocessing/spawn.py:_fixup_main_from_name")


def _main_import(frames: Sequence[Frame]) -> Sequence[Frame]:
    """Return the frames of a child's import of the main file, outermost first, or nothing if there was no import."""
    at = next((n for n, frame in enumerate(frames) if any(is_at(name, frame) for name in _MAIN_IMPORT)), len(frames))
    return frames[at:]


_PATCH_CLAIM = "state/patch-reaches-child"
_PATCHES = re.compile(r"\b(?:monkeypatch\.(?:set|del)\w+|mocker\.patch|(?:mock\.)?patch(?:\.\w+)?)\(")


def _after_patch(parsed: ParsedText, entries: Iterable[Entry]) -> Iterator[Match]:
    """Yield a weak match if a test patches something and then a worker fails: the worker may have called the original.

    The message is the program's own, so only the source lines that pytest prints say that something was patched.
    """
    if not any(_PATCHES.search(line) for line in parsed.lines):
        return
    for entry in entries:
        if entry.claim == _PATCH_CLAIM:
            failed = (
                each for each in parsed.exceptions if any(is_at(worker, at) for worker in WORKERS for at in each.frames)
            )
            yield from (Match(entry, each, POSSIBLE) for each in failed)
