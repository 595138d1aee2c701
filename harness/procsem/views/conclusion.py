"""The result of one claim as a user needs it: what is true, what it means for a program here, why, and the fix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from procsem.model import START_METHODS, CellResult, Claim, Effect, Environment, Verdict
from procsem.views import remedies
from procsem.views.entries import Entry

_ORDER = (Effect.BREAKS, Effect.DIFFERS, Effect.WORKS)


def effects(claim: Claim, results: Iterable[CellResult], environment: Environment) -> dict[Effect, list[CellResult]]:
    """Return the cells of a claim by what they mean for a user's program, the worst first."""
    found: dict[Effect, list[CellResult]] = {}
    for effect in _ORDER:
        for result in results:
            if claim.effect(result.verdict, environment.facts, result.start_method) is effect:
                found.setdefault(effect, []).append(result)
    return found


def summary(claim: Claim, results: Iterable[CellResult], environment: Environment) -> str:
    """Return one line, such as ``breaks under spawn and forkserver, works under fork``.

    An empty string if the claim does not say what its verdicts mean for a program.
    """
    parts = []
    for effect, cells in effects(claim, list(results), environment).items():
        methods = [cell.start_method for cell in cells]
        named = [method for method in START_METHODS if method in methods]
        parts.append(f"{effect} under {_listed(named)}" if named else str(effect))
    return ", ".join(parts)


def entries(claim: Claim, results: Iterable[CellResult], environment: Environment) -> Iterator[Entry]:
    """Yield the statement, what it means here, the reasons, and the fixes where something breaks or differs."""
    results = list(results)
    yield Entry("says", claim.says)
    line = summary(claim, results, environment)
    if line:
        yield Entry("here", f"code like this {line}")
    else:
        verdicts = {v: [r.start_method for r in results if r.verdict is v] for v in Verdict}
        seen = [f"{v} under {_listed([m for m in ms if m])}" if any(ms) else str(v) for v, ms in verdicts.items() if ms]
        yield Entry("here", ", ".join(seen))
    # The reason is that of the verdict that is expected.
    for because in dict.fromkeys(result.because for result in results if result.because and result.as_expected):
        yield Entry("", because, indent=2)
    found = effects(claim, results, environment)
    if not found or Effect.BREAKS in found or Effect.DIFFERS in found:
        yield from remedies.entries(claim)


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
