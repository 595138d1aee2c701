"""Shell completion of what the catalogue knows: ids of claims and topics.

A shell calls the program for every Tab, so only the tables of claims.toml are read, and nothing is checked.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from procsem.catalogue import BUILT_IN


def claim_ids(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the ids that begin with the word; as long as several topics do, the topics."""
    tables = dict(_tables(ctx))
    topics = [topic for topic in tables if topic.startswith(incomplete)]
    if "/" not in incomplete and len(topics) > 1:
        return [CompletionItem(topic) for topic in topics]
    return [
        CompletionItem(f"{topic}/{name}", help=str(table.get("says", "")))
        for topic, claims in tables.items()
        for name, table in claims.items()
        if f"{topic}/{name}".startswith(incomplete) and isinstance(table, dict)
    ]


def patterns(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the topics and the ids that begin with the word."""
    topics = [CompletionItem(topic) for topic, _ in _tables(ctx) if topic.startswith(incomplete)]
    found = claim_ids(ctx, param, incomplete)
    return found if len(topics) > 1 else [*topics, *found]


def _tables(ctx: click.Context) -> Iterator[tuple[str, dict[str, dict[str, object]]]]:
    folder = Path(ctx.params.get("probes") or BUILT_IN)
    for file in sorted(folder.glob("*/claims.toml")):
        try:
            yield file.parent.name, tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue  # `procsem claims` says what is wrong with it
