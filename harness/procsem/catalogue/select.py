"""Find claims by what a user types: an id, a topic, or a pattern with ``*``."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path

from procsem.catalogue.loader import BUILT_IN, FILE, Catalogue, load
from procsem.errors import ProcsemError
from procsem.model import Claim
from procsem.model.facts import FactType
from procsem.search import search

_ALMOST, _LIKE = 0.8, 0.65
"""Ratios of difflib from which a word is another one with a typing mistake, or merely looks like it."""


class UnknownClaimError(ProcsemError):
    """Raised when a pattern matches no claim. The message names the nearest ids."""


def select(claims: Sequence[Claim], patterns: Iterable[str]) -> tuple[Claim, ...]:
    """Return the claims that any pattern matches, in the catalogue's order; all claims if there is no pattern.

    A pattern is an id (``daemon/no-children``), a topic (``daemon``), or either with ``*`` and ``?``.
    Raises :class:`UnknownClaimError` for the first pattern that matches nothing.
    """
    patterns = list(patterns)
    chosen: set[str] = set()
    for pattern in patterns:
        found = {c.id for c in claims if fnmatchcase(c.id, pattern) or fnmatchcase(c.topic, pattern.rstrip("/"))}
        if not found:
            raise UnknownClaimError(
                f"no claim matches {pattern!r}{_nearest(pattern, claims)} (`procsem claims` lists all)"
            )
        chosen |= found
    return tuple(claim for claim in claims if not patterns or claim.id in chosen)


def load_and_select(
    folder: Path, known_facts: Mapping[str, FactType], patterns: Sequence[str]
) -> tuple[Catalogue, tuple[Claim, ...]]:
    """Return a catalogue and those of its claims that any pattern matches: :func:`load` and :func:`select`.

    Of the built-in catalogue, which the tests check as a whole, only the topics that the patterns name are read, if
    each pattern begins with the name of one: the whole takes ten times as long.
    """
    topics = {pattern.partition("/")[0] for pattern in patterns}
    if folder == BUILT_IN and topics and all((folder / topic / FILE).is_file() for topic in topics):
        part = load(folder, known_facts, topics)
        with suppress(UnknownClaimError):  # the nearest ids may be those of other topics
            return part, select(part.claims, patterns)
    catalogue = load(folder, known_facts)
    return catalogue, select(catalogue.claims, patterns)


def load_one(folder: Path, known_facts: Mapping[str, FactType], pattern: str) -> Claim:
    """Return the only claim that a pattern matches. Raises :class:`UnknownClaimError` if it matches none or several."""
    _, found = load_and_select(folder, known_facts, [pattern])
    if len(found) > 1:
        names = ", ".join(claim.id for claim in found[:3]) + (" ..." if len(found) > 3 else "")
        raise UnknownClaimError(f"{pattern!r} matches {len(found)} claims; name one: {names}")
    return found[0]


def _nearest(pattern: str, claims: Sequence[Claim]) -> str:
    """Return a hint with the ids that are spelled almost like the pattern, then those that its words find."""
    ids = {word: word for word in [*(claim.id for claim in claims), *(claim.topic for claim in claims)]}
    names = {claim.name: claim.id for claim in claims} | ids
    near = [names[word] for word in difflib.get_close_matches(pattern, names, n=3, cutoff=_ALMOST)]
    near += [found.claim.id for found in search(claims, re.split(r"[/_*-]+", pattern.lower()))[:3]]
    near = near or [names[word] for word in difflib.get_close_matches(pattern, names, n=2, cutoff=_LIKE)]
    return f"; did you mean {', '.join(list(dict.fromkeys(near))[:5])}?" if near else ""
