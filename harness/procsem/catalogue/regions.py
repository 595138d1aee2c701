"""The parts of a probe that are shown to users. Pure."""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from textwrap import dedent

_START = re.compile(r"^\s*# --8<-- \[start:([\w-]+)\]$")
_END = re.compile(r"^\s*# --8<-- \[end:([\w-]+)\]$")
_IMPORT = re.compile(r"^[ \t]*((?:import|from) [^\n(]*(?:\([^)]*\))?)", re.MULTILINE)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


@lru_cache(maxsize=32)  # claims of one probe follow each other, and each asks twice
def code_regions(source: str) -> Mapping[str, str]:
    """Return the code between ``# --8<-- [start:NAME]`` and ``# --8<-- [end:NAME]``, by name.

    The comments are those of the snippets extension of Python-Markdown. Regions of one name that lie in the same block
    of code are one region, without what the probe does between them. Others are joined by two blank lines, those that
    only define something first. Each is dedented. The imports of the probe that the code needs come before it, so that
    it can be understood by itself.
    """
    if "# --8<-- " not in source:
        return {}
    found: dict[str, list[list[str]]] = defaultdict(list)
    open_regions: dict[str, list[str]] = {}
    continues: dict[str, bool] = {}
    for line in source.splitlines():
        if match := _START.match(line):
            open_regions[match[1]] = []
        elif match := _END.match(line):
            name, lines = match[1], open_regions.pop(match[1], [])
            if continues.get(name) and _indent(lines) >= _indent(found[name][-1]):
                found[name][-1] += _shifted(lines, after=found[name][-1])
            else:
                found[name].append(lines)
            continues[name] = _indent(found[name][-1]) > 0
        else:
            for lines in open_regions.values():
                lines.append(line)
            for name in continues:
                if name not in open_regions and _indent([line]) < _indent(found[name][-1]):
                    continues[name] = False
    parts = {name: [dedent("\n".join(lines)).strip("\n") for lines in regions] for name, regions in found.items()}
    imports = _imports(source)
    return {name: _complete(each, imports) for name, each in parts.items()}


def _indent(lines: Iterable[str]) -> int:
    """Return the number of spaces before the lines, or a large number if all of them are blank."""
    return min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=sys.maxsize)


def _shifted(lines: list[str], after: list[str]) -> list[str]:
    """Return the lines without the indent of a block that is the probe's own, and not begun in the lines before."""
    last = [line for line in after if line.strip()][-1:]
    surplus = 0 if last and last[0].endswith(":") else max(_indent(lines) - _indent(last), 0)
    return [line[surplus:] for line in lines]


def _complete(parts: list[str], imports: dict[str, tuple[str, str]]) -> str:
    """Return the parts with the imports that they need, or as they are if they are not Python code."""
    try:
        trees = {part: ast.parse(part) for part in parts}
    except SyntaxError:
        return "\n\n\n".join(parts)
    ordered = sorted(parts, key=lambda part: not all(isinstance(node, _DEFINITIONS) for node in trees[part].body))
    nodes = [node for tree in trees.values() for node in ast.walk(tree)]
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    bound |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    bound |= {node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    bound |= set(_imported(nodes))
    needed = [imports[name] for name in sorted(used - bound) if name in imports]
    by_module: dict[str, list[str]] = defaultdict(list)
    for module, name in needed:
        by_module[module].append(name)
    lines = sorted(name for name in by_module.pop("", []))
    lines += [f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(by_module.items())]
    if lines:
        gap = "\n" * (2 if isinstance(trees[ordered[0]].body[0], _DEFINITIONS[:3]) else 1)
        ordered[0] = "\n".join(lines) + "\n" + gap + ordered[0]
    return "\n\n\n".join(ordered)


def _imports(source: str) -> dict[str, tuple[str, str]]:
    """Return the imports of a probe by the name that they bind, without those of the kit of the probes.

    Only the import statements are parsed, because to parse every probe would double the time to load the catalogue.
    """
    found: dict[str, tuple[str, str]] = {}
    for statement in _IMPORT.findall(source):
        try:
            found = {**_imported(ast.walk(ast.parse(statement))), **found}
        except SyntaxError:  # a sentence that begins like an import
            continue
    return found


def _imported(nodes: Iterable[ast.AST]) -> dict[str, tuple[str, str]]:
    """Return the module and the name of each import by the name that it binds; a plain import has an empty module."""
    found: dict[str, tuple[str, str]] = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                words = f"import {alias.name}" + (f" as {alias.asname}" if alias.asname else "")
                found.setdefault(alias.asname or alias.name.partition(".")[0], ("", words))
        elif isinstance(node, ast.ImportFrom) and node.module and not node.module.startswith("_kit"):
            for alias in node.names:
                words = alias.name + (f" as {alias.asname}" if alias.asname else "")
                found.setdefault(alias.asname or alias.name, (node.module, words))
    return found
