"""Find claims by words, the best first. Pure.

A word finds a claim if it begins a word of the claim, or is spelled almost like one. The same search, with the same
weights, is part of the HTML page.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

from procsem.model import Claim

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "hang": ("hangs", "waits", "forever", "never", "deadlock", "blocks"),
    "deadlock": ("waits", "forever", "never", "hangs"),
    "freeze": ("waits", "forever", "never", "hangs"),
    "stuck": ("waits", "forever", "never", "hangs"),
    "crash": ("raises", "killed", "dies", "signal"),
    "port": ("port", "address", "socket", "listening"),
    "env": ("environment",),
    "environ": ("environment",),
    "kill": ("terminate", "sigkill", "killed"),
    "ctrl-c": ("sigint", "keyboardinterrupt"),
    "interrupt": ("sigint", "keyboardinterrupt"),
    "variable": ("value", "global", "state"),
    "global": ("global", "top", "value"),
    "print": ("printed", "output", "buffer"),
    "logging": ("logs", "log"),
    "leak": ("leaked", "left", "removed", "tracker"),
    "slow": ("seconds", "cost", "imports"),
}
"""Words of users, and the words that claims use for the same thing."""

_WORD = re.compile(r"[a-z0-9_]+(?:[-.][a-z0-9_]+)*")
_NEAR = 0.8
"""Similarity, as of :class:`difflib.SequenceMatcher`, from which two words are taken for two spellings of one."""
_SHORTEST = 4
"""Length from which a word is compared with other spellings."""


@frozen
class Found:
    """A claim that a search found."""

    claim: Claim
    score: float


def search(claims: Sequence[Claim], words: Iterable[str], symptoms: Mapping[str, str] | None = None) -> list[Found]:
    """Return the claims in which every word occurs, the best first; none if a word occurs in no claim.

    ``symptoms`` is text that users see, by the id of the claim.
    """
    queries = [word for text in words for word in _WORD.findall(text.lower())]
    found = []
    for claim in claims:
        scores = [_score(query, claim, (symptoms or {}).get(claim.id, "")) for query in queries]
        if scores and all(scores):
            found.append(Found(claim, sum(scores)))
    order = {claim.id: number for number, claim in enumerate(claims)}
    return sorted(found, key=lambda each: (-each.score, order[each.claim.id]))


def _score(query: str, claim: Claim, symptoms: str) -> float:
    """Return how well a word finds a claim: the weight of the best field, less for a synonym or another spelling."""
    fixes = " ".join((*(remedy.says for remedy in claim.remedies), claim.no_remedy))
    fields = (
        (5.0, claim.name),
        (4.0, claim.says),
        (4.0, symptoms),
        (3.0, claim.topic),
        (2.0, fixes),
        (1.0, " ".join((*(rule.because for rule in claim.expectations), claim.note))),
    )
    best = 0.0
    for weight, text in fields:
        if weight > best:
            best = max(best, weight * _likeness(query, _words(text)))
    return best


def _likeness(query: str, words: Sequence[str]) -> float:
    """Return 1 for the word itself, less for its beginning, a synonym or another spelling, and 0 for no likeness."""
    if query in words:
        return 1.0
    if any(word.startswith(query) for word in words):
        return 0.9
    meant = SYNONYMS.get(query, SYNONYMS.get(query.removesuffix("s"), ()))
    if any(word.startswith(synonym) for synonym in meant for word in words):
        return 0.6
    if len(query) >= _SHORTEST and difflib.get_close_matches(query, words, n=1, cutoff=_NEAR):
        return 0.5
    return 0.0


def _words(text: str) -> list[str]:
    """Return the words of a text in lower case; a dotted or dashed name also gives its parts."""
    words = _WORD.findall(text.lower())
    parts = [part for word in words for part in re.split(r"[-._]", word) if part and part != word]
    return words + parts
