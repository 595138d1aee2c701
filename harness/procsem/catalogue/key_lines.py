"""The line of each key in a TOML file, which :mod:`tomllib` does not report."""

from __future__ import annotations

from bisect import bisect

from procsem.catalogue.errors import KeyPath


def key_lines(text: str) -> dict[KeyPath, int]:
    """Return the line of each key, table and list item of a valid TOML text, by its path."""
    scanner = _Scanner(text)
    scanner.scan()
    return scanner.lines


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
        for end in range(1, len(path) + 1):
            self.lines.setdefault(path[:end], bisect(self.starts, self.at - 1 if self.at else 0))

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
            self.skip(" \t")
            start = self.at
            if self.text[self.at] in "\"'":
                self.string()
                keys.append(self.text[start + 1 : self.at - 1])
            else:
                while self.text[self.at] not in " \t.=]\n":
                    self.at += 1
                keys.append(self.text[start : self.at])
            self.skip(" \t")
            if not self.take("."):
                return keys

    def value(self, path: KeyPath) -> None:
        self.skip(" \t")
        char = self.text[self.at]
        if char in "\"'":
            self.string()
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
            while self.at < len(self.text) and self.text[self.at] not in ",]}#\n":
                self.at += 1

    def string(self) -> None:
        quote = self.text[self.at]
        ends = quote * 3 if self.text.startswith(quote * 3, self.at) else quote
        self.at += len(ends)
        while not self.text.startswith(ends, self.at):
            self.at += 2 if quote == '"' and self.text[self.at] == "\\" else 1
        self.at += len(ends)
        if len(ends) == 3:
            self.skip_quotes(quote)

    def skip_quotes(self, quote: str) -> None:
        """Step over the up to two quotes that may stand before the three that end a string."""
        while self.text.startswith(quote, self.at):
            self.at += 1

    def skip(self, chars: str) -> None:
        while self.at < len(self.text) and self.text[self.at] in chars:
            self.at += 1

    def skip_blank(self) -> bool:
        """Skip white space, line ends and comments. Return False at the end of the text."""
        while True:
            self.skip(" \t\n")
            if not self.text.startswith("#", self.at):
                return self.at < len(self.text)
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end

    def take(self, chars: str) -> bool:
        """Step over the characters if they come next."""
        if self.text.startswith(chars, self.at):
            self.at += len(chars)
            return True
        return False
