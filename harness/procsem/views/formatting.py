"""Words for the model's values, the same in every view."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from procsem.model import CellResult, Column, Condition, Expectation, Run, Verdict


def legend() -> str:
    """Return one line that explains the signs of the verdicts."""
    return ", ".join(f"{verdict.sign} {verdict}" for verdict in Verdict) + ", * not as expected"


def method_legend(start_methods: Iterable[str]) -> str:
    """Return one line that explains the letters of these start methods: ``f fork, s spawn, k forkserver``."""
    return ", ".join(f"{letter(method)} {method}" for method in dict.fromkeys(start_methods))


def letter(start_method: str) -> str:
    """Return the letter of a start method: its first one, but ``k`` for forkserver, because fork has the ``f``."""
    return "k" if start_method == "forkserver" else start_method[0]


_PLACES = {"linux": "Linux", "macos": "macOS", "windows": "Windows", "posix": "POSIX systems"}
_NAMES = {"cpython": "CPython", "pypy": "PyPy"}
_PHRASES = {
    ("assertions", False): "without assertions (python -O)",
    ("gil", False): "with a free-threaded Python",
    ("in_venv", True): "in a virtual environment",
    ("musl", True): "with musl as the C library",
    ("own_pid_namespace", False): "without a PID namespace of its own",
    ("semaphores", False): "where the system has no semaphores",
    ("shared_memory", False): "where the system has no shared memory",
    ("subreaper", False): "where no subreaper adopts orphans",
    ("subreaper", True): "where a subreaper adopts orphans",
    ("wine", True): "under Wine",
}
_RANGES = {">=": "{} or newer", "<": "before {}", "==": "{}", ">": "after {}", "<=": "{} or older", "!=": "except {}"}


def where(condition: Condition) -> str:
    """Return a condition in words: ``under fork with Python 3.12 or newer``; empty if it always holds."""
    wanted = dict(condition.wanted)
    order = ["start_method", "python", "system", "family"]
    python = wanted.get("python")
    if "implementation" in wanted:
        names = _either(wanted.pop("implementation"), _NAMES)
        wanted["python"] = f"with {names} {_versions(python)}" if python else f"with {names}"
    elif python:
        wanted["python"] = f"with Python {_versions(python)}"
    facts = [*(fact for fact in order if fact in wanted), *(fact for fact in wanted if fact not in order)]
    return " ".join(_clause(fact, wanted[fact]) for fact in facts)


def _clause(fact: str, wanted: Any) -> str:
    if fact == "any":
        return " or ".join(where(Condition(part)) for part in wanted)
    if fact == "python":
        return str(wanted)
    if fact == "start_method":
        return f"under {_either(wanted)}"
    if fact in ("system", "family"):
        return f"on {_either(wanted, _PLACES)}"
    if isinstance(wanted, bool) and (fact, wanted) in _PHRASES:
        return _PHRASES[fact, wanted]
    return f"where {Condition({fact: wanted})}"


def _either(wanted: Any, words: Mapping[str, str] | None = None) -> str:
    values = [str(value) for value in (wanted if isinstance(wanted, list) else [wanted])]
    return " or ".join((words or {}).get(value, value) for value in values)


def _versions(wanted: str) -> str:
    """Return a range of versions in words: ``3.12.8 or newer but before 3.13``."""
    parts = re.findall(r"([<>=!]=|[<>])\s*([^\s,]+)", wanted)
    return " but ".join(_RANGES[operator].format(version) for operator, version in parts).replace(
        "but except", "except"
    )


def measured(rule: Expectation, columns: Iterable[Column]) -> str:
    """Return on which systems a rule was confirmed, given its columns (:meth:`Matrix.columns_by_rule`).

    For example ``measured on linux, macos``, or ``not yet measured``. Wine counts as a system of its own, because it is
    evidence about Python's code for Windows, but not about Windows.
    """
    places = [column.run.environment.facts for column in columns]
    systems = sorted({str(facts["system"]) for facts in places if not facts.get("wine")})
    if any(facts.get("wine") for facts in places):
        if not systems and rule.when.wanted.get("wine") is not True:
            return "measured under Wine only"
        systems.append("Wine")
    return f"measured on {', '.join(systems)}" if systems else "not yet measured"


def under(result: CellResult) -> str:
    """Return the name of a cell: ``daemon/no-children under spawn``, or only the claim if no start method applies."""
    return f"{result.claim} under {result.start_method}" if result.start_method else result.claim


def tally(results: Iterable[CellResult]) -> str:
    """Return the totals: ``96 cells: 60 upheld, 30 refuted, 6 unsupported; all as expected``."""
    results = list(results)
    if not results:
        return "no cell was measured"
    counts = Counter(result.verdict for result in results)
    verdicts = ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict])
    unexpected = sum(not result.as_expected for result in results)
    end = f"{unexpected} not as expected" if unexpected else "all as expected"
    return f"{count(len(results), 'cell')}: {verdicts}; {end}"


def count(number: int, thing: str) -> str:
    """Return a number with its noun: ``1 cell``, ``2 cells``."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def outcome(run: Run) -> str:
    """Return one line about a whole run: its environment, its totals and its duration."""
    interrupted = "" if run.complete else ", interrupted: the other cells were not measured"
    return f"{run.environment.label}: {tally(run.cells)} ({run.seconds:.1f} s{interrupted})"


def command_line(words: Sequence[str]) -> str:
    """Quote the words of a command as the shell of this system needs them."""
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)


def printable(text: str) -> str:
    """Escape the control characters in the output of a probe, so that a terminal shows them and does not obey them."""
    return "".join(c if c in "\n\t" or c.isprintable() else c.encode("unicode_escape").decode() for c in text)
