"""The lines of a traceback that all formats have in common: its heading, and the exception with its message. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

HEADER = "Traceback (most recent call last)"
FRAME = re.compile(r'^\s*(?:[+|]\s*)*\s*File "(?P<file>.+?)", line (?P<line>\d+)(?:, in (?P<function>.+))?$')
EXCEPTION = re.compile(r"^(?:[+|]\s*)*(?P<type>(?:[A-Za-z_]\w*\.)*[A-Z_]\w*)(?::(?: (?P<message>.*))?)?$")
CAUSE = "The above exception was the direct cause of the following exception:"
CONTEXT = "During handling of the above exception, another exception occurred:"
_NAMED = re.compile(
    r"(?:Error|Exception|Warning|Interrupt|Exit|Expired|Full|Empty|Timeout|TimeoutExpired|NotFound|Busy|Group|Broken\w*)$"
)


def is_exceptions_name(name: str) -> bool:
    """Return whether the name is like that of an exception, so that it is one even without a traceback."""
    return bool(_NAMED.search(name))


def without_module(name: str) -> str:
    """Return ``PicklingError`` for ``_pickle.PicklingError``."""
    return name.rpartition(".")[2]


def message(first: str, lines: Sequence[str], number: int) -> tuple[str, int]:
    """Return the whole message and the number of the line after it.

    A message ends where something begins that Python prints at the left margin, or at a blank line that is not
    followed by an indented one.
    """
    parts = [first]
    while number < len(lines):
        line = lines[number]
        bare = line.strip()
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if not bare:
            if not following.startswith("        "):
                break
        elif (
            (not line.startswith(" ") and not bare.startswith("when serializing"))
            or bare.startswith(("+-", "| ", HEADER))
            or FRAME.match(line)
        ):
            break
        parts.append(bare)
        number += 1
    return "\n".join(parts).strip(), number
