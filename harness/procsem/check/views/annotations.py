"""GitHub annotations of a diagnosis: each finding at its line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from procsem.check.diagnose import Diagnosis
from procsem.views.github import workflow_command


def render(diagnosis: Diagnosis, root: Path) -> Iterator[str]:
    """Yield one workflow command per finding, with paths relative to ``root``, the checkout."""
    for finding in diagnosis.findings:
        path = Path(finding.file)
        file = path.relative_to(root) if path.is_absolute() and path.is_relative_to(root) else path
        title = f"{finding.cause.name} under {', '.join(finding.start_methods)}"
        message = f"{finding.explanation} Fix: {finding.fix}"
        yield workflow_command("error", file.as_posix(), finding.line, title, message)
    for each in diagnosis.unexplained:
        message = f"{each.difference.what}: {each.difference.here} instead of {each.difference.reference}"
        yield workflow_command("warning", None, None, f"differs under {each.start_method}, cause unknown", message)
