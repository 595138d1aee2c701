"""Read tracebacks that rich has drawn in a box. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from attrs import evolve

from procsem.explain.exception_lines import CAUSE, CONTEXT, EXCEPTION, HEADER, without_module
from procsem.explain.parsed import ExceptionText, Frame, Link

_FRAME = re.compile(r"^(?P<file>(?:[A-Za-z]:)?[^\s:][^:]*):(?P<line>\d+) in (?P<function>[\w.<>]+)$")
_NOTE = "[NOTE] "


def exceptions(lines: Sequence[str]) -> Iterator[ExceptionText]:
    """Yield the exceptions that rich has drawn."""
    frames: list[Frame] | None = None
    link, pending, box = Link.NONE, "", ""
    for number, line in enumerate(lines, 1):
        bare = line.strip()
        if bare.startswith("╭") and HEADER in bare:
            frames, pending, box = [], "", line
        elif frames is not None and bare.startswith("│"):
            inner = bare.strip("│").strip()
            is_code = bool(re.match(r"(?:❱\s*)?\d+ ", inner))
            # A path that does not fit is continued in the next line, which may begin with the rest of a line number.
            candidates = (pending + inner, f"{pending} {inner}") if pending else () if is_code else (inner,)
            match = next((match for each in candidates if (match := _FRAME.match(each))), None)
            if match:
                frames.append(Frame(match["file"], int(match["line"]), match["function"]))
            elif inner.startswith("❱") and frames and not frames[-1].code:
                code = re.sub(r"^❱\s*\d+\s*", "", inner).replace("│", "").strip()
                frames[-1] = evolve(frames[-1], code=code)
            pending = "" if match or is_code or not inner else pending + inner
        elif frames is not None and bare.startswith("╰"):
            pending = ""
        elif bare.endswith(CAUSE):
            link = Link.CAUSE
        elif bare.endswith(CONTEXT):
            link = Link.CONTEXT
        elif frames is not None and (match := EXCEPTION.match(bare)):
            text = _message(match["message"] or "", lines[number - 1 :], box)
            yield ExceptionText(without_module(match["type"]), text, tuple(frames), None, link, number)
            frames, link = None, Link.NONE


def _message(first: str, lines: Sequence[str], box: str) -> str:
    """Return the message, whose lines rich has wrapped at the width of the box."""
    width = len(box.strip())
    indentation = box[: -len(box.lstrip())]
    text, before = first, lines[0].strip()
    for line in lines[1:]:
        bare = line.strip()
        if not bare or not line.startswith(indentation) or bare.startswith("╭"):
            break
        is_wrapped = len(before) + 1 + len(bare.split()[0]) > width and not bare.startswith(_NOTE)
        blank = "" if len(before) == width and " " not in before else " "
        text += f"{blank}{bare}" if is_wrapped else f"\n{bare.removeprefix(_NOTE)}"
        before = bare
    return text.strip()
