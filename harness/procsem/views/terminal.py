"""The matrix on a terminal: one row per claim, one column per start method; verdicts as signs, words and colours."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby

from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from procsem.model import START_METHODS, CellResult, Claim, Column, Effect, Matrix, Verdict, short_labels
from procsem.views.conclusion import effect_of
from procsem.views.formatting import legend, letter, method_legend

_STYLES = {
    Verdict.UPHELD: "green",
    Verdict.REFUTED: "blue",
    Verdict.UNSUPPORTED: "dim",
    Verdict.INCONCLUSIVE: "magenta",
    Verdict.BROKEN: "red",
}
_EFFECT_STYLES = {Effect.WORKS: "green", Effect.BREAKS: "yellow", Effect.DIFFERS: "cyan"}
"""What a verdict means for a program has the colour, where the claim says it: refuted may be where a program works."""
_UNBOUNDED = 10_000
_INDENT = "  "
_GAP = 3
"""Characters between two columns."""
_NARROWEST_NAME = 12
_WIDEST_LABEL = 13
_UNEXPECTED = "bold red reverse"


def show(matrix: Matrix, claims: Sequence[Claim], console: Console) -> Iterator[Table | Text]:
    """Yield the parts of the matrix, in words if they fit and in signs if not; claims in the order of the catalogue."""
    measured = set(matrix.claims())
    rows = [claim for claim in claims if claim.id in measured]
    colours = Text(_colours(), style="dim") if console.color_system and any(claim.effects for claim in rows) else None
    if len(matrix.columns) == 1:
        table = _in_words(matrix.columns[0], rows)
        if _natural_width(table, console) <= console.width:
            yield table
            if colours:
                yield colours
            return
    yield from _in_signs(matrix.columns, rows, console)
    yield Text(legend(), style="dim")
    yield Text(method_legend(_methods(matrix)), style="dim")
    if colours:
        yield colours


def _colours() -> str:
    return "colours: " + ", ".join(f"{style} code like this {effect}" for effect, style in _EFFECT_STYLES.items())


def _methods(matrix: Matrix) -> list[str]:
    used = {method for column in matrix.columns for method in column.start_methods}
    return [method for method in START_METHODS if method in used]


def _natural_width(table: Table, console: Console) -> int:
    """Return the width of the table without wrapping; the console's own measure is limited to the console's width."""
    unbounded = console.options.update(max_width=_UNBOUNDED)
    return Measurement.get(console, unbounded, table).maximum


def _in_words(column: Column, claims: Sequence[Claim]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("claim", no_wrap=True)
    for method in column.start_methods or ["any"]:
        table.add_column(method, no_wrap=True)
    for topic, group in groupby(claims, key=lambda claim: claim.topic):
        table.add_row(Text(topic, style="bold"))
        for claim in group:
            words = (_word(result, _style(claim, result, column)) for result in column.row(claim.id))
            table.add_row(Text(f"  {claim.name}"), *words)
    return table


def _in_signs(columns: Sequence[Column], claims: Sequence[Claim], console: Console) -> Iterator[Table]:
    """Yield tables of signs, with as many environments next to each other as the width allows."""
    labels = [
        textwrap.wrap(label, _WIDEST_LABEL, break_long_words=False, break_on_hyphens=False)
        for label in short_labels([column.run.environment for column in columns])
    ]
    widths = [
        max(*map(len, label), 2 * len(column.start_methods)) + _GAP
        for column, label in zip(columns, labels, strict=True)
    ]
    names = max((len(claim.name) for claim in claims), default=0) + len(_INDENT)
    names = min(names, max(console.width - max(widths, default=0) - _GAP, _NARROWEST_NAME))
    shown: list[tuple[Column, list[str]]] = []
    taken = 0
    for column, label, width in zip(columns, labels, widths, strict=True):
        if shown and taken + width > console.width - names:
            yield _sign_table(shown, claims, names)
            shown, taken = [], 0
        shown.append((column, label))
        taken += width
    yield _sign_table(shown, claims, names)


def _sign_table(columns: Sequence[tuple[Column, Sequence[str]]], claims: Sequence[Claim], width: int) -> Table:
    """Return a table whose first column is this wide; a longer name of a claim continues after one of its hyphens."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("claim", max_width=width, overflow="fold")
    for column, label in columns:
        table.add_column("\n".join([*label, " ".join(map(letter, column.start_methods))]), no_wrap=True)
    for topic, group in groupby(claims, key=lambda claim: claim.topic):
        table.add_row(Text(topic, style="bold"))
        for claim in group:
            name = textwrap.fill(claim.name, width, initial_indent=_INDENT, subsequent_indent=2 * _INDENT)
            cells = (
                Text("").join(_sign(result, _style(claim, result, column)) for result in column.row(claim.id))
                for column, _ in columns
            )
            table.add_row(Text(name), *cells)
    return table


def _style(claim: Claim, result: CellResult | None, column: Column) -> str:
    """Return the colour of a cell that is as expected."""
    if result is None:
        return ""
    effect = effect_of(claim, result, column.run.environment.facts)
    return _EFFECT_STYLES[effect] if effect else _STYLES[result.verdict]


def _word(result: CellResult | None, style: str) -> Text:
    if result is None:
        return Text("")
    if result.as_expected:
        word = Text(f"{result.verdict.sign} {result.verdict}", style=style)
        return word if result.start_method else word.append(" (any)", style="dim")
    wanted = f", not {result.expected}" if result.expected not in (None, result.verdict) else ""
    return Text(f"{result.verdict.sign}* {result.verdict}{wanted}", style=_UNEXPECTED)


def _sign(result: CellResult | None, style: str) -> Text:
    if result is None:
        return Text("  ")
    if result.as_expected:
        return Text(f"{result.verdict.sign} ", style=style)
    return Text(f"{result.verdict.sign}*", style=_UNEXPECTED)
