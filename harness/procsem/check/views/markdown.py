"""A diagnosis as Markdown, for the summary of a job or a comment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from procsem.check.case import ending
from procsem.check.cost import Cost
from procsem.check.diagnose import Diagnosis, label
from procsem.check.schema import children
from procsem.check.suite import Table
from procsem.check.views import wording
from procsem.views.formatting import count


def render(diagnosis: Diagnosis, root: Path) -> str:
    """Return the report. Paths below ``root`` are relative to it."""
    return "\n".join(_lines(diagnosis, root)) + "\n"


def _lines(diagnosis: Diagnosis, root: Path) -> Iterator[str]:
    runs = [(number, run) for number, run in enumerate(diagnosis.case.runs) if not run.interventions]
    program = " ".join(runs[0][1].program) if runs else ""
    yield f"### procsem check: `{_code(program)}`"
    yield ""
    yield "| Python | start method | end | time | children | findings |"
    yield "|---|---|---|---:|---:|---|"
    for number, run in runs:
        causes = [finding.cause.name for finding in diagnosis.findings if number in finding.runs]
        unknown = any(each.run == number for each in diagnosis.unexplained)
        shown = ", ".join(dict.fromkeys(causes)) or ("differs, cause unknown" if unknown else "none")
        end = _text(ending(run))
        method = wording.method_of(run, [each for _, each in runs])
        yield f"| {label(run)} | {method} | {end} | {run.seconds:.2f} s | {children(run)} | {shown} |"
    for table in diagnosis.tables:
        yield from _tests(diagnosis, table)
    for cost in diagnosis.costs:
        yield from _cost(cost)
    for finding in diagnosis.findings:
        yield ""
        seen = ", ".join(finding.start_methods) + (", confirmed" if finding.confirmed else "")
        yield f"**`{_code(_relative(finding.file, root))}:{finding.line}` {finding.cause.name}** ({seen})"
        yield ""
        yield f"- Cause: {_text(finding.explanation)}"
        yield f"- Fix: {_text(finding.fix)}"
        yield f"- Breaks: {', '.join(finding.appears_on)}"
        if finding.tests:
            yield f"- Tests: {', '.join(f'`{_code(test)}`' for test in finding.tests)}"
        if finding.cause.claims:
            yield f"- Proof: {', '.join(f'`{claim}`' for claim in finding.cause.claims)}"
    for each in diagnosis.unexplained:
        yield ""
        yield (
            f"**Differs, cause unknown** under {each.start_method} with {each.python}: {each.difference.what} "
            f"`{_code(each.difference.here)}` instead of `{_code(each.difference.reference)}`"
        )
    for doubt in diagnosis.doubts:
        yield ""
        yield f"Note: {_text(doubt)}"


def _tests(diagnosis: Diagnosis, table: Table) -> Iterator[str]:
    alike = count(len(table.rows) - len(table.shown), "test")
    yield ""
    if table.shown:
        yield f"| test | {' | '.join(table.methods)} | cause |"
        yield f"|---|{'---|' * (len(table.methods) + 1)}"
        for row in table.shown:
            causes = ", ".join(diagnosis.causes_of(row.id, table.python))
            if not causes:
                causes = ("unknown: " if row.differs else "") + _text(next(iter(row.messages.values()), ""))
            outcomes = " | ".join(row.outcomes[method] for method in table.methods)
            yield f"| `{_code(row.id)}` | {outcomes} | {causes} |"
        yield ""
    yield f"{alike} alike under every method."
    if table.only_under_fork:
        yield ""
        yield f"Only under fork pass: {', '.join(f'`{_code(name)}`' for name in table.only_under_fork)}"


def _cost(cost: Cost) -> Iterator[str]:
    yield ""
    yield "| start method | time | CPU time | children | peak memory of the largest process | start to first line |"
    yield "|---|---:|---:|---:|---:|---:|"
    for method in cost.methods:
        yield (
            f"| {method.start_method} | {wording.seconds(method.seconds)} | {wording.seconds(method.cpu_seconds)} "
            f"| {method.children} | {wording.memory(method.peak_kib)} | {wording.milliseconds(method.first_line)} |"
        )
    if cost.imports:
        yield ""
        yield f"Imported again by each child under {cost.imports_under}:"
        yield ""
        for each in cost.imports:
            yield f"- `{_code(each.module)}`: {each.seconds:.3f} s, {count(each.children, 'time')}"
    if cost.saving:
        yield ""
        yield _text(" ".join(wording.saving(cost.saving)))


def _relative(file: str, root: Path) -> str:
    path = Path(file)
    return path.relative_to(root).as_posix() if path.is_absolute() and path.is_relative_to(root) else path.as_posix()


def _code(text: str) -> str:
    """Return text that cannot end a code span or a table cell."""
    return " ".join(text.replace("`", "'").replace("|", "\\|").split())[:200]


def _text(text: str) -> str:
    """Return text that is not taken for Markdown or HTML."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for character in "\\`*_[]|":
        escaped = escaped.replace(character, "\\" + character)
    return " ".join(escaped.split())
