"""Compare what a text shows with the index of symptoms. Pure.

An exception matches a symptom if its type and the template of its message are the same, and if its traceback passes
through the same functions of the standard library. The last condition keeps tracebacks that have nothing to do
with processes out: ``FileNotFoundError`` is a symptom only where it comes out of a lock that is being rebuilt.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise

from attrs import evolve

from procsem.explain import places, printed, waits
from procsem.explain.conditions import CONDITIONS
from procsem.explain.found import PICKLES, POSSIBLE, RECEIVES, WORKERS, Found, Match, is_at
from procsem.explain.index import Entry
from procsem.explain.parsed import ExceptionText, Frame, Link, ParsedText, Stack, Warned
from procsem.explain.template import template
from procsem.model import START_METHODS, SymptomKind

_ENOUGH = 0.6
"""Part of these frames that must be in the text. Some frames differ between versions of Python."""
_WITHOUT_TRACEBACK = 0.5
"""Score of a message that was pasted without a traceback."""
_HAS_VARIABLES = re.compile(r"[*#]")
"""The placeholders that a template has for the names and numbers of one program."""
_OF_ANY_PROGRAM = re.compile(r"^\[Errno|object (?:has no attribute|is not \w+$)|^\*\(\) (?:missing|takes|got) ")
"""Messages that say nothing about processes, however many words they have."""
_WORDS = 4
"""Number of words from which a message is taken to be specific if it was pasted without a traceback."""

_OF_PROCESSES = ("multiprocessing/", "concurrent/futures/", "subprocess.py:", "pickle.py:", "socketserver.py:")

_TYPES_OF_PROCESSES = ("ChildProcessError",)
"""Types of errors that only a wait for a process raises."""
_SAYS_LOCK = re.compile(r"^(?:semaphore or lock|attempt to release recursive lock) ")
"""The messages of multiprocessing's locks, which have no frame of the standard library."""
_RUNS = "multiprocessing/process.py:run"
"""The function that calls a process's target."""
_GETS = ("multiprocessing/queues.py:get",)
_OTHER_ROUTE = 0.8
"""Score of a message that was recorded with another way to this place."""
_RESULT_CLAIM = "pickling/result-not-pickled"
_FORK_WARNING_CLAIM = "start-methods/fork-beside-thread-warns"
_ENDED_CLAIMS = ("primitives/get-from-dead-child", "pools/result-after-with-block")
"""Claims about a wait for processes that have ended. Such a process prints nothing when the program is interrupted."""
_AT_ITS_END_CLAIM = "queue/messages-not-big-data"
_AT_EXIT_CLAIM = "join/code-end-is-not-process-end"
_AT_EXIT = "multiprocessing/util.py:_exit_function"
_CHILD = re.compile(r"^Process \S.*:$")
_GET_RECEIVES = ("multiprocessing/queues.py:get", "multiprocessing/connection.py:recv_bytes")
_OF_POOLS = ("multiprocessing/pool.py:", "concurrent/futures/")
_NEXT = ("multiprocessing/pool.py:next", "threading.py:wait")
_GET = ("multiprocessing/pool.py:get", "multiprocessing/pool.py:wait", "threading.py:wait", "threading.py:wait")


def match(parsed: ParsedText, entries: Iterable[Entry]) -> list[Match]:
    """Return the best match of each claim, best first; an empty list if the text shows no known symptom."""
    entries = list(entries)
    if again := list(printed.started_again(parsed, entries)):
        return [evolve(each, entry=_wherever(each.entry, entries)) for each in again]
    best: dict[str, Match] = {}
    everything: list[Found] = [*parsed.exceptions, *parsed.named, *parsed.warnings, *parsed.stacks]
    handled = {id(b): a.type for a, b in pairwise(parsed.exceptions) if b.link is Link.CONTEXT}
    prints = {claim: list(each) for claim, each in groupby(entries, key=lambda entry: entry.claim)}
    for entry in entries:
        for found in everything:
            score = _score(entry, found, handled.get(id(found), ""))
            if score and entry.kind is SymptomKind.STACK:
                score *= _silence_score(prints[entry.claim], parsed)
            if score:
                score *= _story_score(entry, found, parsed)
            if score and (entry.claim not in best or best[entry.claim].score < score):
                best[entry.claim] = Match(entry, found, score)
    if not everything:
        best = {each.entry.claim: each for each in _mentioned(parsed, entries)}
    if stuck := list(waits.stuck_children(parsed, entries)):
        # The other waits follow from that of the child.
        best = {claim: each for claim, each in best.items() if not _is_wait(each)}
    proved = list(places.certain(parsed, entries, best.values()))
    proved += [evolve(each, found=again) for each in proved for again in _raised_again(each.found, parsed)]
    explained = {id(each.found) for each in proved}
    # What the place of an error proves leaves no room for another cause of the same error.
    best = {claim: each for claim, each in best.items() if id(each.found) not in explained}
    best.update({each.entry.claim: each for each in (*proved, *stuck)})
    known = (*best.values(), *proved)
    for each in (*places.possible(parsed, entries, known), *waits.possible_waits(parsed, entries)):
        best.setdefault(each.entry.claim, each)
    shown: dict[int, float] = defaultdict(float)
    for each in best.values():
        shown[id(each.found)] = max(shown[id(each.found)], each.score)
    # What explains an exception clearly worse than another claim does is not shown.
    kept = [each for each in best.values() if each.score >= shown[id(each.found)] - 0.25]
    widened = (evolve(each, entry=_wherever(each.entry, entries)) for each in kept)
    return sorted(widened, key=lambda each: (-each.score, -len(each.entry.frames), each.entry.claim))


def _mentioned(parsed: ParsedText, entries: Iterable[Entry]) -> Iterator[Match]:
    """Yield a match for a message in a line of a log that has neither a traceback nor the type of the exception."""
    for entry in entries:
        words = entry.template.partition("\n")[0]
        if entry.kind is SymptomKind.EXCEPTION and _is_specific(entry) and not _HAS_VARIABLES.search(words):
            for number, line in enumerate(parsed.lines, 1):
                if words in line:
                    yield Match(entry, ExceptionText(entry.type, words, at=number), _WITHOUT_TRACEBACK)


def _is_wait(match: Match) -> bool:
    return match.entry.kind is SymptomKind.STACK


def _wherever(entry: Entry, entries: Iterable[Entry]) -> Entry:
    """Return the entry with all places in which the claim's message was recorded, whatever the traceback there."""

    def key(entry: Entry) -> tuple[str, ...]:
        # What a program prints has more in it that varies than an exception's message.
        template = "" if entry.kind is SymptomKind.OUTPUT else entry.template
        return entry.claim, entry.kind, entry.type, template

    alike = [each for each in entries if key(each) == key(entry)]
    methods = {method for each in alike for method in each.start_methods}
    return evolve(
        entry,
        start_methods=tuple(method for method in START_METHODS if method in methods),
        pythons=tuple(dict.fromkeys(python for each in (entry, *alike) for python in each.pythons)),
        systems=tuple(sorted({system for each in alike for system in each.systems})),
    )


def _score(entry: Entry, found: Found, handled: str = "") -> float:
    """Return how well an entry explains what was found; ``handled`` is the error in whose handler it was raised."""
    if isinstance(found, Stack):
        return _stack_score(entry, found.frames) if entry.kind is SymptomKind.STACK and not entry.type else 0.0
    if isinstance(found, Warned):
        same = entry.kind is SymptomKind.WARNING and entry.type == found.category
        warns_only = entry.claim == _FORK_WARNING_CLAIM  # the child may hang, and usually does not
        return _text_score(entry, found.message) * (POSSIBLE if warns_only else 1.0) if same else 0.0
    if entry.kind is SymptomKind.STACK and found.type == "KeyboardInterrupt":
        return _stack_score(entry, found.frames) if not entry.type or entry.type == handled else 0.0
    if entry.kind is not SymptomKind.EXCEPTION or entry.type != found.type or not _is_about_processes(entry):
        return 0.0
    text = _text_score(entry, found.message)
    if not text:
        return 0.0
    if entry.frames and entry.frames[-1] == _RUNS:
        if found.frames and is_at(_RUNS, found.frames[-1]):
            return text  # the call of the target has failed
        # The user's own code has raised it, so it shows only that this may be the cause.
        return POSSIBLE * text if _is_raised_in_child(found) else 0.0
    if not found.frames:
        return _WITHOUT_TRACEBACK * text if _is_specific(entry) else 0.0
    if not entry.frames:
        # Of most types, such an error says nothing that another program's traceback would not say too.
        return (
            text if _SAYS_LOCK.match(entry.template) else POSSIBLE * text if entry.type in _TYPES_OF_PROCESSES else 0.0
        )
    frames = _frames_score(entry.frames, found.frames)
    own_words = _is_specific(entry)
    if frames < _ENOUGH:
        pickled = entry.frames[-1] in PICKLES and any(is_at(name, at) for name in PICKLES for at in found.frames[-2:])
        same_place = own_words and is_at(entry.frames[-1], found.frames[-1])
        alike = pickled or same_place or entry.type == "MaybeEncodingError"
        return _OTHER_ROUTE * text if alike else 0.0
    if not own_words and not any(is_at(entry.frames[-1], frame) for frame in found.frames):
        return 0.0  # such a message says nothing if it comes from another place
    score = 0.5 * text + 0.5 * frames
    is_pickled_here = any(is_at(name, found.frames[-1]) for name in PICKLES)
    return _OTHER_ROUTE * score if is_pickled_here and entry.frames[-1] not in PICKLES else score


def _is_raised_in_child(found: ExceptionText) -> bool:
    """Return whether the user's own code has raised an error in a process, or in a task of a pool's worker."""
    in_child = any(is_at(name, frame) for name in (_RUNS, *WORKERS) for frame in found.frames)
    return in_child and found.user_frame is found.frames[-1]


def _text_score(entry: Entry, message: str) -> float:
    if entry.type == "MaybeEncodingError":
        # multiprocessing's own: its message names the object, a result or an exception, and repeats the reason.
        return 1.0 if ("ExceptionWithTraceback" in message) == (entry.claim != _RESULT_CLAIM) else 0.0
    found = template(message)
    if found == entry.template or found.startswith(f"{entry.template}\n"):
        return 1.0  # More lines may follow: a long message of which the symptom has the beginning, or notes.
    shortened = found.removesuffix("...").removesuffix("…").rstrip("'")
    is_shortened = found.endswith(("...", "…")) and len(shortened) > 12 and entry.template.startswith(shortened)
    return 0.8 if is_shortened else 0.0


def _is_about_processes(entry: Entry) -> bool:
    """Return False for a message that unrelated programs show too, such as that of a mock that was not called."""
    return not entry.frames or any(frame.startswith(_OF_PROCESSES) for frame in entry.frames)


def _is_specific(entry: Entry) -> bool:
    """Return whether the message alone says that processes are involved, so that no traceback is needed."""
    return len(entry.template.split()) >= _WORDS and not _OF_ANY_PROGRAM.search(entry.template)


def _stack_score(entry: Entry, frames: Sequence[Frame]) -> float:
    """Return 1 if the stack has all frames of the entry, with no other frame of the standard library between them."""
    names = [f"{frame.library}:{frame.function}" for frame in frames if frame.library]
    if RECEIVES in names:
        at = names.index(RECEIVES)
        names[at : at + 1] = _GET_RECEIVES  # recv() of a connection waits as get() of a queue does
    for at in range(len(names) - 1):
        if tuple(names[at : at + 2]) == _NEXT:
            names[at : at + 2] = _GET  # a loop over results waits as get() does
            break
    if any(names[at] in WORKERS and names[at + 1] in _GETS for at in range(len(names) - 1)):
        return 0.0  # A worker that waits for its next task does what it should.
    count = len(entry.frames)
    return float(count > 0 and any(names[at : at + count] == list(entry.frames) for at in range(len(names))))


def _silence_score(entries: Sequence[Entry], parsed: ParsedText) -> float:
    """Return how well what the children have printed fits a claim that a stack has matched.

    Some causes of a hang are silent. With others each child ends with a traceback that leaves the standard library at
    the same place, whatever its message is.
    """
    known = [entry.frames for entry in entries if entry.kind is SymptomKind.EXCEPTION and entry.where == "child"]
    printed = [
        [f"{frame.library}:{frame.function}" for frame in each.frames if frame.library]
        for each in parsed.exceptions
        if each.process and each.type != "KeyboardInterrupt"
    ]
    if known:
        return 1.0 if any(names[-len(frames) :] == list(frames) for frames in known for names in printed) else 0.8
    return 0.9 if printed else 1.0


def _story_score(entry: Entry, found: Found, parsed: ParsedText) -> float:
    """Return how well a claim fits what the rest of the text says: 0 if the claim cannot be meant."""
    if entry.kind is SymptomKind.STACK and not isinstance(found, Warned):
        children = [each for each in parsed.exceptions if each.process]
        interrupted = [each for each in children if each.type == "KeyboardInterrupt"]
        begun = sum(1 for line in parsed.lines if _CHILD.match(line.strip()))  # tracebacks, even if not all are whole
        if entry.claim in _ENDED_CLAIMS and begun > 0 and len(children) == len(interrupted):
            return 0.0
        if entry.claim == _AT_ITS_END_CLAIM and any(each.user_frame for each in interrupted):
            return 0.0  # the child's target has not returned
        if _waits_for_results(entry):
            # The tasks may also take long. Where a worker was interrupted in one, they do.
            return 0.0 if any(_runs_a_task(each) for each in interrupted) else POSSIBLE
        if entry.claim == _AT_EXIT_CLAIM and not any(is_at(_AT_EXIT, frame) for frame in found.frames):
            return 0.8
        if any(is_at(RECEIVES, frame) for frame in found.frames) and len(children) == len(interrupted):
            return 0.0  # the end of the pipe may be kept open, or the sender may be at work
        if entry.where == "parent" and isinstance(found, ExceptionText) and found.process:
            return 0.8
    condition = CONDITIONS.get(entry.claim)
    if condition and isinstance(found, ExceptionText):
        return condition(found, parsed)
    return 1.0


def _waits_for_results(entry: Entry) -> bool:
    """Return whether a symptom is the wait of a program for the results of a pool or an executor."""
    return entry.where == "parent" and any(frame.startswith(_OF_POOLS) for frame in entry.frames)


def _runs_a_task(interrupted: ExceptionText) -> bool:
    """Return whether a worker of a pool was interrupted in the code of a task."""
    in_worker = any(is_at(name, frame) for name in WORKERS for frame in interrupted.frames)
    return in_worker and interrupted.user_frame is not None


def _raised_again(found: Found, parsed: ParsedText) -> Iterator[ExceptionText]:
    """Yield the exceptions that passed an error of another process on to the caller."""
    for each in parsed.exceptions:
        same = isinstance(found, ExceptionText) and (each.type, each.message) == (found.type, found.message)
        if same and each is not found and each.link is Link.CAUSE:
            yield each


def _frames_score(wanted: Sequence[str], frames: Sequence[Frame]) -> float:
    """Return which part of the wanted frames the text has, in the same order."""
    if not wanted:
        return 0.0
    at, matched = 0, 0
    for name in wanted:
        for number in range(at, len(frames)):
            if is_at(name, frames[number]):
                matched, at = matched + 1, number + 1
                break
    return matched / len(wanted)
