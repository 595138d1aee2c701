"""The matrix on a terminal: claims down, start methods across, a cell's verdict by sign and word as well as colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from harness.model import START_METHODS, CellResult, Claim, Run, Verdict
from harness.report.words import SIGNS, legend, short_labels

_STYLES = {
    Verdict.UPHELD: "green",
    Verdict.REFUTED: "yellow",
    Verdict.UNSUPPORTED: "dim",
    Verdict.INCONCLUSIVE: "magenta",
    Verdict.BROKEN: "red",
}
_UNBOUNDED = 10_000
_UNEXPECTED = "bold red reverse"


def matrix(runs: Sequence[Run], claims: Sequence[Claim], console: Console) -> Iterator[Table | Text]:
    """The matrix of these runs, in words where they fit and in signs where they do not."""
    rows = [claim for claim in claims if any(cell.claim == claim.id for run in runs for cell in run.cells)]
    if len(runs) == 1:
        table = _in_words(runs[0], rows)
        if _natural_width(table, console) <= console.width:
            yield table
            return
    yield from _in_signs(runs, rows, console)
    yield Text(legend(), style="dim")


def _natural_width(table: Table, console: Console) -> int:
    """How wide the table wants to be; the console's own measure never says more than it has."""
    unbounded = console.options.update(max_width=_UNBOUNDED)
    return Measurement.get(console, unbounded, table).maximum


def _in_words(run: Run, claims: Sequence[Claim]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("claim", no_wrap=True)
    methods = _methods(run)
    for method in methods:
        table.add_column(method, no_wrap=True)
    for topic, group in groupby(claims, key=lambda claim: claim.topic):
        table.add_row(Text(topic, style="bold"))
        for claim in group:
            cells = [_word(result) for result in _row(run, claim, methods)]
            table.add_row(Text(f"  {claim.name}"), *cells)
    return table


def _in_signs(runs: Sequence[Run], claims: Sequence[Claim], console: Console) -> Iterator[Table]:
    """Signs only, as many environments beside one another as the width takes, the others below."""
    labels = short_labels([run.environment for run in runs])
    longest = max((len(claim.name) for claim in claims), default=0) + 2
    longest = min(longest, max(console.width - 12, 12))
    room = console.width - longest
    shown: list[int] = []
    for index, run in enumerate(runs):
        taken = sum(_sign_width(runs[i], labels[i]) for i in shown)
        if shown and taken + _sign_width(run, labels[index]) > room:
            yield _sign_table([runs[i] for i in shown], [labels[i] for i in shown], claims, longest)
            shown = []
        shown.append(index)
    yield _sign_table([runs[i] for i in shown], [labels[i] for i in shown], claims, longest)


def _sign_width(run: Run, label: str) -> int:
    return max(len(label), 2 * len(_methods(run))) + 2


def _sign_table(runs: Sequence[Run], labels: Sequence[str], claims: Sequence[Claim], longest: int) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("claim", max_width=longest, overflow="fold")
    for run, label in zip(runs, labels, strict=True):
        letters = " ".join("k" if method == "forkserver" else method[0] for method in _methods(run))
        table.add_column(f"{label}\n{letters}", no_wrap=True)
    for topic, group in groupby(claims, key=lambda claim: claim.topic):
        table.add_row(Text(topic, style="bold"))
        for claim in group:
            table.add_row(
                Text(f"  {claim.name}"),
                *(Text("").join(_sign(result) for result in _row(run, claim, _methods(run))) for run in runs),
            )
    return table


def _methods(run: Run) -> list[str]:
    used = {cell.start_method for cell in run.cells}
    return [method for method in START_METHODS if method in used] or ["any"]


def _row(run: Run, claim: Claim, methods: Sequence[str]) -> list[CellResult | None]:
    by_method = {cell.start_method: cell for cell in run.cells if cell.claim == claim.id}
    # A claim that no start method can influence has one cell, shown in the first column.
    return [by_method.get(method, by_method.get(None) if not number else None) for number, method in enumerate(methods)]


def _word(result: CellResult | None) -> Text:
    if result is None:
        return Text("")
    if result.as_expected:
        said = Text(f"{SIGNS[result.verdict]} {result.verdict}", style=_STYLES[result.verdict])
        return said if result.start_method else said.append(" (any)", style="dim")
    wanted = f", not {result.expected}" if result.expected not in (None, result.verdict) else ""
    return Text(f"{SIGNS[result.verdict]}* {result.verdict}{wanted}", style=_UNEXPECTED)


def _sign(result: CellResult | None) -> Text:
    if result is None:
        return Text("  ")
    if result.as_expected:
        return Text(f"{SIGNS[result.verdict]} ", style=_STYLES[result.verdict])
    return Text(f"{SIGNS[result.verdict]}*", style=_UNEXPECTED)
