"""Read tracebacks of IPython and Jupyter notebooks. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from attrs import evolve

from procsem.explain.exception_lines import CAUSE, CONTEXT, EXCEPTION, message, without_module
from procsem.explain.parsed import ExceptionText, Frame, Link

_HEADING = re.compile(r"^(?P<type>[\w.]+)\s+Traceback \(most recent call last\)$")
_IN = r",? in (?P<function><cell line: \d+>|[\w.<>]+)(?:\(.*)?"
_FRAMES = (
    re.compile(rf"^File (?P<file>.+?):(?P<line>\d+)(?:{_IN})?$"),
    re.compile(rf"^(?P<file>(?:Cell|Input) In ?\[\d+\])(?:, line (?P<line>\d+))?(?:{_IN})?$"),
    re.compile(rf"^(?P<file>[~/<]\S.*?|[A-Za-z]:\\.+?){_IN}$"),  # IPython 7
)
_ARROW = re.compile(r"^-+> ?(?P<line>\d+)(?P<code>.*)$")


def exceptions(lines: Sequence[str]) -> Iterator[ExceptionText]:
    """Yield the exceptions that IPython has printed, each below a heading with its type."""
    open_type = ""
    frames: list[Frame] = []
    link = Link.NONE
    for number, line in enumerate(lines, 1):
        if heading := _HEADING.match(line):
            open_type, frames = without_module(heading["type"]), []
        elif line.endswith(CAUSE):
            link = Link.CAUSE
        elif line.endswith(CONTEXT):
            link = Link.CONTEXT
        elif not open_type:
            continue
        elif frame := _frame(line):
            frames.append(frame)
        elif (arrow := _ARROW.match(line)) and frames and not frames[-1].code:
            line_number = frames[-1].line or int(arrow["line"])
            frames[-1] = evolve(frames[-1], line=line_number, code=arrow["code"].strip())
        elif (match := EXCEPTION.match(line)) and without_module(match["type"]) == open_type:
            text, _ = message(match["message"] or "", lines, number)
            yield ExceptionText(open_type, text, tuple(frames), None, link, number)
            open_type, link = "", Link.NONE


def _frame(line: str) -> Frame | None:
    """Return the frame that the line begins; line 0 where only the arrow below has the line's number."""
    match = next((match for pattern in _FRAMES if (match := pattern.match(line))), None)
    if match is None:
        return None
    values = match.groupdict()
    function = values.get("function")
    return Frame(values["file"], int(values.get("line") or 0), without_module(function) if function else None)
