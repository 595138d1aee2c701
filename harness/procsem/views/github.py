"""GitHub annotations: each unexpected cell at the line of claims.toml that it contradicts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from procsem.model import Claim, Matrix
from procsem.model.comparison import show
from procsem.views.explain import contradiction
from procsem.views.formatting import printable, under


def render(matrix: Matrix, claims: Sequence[Claim], root: Path) -> Iterator[str]:
    """Yield one workflow command per unexpected cell, with paths relative to ``root``, the checkout.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message
    """
    known = {claim.id: claim for claim in claims}
    for column, cell in matrix.cells():
        claim = known.get(cell.claim)
        if cell.as_expected or claim is None:
            continue
        file = Path(os.path.relpath(claim.file, root)).as_posix()
        title = f"{under(cell)}: {cell.verdict}, {contradiction(cell)}"
        seen = "; ".join(f"{m.arm}.{m.fact} is {show(m.actual)}, not {m.expected}" for m in cell.mismatches)
        message = f"{column.label}: {cell.problem or seen or claim.says}"
        yield workflow_command("error", file, claim.line, title, message)


def workflow_command(level: str, file: str | None, line: int | None, title: str, message: str) -> str:
    """Return the command that makes GitHub show a message, at a line of a file if there is one."""
    place = f"file={_property(file)},line={line}," if file is not None else ""
    return f"::{level} {place}title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    return printable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
