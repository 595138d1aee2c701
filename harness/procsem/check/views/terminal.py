"""A diagnosis as text for a terminal or a pipe."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from procsem.check.case import ending
from procsem.check.cost import Cost
from procsem.check.diagnose import Diagnosis, Finding, Unexplained
from procsem.check.evidence import Run
from procsem.check.schema import children
from procsem.check.suite import Table
from procsem.check.views import wording
from procsem.views.formatting import command_line, count, printable

_PROOFS = 3
"""Number of claims that are named for a finding; the other formats name all."""
_LABEL = 8
_MOST_TESTS = 40


def render(diagnosis: Diagnosis, width: int = 80) -> str:
    """Return the whole report."""
    return "\n".join(_lines(diagnosis, width)) + "\n"


def _lines(diagnosis: Diagnosis, width: int) -> Iterator[str]:
    runs = list(enumerate(diagnosis.case.runs))
    for _, group in groupby(runs, key=lambda pair: pair[1].python):
        yield from _table(diagnosis, list(group), width)
        yield ""
    for table in diagnosis.tables:
        yield from _tests(diagnosis, table, width)
    for cost in diagnosis.costs:
        yield from _cost(cost, width)
        yield ""
    for finding in diagnosis.findings:
        yield from _finding(diagnosis, finding, width)
        yield ""
    for each in diagnosis.unexplained:
        yield from _unexplained(each, width)
        yield ""
    for doubt in diagnosis.doubts:
        yield from _paragraph("Note", doubt, width)
    yield _summary(diagnosis)


def _table(diagnosis: Diagnosis, runs: list[tuple[int, Run]], width: int) -> Iterator[str]:
    first = runs[0][1]
    name = {"cpython": "CPython", "pypy": "PyPy"}.get(first.implementation, first.implementation or "Python")
    release = ".".join(map(str, first.version))
    program = command_line([_short(word) if Path(word).is_absolute() else word for word in first.program])
    title = f"{printable(program)}, {name} {release} (default start method here: {first.default_method})"
    yield from textwrap.wrap(title, width, subsequent_indent="  ", break_on_hyphens=False)
    yield ""
    yield f"  {'start method':<14}  {'end':<12} {'time':>9} {'children':>9}   findings"
    plain = [run for _, run in runs if not run.interventions]
    for number, run in runs:
        if run.interventions:
            continue
        end = "0" if run.exit_code == 0 else ending(run).removeprefix("exit code ")
        found = sum(number in finding.runs for finding in diagnosis.findings)
        unknown = any(each.run == number for each in diagnosis.unexplained)
        shown = str(found) if found else ("differs" if unknown else "-")
        method = wording.method_of(run, plain)
        yield f"  {method:<14}  {end:<12} {run.seconds:>7.2f} s {children(run):>9}   {shown}"


def _tests(diagnosis: Diagnosis, table: Table, width: int) -> Iterator[str]:
    rest = len(table.rows) - len(table.shown)
    if not table.shown:
        yield f"  {count(rest, 'test')}, alike under every method"
        yield ""
        return
    columns = "".join(f"{method:<14}" for method in table.methods).rstrip()
    left = max(20, width - 14 * len(table.methods) - 4)
    yield f"  {'test':<{left}}  {columns}"
    for row in table.shown[:_MOST_TESTS]:
        name = printable(row.id)
        outcomes = "".join(f"{row.outcomes[method]:<14}" for method in table.methods).rstrip()
        if len(name) > left:  # a long name has a line of its own, and is never broken
            yield f"  {name}"
            name = ""
        yield f"  {name:<{left}}  {outcomes}"
        causes = diagnosis.causes_of(row.id, table.python)
        if causes:
            yield f"      {', '.join(causes)}"
        elif row.differs:
            yield f"      cause unknown: {printable(next(iter(row.messages.values()), 'no message'))}"[:width]
    if len(table.shown) > _MOST_TESTS:
        yield f"  and {len(table.shown) - _MOST_TESTS} more, which --json, --markdown and --html list"
    if rest:
        yield f"  {count(rest, 'other test')}, alike under every method"
    yield ""
    if table.only_under_fork:
        yield "  pass only under fork:"
        yield from (f"    {printable(name)}" for name in table.only_under_fork)
        yield ""


def _cost(cost: Cost, width: int) -> Iterator[str]:
    yield f"  {'cost':<12}  {'time':>9} {'CPU time':>10} {'children':>9}   {'memory':>8}   start to first line"
    for method in cost.methods:
        yield (
            f"  {method.start_method:<12}  {method.seconds:>7.2f} s {wording.seconds(method.cpu_seconds):>10} "
            f"{method.children:>9}   {wording.memory(method.peak_kib):>8}   {wording.milliseconds(method.first_line)}"
        )
    yield "  (memory: the peak of the largest process)"
    if cost.imports:
        yield ""
        yield f"  imported again by each child ({cost.imports_under}):"
        for each in cost.imports:
            yield f"    {each.module:<30} {each.seconds:>7.3f} s   {count(each.children, 'time')}"
    if cost.saving:
        for line in wording.saving(cost.saving):
            yield from textwrap.wrap(line, width, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)


def _finding(diagnosis: Diagnosis, finding: Finding, width: int) -> Iterator[str]:
    run = diagnosis.case.runs[finding.runs[0]]
    place = f"{_short(finding.file)}:{finding.line}"
    title = f"{place}  {finding.cause.name}"
    methods = ", ".join(finding.start_methods)
    if len(diagnosis.case.pythons) > 1:
        methods += f" ({', '.join(finding.pythons)})"
    if len(title) + 2 + len(methods) > width:  # a long path has a line of its own, and is never broken
        yield place
        title = f"    {finding.cause.name}"
    yield f"{title}{' ' * max(2, width - len(title) - len(methods))}{methods}"
    source = run.source_line(finding.file, finding.line)
    if source:
        yield f"    {printable(source)[: width - 4]}"
    yield from _paragraph("Cause", finding.explanation, width)
    yield from _paragraph("Fix", finding.fix, width)
    yield from _paragraph("Breaks", "; ".join(finding.appears_on), width)
    if finding.tests:
        more = f", and {len(finding.tests) - 1} more" if len(finding.tests) > 1 else ""
        yield from _paragraph("Test", finding.tests[0] + more, width)
    if finding.confirmed:
        yield from _paragraph("Shown", "confirmed: without the cause, the problem disappears", width)
    for claim in finding.cause.claims[:_PROOFS]:
        yield from _paragraph("Proof", f"procsem show {claim}", width)


def _unexplained(each: Unexplained, width: int) -> Iterator[str]:
    yield f"{each.start_method}, {each.python}: {wording.differs(each.difference.what)}, cause unknown"
    yield from _paragraph("Here", each.difference.here or "(nothing)", width)
    yield from _paragraph("Else", each.difference.reference or "(nothing)", width)


def _paragraph(name: str, text: str, width: int) -> Iterator[str]:
    head = f"    {name:<{_LABEL}}"
    for line in printable(text).splitlines():
        yield from textwrap.wrap(
            line,
            width,
            initial_indent=head,
            subsequent_indent=" " * len(head),
            break_long_words=False,
            break_on_hyphens=False,
        )
        head = " " * len(head)


def _short(file: str) -> str:
    """Return a path as it is seen from here, where that is shorter."""
    try:
        near = os.path.relpath(file)
    except ValueError:
        return file
    return min(near, file, key=len)


def _summary(diagnosis: Diagnosis) -> str:
    found, unknown = len(diagnosis.findings), len(diagnosis.unexplained)
    if not found and not unknown:
        return "no findings"
    words = [f"{found} finding{'s' * (found != 1)}"] if found else []
    if unknown:
        words.append(f"{unknown} run{'s' * (unknown != 1)} that differ{'s' * (unknown == 1)} without a known cause")
    return ", ".join(words)
