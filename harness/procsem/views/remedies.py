"""Remedies as labelled entries: the change in words, and the lines of the probe that show it."""

from __future__ import annotations

from collections.abc import Iterator

from procsem.model import Claim, Remedy
from procsem.views.entries import Entry
from procsem.views.formatting import where


def entries(claim: Claim, with_failures: bool = True) -> Iterator[Entry]:
    """Yield what a claim says about fixes: its remedies, or why there is none."""
    for remedy in claim.remedies:
        yield from one(remedy, with_failures)
    if claim.no_remedy:
        yield Entry("no fix", claim.no_remedy)


def one(remedy: Remedy, with_failures: bool = True) -> Iterator[Entry]:
    """Yield the entries of one remedy."""
    yield Entry("fix", remedy.says)
    if remedy.code:
        yield Entry("", remedy.code, verbatim=True, indent=2)
    for failure in remedy.failures if with_failures else ():
        place = where(failure.when) or "anywhere"
        yield Entry("", f"It does not help {place}: {failure.because}", indent=2)
        for address in failure.see:
            yield Entry("", address, verbatim=True, indent=4)
