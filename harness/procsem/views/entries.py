"""Labelled entries as lines of plain text: a column of labels, and the texts in a column next to it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from attrs import frozen

_MARGIN = 2
_LEAST_WIDTH = 30
"""Columns that a text must have next to its label; otherwise it begins below the label."""


@frozen
class Entry:
    """A text with its label."""

    label: str
    """Empty if the entry continues the one above it."""
    text: str
    verbatim: bool = False
    """True for a command, a path, an address or a program's output: its lines are never broken."""
    indent: int = 0


def lines(entries: Sequence[Entry], width: int | None = None) -> Iterator[str]:
    """Yield the lines of the entries; without a width, no text is wrapped.

    No word is broken either: a terminal that breaks a long address at its edge still copies it as one word.
    """
    start = _text_column(entries)
    narrow = width is not None and width - start < _LEAST_WIDTH
    for entry in entries:
        label = " " * _MARGIN + entry.label
        indent = " " * (entry.indent + (2 * _MARGIN if narrow else start))
        if narrow and entry.label:
            yield label
            label = ""
        for line in _wrapped(entry, None if width is None else width - len(indent)):
            yield (label.ljust(len(indent)) + line).rstrip()
            label = ""


def _text_column(entries: Iterable[Entry]) -> int:
    return max((_MARGIN + len(entry.label) + _MARGIN for entry in entries), default=0)


def _wrapped(entry: Entry, width: int | None) -> list[str]:
    parts = entry.text.splitlines() or [""]
    if width is None or entry.verbatim:
        return parts
    return [
        line
        for part in parts
        for line in textwrap.wrap(part, max(width, 1), break_long_words=False, break_on_hyphens=False) or [""]
    ]
