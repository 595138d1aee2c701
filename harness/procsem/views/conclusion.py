"""The result of one claim as a user needs it: what is true, what it means for a program here, why, and the fix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from procsem.model import START_METHODS, CellResult, Claim, Effect, Environment, Facts, Verdict
from procsem.views import remedies
from procsem.views.entries import Entry
from procsem.views.formatting import count

Meaning = Effect | Verdict
"""The effect of a cell on a user's program, or its verdict if the claim declares no effect."""

_ORDER: tuple[Meaning, ...] = (Effect.BREAKS, Effect.DIFFERS, Effect.WORKS, *Verdict)
"""The worst first."""
_JUDGED = (Verdict.UPHELD, Verdict.REFUTED)
_Cells = Iterable[tuple[Environment, CellResult]]


def effect_of(claim: Claim, result: CellResult, facts: Facts) -> Effect | None:
    """Return what a result means for a user's program; None if the claim does not say so, or expects another verdict.

    A verdict that is not expected has a reason that is not known, so its effect is not known either.
    """
    if result.verdict is not result.expected:
        return None
    return claim.effect(result.verdict, facts, result.start_method)


def meanings(claim: Claim, cells: _Cells) -> dict[Meaning, list[CellResult]]:
    """Return the cells of a claim by what they mean for a user's program, the worst first."""
    found: dict[Meaning, list[CellResult]] = {meaning: [] for meaning in _ORDER}
    for environment, result in cells:
        found[effect_of(claim, result, environment.facts) or result.verdict].append(result)
    return {meaning: results for meaning, results in found.items() if results}


def places(claim: Claim, cells: _Cells) -> list[tuple[Meaning, str]]:
    """Return each meaning with the words for where it was seen.

    For example ``under spawn and forkserver``. They are a number of cells if the start methods do not tell the
    cells apart, and empty if no start method can influence the claim and every cell means the same.
    """
    by_meaning = meanings(claim, cells)
    results = [result for cells_of_one in by_meaning.values() for result in cells_of_one]
    return [(meaning, _where(own, results)) for meaning, own in by_meaning.items()]


def summary(claim: Claim, cells: _Cells) -> str:
    """Return one line, such as ``code like this breaks under spawn and forkserver, works under fork``."""
    found = [(meaning, f" {where}" if where else "") for meaning, where in places(claim, cells)]
    effects = ", ".join(f"{meaning}{where}" for meaning, where in found if isinstance(meaning, Effect))
    verdicts = ", ".join(f"{meaning}{where}" for meaning, where in found if isinstance(meaning, Verdict))
    return "; ".join(filter(None, (f"code like this {effects}" if effects else "", verdicts)))


def truth(cells: _Cells) -> str:
    """Return where the statement is true: ``yes``, ``no``, or for example ``under spawn, not under fork``.

    An empty string if no cell was judged.
    """
    results = [result for _, result in cells if result.verdict in _JUDGED]
    true = [result for result in results if result.verdict is Verdict.UPHELD]
    false = [result for result in results if result.verdict is Verdict.REFUTED]
    if true and false:
        return f"{_where(true, results)}, not {_where(false, results, 'or')}"
    return "yes" if true else "no" if false else ""


def entries(claim: Claim, runs: Sequence[tuple[Environment, Sequence[CellResult]]]) -> Iterator[Entry]:
    """Yield the statement, what it means in each environment, the reasons, and the fixes where they are needed."""
    yield Entry("says", claim.says)
    together: dict[tuple[Entry, ...], list[str]] = {}
    for environment, results in runs:
        if results:
            cells = [(environment, result) for result in results]
            true = truth(cells)
            said = (
                *([Entry("true", true)] if true else []),
                Entry("here", summary(claim, cells)),
                *_reasons(claim, cells),
            )
            together.setdefault(said, []).append(environment.label)
    for said, labels in together.items():
        if len(together) > 1:
            yield Entry("with", "; ".join(labels))
        yield from said
    found = meanings(claim, ((environment, result) for environment, results in runs for result in results))
    works = Effect.WORKS in found and not {Effect.BREAKS, Effect.DIFFERS} & set(found)
    judged = any(result.verdict in _JUDGED for results in found.values() for result in results)
    if judged and not works:
        yield from remedies.entries(claim)


def _reasons(claim: Claim, cells: _Cells) -> Iterator[Entry]:
    """Yield for each meaning why it is so. The reason of a cell is that of the verdict that is expected."""
    for meaning, results in meanings(claim, cells).items():
        reasons: dict[str, list[CellResult]] = {}
        for result in results:
            if result.because and result.as_expected:
                reasons.setdefault(result.because, []).append(result)
        label = str(meaning)
        for because, own in reasons.items():
            where = f"{_under(own)}: " if len(reasons) > 1 and _under(own) else ""
            yield Entry(label, where + because)
            label = ""


def _where(own: Sequence[CellResult], results: Sequence[CellResult], last: str = "and") -> str:
    """Return the words for where a part of the results was seen."""
    methods = {result.start_method for result in own}
    if len(own) == sum(result.start_method in methods for result in results):
        return _under(own, last)
    return f"in {len(own)} of {count(len(results), 'cell')}"


def _under(results: Iterable[CellResult], last: str = "and") -> str:
    methods = {result.start_method for result in results}
    named = [method for method in START_METHODS if method in methods]
    return f"under {_listed(named, last)}" if named else ""


def _listed(words: Sequence[str], last: str) -> str:
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)
