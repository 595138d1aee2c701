"""How an environment is measured, and how the report of it is read."""

from __future__ import annotations

import json
import os
from pathlib import Path

from procsem.environment.facts import FACTS
from procsem.environment.interpreter import InterpreterError
from procsem.model import Environment

_SCRIPT = Path(__file__).with_name("measure.py")


def command(executable: str, report_path: str | os.PathLike[str]) -> list[str]:
    """The command line that measures this interpreter's environment and writes the facts to ``report_path``.

    Options of the interpreter itself go between its first two words.
    """
    return [executable, str(_SCRIPT), "--report", os.fspath(report_path)]


def command_for_process_1(executable: str) -> list[str]:
    """The command line that prints as JSON whether process 1 reaps our orphans, unless its standard input ends before.

    On POSIX only. The interpreter is not the one to be measured: the answer is the system's.
    """
    return [executable, "-I", "-S", str(_SCRIPT), "--process-1"]


def read(report_path: str | os.PathLike[str]) -> Environment:
    """The environment that was reported. Raises InterpreterError when there is no whole report."""
    try:
        facts = json.loads(Path(report_path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InterpreterError(_unmeasured("it ended without a report")) from None
    except (OSError, ValueError) as error:
        raise InterpreterError(_unmeasured(f"{os.fspath(report_path)} cannot be read: {error}")) from error
    if not isinstance(facts, dict) or set(facts) != set(FACTS):
        odd = set(facts) ^ set(FACTS) if isinstance(facts, dict) else {"all"}
        raise InterpreterError(_unmeasured(f"the report lacks, or has too much of: {', '.join(sorted(odd))}"))
    return Environment(facts)


def _unmeasured(why: str) -> str:
    return f"the environment was not measured: {why}; run {_SCRIPT} under that Python to see what it says"
