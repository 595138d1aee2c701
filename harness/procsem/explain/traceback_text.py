"""Read tracebacks out of text: logs, terminals, issue reports, pytest's and rich's output. Pure.

The text may hold several tracebacks, chained exceptions, and the output of several processes whose lines are
interleaved. Formats: Python 3.9 to 3.15 and PyPy, exception groups, rich, pytest (long and short), with ANSI
colours, log prefixes such as those of Docker Compose, and quoting marks of mails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

from attrs import evolve, field, frozen


class Link(StrEnum):
    """The connection of an exception to the one that was printed before it."""

    NONE = "none"
    CAUSE = "cause"
    """``raise ... from``: the earlier exception was the direct cause."""
    CONTEXT = "context"
    """The exception was raised while the earlier one was handled."""


@frozen
class Frame:
    """One entry of a traceback."""

    file: str
    line: int
    function: str | None = None
    """None where the format does not print it, as in pytest's long tracebacks."""
    code: str = ""
    """The source line, stripped, or an empty string where it was not printed."""

    @property
    def library(self) -> str | None:
        """The file below the standard library, such as ``multiprocessing/spawn.py``, or None for other files."""
        path = self.file.replace("\\", "/")
        if re.match(
            r"(?:multiprocessing|concurrent|asyncio)/\w+[/\w]*\.py$|(?:threading|subprocess|selectors)\.py$", path
        ):
            return path  # py-spy shortens paths.
        if frozen_module := re.fullmatch(r"<frozen ([\w.]+)>", path):
            return frozen_module[1].replace(".", "/") + ".py"
        if "/site-packages/" in path or "/dist-packages/" in path:
            return None
        found = re.search(
            r"(?i)(?:/(?:lib|lib64)/?(?:(?:python|pypy)[\d.]+t?)/|/lib/)((?!python|pypy)[\w/.-]+\.py)$", path
        )
        return found[1] if found else None


def _user_frame(frames: Sequence[Frame]) -> Frame | None:
    for frame in reversed(frames):
        if frame.library is None and "-packages/" not in frame.file.replace("\\", "/") and frame.file[0] != "<":
            return frame
    return None


@frozen
class ExceptionText:
    """One exception as it was printed."""

    type: str
    """The name without its module: ``PicklingError``."""
    message: str
    """May span several lines."""
    frames: tuple[Frame, ...] = ()
    """The outermost first."""
    process: str | None = None
    """The name in the heading ``Process NAME:`` that multiprocessing prints, or None."""
    link: Link = Link.NONE
    """The connection to the exception before it."""
    at: int = field(default=0, eq=False)
    """The line of the text, from 1, that has the exception's type."""

    @property
    def user_frame(self) -> Frame | None:
        """The innermost frame outside the standard library and installed packages, or None."""
        return _user_frame(self.frames)


@frozen
class Warned:
    """One warning as Python prints it."""

    category: str
    message: str
    file: str
    line: int
    at: int = field(default=0, eq=False)


@frozen
class Stack:
    """The stack of one thread, as faulthandler or py-spy prints it."""

    frames: tuple[Frame, ...]
    """The outermost first."""
    at: int = field(default=0, eq=False)

    @property
    def user_frame(self) -> Frame | None:
        """The innermost frame outside the standard library and installed packages, or None."""
        return _user_frame(self.frames)


@frozen
class ParsedText:
    """The exceptions, warnings and stacks in a text, each kind in the order in which it was printed."""

    exceptions: tuple[ExceptionText, ...]
    warnings: tuple[Warned, ...]
    stacks: tuple[Stack, ...]
    lines: tuple[str, ...] = field(repr=False)
    """All lines, without colours and prefixes."""


_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
_HEADER = "Traceback (most recent call last)"
_FRAME = re.compile(r'^\s*(?:[+|]\s*)*\s*File "(?P<file>.+?)", line (?P<line>\d+)(?:, in (?P<function>.+))?$')
_PROCESS = re.compile(r"^Process (?P<name>\S.*):$")
_EXCEPTION = re.compile(r"^(?:[+|]\s*)*(?P<type>(?:[A-Za-z_]\w*\.)*[A-Z_]\w*)(?::(?: (?P<message>.*))?)?$")
_NAMED = re.compile(
    r"(?:Error|Exception|Warning|Interrupt|Exit|Expired|Full|Empty|Timeout|TimeoutExpired|NotFound|Busy|Group|Broken\w*)$"
)
_CAUSE = "The above exception was the direct cause of the following exception:"
_CONTEXT = "During handling of the above exception, another exception occurred:"
_WARNING = re.compile(r"^(?P<file>.+?):(?P<line>\d+): (?P<category>\w*Warning): (?P<message>.*)$")
_PYTEST_ERROR = re.compile(r"^E\s+(?P<rest>\S.*)$")
_PYTEST_FRAME = re.compile(
    r"^(?P<file>[^\s:][^:\n]*\.py|[A-Za-z]:[^:\n]*\.py):(?P<line>\d+):(?: in (?P<function>\S+)| (?P<type>[A-Z]\w+))?$"
)
_RICH_FRAME = re.compile(r"^(?P<file>(?:[A-Za-z]:)?[^\s:][^:]*):(?P<line>\d+) in (?P<function>[\w.<>]+)$")
_STACK = re.compile(r"^(?:Current thread|Thread) .*\(most recent call first[^)]*\):$|^Thread \S+ \(\w+\)(?:: .*)?$")
_STACK_FRAME = re.compile(r'^\s+File "(?P<file>.+?)", line (?P<line>\d+) in (?P<function>.+)$')
_PY_SPY_FRAME = re.compile(r"^\s+(?P<function>\S.*) \((?P<file>[^()]+):(?P<line>\d+)\)$")
_MARKS = re.compile(r"^\s*[\^~]+[\^~ ]*$")


def parse(text: str) -> ParsedText:
    """Return the exceptions and warnings that the text holds. Text without any gives none."""
    lines = tuple(_without_prefixes([_ANSI.sub("", line).rstrip() for line in text.splitlines()]))
    found = [*_plain(lines), *_rich(lines), *_pytest(lines)]
    found.sort(key=lambda each: each.at)
    warnings = tuple(
        Warned(match["category"], match["message"], match["file"], int(match["line"]), number)
        for number, line in enumerate(lines, 1)
        if (match := _WARNING.match(line.strip()))
    )
    return ParsedText(tuple(_without_duplicates(found)), warnings, tuple(_stacks(lines)), lines)


def _without_prefixes(lines: Sequence[str]) -> Iterator[str]:
    """Remove what a log or a mail puts in front of each line of a traceback.

    The prefix of a traceback's heading is removed from the lines that begin with the same kind of prefix.
    """
    prefixes: list[re.Pattern[str]] = []
    for line in lines:
        before, heading, _ = line.partition(_HEADER)
        if heading and before.strip() and not re.fullmatch(r"\s*[+|\s]*|\W*[╭─]+\s*", before):
            # Digits, such as those of a time, differ from line to line.
            pattern = re.sub(r"\d+", r"\\d+", re.escape(before.rstrip())) + " ?"
            if pattern not in {each.pattern for each in prefixes}:
                prefixes.append(re.compile(pattern))
    for line in lines:
        for prefix in prefixes:
            if match := prefix.match(line):
                line = line[match.end() :]
                break
        yield line


class _Open:
    """A traceback whose exception has not been printed yet."""

    def __init__(self, process: str | None, link: Link) -> None:
        self.process, self.link = process, link
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
        elif bare.lstrip("+|- ").startswith(_HEADER) or bare.lstrip("+|- ").startswith("Exception Group Traceback"):
            unfinished.append(_Open(process, link))
            process, link = None, Link.NONE
        elif bare.endswith(_CAUSE):
            link = Link.CAUSE
        elif bare.endswith(_CONTEXT):
            link = Link.CONTEXT
        elif match := _FRAME.match(line):
            frame = Frame(match["file"], int(match["line"]), match["function"])
            owner = _owner(unfinished, frame, last)
            if owner is not None:
                owner.frames.append(frame)
                last = owner
        elif unfinished and (match := _EXCEPTION.match(bare)) and not line.startswith(("    ", "\t")):
            opened = last if last in unfinished else unfinished[0]
            unfinished.remove(opened)
            if opened.process and not _is_of_child(opened.frames):
                # The heading belongs to a traceback that another process has begun to print at the same time.
                other = next((each for each in unfinished if not each.process), None)
                process = opened.process if other is None else process
                if other is not None:
                    other.process = opened.process
                opened.process = None
            name = match["type"].rpartition(".")[2]
            message, number = _message(match["message"] or "", lines, number, bool(unfinished))
            yield ExceptionText(name, message, tuple(opened.frames), opened.process, opened.link, number)
        elif unfinished and line.startswith("    "):
            unfinished[-1].add_code(line)


def _is_of_child(frames: Sequence[Frame]) -> bool:
    """Return whether a traceback may be one that multiprocessing prints in a child: its outermost frame says so."""
    return not frames or frames[0].library == "multiprocessing/process.py"


def _owner(unfinished: Sequence[_Open], frame: Frame, last: _Open | None) -> _Open | None:
    """Return the traceback to which a frame belongs.

    A frame follows the heading, or the frame, before it. Where lines of several processes are interleaved, the
    processes usually print the same traceback: a frame that one of them has already belongs to another.
    """
    begun = [opened for opened in unfinished[-1:] if not opened.frames]
    for opened in (*begun, *(each for each in unfinished if each is last), *unfinished):
        if (frame.file, frame.line) not in {(each.file, each.line) for each in opened.frames}:
            return opened
    return unfinished[-1] if unfinished else None


def _message(first: str, lines: Sequence[str], number: int, interleaved: bool) -> tuple[str, int]:
    """Return the whole message and the number of the line after it.

    A message ends where something begins that Python prints at the left margin, or at a blank line that is not
    followed by an indented one.
    """
    message = [first]
    while number < len(lines) and not interleaved:
        line = lines[number]
        bare = line.strip()
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if not bare:
            if not following.startswith("        "):
                break
        elif (
            (not line.startswith(" ") and not bare.startswith("when serializing"))
            or bare.startswith(("+-", "| ", _HEADER))
            or _FRAME.match(line)
        ):
            break
        message.append(bare)
        number += 1
    return "\n".join(message).strip(), number


def _stacks(lines: Sequence[str]) -> Iterator[Stack]:
    """Yield the stacks that faulthandler and ``py-spy dump`` print, both with the innermost frame first."""
    frames: list[Frame] | None = None
    began = 0
    for number, line in enumerate((*lines, ""), 1):
        match = (_STACK_FRAME.match(line) or _PY_SPY_FRAME.match(line)) if frames is not None else None
        if match and frames is not None:
            frames.append(Frame(match["file"], int(match["line"]), match["function"]))
            continue
        if frames:
            yield Stack(tuple(reversed(frames)), began)
        frames, began = ([], number) if _STACK.match(line.strip()) else (None, number)


def _rich(lines: Sequence[str]) -> Iterator[ExceptionText]:
    """Yield the exceptions that rich has drawn in a box."""
    frames: list[Frame] | None = None
    link, pending = Link.NONE, ""
    for number, line in enumerate(lines, 1):
        bare = line.strip()
        if bare.startswith("╭") and _HEADER in bare:
            frames, pending = [], ""
        elif frames is not None and bare.startswith("│"):
            inner = bare.strip("│").strip()
            if re.match(r"(?:❱\s*)?\d+ ", inner) or not inner:
                if inner.startswith("❱") and frames and not frames[-1].code:
                    code = re.sub(r"^❱\s*\d+\s*", "", inner).replace("│", "").strip()
                    frames[-1] = evolve(frames[-1], code=code)
                pending = ""
                continue
            for candidate in (pending + inner, f"{pending} {inner}"):
                if match := _RICH_FRAME.match(candidate):
                    frames.append(Frame(match["file"], int(match["line"]), match["function"]))
                    pending = ""
                    break
            else:
                pending = pending + inner
        elif frames is not None and bare.startswith("╰"):
            pending = ""
        elif bare.endswith(_CAUSE):
            link = Link.CAUSE
        elif bare.endswith(_CONTEXT):
            link = Link.CONTEXT
        elif frames is not None and (match := _EXCEPTION.match(bare)):
            name = match["type"].rpartition(".")[2]
            message, _ = _message(match["message"] or "", lines, number, False)
            yield ExceptionText(name, message, tuple(frames), None, link, number)
            frames, link = None, Link.NONE


def _pytest(lines: Sequence[str]) -> Iterator[ExceptionText]:
    """Yield the exceptions that pytest has printed, from its lines that begin with ``E``."""
    frames: list[Frame] = []
    pending: ExceptionText | None = None
    for number, line in enumerate(lines, 1):
        if re.match(r"^_{3,} .* _{3,}$", line):
            frames, pending = [], None
        if match := _PYTEST_ERROR.match(line):
            error = _EXCEPTION.match(match["rest"].strip())
            if error and error["type"] and _NAMED.search(error["type"]):
                if pending is not None:
                    yield evolve(pending, frames=tuple(frames))
                    frames = []
                pending = ExceptionText(error["type"].rpartition(".")[2], error["message"] or "", (), at=number)
            elif pending is not None:
                pending = evolve(pending, message=f"{pending.message}\n{match['rest'].strip()}".strip())
        elif match := _PYTEST_FRAME.match(line):
            frames.append(Frame(match["file"], int(match["line"]), match["function"]))
            if pending is not None and match["type"]:
                yield evolve(pending, frames=tuple(frames))
                frames, pending = [], None
    if pending is not None:
        yield evolve(pending, frames=tuple(frames))


def _without_duplicates(found: Sequence[ExceptionText]) -> Iterator[ExceptionText]:
    """Yield each exception once: pytest shows an exception and its plain text, children repeat the same one."""
    seen: set[tuple[object, ...]] = set()
    for each in found:
        key = (each.type, each.message, each.frames, each.link)
        if key not in seen:
            seen.add(key)
            yield each
