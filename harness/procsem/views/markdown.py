"""The matrix as Markdown for the summary of a CI job: totals first, details folded, within GitHub's size limit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from procsem.model import START_METHODS, CellResult, Claim, Column, Matrix
from procsem.model.comparison import show
from procsem.views.explain import contradiction, rerun_of_file
from procsem.views.formatting import count, legend, letter, method_legend, printable, tally, under

LIMIT = 1024 * 1024
"""Largest summary of one step that GitHub accepts, in bytes.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits
"""
_RESERVED = 200  # bytes for the sentence about what is left out
_SHOWN = 50


def render(
    matrix: Matrix,
    claims: Sequence[Claim],
    faults: Sequence[str] = (),
    limit: int = LIMIT,
    probes: Path | None = None,
) -> str:
    """Return the summary. Parts beyond the limit (in bytes) are left out, and the last sentence says so.

    ``probes`` is the folder of the claims, or None for the built-in ones.
    """
    text = ""
    for part in _parts(matrix, {claim.id: claim for claim in claims}, faults, probes):
        if len((text + part).encode()) > limit - _RESERVED:
            return (
                text + "\nThe rest is left out because GitHub limits the size of a summary. The page has all of it.\n"
            )
        text += part
    return text


def _parts(matrix: Matrix, claims: Mapping[str, Claim], faults: Sequence[str], probes: Path | None) -> Iterator[str]:
    unexpected = [(column, cell) for column, cell in matrix.cells() if not cell.as_expected]
    environments = count(len(matrix.columns), "environment")
    yield f"## Processes in {environments}\n\n{_escape(tally([cell for _, cell in matrix.cells()]))}.\n\n"
    for column in matrix.columns:
        if not column.run.complete:
            yield f"- **{_escape(column.label)}** was interrupted: the other cells were not measured.\n"
    for fault in faults:
        yield f"- **Not read:** {_escape(fault)}\n"
    if unexpected:
        yield f"\n### {count(len(unexpected), 'cell')} not as expected\n\n"
        for column, cell in unexpected[:_SHOWN]:
            yield f"- {_unexpected(column, cell)}\n\n"
            yield from _statement(claims.get(cell.claim))
            rerun = rerun_of_file(cell, column.run.environment, probes)
            yield f"  Run it again: <code>{_escape(rerun)}</code>\n"
        if len(unexpected) > _SHOWN:
            yield f"- and {len(unexpected) - _SHOWN} more, in the tables below\n"
    yield "\n### Environments\n\n| | environment | cells |\n|--:|---|---|\n"
    for number, column in enumerate(matrix.columns, 1):
        yield f"| {number} | {_escape(column.label)} | {_escape(tally(column.run.cells))} |\n"
    yield f"\nIn the tables: {_escape(legend())}; {method_legend(START_METHODS)}; an empty place was not measured.\n\n"
    for topic, ids in groupby(matrix.claims(), key=lambda claim: claim.partition("/")[0]):
        yield _topic(topic, list(ids), matrix, claims)


def _topic(topic: str, ids: Sequence[str], matrix: Matrix, claims: Mapping[str, Claim]) -> str:
    columns = matrix.columns
    letters = [" ".join(map(letter, column.start_methods)) for column in columns]
    heads = " | ".join(f"{number}&nbsp;{each}" for number, each in enumerate(letters, 1))
    lines = [
        f"<details><summary><b>{topic}</b>, {count(len(ids), 'claim')}</summary>\n",
        f"| claim | {heads} |",
        "|---|" + "---|" * len(columns),
    ]
    for claim_id in ids:
        says = f" — {_escape(claims[claim_id].says)}" if claim_id in claims else ""
        cells = " | ".join("`" + " ".join(map(_sign, column.row(claim_id))) + "`" for column in columns)
        lines.append(f"| **{claim_id.partition('/')[2]}**{says} | {cells} |")
    return "\n".join(lines) + "\n\n</details>\n\n"


def _unexpected(column: Column, cell: CellResult) -> str:
    seen = "; ".join(f"{m.arm}.{m.fact}: {show(m.actual)}, not {m.expected}" for m in cell.mismatches[:3])
    why = str(cell.problem) if cell.problem else seen
    return f"**{under(cell)}** in {_escape(column.label)}: {cell.verdict}, {contradiction(cell)}" + (
        f" ({_escape(why)})" if why else ""
    )


def _statement(claim: Claim | None) -> Iterator[str]:
    if claim is not None:
        yield f"  {_escape(claim.says)}\n\n"


def _sign(cell: CellResult | None) -> str:
    if cell is None:
        return " "
    return cell.verdict.sign + ("" if cell.as_expected else "*")


_ESCAPES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    "|": "&#124;",
    "`": "&#96;",
    "*": "&#42;",
    "_": "&#95;",
    "[": "&#91;",
    "]": "&#93;",
}


def _escape(text: str) -> str:
    """Escape text, which may come from a probe, for Markdown and HTML, and put it on one line."""
    return "".join(_ESCAPES.get(character, character) for character in printable(text).replace("\n", " "))
