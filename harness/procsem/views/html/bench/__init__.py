"""A run of the benchmarks as one HTML page with its figures drawn: no network, no script.

The drawing is matplotlib's, which is asked for only here: all other views do without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import frozen
from markupsafe import Markup

from procsem.bench.results import Bench, CostClaim, Figure
from procsem.bench.statistics import Interval, drift, ratio
from procsem.errors import ProcsemError
from procsem.model import Verdict
from procsem.views import html
from procsem.views.bench_text import crossed, number, seconds
from procsem.views.formatting import count


class PlottingUnavailableError(ProcsemError):
    """The library that draws is not installed."""


@frozen
class Rows:
    """Rows drawn one below the other: for a wide screen, and for a narrow one."""

    name: str
    wide: Markup
    narrow: Markup


@frozen
class Law:
    """The straight line of a series, and a sample of how it is drawn."""

    series: str
    key: Markup
    at_zero: Interval
    slope: Interval


@frozen
class Growth:
    name: str
    each: str
    plot: Markup
    laws: list[Law]
    crossings: list[tuple[int, str]]
    """The number in the drawing, and what it means."""


@frozen
class Spread:
    """One figure's durations; how many of them lie above what is drawn; what has drifted."""

    figure: Figure
    plot: Markup
    above: int
    drift: Interval | None


def render(bench: Bench) -> str:
    """The page. Raises PlottingUnavailableError where matplotlib is not installed. Equal input gives equal text."""
    try:
        from procsem.views.html.bench import plots
    except ModuleNotFoundError as error:
        library = (error.name or "matplotlib").partition(".")[0]
        raise PlottingUnavailableError(
            f"the page is drawn by matplotlib, and {library} is not installed: pip install 'procsem[bench]'"
        ) from error

    names = (f"plot-{number}" for number in range(10**6))
    curves = bench.curves
    groups = {
        name: group if group[0].series else sorted(group, key=lambda each: each.cost.value)
        for name, group in bench.groups.items()
    }

    def rows(
        title: str, figures: list[Figure], head: str, times: Iterable[Interval | None], limit: float | None = None
    ) -> Rows:
        beside = [_beside(figure, each) for figure, each in zip(figures, times, strict=True)]
        wide, narrow = (
            plots.rows(next(names), title, figures, head, beside, limit=limit, narrow=narrow)
            for narrow in (False, True)
        )
        return Rows(title, wide, narrow)

    def ladder(group: list[Figure]) -> Rows:
        limit = next((each.limit for each in group if each.limit), None)
        return rows("The ladder", group, "× limit", (each.ratio for each in group), limit)

    def comparison(name: str, group: list[Figure]) -> Rows:
        return rows(name, group, "× first", (ratio(each.passes, group[0].passes) for each in group))

    def growths() -> Iterator[Growth]:
        looks = plots.looks(curves)
        keys = {series: plots.key(next(names), look) for series, look in looks.items()}
        for curve in curves:
            found = [*enumerate(sorted(curve.crossings(), key=lambda each: each[2].value), 1)]
            yield Growth(
                curve.name,
                curve.unit or "one more",
                plots.growth(next(names), curve, found, looks),
                [Law(series, keys[series], line.at_zero, line.slope) for series, line in curve.lines.items()],
                [(number, crossed(curve, *each)) for number, each in found],
            )

    def spread(figure: Figure) -> Spread:
        top = plots.max_processes(figure)
        above = sum(duration > top for duration in figure.durations)
        return Spread(figure, plots.spread(next(names), figure), above, drift(figure.passes))

    page = (
        html.templates(__name__)
        .get_template("page.html")
        .render(
            bench=bench,
            ladder=ladder(groups["ladder"]) if bench.ladder else None,
            growths=list(growths()),
            comparisons=[comparison(name, groups[name]) for name in bench.comparisons],
            spreads={name: [spread(figure) for figure in group] for name, group in groups.items()},
            groups=groups,
            style=html.style(__name__, "bench.css"),
            letters={verdict: verdict.letter for verdict in Verdict},
            columns=_COLUMNS,
            context=_context,
            facts=_facts,
            seconds=seconds,
            number=number,
            count=count,
        )
    )
    return page.encode("utf-8", "backslashreplace").decode("utf-8")  # JSON may hold what is no character


_COLUMNS = (
    ("memory of the parent", "rss_kib"),
    ("mapped regions", "regions"),
    ("descriptors", "descriptors"),
    ("threads", "threads"),
    ("modules", "modules"),
    ("CPU time of a child", "child_cpu_seconds"),
    ("minor faults", "child_minor_faults"),
    ("major faults", "child_major_faults"),
    ("others on the CPUs", "running_elsewhere"),
)


def _context(context: Mapping[str, Any], name: str) -> str:
    """What is known of the parent or its children, in its unit."""
    value = context.get(name)
    if value is None:
        return "–"
    if name == "rss_kib":
        return f"{value / 1024:.1f} MiB"
    return seconds(value) if name == "child_cpu_seconds" else number(value)


def _facts(claim: CostClaim) -> Iterator[tuple[str, str]]:
    """The figures that decided a claim, each with its interval where ``NAME_low`` and ``NAME_high`` tell one."""
    facts = claim.facts
    ends = {f"{name}_{end}" for name in facts for end in ("low", "high")}
    for name, value in facts.items():
        if name not in ends:
            low, high = (facts.get(f"{name}_{end}") for end in ("low", "high"))
            known = low is not None and high is not None
            yield name, f"{number(value)} ({number(low)} to {number(high)})" if known else number(value)


def _beside(figure: Figure, times: Interval | None) -> tuple[str, str]:
    """What stands at the end of its row: the cost, and how many times something else that is."""
    return seconds(figure.cost.value), f"×{number(times.value)}" if times else ""
