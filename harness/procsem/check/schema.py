"""The diagnosis as plain JSON data: schema version 1, documented by ``check.schema.json``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from attrs import asdict

from procsem.check.cost import Cost
from procsem.check.diagnose import Diagnosis, Finding, Unexplained, label
from procsem.check.evidence import HELPERS, Run
from procsem.check.suite import Table

VERSION = 1
SCHEMA_FILE = Path(__file__).with_name("check.schema.json")


def to_data(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return the diagnosis as JSON data."""
    runs = diagnosis.case.runs
    return {
        "schema": VERSION,
        "program": list(runs[0].program) if runs else [],
        "runs": [_run(run) for run in runs],
        "findings": [_finding(finding) for finding in diagnosis.findings],
        "unexplained": [_unexplained(each) for each in diagnosis.unexplained],
        "doubts": list(diagnosis.doubts),
        "tests": [_table(table, diagnosis) for table in diagnosis.tables],
        "costs": [_cost(cost) for cost in diagnosis.costs],
    }


def _cost(cost: Cost) -> dict[str, Any]:
    return {
        "executable": cost.python,
        "methods": [asdict(method) for method in cost.methods],
        "imports_under": cost.imports_under,
        "imports": [asdict(each) for each in cost.imports],
        "preload": asdict(cost.saving, value_serializer=_as_list) if cost.saving else None,
    }


def _as_list(_instance: object, _attribute: object, value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _table(table: Table, diagnosis: Diagnosis) -> dict[str, Any]:
    return {
        "executable": table.python,
        "start_methods": list(table.methods),
        "total": len(table.rows),
        "differing": [
            {
                "test": row.id,
                "outcomes": dict(row.outcomes),
                "messages": dict(row.messages),
                "causes": list(diagnosis.causes_of(row.id, table.python)),
            }
            for row in table.shown
        ],
        "only_under_fork": list(table.only_under_fork),
    }


def _run(run: Run) -> dict[str, Any]:
    return {
        "python": label(run),
        "executable": run.python,
        "platform": run.platform,
        "start_method": run.start_method,
        "default_method": run.default_method,
        "exit_code": run.exit_code,
        "status": run.status,
        "timed_out": run.timed_out,
        "seconds": run.seconds,
        "cpu_seconds": run.cpu_seconds,
        "children": children(run),
        "peak_processes": run.peak_processes,
        "start_methods_used": run.methods_seen(),
        "interventions": list(run.interventions),
        "output": run.output,
    }


def children(run: Run) -> int:
    """Return how many processes the program started, without multiprocessing's own helpers."""
    return sum(process.role not in HELPERS for process in run.processes[1:])


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "cause": finding.cause.name,
        "start_methods": list(finding.start_methods),
        "pythons": list(finding.pythons),
        "appears_on": list(finding.appears_on),
        "file": finding.file,
        "line": finding.line,
        "also": list(finding.also),
        "confirmed": finding.confirmed,
        "explanation": finding.explanation,
        "fix": finding.fix,
        "claims": list(finding.cause.claims),
        "evidence": dict(finding.evidence),
        "runs": list(finding.runs),
        "tests": list(finding.tests),
    }


def _unexplained(each: Unexplained) -> dict[str, Any]:
    return {
        "run": each.run,
        "python": each.python,
        "start_method": each.start_method,
        "what": each.difference.what,
        "here": each.difference.here,
        "reference": each.difference.reference,
    }
