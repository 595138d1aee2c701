"""The record of which tests of the contract passed, by mechanism and user: docs/sample/containment.json.

``pytest tests/containment --guarantees FILE`` adds what it saw to FILE. The documentation shows it as a table.
"""

from __future__ import annotations

import ast
import json
import os
import platform
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CONTRACT = ("test_contract.py", "test_posix.py")
"""The files whose tests are guarantees, if they have a mechanism."""

HELD, PARTLY, FAILED, SKIPPED = "held", "held; some cases not tested", "failed", "not tested"


def place(mechanism: str) -> dict[str, str]:
    """Return the system, the mechanism and the user of this process, by which runs are distinguished."""
    system = platform.system()
    if sys.platform == "win32":
        import ctypes

        wine = hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")
        system, root = "Windows (Wine)" if wine else system, bool(ctypes.WinDLL("shell32").IsUserAnAdmin())
    else:
        root = os.geteuid() == 0
    return {
        "system": system,
        "mechanism": mechanism,
        "user": "an ordinary user" if not root else "an administrator" if sys.platform == "win32" else "root",
    }


def worst(outcomes: Iterable[str]) -> str:
    """Return the outcome of a guarantee that several tests try: what failed once does not hold."""
    outcomes = set(outcomes)
    return FAILED if FAILED in outcomes else PARTLY if {HELD, SKIPPED} <= outcomes else min(outcomes)


def add(file: Path, runs: Iterable[dict[str, Any]]) -> None:
    """Add these runs to the file. A run replaces that of the same system, mechanism and user."""
    old = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    known = {tuple(run[key] for key in ("system", "mechanism", "user")): run for run in [*old, *runs]}
    order = names()
    for run in known.values():
        run["outcomes"] = {name: run["outcomes"][name] for name in order if name in run["outcomes"]}
    text = json.dumps([known[key] for key in sorted(known)], indent=1)
    file.write_text(text + "\n", encoding="utf-8")


def names() -> list[str]:
    """Return the names of the tests that use a mechanism, in the order of the files."""
    found = []
    for name in CONTRACT:
        tree = ast.parse((HERE / name).read_text(encoding="utf-8"))
        for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
            uses = {argument.arg for argument in function.args.args}
            if function.name.startswith("test_") and uses & {"mechanism", "sandbox", "shared_sandbox"}:
                found.append(function.name)
    return found
