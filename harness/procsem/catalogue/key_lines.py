"""The line of each key in a TOML file, which :mod:`tomllib` does not report."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Collection

from procsem.catalogue.errors import KeyPath

_SPACE = re.compile(r"[ \t]*")
_BLANK = re.compile(r"(?:[ \t\n]+|#[^\n]*)*")
_BARE_KEY = re.compile(r"[^ \t.=\]\n]*")
_PLAIN_VALUE = re.compile(r"[^,\]}#\n]*")
_STRINGS = (
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}',  # the three quotes that end it are the last of up to five
    r"'{3}(?:[^']|'(?!''))*'{3,5}",
    r'"(?:[^"\\]|\\.)*"',
    r"'[^']*'",
)
_STRING = re.compile("|".join(_STRINGS), re.DOTALL)
_PLAIN_HEADING = re.compile(r"^\[([a-z0-9-]+)\]", re.MULTILINE)


def key_lines(text: str) -> dict[KeyPath, int]:
    """Return the line of each key, table and list item of a valid TOML text, by its path."""
    scanner = _Scanner(text)
    scanner.scan()
    return scanner.lines


def table_lines(text: str, names: Collection[str]) -> dict[str, int]:
    """Return the lines of these tables, in a tenth of the time of :func:`key_lines` if their headings are plain."""
    lines: dict[str, int] = {}
    at, line = 0, 1
    for heading in _PLAIN_HEADING.finditer(text):
        line += text.count("\n", at, heading.start())
        at = heading.start()
        if heading[1] in lines:  # one of them is in a string
            break
        lines[heading[1]] = line
    else:
        if lines.keys() >= set(names):
            return {name: lines[name] for name in names}
    every = key_lines(text)
    return {name: every[name,] for name in names}


def line_of(path: KeyPath, lines: dict[KeyPath, int]) -> int:
    """Return the line of a key, or of the nearest table around it if the key itself is missing."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


class _Scanner:
    """Walks through a text that tomllib has accepted, so it needs no checks of its own."""

    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n")
        self.at = 0
        self.starts = [0] + [index + 1 for index, char in enumerate(self.text) if char == "\n"]
        self.lines: dict[KeyPath, int] = {}
        self.last: dict[KeyPath, int] = {}
        """The index of the last item of each array of tables."""

    def scan(self) -> None:
        table: KeyPath = ()
        while self.skip_blank():
            if self.take("[["):
                *parents, name = self.keys()
                array = (*self.resolve(parents), name)
                self.last[array] = self.last.get(array, -1) + 1
                table = (*array, self.last[array])
                self.remember(array)
                self.take("]]")
                self.remember(table)
            elif self.take("["):
                table = self.resolve(self.keys())
                self.take("]")
                self.remember(table)
            else:
                self.pair(table)

    def resolve(self, keys: list[str]) -> KeyPath:
        """Return the path of a heading; a name of an array of tables means its last table."""
        path: KeyPath = ()
        for key in keys:
            path = (*path, key)
            if path in self.last:
                path = (*path, self.last[path])
        return path

    def remember(self, path: KeyPath) -> None:
        line = bisect(self.starts, self.at - 1 if self.at else 0)
        while path and path not in self.lines:
            self.lines[path] = line
            path = path[:-1]

    def pair(self, table: KeyPath) -> None:
        path = table
        keys = self.keys()
        for key in keys:
            path = (*path, key)
        self.remember(path)
        self.take("=")
        self.value(path)

    def keys(self) -> list[str]:
        """Read a key with its dots."""
        keys: list[str] = []
        while True:
            self.skip(_SPACE)
            if self.text[self.at] in "\"'":
                keys.append(self.skip(_STRING)[1:-1])
            else:
                keys.append(self.skip(_BARE_KEY))
            self.skip(_SPACE)
            if not self.take("."):
                return keys

    def value(self, path: KeyPath) -> None:
        self.skip(_SPACE)
        if self.text[self.at] in "\"'":
            self.skip(_STRING)
        elif self.take("["):
            number = 0
            while self.skip_blank() and not self.take("]"):
                self.remember((*path, number))
                self.value((*path, number))
                number += 1
                self.skip_blank()
                self.take(",")
        elif self.take("{"):
            while self.skip_blank() and not self.take("}"):
                self.pair(path)
                self.skip_blank()
                self.take(",")
        else:
            self.skip(_PLAIN_VALUE)

    def skip(self, pattern: re.Pattern[str]) -> str:
        """Step over what the pattern matches here, and return it."""
        match = pattern.match(self.text, self.at)
        assert match, f"not valid TOML at {self.at}"
        self.at = match.end()
        return match[0]

    def skip_blank(self) -> bool:
        """Skip white space, line ends and comments. Return False at the end of the text."""
        self.skip(_BLANK)
        return self.at < len(self.text)

    def take(self, chars: str) -> bool:
        """Step over the characters if they come next."""
        if self.text.startswith(chars, self.at):
            self.at += len(chars)
            return True
        return False
