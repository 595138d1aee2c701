"""A run of the benchmarks as plain text and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from procsem.bench.results import Bench, CostClaim, Curve, Figure
from procsem.bench.statistics import Interval
from procsem.model import Verdict

# A cost is the first quartile, and so stands beside its ratio; see `procsem.bench.statistics`.
_HEADS = ("", "p10", "first quartile", "times the limit", "95 % within", "median", "third quartile")


def plain(bench: Bench) -> Iterator[str]:
    """For a terminal, line by line."""
    rows = [_HEADS, *map(_cells, bench.ladder)] if bench.ladder else []
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *others = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join((first.strip().ljust(widths[0]), *others)).rstrip()
    for title, lines in _parts(bench):
        yield ""
        yield title
        yield from (f"  {line}" for line in lines)


def markdown(bench: Bench) -> str:
    """For the summary of a CI job."""
    lines = ["## What creating a process costs"]
    if bench.ladder:
        lines += ["", _row(_HEADS), "|---|" + "--:|" * (len(_HEADS) - 1)]
        lines += [_row(_cells(figure)) for figure in bench.ladder]
    for title, part in _parts(bench):
        lines += ["", f"### {title}", "", *(f"- {line}" for line in part)]
    return "\n".join(lines) + "\n"


def seconds(value: float) -> str:
    """A time in the unit that suits it, three figures."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if abs(value) >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value / 1e-9:.3g} ns"


def number(value: object) -> str:
    """A measured number in three figures, without a power of ten; anything else as it is."""
    if not isinstance(value, float):
        return str(value)
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 100 else f"{rounded:g}"


def crossed(curve: Curve, dear: str, cheap: str, at: Interval) -> str:
    """What it means that two lines of a curve cross there."""
    where = f"{number(at.value)} ({number(at.low)} to {number(at.high)}) {curve.unit}".strip()
    return f"from {where} on, {cheap} is cheaper than {dear}"


def claim(judged: CostClaim) -> str:
    """Its verdict, what it says, and the figures that decided."""
    facts = judged.facts
    figures = [
        f"{name} {number(value)} ({number(facts[f'{name}_low'])} to {number(facts[f'{name}_high'])})"
        for name, value in facts.items()
        if f"{name}_low" in facts
    ]
    known = "" if judged.as_expected or judged.verdict is Verdict.INCONCLUSIVE else ", which is not as expected"
    open_question = "; ".join(judged.against) if judged.verdict is Verdict.INCONCLUSIVE else ""
    said = f"{judged.claim}: {judged.verdict}{known}. {judged.says} {', '.join(figures) or judged.because}"
    return f"{said}. Not distinguishable here: {open_question}" if open_question else said


def _parts(bench: Bench) -> Iterator[tuple[str, list[str]]]:
    for curve in bench.curves:
        yield f"Growth with {curve.name}", list(_growth(curve))
    if bench.claims:
        yield "Claims about cost", [claim(each) for each in bench.claims]
    if bench.checks:
        yield "Checks", [f"{says}: {word}" for says, word in bench.checks.items()]
    if bench.left_out:
        yield "Left out", [f"{row}: {why}" for row, why in bench.left_out.items()]
    yield "Measured on", [f"{name}: {value}" for name, value in bench.machine.items() if value is not None]


def _growth(curve: Curve) -> Iterator[str]:
    each = curve.unit or "one more"
    for series, line in curve.lines.items():
        slope = line.slope
        within = f"({seconds(slope.low)} to {seconds(slope.high)})"
        yield f"{series}: {seconds(line.at_zero.value)} and {seconds(slope.value)} for each {each} {within}"
    yield from (crossed(curve, *each) for each in curve.crossings())


def _cells(figure: Figure) -> tuple[str, ...]:
    first, third = figure.quartiles
    ratio = figure.ratio
    compared = (number(ratio.value), f"{number(ratio.low)} to {number(ratio.high)}") if ratio else ("no limit here", "")
    return (figure.row, seconds(figure.p10), seconds(first), *compared, seconds(figure.median), seconds(third))


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "&#124;") for cell in cells) + " |"
