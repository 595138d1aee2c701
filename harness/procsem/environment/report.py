"""The command lines that measure an environment, and the reader of the report."""

from __future__ import annotations

import json
import os
from pathlib import Path

from procsem.environment.facts import FACTS
from procsem.environment.interpreter import InterpreterError
from procsem.model import Environment

_SCRIPT = Path(__file__).with_name("measure.py")


def command(executable: str, report_path: str | os.PathLike[str], token: str = "") -> list[str]:
    """Return the command line that measures an interpreter's environment and writes the facts to ``report_path``.

    ``token`` becomes part of the names of shared objects, by which they are found if the measurement is killed. Options
    of the interpreter itself go between its first two words.
    """
    return [executable, str(_SCRIPT), "--report", os.fspath(report_path), token]


def command_for_process_1(executable: str) -> list[str]:
    """Return the command line that prints as JSON whether process 1 reaps, unless its standard input ends before.

    For POSIX only. Any interpreter will do, because the answer is about the system.
    """
    return [executable, "-I", "-S", str(_SCRIPT), "--process-1"]


def read(report_path: str | os.PathLike[str]) -> Environment:
    """Return the reported environment. Raises :class:`InterpreterError` if the report is missing or incomplete."""
    try:
        facts = json.loads(Path(report_path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InterpreterError(_unmeasured("it ended without a report")) from None
    except (OSError, ValueError) as error:
        raise InterpreterError(_unmeasured(f"{os.fspath(report_path)} cannot be read: {error}")) from error
    if not isinstance(facts, dict) or set(facts) != set(FACTS):
        odd = set(facts) ^ set(FACTS) if isinstance(facts, dict) else {"all"}
        raise InterpreterError(_unmeasured(f"the report has too few or too many facts: {', '.join(sorted(odd))}"))
    return Environment(facts)


def _unmeasured(why: str) -> str:
    return f"the environment was not measured: {why}; run {_SCRIPT} under that Python to see what it says"
