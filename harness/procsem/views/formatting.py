"""How the model's values are said to a person, the same in every view."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Sequence

from procsem.model import CellResult, Column, Expectation, Run, Verdict


def legend() -> str:
    """What the signs mean, in a line."""
    return ", ".join(f"{verdict.sign} {verdict}" for verdict in Verdict) + ", * not as expected"


def measured(rule: Expectation, columns: Iterable[Column]) -> str:
    """On which systems a rule was put to the test, by the columns that met it (:meth:`Matrix.met`).

    ``measured on linux, macos``; ``not yet measured``. Wine is a system of its own: what is seen there is evidence of
    Python's code for Windows, and not of Windows.
    """
    places = [column.run.environment.facts for column in columns]
    systems = sorted({str(facts["system"]) for facts in places if not facts.get("wine")})
    if any(facts.get("wine") for facts in places):
        if not systems and rule.when.wanted.get("wine") is not True:
            return "not yet measured, but for Wine"
        systems.append("Wine")
    return f"measured on {', '.join(systems)}" if systems else "not yet measured"


def letter(start_method: str) -> str:
    """A start method in one letter: f, s, and k for forkserver."""
    return "k" if start_method == "forkserver" else start_method[0]


def under(result: CellResult) -> str:
    """``daemon/no-children under spawn``; a claim that no start method can influence goes without."""
    return f"{result.claim} under {result.start_method}" if result.start_method else result.claim


def tally(results: Iterable[CellResult]) -> str:
    """``96 cells: 60 upheld, 30 refuted, 6 unsupported; all as expected``."""
    results = list(results)
    counts = Counter(result.verdict for result in results)
    said = ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict])
    unexpected = sum(not result.as_expected for result in results)
    end = f"{unexpected} not as expected" if unexpected else "all as expected"
    return f"{count(len(results), 'cell')}: {said}; {end}" if results else "no cell was measured"


def count(number: int, thing: str) -> str:
    """``1 cell``, ``2 cells``."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def outcome(run: Run) -> str:
    """One line of how a run ended."""
    broken_off = "" if run.complete else ", interrupted: the rest was not measured"
    return f"{run.environment.label}: {tally(run.cells)} ({run.seconds:.1f} s{broken_off})"


def command_line(words: Sequence[str]) -> str:
    """Words as this system's shell takes them."""
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)


def printable(text: str) -> str:
    """Text of a probe made harmless for a terminal: control characters are shown, not obeyed."""
    return "".join(c if c in "\n\t" or c.isprintable() else c.encode("unicode_escape").decode() for c in text)
