"""Two matrices cell by cell: what appeared, went, or changed its verdict, observation, residue or time."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence

from attrs import frozen

from procsem.model import TRAITS, CellResult, Claim, Column, Matrix
from procsem.model.comparison import same, show

_WATCHED = (
    *("system", "machine", "implementation", "free_threaded_build", *(trait.fact for trait in TRAITS)),
    *("python_release", "pypy", "kernel", "libc", "system_name", "cpus_usable", "default_start_method"),
)
"""The facts of an environment whose changes are listed."""
_LEAST_SECONDS = 0.25
_DEVIATIONS = 6.0


@frozen
class Change:
    """One cell that is not what it was."""

    kind: str
    """``appeared``, ``went``, ``verdict``, ``observation``, ``residue`` or ``time``."""
    column: str
    claim: str
    start_method: str | None
    detail: str


@frozen
class Comparison:
    """What changed between two matrices."""

    changes: tuple[Change, ...]
    compared: int
    """Cells that are in both."""
    environments: tuple[str, ...]
    """One line for each column that has no counterpart, or whose environment itself changed, and how."""

    @property
    def verdict_changed(self) -> bool:
        return any(change.kind == "verdict" for change in self.changes)


def compare(old: Matrix, new: Matrix, claims: Sequence[Claim]) -> Comparison:
    """Compare two matrices.

    A column's counterpart is the one of the same system, machine, implementation and version of
    Python (3.13, whatever the patch release: that a patch release changed something is what one
    wants to see). Where either side is one column alone, they are each other's counterparts, whatever they are:
    so two Pythons or two systems are compared. The claims say which facts matter: those that they predict or know.
    """
    facts = {claim.id: _facts_that_matter(claim) for claim in claims}
    pairs, environments = _pair(old.columns, new.columns)
    changes: list[Change] = []
    compared = 0
    for before, after in pairs:
        environments += _environment_changes(before, after)
        was, now = before.run.by_key, after.run.by_key
        common = [key for key in was if key in now]
        compared += len(common)
        changes += [Change("went", before.label, *key, str(was[key].verdict)) for key in was if key not in now]
        changes += [Change("appeared", after.label, *key, str(now[key].verdict)) for key in now if key not in was]
        slower = _times_beyond_noise([(key, was[key].seconds, now[key].seconds) for key in common])
        for key in common:
            changes += _cell_changes(after.label, key, was[key], now[key], facts.get(key[0], {}))
            if key in slower:
                changes.append(Change("time", after.label, *key, slower[key]))
    return Comparison(tuple(changes), compared, tuple(environments))


def _pair(old: Sequence[Column], new: Sequence[Column]) -> tuple[list[tuple[Column, Column]], list[str]]:
    """Columns with their counterparts; of several of one kind, those with the same label first, then in order."""
    if len(old) == len(new) == 1:
        return [(old[0], new[0])], []
    left = list(new)
    pairs: list[tuple[Column, Column]] = []
    alone: list[str] = []
    for same_label in (True, False):
        for column in old:
            if any(column is before for before, _ in pairs):
                continue
            for candidate in left:
                if candidate.run.environment.kind == column.run.environment.kind and (
                    candidate.label == column.label or not same_label
                ):
                    pairs.append((column, candidate))
                    left.remove(candidate)
                    break
    paired = [before for before, _ in pairs]
    alone += [f"{column.label}: went" for column in old if not any(column is before for before in paired)]
    alone += [f"{column.label}: appeared" for column in left]
    return pairs, alone


def _environment_changes(before: Column, after: Column) -> list[str]:
    was, now = before.run.environment.facts, after.run.environment.facts
    changed = [
        f"{name} {show(was.get(name))} -> {show(now.get(name))}" for name in _WATCHED if was.get(name) != now.get(name)
    ]
    return [f"{after.label}: {', '.join(changed)}"] if changed else []


def _cell_changes(
    column: str, key: tuple[str, str | None], was: CellResult, now: CellResult, facts: Mapping[str, frozenset[str]]
) -> list[Change]:
    if was.verdict is not now.verdict:
        return [Change("verdict", column, *key, f"{was.verdict} -> {now.verdict}")]
    changes = []
    seen = [
        f"{arm}.{fact} {show(_fact(was, arm, fact))} -> {show(_fact(now, arm, fact))}"
        for arm, names in facts.items()
        for fact in sorted(names)
        if not same(_steady(_fact(was, arm, fact)), _steady(_fact(now, arm, fact)))
    ]
    if seen:
        changes.append(Change("observation", column, *key, "; ".join(seen)))
    before, after = (sorted(thing.kind for thing in cell.residue) for cell in (was, now))
    if before != after:
        detail = f"{', '.join(before) or 'none'} -> {', '.join(after) or 'none'}"
        changes.append(Change("residue", column, *key, detail))
    return changes


def _facts_that_matter(claim: Claim) -> dict[str, frozenset[str]]:
    """By arm, the facts that are compared with plain values: those that are the same wherever the claim holds."""
    return {
        arm.name: frozenset(f for f, comparison in arm.predicts.items() if not isinstance(comparison.wanted, dict))
        for arm in claim.arms
    }


def _fact(cell: CellResult, arm: str, fact: str) -> object:
    return cell.arms[arm].facts.get(fact) if arm in cell.arms else None


def _steady(fact: object) -> object:
    """A measure of time or a count of chance differs from run to run; only that it is one is compared."""
    return "a figure" if isinstance(fact, float | Mapping) else fact


def _times_beyond_noise(
    times: Sequence[tuple[tuple[str, str | None], float, float]],
) -> dict[tuple[str, str | None], str]:
    """The cells whose time changed by more than the others' did.

    Machines differ in speed, and a busy one is slow throughout: so a cell's ratio is held against the
    median of all, and what counts as beyond is told by the spread of all (six times the median
    absolute deviation of the logarithms, scaled to a standard deviation), and by a quarter of a second.
    """
    ratios = {key: math.log(now / was) for key, was, now in times if was > 0 and now > 0}
    if len(ratios) < 8:
        return {}
    middle = statistics.median(ratios.values())
    spread = 1.4826 * statistics.median(abs(ratio - middle) for ratio in ratios.values())
    return {
        key: f"{was:.2f} s -> {now:.2f} s, where the others took {math.exp(middle):.2f} times as long"
        for key, was, now in times
        if key in ratios
        and abs(ratios[key] - middle) > _DEVIATIONS * max(spread, 0.05)
        and abs(now - was * math.exp(middle)) > _LEAST_SECONDS
    }
