"""Find claims by words, the best first. Pure.

A word finds a claim if it is a word of the claim, begins one, or means the same. A word that finds no claim is taken
for the words of claims that are spelled almost like it. The script ``search.js`` of the HTML page does the same with
the same data; a test in a browser compares the two.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from attrs import frozen

from procsem.model import Claim

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "hang": ("hangs", "waits", "forever", "never", "deadlock", "blocks"),
    "deadlock": ("waits", "forever", "never", "hangs"),
    "freeze": ("waits", "forever", "never", "hangs"),
    "stuck": ("waits", "forever", "never", "hangs"),
    "frozen": ("waits", "forever", "never", "hangs"),
    "segfault": ("sigsegv",),
    "11": ("sigsegv",),
    "crash": ("raises", "killed", "dies", "signal"),
    "port": ("port", "address", "socket", "listening"),
    "env": ("environment",),
    "environ": ("environment",),
    "oom": ("killed", "memory"),
    "kill": ("terminate", "sigkill", "killed"),
    "ctrl-c": ("sigint", "keyboardinterrupt"),
    "interrupt": ("sigint", "keyboardinterrupt"),
    "variable": ("value", "global", "state"),
    "global": ("global", "top", "value"),
    "print": ("printed", "output", "buffer"),
    "logging": ("logs", "log"),
    "leak": ("leaked", "left", "removed", "tracker"),
    "drain": ("read", "reads", "everything"),
    "slow": ("seconds", "cost", "imports"),
    "freeze_support": ("bootstrapping", "guard"),
    "unpicklable": ("pickle", "pickled"),
}
"""Words of users, and the words that claims use for the same thing."""

COMMON = frozenset(
    (
        *("a", "an", "and", "are", "as", "at", "be", "by", "can", "do", "does", "for", "from", "how", "i", "if", "in"),
        *("is", "it", "my", "no", "not", "of", "on", "or", "the", "to", "was", "what", "when", "why", "with"),
    )
)
"""Words that need not occur, and that count little where they do."""

_WORD = re.compile(r"[a-z0-9_]+(?:[-.'][a-z0-9_]+)*")
_ENDINGS = ("ing", "ed", "es", "s", "e")
_STEM = 4
"""Length that an ending must leave of a word."""
_SHORTEST = 4
"""Length from which a word is compared with other spellings."""
_LONG = 9
"""Length from which two mistakes are allowed."""


@frozen
class Found:
    """A claim that a search found."""

    claim: Claim
    score: float


@frozen
class Field:
    """One part of a claim to search in."""

    weight: float
    words: tuple[str, ...]


def _fields(claim: Claim, symptoms: Mapping[str, str], causes: Mapping[str, str]) -> tuple[Field, ...]:
    """Return the parts of a claim to search in, the most important first."""
    fixes = " ".join((*(remedy.says for remedy in claim.remedies), claim.no_remedy))
    rest = " ".join((*(rule.because for rule in claim.expectations), claim.note))
    return (
        Field(5.0, _words(claim.name)),
        Field(4.0, _words(claim.says)),
        Field(4.0, _words(symptoms.get(claim.id, ""))),
        Field(3.0, _words(claim.topic)),
        Field(3.0, _words(causes.get(claim.id, ""))),
        Field(2.0, tuple(dict.fromkeys(_words(fixes)))),
        Field(1.0, tuple(dict.fromkeys(_words(rest)))),
    )


def search(
    claims: Sequence[Claim],
    words: Iterable[str],
    symptoms: Mapping[str, str] = MappingProxyType({}),
    causes: Mapping[str, str] = MappingProxyType({}),
) -> list[Found]:
    """Return the claims in which every word occurs, the best first.

    If there is none, return those in which most words occur, if these are at least half of the words. Words that no
    claim has do not count, if they are at most half. ``symptoms`` is text that users see, and ``causes`` are the names
    under which claims are reported to them, both by the id of the claim.
    """
    asked = [word for text in words for word in _WORD.findall(text.lower())]
    parts = [_fields(claim, symptoms, causes) for claim in claims]
    vocabulary = dict.fromkeys(word for of in parts for each in of for word in each.words)
    queries = [part for word in asked for part in _known_parts(word, vocabulary)]
    meant = {query: _meant(query, vocabulary) for query in queries}
    needed = [query for query in queries if query not in COMMON] or queries
    known = [query for query in needed if meant[query]]
    if 2 * len(known) >= len(needed):
        needed = known
    scored = [(claim, *score(queries, needed, meant, of)) for claim, of in zip(claims, parts, strict=True)]
    most = max((occurring for _, occurring, _ in scored), default=0)
    if not most or 2 * most < len(needed):
        return []
    found = [Found(claim, round(points, 6)) for claim, occurring, points in scored if occurring == most]
    return sorted(found, key=lambda each: -each.score)


def data(
    claims: Iterable[Claim], symptoms: Mapping[str, str], causes: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    """Return all that a search needs as JSON data, for the HTML page."""
    return {
        "synonyms": SYNONYMS,
        "common": sorted(COMMON),
        "claims": [
            [claim.id, [[field.weight, " ".join(field.words)] for field in _fields(claim, symptoms, causes)]]
            for claim in claims
        ],
    }


def score(
    queries: Sequence[str], needed: Sequence[str], meant: Mapping[str, Sequence[str]], parts: Sequence[Field]
) -> tuple[int, float]:
    """Return how many of the ``needed`` words of a query occur in a claim, and how well the claim fits the query.

    ``meant`` has the words to look for in place of each word of the query: itself, or other spellings of it.

    The best field of each word counts most. Words that are next to each other in a field as in the query count more,
    and so does a short field over a long one: a claim whose name has three words is about each of them.
    """
    occurring, total = 0, 0.0
    for query in queries:
        each = [
            part.weight * max(_likeness(word, part.words) for word in meant[query]) * (1 + 0.3 / len(part.words))
            for part in parts
            if part.words and meant[query]
        ]
        best = max(each, default=0.0)
        if query in needed:
            occurring += best > 0
            total += best + 0.2 * (sum(each) - best)
        else:
            total += 0.1 * best
    if len(queries) > 1:
        total += max((part.weight for part in parts if _is_within(queries, part.words)), default=0.0)
    return occurring, total


def _meant(query: str, vocabulary: Collection[str]) -> Sequence[str]:
    """Return the word itself if a claim contains it, otherwise the words of claims that it may misspell."""
    if _likeness(query, vocabulary):
        return (query,)
    return tuple(word for word in vocabulary if _is_misspelled(query, word))


def _known_parts(word: str, vocabulary: Collection[str]) -> Sequence[str]:
    """Return the word, or its parts if it is a dotted name that no claim has: ``queue.Full``, ``mp.Pool``."""
    return (word,) if "." not in word or _meant(word, vocabulary) else word.split(".")


def _is_within(phrase: Sequence[str], words: Sequence[str]) -> bool:
    """Return whether the words of the phrase are in the text, next to each other and in the same order."""
    return f" {' '.join(phrase)} " in f" {' '.join(words)} "


def _likeness(query: str, words: Collection[str]) -> float:
    """Return 1 for the word itself, less for its beginning, a synonym or another spelling, and 0 for no likeness."""
    if query in words:
        return 1.0
    stem = _stem(query)
    if any(_stem(word) == stem for word in words):
        return 0.8
    if any(word.startswith(query) or ("-" in query and query in word) for word in words):
        return 0.9  # the beginning of a word, or some words of a name such as terminate-skips-cleanup
    synonyms = SYNONYMS.get(query, SYNONYMS.get(query.removesuffix("s"), ()))
    if any(word.startswith(synonyms) for word in words):
        return 0.6
    return 0.0


@functools.lru_cache(maxsize=10_000)
def _stem(word: str) -> str:
    """Return the word without an English ending: ``pickl`` for pickle, pickled and pickling."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM:
            return word[: -len(ending)]
    return word


def _is_misspelled(query: str, word: str) -> bool:
    """Return whether the query is the word, with another ending or not, spelled with one mistake (two in a long word).

    A mistake is a letter that is missing, added or wrong, or two letters in the wrong order. The first letter is right.
    """
    if len(query) < _SHORTEST or len(word) < _SHORTEST or query[0] != word[0]:
        return False
    allowed = 2 if len(query) >= _LONG else 1
    one, other = _stem(query), _stem(word)
    return abs(len(one) - len(other)) <= allowed and _distance(one, other) <= allowed


def _distance(one: str, other: str) -> int:
    """Return the number of mistakes that make one word of the other."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(other, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                best = min(best, last[j - 2] + 1)
            row.append(best)
    return row[-1]


def _words(text: str) -> tuple[str, ...]:
    """Return the words of a text in lower case; a dotted or dashed name also gives its parts."""
    words = _WORD.findall(text.lower())
    parts = [part for word in words for part in re.split(r"[-._']", word) if part and part != word]
    return (*words, *parts)
