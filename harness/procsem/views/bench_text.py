"""Benchmark runs, and comparisons of two runs, as plain text and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from procsem.bench.compare import Difference, Interference, MachineDifference, Missing, ParentDifference, RunComparison
from procsem.bench.results import BenchmarkResult, BenchmarkRun, CheckResult, CostClaim, Curve
from procsem.bench.statistics import Interval
from procsem.model import Verdict
from procsem.model.comparison import show
from procsem.views.formatting import count

NOT_DISTINGUISHABLE = "not distinguishable here"
# The ratio is one of first quartiles, so the first quartile is the column before it.
_HEADINGS = ("", "p10", "first quartile", "times the baseline", "95 % interval", "median", "third quartile")


def plain(run: BenchmarkRun) -> Iterator[str]:
    """Yield the lines for a terminal."""
    rows = [_HEADINGS, *map(_row, run.ranking)] if run.ranking else []
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *others = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join((first.strip().ljust(widths[0]), *others)).rstrip()
    for title, lines in _sections(run):
        yield ""
        yield title
        yield from (f"  {line}" for line in lines)


def markdown(run: BenchmarkRun) -> str:
    """Return the summary for a CI job."""
    lines = ["## What creating a process costs"]
    if run.ranking:
        lines += ["", _markdown_row(_HEADINGS), "|---|" + "--:|" * (len(_HEADINGS) - 1)]
        lines += [_markdown_row(_row(result)) for result in run.ranking]
    for title, section in _sections(run):
        lines += ["", f"### {title}", "", *(f"- {line}" for line in section)]
    return "\n".join(lines) + "\n"


def differences(comparison: RunComparison) -> Iterator[str]:
    """Yield one line for each thing that makes the comparison unfair."""
    yield from map(_difference, comparison.differences)


def slower(comparison: RunComparison, threshold: float) -> Iterator[str]:
    """Yield one line for each benchmark that became slower, and a summary."""
    for each in comparison.slower:
        yield f"{each.name}: {interval(each.before)} times the baseline before, {interval(each.now)} now"
    compared = count(comparison.compared, "benchmark")
    yield f"{compared} compared, {len(comparison.slower)} slower by more than a factor of {threshold:g}"


def seconds(value: float) -> str:
    """Return a duration with three significant figures, in the unit that suits it."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if abs(value) >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value / 1e-9:.3g} ns"


def number(value: object) -> str:
    """Return a float with three significant figures and without a power of ten, anything else as it is."""
    if not isinstance(value, float):
        return str(value)
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 100 else f"{rounded:g}"


def interval(value: Interval) -> str:
    """Return a value with its interval: ``3.14 (3 to 3.25)``."""
    return f"{number(value.value)} ({number(value.low)} to {number(value.high)})"


def crossing(curve: Curve, slower: str, faster: str, at: Interval) -> str:
    """Return what it means that two lines of a curve cross at this point."""
    return f"from {interval(at)} {curve.unit}".strip() + f" on, {faster} is faster than {slower}"


def answer(check: CheckResult) -> str:
    """Return the answer to a check: yes, no, or not distinguishable here."""
    word = {True: "yes", False: "no", None: NOT_DISTINGUISHABLE}[check.holds]
    return f"{word}, {interval(check.ratio)}" if check.ratio else word


def claim(judged: CostClaim) -> str:
    """Return the verdict of a claim, its statement, and the facts that decided."""
    facts = ", ".join(f"{name} {interval(value)}" for name, value in judged.facts.items())
    surprise = ", which is not as expected" if unexpected(judged) else ""
    line = f"{judged.claim}: {judged.verdict}{surprise}. {judged.says} {facts or judged.because}"
    if judged.verdict is Verdict.INCONCLUSIVE and (reasons := "; ".join(remarks(judged))):
        return f"{line.removesuffix('.')}. {NOT_DISTINGUISHABLE.capitalize()}: {reasons}"
    return line


def remarks(judged: CostClaim) -> list[str]:
    """Return what is not as expected of a claim, one phrase per fact."""
    found = [f"{each.fact} is {show(each.actual)}, not {each.expected}" for each in judged.mismatches]
    return [judged.problem, *found] if judged.problem else found


def unexpected(judged: CostClaim) -> bool:
    """Return whether the verdict is certainly not the expected one."""
    return not judged.as_expected and judged.verdict is not Verdict.INCONCLUSIVE


def unavailable(run: BenchmarkRun) -> Iterator[str]:
    """Yield one line per reason why benchmarks were not measured."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in run.unavailable.items():
        by_reason.setdefault(reason, []).append(name)
    for reason, names in by_reason.items():
        yield f"{reason}: {_first(names)}"


def _sections(run: BenchmarkRun) -> Iterator[tuple[str, list[str]]]:
    for curve in run.curves:
        yield f"Growth with {curve.name}", list(_growth(curve))
    if run.claims:
        yield "Claims about cost", [claim(each) for each in run.claims]
    if run.checks:
        yield "Checks", [f"{check.statement}: {answer(check)}" for check in run.checks]
    if run.unavailable:
        yield "Not measured", list(unavailable(run))
    yield "Machine", [f"{name}: {value}" for name, value in run.machine.items() if value is not None]


def _growth(curve: Curve) -> Iterator[str]:
    unit = curve.unit or "one more"
    for series, line in curve.lines.items():
        slope = line.slope
        within = f"({seconds(slope.low)} to {seconds(slope.high)})"
        yield f"{series}: {seconds(line.at_zero.value)}, and {seconds(slope.value)} for each {unit} {within}"
    yield from (crossing(curve, *found) for found in curve.crossings())


def _row(result: BenchmarkResult) -> tuple[str, ...]:
    first, third = result.quartiles
    ratio = result.ratio
    compared = (number(ratio.value), f"{number(ratio.low)} to {number(ratio.high)}") if ratio else ("no baseline", "")
    return (result.name, seconds(result.p10), seconds(first), *compared, seconds(result.median), seconds(third))


def _markdown_row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "&#124;") for cell in cells) + " |"


def _difference(difference: Difference) -> str:
    match difference:
        case MachineDifference(fact, before, now):
            return f"{fact}: {before} before, {now} now"
        case ParentDifference(fact, before, now, benchmarks):
            values = f"{_known(before)} before, {_known(now)} now"
            return f"{fact} of the parent: {values} ({_first(benchmarks)})"
        case Interference(in_new_run, factor):
            when = "now" if in_new_run else "before"
            return f"other processes used the CPUs {when}, and may have slowed a benchmark {factor:.2g} times"
        case Missing(benchmarks):
            return f"not measured now: {_first(benchmarks)}"


def _first(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]}, and {len(names) - 1} more"


def _known(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.4g}"
