"""The changes between two matrices, in words."""

from __future__ import annotations

from collections.abc import Iterator

from procsem.model.comparison import show
from procsem.results import Change, ChangeKind, Difference, MatrixComparison
from procsem.views.formatting import count


def lines(comparison: MatrixComparison) -> Iterator[str]:
    """Yield one line per change, those that need attention first, and then the totals."""
    alarms = comparison.alarms
    for change in (*alarms, *(each for each in comparison.changes if each not in alarms)):
        yield f"{change.kind}: {_subject(change)}: {_detail(change)}"
    cells = count(comparison.compared, "cell")
    changed = count(sum(change.kind is not ChangeKind.FACT for change in comparison.changes), "change")
    missing = sum(change.cells for change in comparison.changes if change.kind is ChangeKind.MISSING)
    yield f"{cells} compared, {changed}" + (f", {count(missing, 'cell')} missing" if missing else "")


def _subject(change: Change) -> str:
    """Return what changed: a cell, all cells under a start method, or an environment."""
    method = f" under {change.start_method}" if change.start_method else ""
    if change.claim:
        return f"{change.claim}{method} in {change.column}"
    return f"everything{method} in {change.column}" if method else change.column


def _detail(change: Change) -> str:
    if change.kind is ChangeKind.REMOVED:
        return "the catalogue no longer has this claim" if change.claim else "the catalogue no longer has these claims"
    if change.kind in (ChangeKind.MISSING, ChangeKind.NEW):
        if not change.claim:
            return count(change.cells, "cell")
        (verdict,) = change.differences
        return f"was {verdict.before}" if change.kind is ChangeKind.MISSING else str(verdict.after)
    if change.kind is ChangeKind.TIME:
        (times,) = change.differences
        others = f", while the others took {change.pace:.2f} times as long" if change.pace else ""
        return f"{times.before:.2f} s -> {times.after:.2f} s{others}"
    if change.kind is ChangeKind.RESIDUE:
        (residue,) = change.differences
        return f"{', '.join(residue.before) or 'none'} -> {', '.join(residue.after) or 'none'}"
    named = change.kind in (ChangeKind.OBSERVATION, ChangeKind.FACT)
    return "; ".join(f"{each.name + ' ' if named else ''}{_pair(each)}" for each in change.differences)


def _pair(difference: Difference) -> str:
    return f"{show(difference.before)} -> {show(difference.after)}"
