"""Two stored runs: in what they disagree, and what has become dearer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from procsem.bench.results import Bench, Figure
from procsem.bench.statistics import Interval
from procsem.views.bench_text import number

THRESHOLD = 1.10
_MACHINE = ("system", "kernel", "machine", "cpu", "cpus", "governor", "python")
_CARRIED = ("modules", "rss_kib", "regions", "descriptors", "threads")
_ALIKE = 1.10  # what parents carry may differ by so many times: no two processes are laid out the same


@frozen
class Comparison:
    warnings: tuple[str, ...]
    """What else is different, each with its name: the machine, what the parents carry, other work, missing rows."""
    dearer: tuple[str, ...]
    compared: int
    """How many rows both runs hold to their limit."""


def compare(old: Bench, new: Bench, threshold: float = THRESHOLD) -> Comparison:
    """Hold one run against another that shares no passes with it: by the ratios to the limit that each run measured.

    A row is dearer when the intervals lie apart by more than the threshold, a factor. Where more wanted the CPUs than
    there are, a figure of some length may be stretched by as much, and its interval is taken so much wider.
    """
    before = {(each.group, each.row): each for each in old.figures}
    now = {(each.group, each.row): each for each in new.figures}
    pairs = [(known, now[key]) for key, known in before.items() if key in now]
    dearer, compared = [], 0
    for known, figure in pairs:
        if known.ratio is None or figure.ratio is None:
            continue
        compared += 1
        if known.ratio.high * known.stretch * threshold < figure.ratio.low / figure.stretch:
            dearer.append(f"{figure.row}: {_times(known.ratio)} times the limit before, {_times(figure.ratio)} now")
    return Comparison(
        tuple(_warnings(old, new, pairs, [row for group, row in before if (group, row) not in now])),
        tuple(dearer),
        compared,
    )


def _warnings(old: Bench, new: Bench, pairs: Sequence[tuple[Figure, Figure]], missing: Sequence[str]) -> Iterator[str]:
    for name in _MACHINE:
        one, other = old.machine.get(name), new.machine.get(name)
        if one != other:
            yield f"{name}: {one} before, {other} now"
    for name in _CARRIED:
        unlike = [
            (figure.row, one, other)
            for known, figure in pairs
            if not _alike(one := known.context.get(name), other := figure.context.get(name))
        ]
        if unlike:
            _, one, other = unlike[0]
            rows = _first([row for row, _, _ in unlike])
            yield f"{name} of the parent: {_said(one)} before, {_said(other)} now ({rows})"
    for when, bench in (("before", old), ("now", new)):
        if bench.stretch > _ALIKE:
            yield f"other work wanted the CPUs {when}, and may have stretched a figure {bench.stretch:.2g} times"
    if missing:
        yield f"not measured now: {_first(missing)}"


def _alike(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return max(one, other) <= _ALIKE * min(one, other)


def _first(rows: Sequence[str]) -> str:
    return rows[0] if len(rows) == 1 else f"{rows[0]}; and {len(rows) - 1} more rows"


def _said(value: float | None) -> str:
    return "not known" if value is None else f"{value:.4g}"


def _times(ratio: Interval) -> str:
    return f"{number(ratio.value)} ({number(ratio.low)} to {number(ratio.high)})"
