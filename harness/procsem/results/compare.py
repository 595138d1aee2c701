"""The comparison of two matrices: which cells and environments are missing or new, and which results changed."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from attrs import frozen

from procsem.model import TRAITS, CellKey, CellResult, Claim, Column, Fact, Matrix
from procsem.model.comparison import same
from procsem.results.merge import identity

_WATCHED = (
    *("system", "machine", "implementation", "free_threaded_build", *(trait.fact for trait in TRAITS)),
    *("python_release", "pypy", "kernel", "libc", "system_name", "cpus_usable", "default_start_method"),
)
"""The facts of an environment whose changes are listed."""
_LEAST_SECONDS = 0.25
_DEVIATIONS = 6.0


class ChangeKind(StrEnum):
    """The kind of a change of a cell, a start method or an environment."""

    MISSING = "missing"
    """It was measured before, and is not any more."""
    REMOVED = "removed"
    """It is missing because the catalogue no longer has the claim."""
    NEW = "new"
    VERDICT = "verdict"
    OBSERVATION = "observation"
    """The verdict is the same, but a fact that the claim predicts is not."""
    RESIDUE = "residue"
    TIME = "time"
    FACT = "fact"
    """A fact of the environment."""


@frozen
class Difference:
    """A value before and after; None where there is none."""

    name: str
    before: Fact
    after: Fact


@frozen
class Change:
    """A change of one cell, or of a whole start method or environment."""

    kind: ChangeKind
    column: str
    claim: str | None = None
    """None for a change of a whole start method or environment."""
    start_method: str | None = None
    differences: tuple[Difference, ...] = ()
    cells: int = 1
    """Number of cells that are missing or new."""
    pace: float | None = None
    """For a change of time: how many times as long the other cells took."""


@frozen
class MatrixComparison:
    """Everything that changed between two matrices."""

    changes: tuple[Change, ...]
    compared: int
    """Number of cells that are in both matrices."""

    @property
    def alarms(self) -> tuple[Change, ...]:
        """The changes that need attention: a verdict changed, or something is no longer measured."""
        return tuple(each for each in self.changes if each.kind in (ChangeKind.VERDICT, ChangeKind.MISSING))


def compare(old: Matrix, new: Matrix, claims: Sequence[Claim]) -> MatrixComparison:
    """Compare two matrices, each column with its counterpart.

    The counterpart of a column has the same system, machine, implementation and Python version. The patch release may
    differ, because a change that came with a patch release is of interest. Two matrices of one column each are always
    compared, so two Pythons or two systems can be. The facts that matter are those that the claims predict.
    """
    facts = {claim.id: _facts_that_matter(claim) for claim in claims}
    pairs, missing, appeared = _pair(old.columns, new.columns)
    changes = [Change(ChangeKind.MISSING, column.label, cells=len(column.run.cells)) for column in missing]
    changes += [Change(ChangeKind.NEW, column.label, cells=len(column.run.cells)) for column in appeared]
    compared = 0
    for before, after in pairs:
        changes += _environment_changes(before, after)
        was, now = before.run.by_key, after.run.by_key
        common = [key for key in was if key in now]
        compared += len(common)
        gone = [key for key in was if key not in now]
        changes += _without_counterpart(ChangeKind.MISSING, before, [key for key in gone if key.claim in facts], after)
        changes += _without_counterpart(
            ChangeKind.REMOVED, before, [key for key in gone if key.claim not in facts], after
        )
        changes += _without_counterpart(ChangeKind.NEW, after, [key for key in now if key not in was], before)
        slower = _times_beyond_noise([(key, was[key].seconds, now[key].seconds) for key in common])
        for key in common:
            changes += _cell_changes(after.label, key, was[key], now[key], facts.get(key.claim, {}))
            if key in slower:
                times = Difference("seconds", was[key].seconds, now[key].seconds)
                changes.append(Change(ChangeKind.TIME, after.label, *key, (times,), pace=slower[key]))
    return MatrixComparison(tuple(changes), compared)


def _pair(
    old: Sequence[Column], new: Sequence[Column]
) -> tuple[list[tuple[Column, Column]], list[Column], list[Column]]:
    """Return the columns with their counterparts, the columns that are missing, and those that are new.

    Among several columns of one kind, those with the same label are paired first, then in order. A column without a
    counterpart is not missing if the same environment was measured again and that column has one.
    """
    if len(old) == len(new) == 1:
        return [(old[0], new[0])], [], []
    left = list(new)
    unpaired = list(old)
    pairs: list[tuple[Column, Column]] = []
    for same_label in (True, False):
        for column in list(unpaired):
            for candidate in left:
                if _are_of_one_kind(candidate, column) and (candidate.label == column.label or not same_label):
                    pairs.append((column, candidate))
                    left.remove(candidate)
                    unpaired.remove(column)
                    break
    measured = {identity(column.run.environment) for column, _ in pairs}
    return pairs, [column for column in unpaired if identity(column.run.environment) not in measured], left


def _are_of_one_kind(one: Column, other: Column) -> bool:
    return one.run.environment.kind == other.run.environment.kind


def _environment_changes(before: Column, after: Column) -> list[Change]:
    was, now = before.run.environment.facts, after.run.environment.facts
    changed = tuple(
        Difference(name, was.get(name), now.get(name)) for name in _WATCHED if was.get(name) != now.get(name)
    )
    return [Change(ChangeKind.FACT, after.label, differences=changed, cells=0)] if changed else []


def _without_counterpart(
    kind: ChangeKind, column: Column, keys: Sequence[CellKey], counterpart: Column
) -> Iterator[Change]:
    """Yield a change for each cell, or one change for all cells of a start method that the counterpart lacks."""
    methods = Counter(method for _, method in keys if method and method not in counterpart.start_methods)
    for method, cells in methods.items():
        yield Change(kind, column.label, None, method, cells=cells)
    for key in keys:
        if key.start_method not in methods:
            verdict = str(column.run.by_key[key].verdict)
            pair = (None, verdict) if kind is ChangeKind.NEW else (verdict, None)
            yield Change(kind, column.label, *key, (Difference("verdict", *pair),))


def _cell_changes(
    column: str, key: CellKey, was: CellResult, now: CellResult, facts: Mapping[str, frozenset[str]]
) -> Iterator[Change]:
    if was.verdict is not now.verdict:
        verdicts = Difference("verdict", str(was.verdict), str(now.verdict))
        yield Change(ChangeKind.VERDICT, column, *key, (verdicts,))
        return
    seen = tuple(
        Difference(f"{arm}.{fact}", _fact(was, arm, fact), _fact(now, arm, fact))
        for arm, names in facts.items()
        for fact in sorted(names)
        if not same(_comparable(_fact(was, arm, fact)), _comparable(_fact(now, arm, fact)))
    )
    if seen:
        yield Change(ChangeKind.OBSERVATION, column, *key, seen)
    before, after = (sorted(thing.kind for thing in cell.residue) for cell in (was, now))
    if before != after:
        yield Change(ChangeKind.RESIDUE, column, *key, (Difference("residue", before, after),))


def _facts_that_matter(claim: Claim) -> dict[str, frozenset[str]]:
    """Return, by arm, the facts that are predicted as plain values: they are the same wherever the claim holds."""
    return {
        arm.name: frozenset(f for f, comparison in arm.predicts.items() if not isinstance(comparison.wanted, dict))
        for arm in claim.arms
    }


def _fact(cell: CellResult, arm: str, fact: str) -> Fact:
    return cell.arms[arm].facts.get(fact) if arm in cell.arms else None


def _comparable(fact: Fact) -> Fact:
    """Replace a measured time or a count of random outcomes, which differs in each run, by a constant."""
    return "a figure" if isinstance(fact, float | Mapping) else fact


def _times_beyond_noise(times: Sequence[tuple[CellKey, float, float]]) -> dict[CellKey, float]:
    """Return the cells whose time changed by more than the others' times did, each with the factor of the others.

    Machines differ in speed, and a busy machine is slow for every cell. So the ratio of a cell is compared with the
    median of all ratios. It is beyond the noise if it differs by more than six standard deviations (estimated from the
    median absolute deviation of the logarithms) and by a quarter of a second.
    """
    ratios = {key: math.log(now / was) for key, was, now in times if was > 0 and now > 0}
    if len(ratios) < 8:
        return {}
    middle = statistics.median(ratios.values())
    spread = 1.4826 * statistics.median(abs(ratio - middle) for ratio in ratios.values())
    return {
        key: math.exp(middle)
        for key, was, now in times
        if key in ratios
        and abs(ratios[key] - middle) > _DEVIATIONS * max(spread, 0.05)
        and abs(now - was * math.exp(middle)) > _LEAST_SECONDS
    }
