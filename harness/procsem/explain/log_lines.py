"""Undo what logs, terminals, mails and exception groups do to the lines of a traceback. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence

_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
_HEADING = re.compile(
    r"(?:\+ Exception Group |(?<!\S))Traceback \(most recent call last\):"
    r"|(?<!\S)(?:Current thread|Thread) 0x[0-9a-fA-F]+ .*\(most recent call first"
)
_BARS = re.compile(r"[+|\s]*")
"""The bars that an exception group draws before a heading."""
_ESCAPED = re.compile(r"\(most recent call (?:last|first)[^)]*\):(?:\\r)?\\n")
_JSON_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"(?=\s*(?:[,}\]]|$))')
_GROUP = re.compile(r"^\s*\+ (?=Exception Group Traceback)")
_IN_GROUP = re.compile(r"^\s*(?:\| ?|(?=\+-))")


def clean(text: str) -> tuple[str, ...]:
    """Return the lines of the text as Python printed them: without colours, prefixes and indentation."""
    lines = [_ANSI.sub("", line).rstrip() for line in text.splitlines()]
    plain = list(_without_prefixes(list(_unescaped(lines))))
    return tuple(_without_bars(_without_indentation(plain)))


def _unescaped(lines: Iterable[str]) -> Iterator[str]:
    r"""Yield the lines of a traceback that a log has written as one line, with ``\n`` in it, such as a JSON log."""
    for line in lines:
        if not _ESCAPED.search(line):
            yield line
            continue
        texts = [each for each in _JSON_TEXT.findall(line) if _ESCAPED.search(each)]
        for each in texts or [line]:
            try:
                yield from str(json.loads(each)).splitlines()
            except ValueError:
                shown = each.replace("\\r", "").replace("\\n", "\n").replace('\\"', '"').replace("\\'", "'")
                yield from shown.splitlines()


def _without_prefixes(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines without the prefix that a log or a mail adds to each line of a traceback.

    The prefix of a traceback's heading is removed from the lines that begin with the same kind of prefix.
    """
    prefixes: dict[str, re.Pattern[str]] = {}
    for line in lines:
        heading = _HEADING.search(line)
        before = line[: heading.start()] if heading else ""
        if before.strip() and not _BARS.fullmatch(before):
            # Digits, such as those of a time, differ from line to line.
            pattern = re.sub(r"\d+", r"\\d+", re.escape(before.rstrip())) + " ?"
            prefixes.setdefault(pattern, re.compile(pattern))
    for line in lines:
        match = next((match for prefix in prefixes.values() if (match := prefix.match(line))), None)
        yield line[match.end() :] if match else line


def _without_indentation(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines without the indentation that a traceback's heading and all lines of the traceback have."""
    indentation = ""
    for line in lines:
        heading = _HEADING.match(line.lstrip())
        if heading and not _GROUP.match(line):
            indentation = line[: -len(line.lstrip())]
        elif line and not line.startswith(indentation):
            indentation = ""
        yield line.removeprefix(indentation)


def _without_bars(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines of exception groups without the bars on their left, so that each member is a plain traceback."""
    in_group = False
    for line in lines:
        if heading := _GROUP.match(line):
            in_group = True
            yield line[heading.end() :]
        elif in_group and (bar := _IN_GROUP.match(line)):
            yield line[bar.end() :]
        else:
            in_group = in_group and not line.strip()
            yield line
