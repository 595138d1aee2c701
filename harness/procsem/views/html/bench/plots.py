"""The plots of the page: rows with the baseline, curves with fitted lines, and the spread of each benchmark."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

from attrs import frozen
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from procsem.bench.results import BenchmarkResult, Curve
from procsem.bench.statistics import Interval
from procsem.views.bench_text import seconds
from procsem.views.formatting import printable
from procsem.views.html.bench.drawing import SERIES, area, draw, ink

_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p")  # one more than colours, so that pairs repeat late
_BAND_POINTS = 33
_BACKGROUND = {"facecolor": ink("card"), "edgecolor": "none", "pad": 0.5}  # behind text that a line would cross
_SECONDS = FuncFormatter(lambda value, _: seconds(value) if value else "0")


@frozen
class Look:
    """The colour and the marker of a series."""

    colour: str
    marker: str


def looks(curves: Sequence[Curve]) -> dict[str, Look]:
    """Choose a look for each series, the same in every curve."""
    names = sorted({series for curve in curves for series in curve.series})
    return {
        name: Look(SERIES[number % len(SERIES)], _MARKERS[number % len(_MARKERS)]) for number, name in enumerate(names)
    }


def sample(name: str, look: Look) -> Markup:
    """Draw a sample of a series, to be shown next to its name."""

    def paint(canvas: Canvas) -> None:
        axes = area(canvas, 0, 0, 0, 0)
        axes.set_axis_off()
        axes.set(xlim=(0, 30), ylim=(0, 14))
        axes.plot([1, 29], [7, 7], color=ink(look.colour), linewidth=1.8)
        axes.plot([15], [7], color=ink(look.colour), marker=look.marker, markersize=7)

    return draw(name, "", "", (30, 14), paint)


def rows(
    name: str,
    title: str,
    results: Sequence[BenchmarkResult],
    heading: str,
    ends: Sequence[tuple[str, str]],
    *,
    baseline: float | None,
    narrow: bool,
) -> Markup:
    """Draw one row per benchmark: cost, median, quartiles and deciles on a logarithmic scale, the baseline as a line.

    ``ends`` are written at the ends of the rows: the cost, and a factor under ``heading``. ``baseline`` is in seconds.
    ``narrow`` puts the name above its row, for a small screen.
    """
    labels = [_label(result.name, 50, 2) if narrow else _label(result.name, 62, 1) for result in results]
    width, font_size = (340.0, 11.5) if narrow else (1080.0, 13.0)
    left, right = (6.0, 128.0) if narrow else (26 + 0.56 * font_size * max(map(len, labels)), 206.0)
    heights = [40 + 15 * label.count("\n") if narrow else 25 for label in labels]
    top, bottom = 48 if baseline else 32, 28
    end_of_cost = 66 if narrow else 84
    edges = list(accumulate(heights))  # the lower edges of the rows, in pixels from the top

    def paint(canvas: Canvas) -> None:
        axes = area(canvas, left, top, right, bottom)
        axes.set(xscale="log", xlim=_limits(results, baseline), ylim=(edges[-1], 0), yticks=[])
        axes.spines[["left", "bottom"]].set_visible(False)
        _decades(axes)
        across = axes.get_yaxis_transform()  # from 0 to 1 across the axes, in pixels down

        def write(at: int, offset: float, y: float, text: str, **style: Any) -> None:
            axes.annotate(
                text, (at, y), (offset, 0), across, "offset points", va="center", annotation_clip=False, **style
            )

        whole_width = [-left / (width - left - right), 1 + right / (width - left - right)]
        for label, (cost, factor), height, edge in zip(labels, ends, heights, edges, strict=True):
            axes.plot(whole_width, [edge, edge], transform=across, color=ink("line"), linewidth=0.6, clip_on=False)
            if narrow:
                write(0, 0, edge - (height + 19) / 2, label, ha="left", linespacing=1.25, bbox=_BACKGROUND)
            else:
                write(0, -10, edge - height / 2, label, ha="right")
            write(1, end_of_cost, edge - 12.5, cost, ha="right")
            write(1, right - 18, edge - 12.5, factor, ha="right", weight="bold")
        write(1, end_of_cost, -12, "cost", ha="right", color=ink("soft"))
        write(1, right - 18, -12, heading, ha="right", color=ink("soft"))
        _spreads(axes, results, [edge - 12.5 for edge in edges])
        if baseline is not None:
            _baseline(axes, baseline)

    first, last = results[0], results[-1]
    span = f"from {first.name}, {seconds(first.cost.value)}, to {last.name}, {seconds(last.cost.value)}"
    description = f"{len(results)} rows on a logarithmic time scale, {span}. The numbers are in the table below."
    size = (width, top + edges[-1] + bottom)
    return draw(name, printable(title), printable(description), size, paint, font_size=font_size)


def growth(
    name: str, curve: Curve, crossings: Sequence[tuple[int, tuple[str, str, Interval]]], looks: Mapping[str, Look]
) -> Markup:
    """Draw the points of each series with their intervals, its line with its band, and the numbered crossings."""
    measured = max(point.x for points in curve.series.values() for point in points)
    end = max([measured, *(1.08 * at.value for _, (_, _, at) in crossings)])

    def paint(canvas: Canvas) -> None:
        axes = area(canvas, 58, 14, 14, 44)
        axes.grid(axis="y")
        for series, points in curve.series.items():
            _points(axes, points, looks[series])
            if series in curve.lines:
                _fitted_line(axes, curve, series, looks[series], end)
        top = axes.get_ylim()[1]
        for number, (slower, _, at) in crossings:
            _crossing(axes, number, at, curve.lines[slower].at(at.value))
        axes.set(xlim=(-0.02 * end, 1.03 * end), ylim=(0, top))
        axes.set_xlabel(_label(f"{curve.name} ({curve.unit})" if curve.unit else curve.name, 40, 1))
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.yaxis.set_major_locator(MaxNLocator(5))
        axes.yaxis.set_major_formatter(_SECONDS)
        axes.tick_params(length=0)
        axes.spines["left"].set_visible(False)

    description = f"{len(curve.series)} series: {', '.join(curve.series)}. The fitted lines are in the table below it."
    return draw(name, printable(f"Growth with {curve.name}"), printable(description), (360, 260), paint, font_size=11.5)


def spread(name: str, result: BenchmarkResult) -> Markup:
    """Draw the durations of a benchmark by batch, and on the right a histogram of all of them."""
    top = upper_edge(result)
    batches = [sorted(min(duration, top) for duration in batch) for batch in result.batches]
    numbers = range(1, len(batches) + 1)
    low = min(result.durations)

    def paint(canvas: Canvas) -> None:
        height = (top - low) or low
        axes = area(canvas, 50, 8, 50, 20)
        axes.set(xlim=(0.5, len(batches) + 0.5), ylim=(low - 0.06 * height, top + 0.06 * height))
        if any(len(each) > 1 for each in batches):
            low_quarter = [each[(len(each) - 1) // 4] for each in batches]
            high_quarter = [each[-1 - (len(each) - 1) // 4] for each in batches]
            axes.fill_between(numbers, low_quarter, high_quarter, color=ink("mark"), alpha=0.25, linewidth=0)
        axes.plot(numbers, [min(value, top) for value in result.medians], color=ink("mark"), linewidth=1.4)
        axes.axhline(result.median, color=ink("soft"), linewidth=0.8, linestyle=(0, (3, 3)))
        axes.xaxis.set_major_locator(FixedLocator([1, len(batches)]))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))
        axes.yaxis.set_major_locator(MaxNLocator(3))
        axes.yaxis.set_major_formatter(_SECONDS)
        axes.tick_params(length=0, pad=4)
        histogram = area(canvas, 178, 8, 4, 20)
        histogram.set_axis_off()
        histogram.set(ylim=axes.get_ylim())
        histogram.hist(
            [min(duration, top) for duration in result.durations],
            bins=18,
            range=(low, top if top > low else 2 * low),
            orientation="horizontal",
            histtype="stepfilled",
            color=ink("mark"),
        )

    span = f"between {seconds(low)} and {seconds(max(result.durations))}"
    description = f"By batch, 1 to {len(batches)}, and as a histogram; {span}."
    return draw(name, printable(result.name), description, (220, 112), paint, font_size=10)


def upper_edge(result: BenchmarkResult) -> float:
    """Return the longest duration that is drawn to scale; longer ones, of disturbed rounds, are only counted."""
    low, high = result.quartiles
    return min(max(result.durations), high + 2.5 * (high - low))


def _label(text: str, width: int, lines: int) -> str:
    wrapped = textwrap.wrap(printable(text), width, max_lines=lines, placeholder=" …", break_on_hyphens=False)
    return "\n".join(wrapped)


def _limits(results: Sequence[BenchmarkResult], baseline: float | None) -> tuple[float, float]:
    lowest = min([result.p10 for result in results] + ([baseline] if baseline else []))
    return lowest / 1.25, 1.15 * max(result.p90 for result in results)


def _decades(axes: Axes) -> None:
    """Draw a labelled line at each power of ten, or at 1, 2 and 5 if there would be too few lines."""
    low, high = axes.get_xlim()
    steps = (1,) if high / low > 200 else (1, 2, 5)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [step * 10.0**power for power in powers for step in steps]
    axes.xaxis.set_major_locator(FixedLocator([tick for tick in ticks if low <= tick <= high]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(_SECONDS)
    axes.tick_params(axis="x", length=0, labeltop=True, labelbottom=True)
    axes.grid(axis="x")


def _spreads(axes: Axes, results: Sequence[BenchmarkResult], at: Sequence[float]) -> None:
    for result, y in zip(results, at, strict=True):
        low, high = result.quartiles
        axes.plot([result.p10, result.p90], [y, y], color=ink("mark"), linewidth=1.4)
        axes.plot([result.p10, result.p10], [y - 3.5, y + 3.5], color=ink("mark"), linewidth=1.4)
        axes.barh([y], [high - low], left=[low], height=9, color=ink("mark"), alpha=0.45, linewidth=0)
        axes.plot([result.median, result.median], [y - 5.5, y + 5.5], color=ink("mark"), linewidth=1.8)
    costs = [result.cost.value for result in results]
    axes.plot(costs, at, "o", markersize=6, color=ink("mark"), markeredgecolor=ink("card"), markeredgewidth=0.8)


def _baseline(axes: Axes, baseline: float) -> None:
    axes.axvline(baseline, color=ink("baseline"), linewidth=1.5, linestyle=(0, (5, 3)))
    axes.annotate(f"baseline {seconds(baseline)}", (baseline, 1), (-4, 22), axes.get_xaxis_transform(), "offset points",
                  color=ink("baseline"), weight="bold", annotation_clip=False)  # fmt: skip


def _points(axes: Axes, points: Sequence[BenchmarkResult], look: Look) -> None:
    costs = [point.cost for point in points]
    xs = [point.x for point in points]
    errors = [[cost.value - cost.low for cost in costs], [cost.high - cost.value for cost in costs]]
    axes.errorbar(xs, [cost.value for cost in costs], errors, fmt=look.marker, color=ink(look.colour), markersize=7.5,
                  markeredgecolor=ink("card"), markeredgewidth=0.7, elinewidth=1.4, capsize=3, zorder=3)  # fmt: skip


def _fitted_line(axes: Axes, curve: Curve, series: str, look: Look, end: float) -> None:
    """Draw the fitted line, dotted outside the measured range."""
    line, measured = curve.lines[series], max(point.x for point in curve.series[series])
    for start, stop, style in ((0.0, measured, "-"), (measured, end, ":")):
        if stop > start:
            xs = list(_between(start, stop))
            bands = [line.band(x) for x in xs]
            axes.fill_between(xs, [band.low for band in bands], [band.high for band in bands], color=ink(look.colour),
                              alpha=0.18, linewidth=0)  # fmt: skip
            axes.plot([start, stop], [line.at(start), line.at(stop)], style, color=ink(look.colour), linewidth=1.8)


def _between(start: float, end: float) -> Iterator[float]:
    return (start + (end - start) * number / (_BAND_POINTS - 1) for number in range(_BAND_POINTS))


def _crossing(axes: Axes, number: int, at: Interval, y: float) -> None:
    axes.plot([at.low, at.high], [y, y], color=ink("ink"), linewidth=1.6, zorder=4)
    axes.plot([at.value, at.value], [0, y], color=ink("ink"), linewidth=0.8, linestyle=(0, (2, 2)), zorder=2)
    axes.plot([at.value], [y], "o", markersize=14, color=ink("card"), markeredgecolor=ink("ink"), zorder=5)
    axes.annotate(str(number), (at.value, y), ha="center", va="center_baseline", weight="bold", fontsize=10.5, zorder=6)
