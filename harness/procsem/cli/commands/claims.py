"""``procsem claims`` and ``procsem show``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from procsem import results as store
from procsem.catalogue import Catalogue, Row, Section, UnknownClaimError, load, select
from procsem.cli.console import output
from procsem.environment import CONDITIONS
from procsem.model import Arm, Comparison, Matrix
from procsem.views.formatting import count, measured

_DECIDERS = {
    "system": "the operating system",
    "interpreter": "the Python interpreter",
    "multiprocessing": "multiprocessing",
}


def claims(patterns: Sequence[str], probes: Path) -> None:
    """Print the claims that the patterns match, by topic."""
    catalogue = load(probes, CONDITIONS)
    chosen = select(catalogue.claims, patterns)
    screen = output()
    for topic, group in groupby(chosen, key=lambda claim: claim.topic):
        screen.print(Text(topic, style="bold"))
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for claim in group:
            table.add_row(f"  {claim.name}", Text(claim.says))
        screen.print(table)
    counts = Counter(claim.topic for claim in chosen)
    where = f" of {catalogue.document.title}" if catalogue.document.title else ""
    total = f"{count(len(chosen), 'claim')} in {count(len(counts), 'topic')}{where}"
    screen.print(Text(total, style="dim"))
    if not patterns and catalogue.document.checklist:
        screen.print()
        screen.print(_coverage(catalogue))


def _coverage(catalogue: Catalogue) -> Table:
    """How much is put to the test: the statements by section, the listings, what is beyond the document.

    Each claim is counted once, where it is first named.
    """
    document = catalogue.document
    table = Table(title="Coverage", title_justify="left", box=None, pad_edge=False, padding=(0, 2))
    table.add_column("section", overflow="fold")
    for heading in ("line", "to test", "tested", "claims"):
        table.add_column(heading, justify="right")
    untold = {claim.id for claim in catalogue.claims}
    known = frozenset(untold)

    def add(name: str, line: str, rows: Sequence[Row]) -> None:
        if rows:
            told = {claim for row in rows for claim in row.claims} & untold
            untold.difference_update(told)
            table.add_row(name, line, *_numbers(rows, known, len(told)))

    by_section: dict[Section | None, list[Row]] = {section: [] for section in document.sections}
    for row in document.checklist:
        by_section.setdefault(document.section_at(row.line) if row.line else None, []).append(row)
    for section, rows in by_section.items():
        add(section.heading if section else "", str(section.line) if section else "", rows)
    add("the document's listings", "", document.listings)
    add("beyond the document", "", document.beyond)
    if untold:
        table.add_row("in no row", "", "", "", str(len(untold)))
    table.add_section()
    every = (*document.checklist, *document.listings, *document.beyond)
    table.add_row("all", "", *_numbers(every, known, len(known)), style="bold")
    return table


def _numbers(rows: Sequence[Row], known: Set[str], claims: int) -> tuple[str, str, str]:
    return str(len(rows)), str(sum(row.is_tested(known) for row in rows)), str(claims)


def show(name: str, runs: Sequence[Path], probes: Path) -> None:
    """Print one claim in full, and of each of its rules where these runs measured it."""
    catalogue = load(probes, CONDITIONS)
    found = select(catalogue.claims, [name])
    if len(found) > 1:
        raise UnknownClaimError(f"{name!r} matches {len(found)} claims; name one: {', '.join(c.id for c in found)}")
    claim = found[0]
    matrix = store.merge(runs).matrix if runs else Matrix(())
    screen = output()
    screen.print(Text(claim.id, style="bold"))
    _entry(screen, "says", claim.says)
    if claim.source:
        _entry(screen, "document", f"{claim.source.section}, line {claim.source.line}")
    _entry(screen, "decided by", _DECIDERS[claim.decided_by])
    if claim.needs.wanted:
        _entry(screen, "needs", str(claim.needs))
    if not claim.per_start_method:
        _entry(screen, "runs", "once: no start method can influence it")
    if claim.alone:
        _entry(screen, "runs", "alone: it holds one duration against another")
    for arm in claim.arms:
        _arm(screen, arm)
    for rule, columns in zip(claim.expectations, matrix.met(claim), strict=True):
        everywhere = "in general" if len(claim.expectations) > 1 else "everywhere"
        where = f"where {rule.when}" if rule.when.wanted else everywhere
        _entry(screen, "expected", f"{rule.verdict} {where} ({measured(rule, columns)})")
        for arm_name, comparisons in rule.observes.items():
            for fact, comparison in comparisons.items():
                _entry(screen, "", f"  seen in the {arm_name}: {_compared(fact, comparison)}")
        _entry(screen, "", f"  {rule.because}")
        for address in rule.see:
            _entry(screen, "", f"  {address}")
    if claim.note:
        _entry(screen, "note", claim.note)
    _entry(screen, "claim in", f"{claim.file}:{claim.line}")
    _entry(screen, "probe in", str(claim.probe))
    _entry(screen, "run it", f"procsem run {claim.id}")


def _arm(screen: Console, arm: Arm) -> None:
    label = "control" if arm.is_control else "experiment"
    extra = f"{arm.name}: " if arm.name != label else ""
    for number, (fact, comparison) in enumerate(arm.predicts.items()):
        _entry(screen, label if not number else "", f"{extra}{_compared(fact, comparison)}")


def _compared(fact: str, comparison: Comparison) -> str:
    return f"{fact} {comparison}" if isinstance(comparison.wanted, dict) else f"{fact} = {comparison}"


def _entry(screen: Console, label: str, text: str) -> None:
    table = Table.grid(padding=(0, 1))
    table.add_column(width=12, no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    table.add_row(f"  {label}", Text(text))
    screen.print(table)
