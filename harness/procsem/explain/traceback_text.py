"""Read tracebacks out of text: logs, terminals, issue reports, output of tests and notebooks. Pure.

The text may hold several tracebacks, chained exceptions, and the output of several processes whose lines are
interleaved. Formats: Python 3.9 to 3.15 and PyPy, exception groups, rich, IPython, pytest (long and short), with ANSI
colours, log prefixes such as those of Docker Compose, JSON logs, and quoting marks of mails.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve

from procsem.explain import ipython_text, log_lines, rich_text
from procsem.explain.exception_lines import (
    CAUSE,
    CONTEXT,
    EXCEPTION,
    FRAME,
    HEADER,
    is_exceptions_name,
    message,
    without_module,
)
from procsem.explain.parsed import ExceptionText, Frame, Link, ParsedText, Stack, Warned

_PROCESS = re.compile(r"^Process (?P<name>\S.*):$")
_WARNING = re.compile(r"^(?P<file>.+?):(?P<line>\d+): (?P<category>\w*Warning): (?P<message>.*)$")
_PYTEST_ERROR = re.compile(r"^E\s+(?P<rest>\S.*)$")
_PYTEST_FRAME = re.compile(
    r"^(?P<file>[^\s:][^:\n]*\.py|[A-Za-z]:[^:\n]*\.py):(?P<line>\d+):(?: in (?P<function>\S+)| (?P<type>[A-Z]\w+))?$"
)
_STACK = re.compile(r"^(?:Current thread|Thread) .*\(most recent call first[^)]*\):$|^Thread \S+ \(\w+\)(?:: .*)?$")
_STACK_FRAME = re.compile(r'^\s*File "(?P<file>.+?)", line (?P<line>\d+) in (?P<function>.+)$')
_PY_SPY_FRAME = re.compile(r"^\s+(?P<function>\S.*) \((?P<file>[^()]+):(?P<line>\d+)\)$")
_NAMED = re.compile(r"(?<![\w.])(?P<type>(?:[A-Za-z_]\w*\.)*[A-Z]\w*): ")
_MARKS = re.compile(r"^\s*[\^~]+[\^~ ]*$")


def parse(text: str) -> ParsedText:
    """Return the exceptions and warnings that the text holds. Text without any gives none."""
    lines = log_lines.clean(text)
    stacks = tuple(_stacks(lines))
    found = [*_plain(lines), *rich_text.exceptions(lines), *ipython_text.exceptions(lines), *_pytest(lines)]
    found.sort(key=lambda each: each.at)
    warnings = tuple(
        Warned(match["category"], match["message"], match["file"], int(match["line"]), number)
        for number, line in enumerate(lines, 1)
        if (match := _WARNING.match(line.strip()))
    )
    named = () if found or stacks else tuple(_named(lines))
    return ParsedText(tuple(_without_duplicates(found)), warnings, stacks, named, lines)


class _Open:
    """A traceback whose exception has not been printed yet."""

    def __init__(self, process: str | None, link: Link, has_heading: bool = True) -> None:
        self.process, self.link, self.has_heading = process, link, has_heading
        self.frames: list[Frame] = []

    def add_code(self, line: str) -> None:
        if self.frames and not self.frames[-1].code and not _MARKS.match(line):
            self.frames[-1] = evolve(self.frames[-1], code=line.strip().lstrip("|").strip())


def _plain(lines: Sequence[str]) -> Iterator[ExceptionText]:
    """Yield the exceptions in Python's own format. Tracebacks of several processes may be interleaved."""
    unfinished: list[_Open] = []
    last: _Open | None = None
    process: str | None = None
    link = Link.NONE
    number = 0
    while number < len(lines):
        line = lines[number].rstrip('"') if lines[number].strip() == '"""' else lines[number]
        number += 1
        bare = line.strip()
        if match := _PROCESS.match(bare):
            process = match["name"]
        elif bare.lstrip("+|- ").startswith(HEADER) or bare.lstrip("+|- ").startswith("Exception Group Traceback"):
            unfinished = [each for each in unfinished if each.has_heading]
            unfinished.append(_Open(process, link))
            process, link = None, Link.NONE
        elif bare.endswith(CAUSE):
            link = Link.CAUSE
        elif bare.endswith(CONTEXT):
            link = Link.CONTEXT
        elif match := FRAME.match(line):
            frame = Frame(match["file"], int(match["line"]), match["function"])
            if not unfinished:  # the text begins after the heading
                unfinished.append(_Open(process, link, has_heading=False))
                process, link = None, Link.NONE
            last = _owner(unfinished, frame, last)
            last.frames.append(frame)
        elif unfinished and (match := EXCEPTION.match(bare)) and not line.startswith(("    ", "\t")):
            opened = last if last in unfinished else unfinished[0]
            if not (opened.has_heading or is_exceptions_name(match["type"])):
                continue
            unfinished.remove(opened)
            if opened.process and not _is_of_child(opened.frames):
                # The heading belongs to a traceback that another process has begun to print at the same time.
                other = next((each for each in unfinished if not each.process), None)
                process = opened.process if other is None else process
                if other is not None:
                    other.process = opened.process
                opened.process = None
            text = match["message"] or ""
            if not unfinished:  # otherwise the lines that follow may be another process's
                text, number = message(text, lines, number)
            name = without_module(match["type"])
            yield ExceptionText(name, text, tuple(opened.frames), opened.process, opened.link, number)
        elif unfinished and line.startswith("    "):
            unfinished[-1].add_code(line)


def _is_of_child(frames: Sequence[Frame]) -> bool:
    """Return whether a traceback may be one that multiprocessing prints in a child: its outermost frame says so."""
    return not frames or frames[0].library == "multiprocessing/process.py"


def _owner(unfinished: Sequence[_Open], frame: Frame, last: _Open | None) -> _Open:
    """Return the traceback to which a frame belongs.

    A frame follows the heading, or the frame, before it. Where lines of several processes are interleaved, the
    processes usually print the same traceback: a frame that one of them has already belongs to another.
    """
    begun = [opened for opened in unfinished[-1:] if not opened.frames]
    for opened in (*begun, *(each for each in unfinished if each is last), *unfinished):
        if (frame.file, frame.line) not in {(each.file, each.line) for each in opened.frames}:
            return opened
    return unfinished[-1]


def _stacks(lines: Sequence[str]) -> Iterator[Stack]:
    """Yield the stacks that faulthandler and ``py-spy dump`` print, both with the innermost frame first."""
    frames: list[Frame] | None = None
    began = 0
    for number, line in enumerate((*lines, ""), 1):
        match = (_STACK_FRAME.match(line) or _PY_SPY_FRAME.match(line)) if frames is not None else None
        if match and frames is not None:
            frames.append(Frame(match["file"], int(match["line"]), match["function"]))
            continue
        is_heading = bool(_STACK.match(line.strip()))
        if frames and line.strip() and not is_heading and _STACK_FRAME.match("".join(lines[number : number + 1])):
            continue  # another process has printed this line
        if frames:
            yield Stack(tuple(reversed(frames)), began)
        frames, began = ([], number) if is_heading else (None, number)


def _pytest(lines: Sequence[str]) -> Iterator[ExceptionText]:
    """Yield the exceptions that pytest has printed, from its lines that begin with ``E``."""
    frames: list[Frame] = []
    pending: ExceptionText | None = None
    for number, line in enumerate(lines, 1):
        if re.match(r"^_{3,} .* _{3,}$", line):
            frames, pending = [], None
        if match := _PYTEST_ERROR.match(line):
            error = EXCEPTION.match(match["rest"].strip())
            if error and error["type"] and is_exceptions_name(error["type"]):
                if pending is not None:
                    yield evolve(pending, frames=tuple(frames))
                    frames = []
                pending = ExceptionText(without_module(error["type"]), error["message"] or "", (), at=number)
            elif pending is not None:
                pending = evolve(pending, message=f"{pending.message}\n{match['rest'].strip()}".strip())
        elif match := _PYTEST_FRAME.match(line):
            frames.append(Frame(match["file"], int(match["line"]), match["function"]))
            if pending is not None and match["type"]:
                yield evolve(pending, frames=tuple(frames))
                frames, pending = [], None
    if pending is not None:
        yield evolve(pending, frames=tuple(frames))


def _named(lines: Iterable[str]) -> Iterator[ExceptionText]:
    """Yield the exceptions that lines name as Python does: ``TYPE: MESSAGE``, at the end of the line."""
    for number, line in enumerate(lines, 1):
        for match in _NAMED.finditer(line):
            if is_exceptions_name(match["type"]):
                yield ExceptionText(without_module(match["type"]), line[match.end() :], at=number)


def _without_duplicates(found: Sequence[ExceptionText]) -> Iterator[ExceptionText]:
    """Yield each exception once: pytest shows an exception and its plain text, children repeat the same one."""
    seen: set[tuple[object, ...]] = set()
    for each in found:
        key = (each.type, each.message, each.frames, each.link)
        if key not in seen:
            seen.add(key)
            yield each
