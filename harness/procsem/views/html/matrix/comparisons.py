"""The comparisons of two columns that the page offers as links: a new Python, another start method, another system."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from procsem.views.html.matrix.grid import Grid, Group

_NEW_DEFAULT = (3, 14)
"""The version of Python in which the default start method on Linux became forkserver."""


@frozen
class ColumnComparison:
    """Two columns of the grid to be compared, by their keys: the left one, and the right one."""

    title: str
    one: str
    other: str


def column_key(group: Group, method: str) -> str:
    """Return the key of a column in the page's addresses."""
    return f"{group.column.label}, {method}"


def comparisons(grid: Grid) -> list[ColumnComparison]:
    """Return the comparisons that the measured columns allow."""
    return list(_comparisons(grid))


def _comparisons(grid: Grid) -> Iterator[ColumnComparison]:
    linux = _newest(grid, "linux")
    if linux is None:
        return
    before, after = (
        _newest_of_series(grid, linux, series) for series in ((_NEW_DEFAULT[0], _NEW_DEFAULT[1] - 1), _NEW_DEFAULT)
    )
    if before and after:
        yield _compared("What changes with Python 3.14?", (before, _default(before)), (after, _default(after)))
    methods = linux.column.start_methods
    for method in ("spawn", "forkserver"):
        if "fork" in methods and method in methods:
            yield _compared(f"What changes from fork to {method}?", (linux, "fork"), (linux, method))
    for system, name in (("windows", "Windows"), ("macos", "macOS")):
        other = _newest(grid, system)
        if other is None:
            continue
        # The same version of Python, if it was measured, so that only the system differs.
        same = _newest_of_series(grid, linux, other.version[:2]) or linux
        if all("spawn" in group.column.start_methods for group in (same, other)):
            yield _compared(f"What differs on {name}?", (same, "spawn"), (other, "spawn"))


def _compared(title: str, *columns: tuple[Group, str]) -> ColumnComparison:
    """Return a comparison whose columns are in the order in which the grid shows them."""

    def place(column: tuple[Group, str]) -> int:
        group, method = column
        return next(each.number for each in group.columns if each.method == method)

    one, other = (column_key(group, method) for group, method in sorted(columns, key=place))
    return ColumnComparison(title, one, other)


def _newest(grid: Grid, system: str) -> Group | None:
    """Return the newest CPython of a system, if possible one without traits such as musl or Wine."""
    of_system = [
        group
        for group in grid.groups
        if group.column.run.environment.facts["system"] == system
        and group.column.run.environment.facts["implementation"] == "cpython"
    ]
    plain = [group for group in of_system if not group.column.run.environment.traits]
    return max(plain or of_system, key=lambda group: group.version, default=None)


def _newest_of_series(grid: Grid, like: Group, series: tuple[int, ...]) -> Group | None:
    """Return the newest release of a series in the same lineage."""
    lineage = like.column.run.environment.lineage
    found = [
        group
        for group in grid.groups
        if group.column.run.environment.lineage == lineage and group.version[:2] == series
    ]
    return max(found, key=lambda group: group.version, default=None)


def _default(group: Group) -> str:
    """Return the default start method, or the first one if no cell was measured under the default."""
    default: object = group.column.run.environment.facts.get("default_start_method")
    methods = [column.method for column in group.columns]
    return str(default) if default in methods else methods[0]
