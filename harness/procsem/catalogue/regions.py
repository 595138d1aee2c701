"""The parts of a probe that are shown to users. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from textwrap import dedent

_START = re.compile(r"^\s*# --8<-- \[start:([\w-]+)\]$")
_END = re.compile(r"^\s*# --8<-- \[end:([\w-]+)\]$")


def code_regions(source: str) -> dict[str, str]:
    """Return the code between ``# --8<-- [start:NAME]`` and ``# --8<-- [end:NAME]``, by name.

    The comments are those of the snippets extension of Python-Markdown. Several regions of one name are joined by
    two blank lines. Each region is dedented.
    """
    if "# --8<-- " not in source:
        return {}
    found: dict[str, list[str]] = defaultdict(list)
    open_regions: dict[str, list[str]] = {}
    for line in source.splitlines():
        if match := _START.match(line):
            open_regions[match[1]] = []
        elif match := _END.match(line):
            found[match[1]].append(dedent("\n".join(open_regions.pop(match[1], []))).strip("\n"))
        else:
            for lines in open_regions.values():
                lines.append(line)
    return {name: "\n\n\n".join(parts) for name, parts in found.items()}
