"""A benchmark run as one HTML page with plots, without network access and without scripts.

matplotlib draws the plots. It is imported only here, so that all other views work without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import frozen
from markupsafe import Markup

from procsem.bench.compare import MAX_INTERFERENCE
from procsem.bench.results import RANKING, BenchmarkResult, BenchmarkRun
from procsem.bench.statistics import Interval, drift, ratio
from procsem.errors import ProcsemError
from procsem.views import bench_text, html
from procsem.views.formatting import count


class PlottingUnavailableError(ProcsemError):
    """Raised when the library that draws the plots is not installed."""


@frozen
class RowsPlot:
    """A group drawn as one row per benchmark, for a wide screen and for a narrow one."""

    title: str
    wide: Markup
    narrow: Markup


@frozen
class FittedLine:
    """The line that was fitted to a series, and a sample of how the series is drawn."""

    series: str
    sample: Markup
    at_zero: Interval
    slope: Interval


@frozen
class GrowthPlot:
    """A curve: its plot, the fitted lines, and the points where they cross."""

    name: str
    unit: str
    plot: Markup
    lines: list[FittedLine]
    crossings: list[tuple[int, str]]
    """The number in the plot, and what the crossing means."""


@frozen
class SpreadPlot:
    """The durations of one benchmark."""

    result: BenchmarkResult
    plot: Markup
    above: int
    """The number of rounds above the upper edge of the plot."""
    drift: Interval | None


def render(run: BenchmarkRun) -> str:
    """Return the page; equal input gives equal text. Raises PlottingUnavailableError."""
    try:
        from procsem.views.html.bench import plots
    except ModuleNotFoundError as error:
        library = (error.name or "matplotlib").partition(".")[0]
        raise PlottingUnavailableError(
            f"matplotlib draws the page, but {library} is not installed: pip install 'procsem[bench]'"
        ) from error

    ids = (f"plot-{number}" for number in range(10**6))
    groups = {
        name: group if group[0].series else sorted(group, key=lambda result: result.cost.value)
        for name, group in run.groups.items()
    }

    def rows(
        title: str,
        results: list[BenchmarkResult],
        heading: str,
        factors: Iterable[Interval | None],
        baseline: float | None = None,
    ) -> RowsPlot:
        ends = [_end_of_row(result, factor) for result, factor in zip(results, factors, strict=True)]
        wide, narrow = (
            plots.rows(next(ids), title, results, heading, ends, baseline=baseline, narrow=narrow)
            for narrow in (False, True)
        )
        return RowsPlot(title, wide, narrow)

    def ranking(results: list[BenchmarkResult]) -> RowsPlot:
        baseline = next((result.baseline for result in results if result.baseline), None)
        return rows("Ranking", results, "× baseline", (result.ratio for result in results), baseline)

    def comparison(name: str, results: list[BenchmarkResult]) -> RowsPlot:
        return rows(name, results, "× first", (ratio(result.batches, results[0].batches) for result in results))

    def growths() -> Iterator[GrowthPlot]:
        looks = plots.looks(run.curves)
        samples = {series: plots.sample(next(ids), look) for series, look in looks.items()}
        for curve in run.curves:
            crossings = [*enumerate(sorted(curve.crossings(), key=lambda found: found[2].value), 1)]
            yield GrowthPlot(
                curve.name,
                curve.unit or "one more",
                plots.growth(next(ids), curve, crossings, looks),
                [FittedLine(series, samples[series], line.at_zero, line.slope) for series, line in curve.lines.items()],
                [(number, bench_text.crossing(curve, *found)) for number, found in crossings],
            )

    def spread(result: BenchmarkResult) -> SpreadPlot:
        top = plots.upper_edge(result)
        above = sum(duration > top for duration in result.durations)
        return SpreadPlot(result, plots.spread(next(ids), result), above, drift(result.batches))

    page = (
        html.templates(__name__)
        .get_template("page.html")
        .render(
            run=run,
            busy=run.interference > MAX_INTERFERENCE,
            ranking=ranking(groups[RANKING]) if run.ranking else None,
            growths=list(growths()),
            comparisons=[comparison(name, groups[name]) for name in run.comparisons],
            spreads={name: [spread(result) for result in group] for name, group in groups.items()},
            groups=groups,
            style=html.style(__name__, "bench.css"),
            columns=_COLUMNS,
            context=_context,
            text=bench_text,
            seconds=bench_text.seconds,
            number=bench_text.number,
            count=count,
        )
    )
    return page.encode("utf-8", "backslashreplace").decode("utf-8")  # JSON may contain lone surrogates


_COLUMNS = (
    ("memory of the parent", "rss_kib"),
    ("mapped regions", "regions"),
    ("descriptors", "descriptors"),
    ("threads", "threads"),
    ("modules", "modules"),
    ("CPU time of a child", "child_cpu_seconds"),
    ("minor faults", "child_minor_faults"),
    ("major faults", "child_major_faults"),
    ("other threads on the CPUs", "running_elsewhere"),
)


def _context(context: Mapping[str, Any], name: str) -> str:
    """Return a fact about the parent or its children with its unit, or a dash if it is unknown."""
    value = context.get(name)
    if value is None:
        return "–"
    if name == "rss_kib":
        return f"{value / 1024:.1f} MiB"
    return bench_text.seconds(value) if name == "child_cpu_seconds" else bench_text.number(value)


def _end_of_row(result: BenchmarkResult, factor: Interval | None) -> tuple[str, str]:
    """Return what is written at the end of a row: the cost, and the factor that it is compared by."""
    return bench_text.seconds(result.cost.value), f"×{bench_text.number(factor.value)}" if factor else ""
