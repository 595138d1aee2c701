"""The names of arms and facts in a probe's source, read without running it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from attrs import frozen


@frozen
class ProbeNames:
    """The names that a probe can report."""

    arms: tuple[str, ...]
    """The functions that it passes to the kit's ``main``."""
    facts: frozenset[str]
    """The keywords of its calls of ``record``; if one passes a mapping (``**facts``), every string and keyword too."""
    patterns: Sequence[str]
    """Regular expressions of names that it makes from parts, like ``f"{name}s_exitcode"``."""

    def may_record(self, fact: str) -> bool:
        """Return whether the probe may record a fact of that name."""
        return fact in self.facts or any(re.fullmatch(pattern, fact) for pattern in self.patterns)


@cache
def probe_names(probe: Path) -> ProbeNames:
    """Return the names in a probe's source. Raises SyntaxError if it is not Python."""
    arms: tuple[str, ...] = ()
    recorded: set[str] = set()
    names: set[str] = set()
    patterns: set[str] = set()
    records_a_mapping = False
    for node in _nodes(ast.parse(probe.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            keywords = {keyword.arg for keyword in node.keywords if keyword.arg}
            names |= keywords
            if isinstance(node.func, ast.Name) and node.func.id == "main":
                arms = tuple(argument.id for argument in node.args if isinstance(argument, ast.Name))
            if isinstance(node.func, ast.Attribute) and node.func.attr == "record":
                recorded |= keywords
                records_a_mapping = records_a_mapping or any(keyword.arg is None for keyword in node.keywords)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            pattern = "".join(
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+" for part in node.values
            )
            if re.search(r"[a-z_]{2}", pattern.replace(r"\w+", "")):
                patterns.add(pattern)
    if not records_a_mapping:
        return ProbeNames(arms, frozenset(recorded), ())
    return ProbeNames(arms, frozenset(recorded | names), tuple(patterns))


def _nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a tree in no particular order, in half the time of :func:`ast.walk`."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for value in vars(node).values():
            if isinstance(value, list):
                waiting += [item for item in value if isinstance(item, ast.AST)]
            elif isinstance(value, ast.AST):
                waiting.append(value)
