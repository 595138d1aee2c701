"""What the page draws: rows beside the limit, growing costs with their laws, and how each figure spreads."""

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

from procsem.bench.results import Curve, Figure
from procsem.bench.statistics import Interval
from procsem.views.bench_text import seconds
from procsem.views.formatting import printable
from procsem.views.html.bench.drawing import SERIES, area, draw, ink

_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p")  # one more than there are colours, so that a pair comes again late
_POINTS_OF_A_BAND = 33
_GROUND = {"facecolor": ink("card"), "edgecolor": "none", "pad": 0.5}  # behind words that a line would run through
_SECONDS = FuncFormatter(lambda value, _: seconds(value) if value else "0")


@frozen
class Look:
    """How a series is told from the others: by colour and by shape."""

    colour: str
    marker: str


def looks(curves: Sequence[Curve]) -> dict[str, Look]:
    """A series looks the same in every curve."""
    names = sorted({series for curve in curves for series in curve.series})
    return {
        name: Look(SERIES[number % len(SERIES)], _MARKERS[number % len(_MARKERS)]) for number, name in enumerate(names)
    }


def key(name: str, look: Look) -> Markup:
    """A sample of a series, to stand beside its name."""

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
    figures: Sequence[Figure],
    head: str,
    beside: Sequence[tuple[str, str]],
    *,
    limit: float | None,
    narrow: bool,
) -> Markup:
    """Each figure a row: its cost, median, quartiles and tenths on a logarithmic scale, and the limit as a line.

    ``beside`` is written at the end of each row: the cost, and how many times something else it is, which ``head``
    names. ``limit`` is in seconds. ``narrow`` puts a row's name above it, for a small screen.
    """
    labels = [_label(figure.row, 50, 2) if narrow else _label(figure.row, 62, 1) for figure in figures]
    width, letters = (340.0, 11.5) if narrow else (1080.0, 13.0)
    left, right = (6.0, 128.0) if narrow else (26 + 0.56 * letters * max(map(len, labels)), 206.0)
    heights = [40 + 15 * label.count("\n") if narrow else 25 for label in labels]
    top, bottom = 48 if limit else 32, 28
    end_of_cost = 66 if narrow else 84
    edges = list(accumulate(heights))  # of the rows, in pixels down

    def paint(canvas: Canvas) -> None:
        axes = area(canvas, left, top, right, bottom)
        axes.set(xscale="log", xlim=_reach(figures, limit), ylim=(edges[-1], 0), yticks=[])
        axes.spines[["left", "bottom"]].set_visible(False)
        _decades(axes)
        across = axes.get_yaxis_transform()  # the axes from 0 to 1, pixels down

        def write(at: int, off: float, y: float, words: str, **how: Any) -> None:
            axes.annotate(words, (at, y), (off, 0), across, "offset points", va="center", annotation_clip=False, **how)

        ends = [-left / (width - left - right), 1 + right / (width - left - right)]
        for label, words, height, edge in zip(labels, beside, heights, edges, strict=True):
            axes.plot(ends, [edge, edge], transform=across, color=ink("line"), linewidth=0.6, clip_on=False)
            if narrow:
                write(0, 0, edge - (height + 19) / 2, label, ha="left", linespacing=1.25, bbox=_GROUND)
            else:
                write(0, -10, edge - height / 2, label, ha="right")
            cost, times = words
            write(1, end_of_cost, edge - 12.5, cost, ha="right")
            write(1, right - 18, edge - 12.5, times, ha="right", weight="bold")
        write(1, end_of_cost, -12, "cost", ha="right", color=ink("soft"))
        write(1, right - 18, -12, head, ha="right", color=ink("soft"))
        _spreads(axes, figures, [edge - 12.5 for edge in edges])
        if limit is not None:
            _limit(axes, limit)

    first, last = figures[0], figures[-1]
    ends = f"from {first.row}, {seconds(first.cost.value)}, to {last.row}, {seconds(last.cost.value)}"
    says = f"{len(figures)} rows on a logarithmic scale of time, {ends}. The numbers stand in the table of all figures."
    return draw(name, printable(title), printable(says), (width, top + edges[-1] + bottom), paint, letters=letters)


def growth(
    name: str, curve: Curve, crossings: Sequence[tuple[int, tuple[str, str, Interval]]], looks: Mapping[str, Look]
) -> Markup:
    """The points of each series with their intervals, its line with its band, and the numbered places of crossings."""
    measured = max(point.x for points in curve.series.values() for point in points)
    reach = max([measured, *(1.08 * at.value for _, (_, _, at) in crossings)])

    def paint(canvas: Canvas) -> None:
        axes = area(canvas, 58, 14, 14, 44)
        axes.grid(axis="y")
        for series, points in curve.series.items():
            _points(axes, points, looks[series])
            if series in curve.lines:
                _law(axes, curve, series, looks[series], reach)
        top = axes.get_ylim()[1]
        for number, (dear, _, at) in crossings:
            _crossing(axes, number, at, curve.lines[dear].at(at.value))
        axes.set(xlim=(-0.02 * reach, 1.03 * reach), ylim=(0, top))
        axes.set_xlabel(_label(f"{curve.name} ({curve.unit})" if curve.unit else curve.name, 40, 1))
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.yaxis.set_major_locator(MaxNLocator(5))
        axes.yaxis.set_major_formatter(_SECONDS)
        axes.tick_params(length=0)
        axes.spines["left"].set_visible(False)

    says = f"{len(curve.series)} series: {', '.join(curve.series)}. The laws stand in the table beside it."
    return draw(name, printable(f"Growth with {curve.name}"), printable(says), (360, 260), paint, letters=11.5)


def spread(name: str, figure: Figure) -> Markup:
    """How a figure's durations lie: pass by pass, and at the right all of them together."""
    top = max_processes(figure)
    passes = [sorted(min(duration, top) for duration in each) for each in figure.passes]
    numbers = range(1, len(passes) + 1)
    low = min(figure.durations)

    def paint(canvas: Canvas) -> None:
        room = (top - low) or low
        axes = area(canvas, 50, 8, 50, 20)
        axes.set(xlim=(0.5, len(passes) + 0.5), ylim=(low - 0.06 * room, top + 0.06 * room))
        if any(len(each) > 1 for each in passes):
            low_quarter = [each[(len(each) - 1) // 4] for each in passes]
            high_quarter = [each[-1 - (len(each) - 1) // 4] for each in passes]
            axes.fill_between(numbers, low_quarter, high_quarter, color=ink("mark"), alpha=0.25, linewidth=0)
        axes.plot(numbers, [min(value, top) for value in figure.medians], color=ink("mark"), linewidth=1.4)
        axes.axhline(figure.median, color=ink("soft"), linewidth=0.8, linestyle=(0, (3, 3)))
        axes.xaxis.set_major_locator(FixedLocator([1, len(passes)]))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))
        axes.yaxis.set_major_locator(MaxNLocator(3))
        axes.yaxis.set_major_formatter(_SECONDS)
        axes.tick_params(length=0, pad=4)
        beside = area(canvas, 178, 8, 4, 20)
        beside.set_axis_off()
        beside.set(ylim=axes.get_ylim())
        beside.hist(
            [min(duration, top) for duration in figure.durations],
            bins=18,
            range=(low, top if top > low else 2 * low),
            orientation="horizontal",
            histtype="stepfilled",
            color=ink("mark"),
        )

    says = (
        f"By pass, 1 to {len(passes)}, and as a histogram; between {seconds(low)} and {seconds(max(figure.durations))}."
    )
    return draw(name, printable(figure.row), says, (220, 112), paint, letters=10)


def max_processes(figure: Figure) -> float:
    """Up to where a figure's durations are drawn: what a disturbed round took is counted, not drawn to scale."""
    low, high = figure.quartiles
    return min(max(figure.durations), high + 2.5 * (high - low))


def _label(text: str, width: int, lines: int) -> str:
    wrapped = textwrap.wrap(printable(text), width, max_lines=lines, placeholder=" …", break_on_hyphens=False)
    return "\n".join(wrapped)


def _reach(figures: Sequence[Figure], limit: float | None) -> tuple[float, float]:
    lowest = min([figure.p10 for figure in figures] + ([limit] if limit else []))
    return lowest / 1.25, 1.15 * max(figure.p90 for figure in figures)


def _decades(axes: Axes) -> None:
    """A line at each power of ten, or at 1, 2 and 5 where there would be too few; named above and below."""
    low, high = axes.get_xlim()
    steps = (1,) if high / low > 200 else (1, 2, 5)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [step * 10.0**power for power in powers for step in steps]
    axes.xaxis.set_major_locator(FixedLocator([tick for tick in ticks if low <= tick <= high]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(_SECONDS)
    axes.tick_params(axis="x", length=0, labeltop=True, labelbottom=True)
    axes.grid(axis="x")


def _spreads(axes: Axes, figures: Sequence[Figure], at: Sequence[float]) -> None:
    for figure, y in zip(figures, at, strict=True):
        low, high = figure.quartiles
        axes.plot([figure.p10, figure.p90], [y, y], color=ink("mark"), linewidth=1.4)
        axes.plot([figure.p10, figure.p10], [y - 3.5, y + 3.5], color=ink("mark"), linewidth=1.4)
        axes.barh([y], [high - low], left=[low], height=9, color=ink("mark"), alpha=0.45, linewidth=0)
        axes.plot([figure.median, figure.median], [y - 5.5, y + 5.5], color=ink("mark"), linewidth=1.8)
    costs = [figure.cost.value for figure in figures]
    axes.plot(costs, at, "o", markersize=6, color=ink("mark"), markeredgecolor=ink("card"), markeredgewidth=0.8)


def _limit(axes: Axes, limit: float) -> None:
    axes.axvline(limit, color=ink("limit"), linewidth=1.5, linestyle=(0, (5, 3)))
    axes.annotate(f"limit {seconds(limit)}", (limit, 1), (-4, 22), axes.get_xaxis_transform(), "offset points",
                  color=ink("limit"), weight="bold", annotation_clip=False)  # fmt: skip


def _points(axes: Axes, points: Sequence[Figure], look: Look) -> None:
    costs = [point.cost for point in points]
    xs = [point.x for point in points]
    around = [[cost.value - cost.low for cost in costs], [cost.high - cost.value for cost in costs]]
    axes.errorbar(xs, [cost.value for cost in costs], around, fmt=look.marker, color=ink(look.colour), markersize=7.5,
                  markeredgecolor=ink("card"), markeredgewidth=0.7, elinewidth=1.4, capsize=3, zorder=3)  # fmt: skip


def _law(axes: Axes, curve: Curve, series: str, look: Look, reach: float) -> None:
    """The line, dotted where it goes beyond what was measured of it."""
    line, measured = curve.lines[series], max(point.x for point in curve.series[series])
    for start, end, style in ((0.0, measured, "-"), (measured, reach, ":")):
        if end > start:
            xs = list(_between(start, end))
            bands = [line.band(x) for x in xs]
            axes.fill_between(xs, [band.low for band in bands], [band.high for band in bands], color=ink(look.colour),
                              alpha=0.18, linewidth=0)  # fmt: skip
            axes.plot([start, end], [line.at(start), line.at(end)], style, color=ink(look.colour), linewidth=1.8)


def _between(start: float, end: float) -> Iterator[float]:
    return (start + (end - start) * number / (_POINTS_OF_A_BAND - 1) for number in range(_POINTS_OF_A_BAND))


def _crossing(axes: Axes, number: int, at: Interval, y: float) -> None:
    axes.plot([at.low, at.high], [y, y], color=ink("ink"), linewidth=1.6, zorder=4)
    axes.plot([at.value, at.value], [0, y], color=ink("ink"), linewidth=0.8, linestyle=(0, (2, 2)), zorder=2)
    axes.plot([at.value], [y], "o", markersize=14, color=ink("card"), markeredgecolor=ink("ink"), zorder=5)
    axes.annotate(str(number), (at.value, y), ha="center", va="center_baseline", weight="bold", fontsize=10.5, zorder=6)
