"""``procsem claims``: the list of the claims, and how much of the document they cover."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence, Set
from itertools import groupby
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from procsem.catalogue import Catalogue, UnknownClaimError, load, select
from procsem.check.rules import causes_of_claims
from procsem.cli import completion
from procsem.cli.console import output, print_entries, print_line
from procsem.cli.options import probes_option
from procsem.cli.streams import echo
from procsem.environment import CONDITIONS
from procsem.explain import index
from procsem.model import Claim, Row, Section
from procsem.search import search
from procsem.views.entries import Entry
from procsem.views.formatting import count

_NUMBER = re.compile(r"-\d+")


class _Claims(click.Command):
    """The command with numbers such as -11, an exit code, as words."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, [arg.lstrip("-") if _NUMBER.fullmatch(arg) else arg for arg in args])


@click.command("claims", cls=_Claims)
@click.argument("patterns", nargs=-1, metavar="[PATTERN | WORD]...", shell_complete=completion.patterns)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print a JSON list, the best match first. Each item has id, says, source and remedies.",
)
@probes_option
def command(patterns: tuple[str, ...], as_json: bool, probes: Path) -> None:
    """List the claims, by topic; or find claims by words, the best match first.

    A PATTERN is a claim's id (daemon/no-children), a topic (daemon), or either with * in it. Other WORDs are looked
    for in the ids, statements, symptoms, causes and fixes: procsem claims lambda, procsem claims port in use.
    """
    catalogue = load(probes, CONDITIONS)
    try:
        chosen, found = select(catalogue.claims, patterns), False
    except UnknownClaimError:
        symptoms = index.texts(index.load())
        chosen = tuple(each.claim for each in search(catalogue.claims, patterns, symptoms, causes_of_claims()))
        found = True
        if not chosen:
            raise
    if as_json:
        echo(json.dumps([_data(claim) for claim in chosen], indent=1))
        return
    screen = output()
    if found:
        print_entries(screen, [Entry(claim.id, claim.says) for claim in chosen])
        print_line(screen, f"{count(len(chosen), 'claim')}; procsem show ID explains one", "dim")
        return
    for topic, group in groupby(chosen, key=lambda claim: claim.topic):
        print_line(screen, topic, "bold")
        print_entries(screen, [Entry(claim.name, claim.says) for claim in group])
    counts = Counter(claim.topic for claim in chosen)
    where = f" of {catalogue.document.title}" if catalogue.document.title else ""
    total = f"{count(len(chosen), 'claim')} in {count(len(counts), 'topic')}{where}"
    print_line(screen, total, "dim")
    if not patterns and catalogue.document.checklist:
        screen.print()
        screen.print(_coverage(catalogue))


def _data(claim: Claim) -> dict[str, Any]:
    return {
        "id": claim.id,
        "says": claim.says,
        "source": {"section": claim.source.section, "line": claim.source.line} if claim.source else None,
        "remedies": [{"name": remedy.name, "says": remedy.says, "code": remedy.code} for remedy in claim.remedies],
    }


def _coverage(catalogue: Catalogue) -> Table:
    """Return the numbers of statements and claims, by section of the document.

    Each claim is counted once, in the first row that names it.
    """
    document = catalogue.document
    table = Table(title="Coverage", title_justify="left", box=None, pad_edge=False, padding=(0, 2))
    table.add_column("section", overflow="fold")
    for heading in ("line", "to test", "tested", "claims"):
        table.add_column(heading, justify="right")
    uncounted = {claim.id for claim in catalogue.claims}
    known = frozenset(uncounted)

    def add(name: str, line: str, rows: Sequence[Row]) -> None:
        if rows:
            named = {claim for row in rows for claim in row.claims} & uncounted
            uncounted.difference_update(named)
            table.add_row(name, line, *_numbers(rows, known, len(named)))

    by_section: dict[Section | None, list[Row]] = {section: [] for section in document.sections}
    for row in document.checklist:
        by_section.setdefault(document.section_at(row.line) if row.line else None, []).append(row)
    for section, rows in by_section.items():
        add(section.heading if section else "", str(section.line) if section else "", rows)
    add("the document's listings", "", document.listings)
    add("beyond the document", "", document.beyond)
    if uncounted:
        table.add_row("in no row", "", "", "", str(len(uncounted)))
    table.add_section()
    every = (*document.checklist, *document.listings, *document.beyond)
    table.add_row("all", "", *_numbers(every, known, len(known)), style="bold")
    return table


def _numbers(rows: Sequence[Row], known: Set[str], claims: int) -> tuple[str, str, str]:
    return str(len(rows)), str(sum(row.is_tested(known) for row in rows)), str(claims)
