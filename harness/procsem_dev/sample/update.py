"""Add new cells to the sample, and judge every cell again by the present catalogue. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import evolve

from procsem.errors import ProcsemError
from procsem.judge import judge, missing_needs
from procsem.model import START_METHODS, CellResult, Claim, Environment, Matrix, Run


class UnknownColumnError(ProcsemError):
    """Raised for the results of an environment that has no column in the sample."""


def update(sample: Matrix, new: Matrix, claims: Sequence[Claim]) -> Matrix:
    """Return the sample with the cells of the new matrix in the columns of the same labels.

    The cells are in the order of the catalogue; those of claims that are no longer in it are left out. Raises
    :class:`UnknownColumnError`.
    """
    fresh = {column.label: column.run for column in new.columns}
    if unknown := sorted(set(fresh) - {column.label for column in sample.columns}):
        raise UnknownColumnError(f"{unknown[0]}: is not a column of the sample; measure the whole sample to add it")
    columns = []
    for column in sample.columns:
        run = column.run
        added = fresh[column.label].cells if column.label in fresh else ()
        columns.append(evolve(column, run=evolve(run, cells=_judged(run, (*run.cells, *added), claims))))
    return evolve(sample, columns=tuple(columns))


def _judged(run: Run, cells: Iterable[CellResult], claims: Sequence[Claim]) -> tuple[CellResult, ...]:
    known = {(cell.claim, cell.start_method): cell for cell in cells}  # a new cell takes the place of an old one
    places = [(claim, method) for claim in claims for method in (*START_METHODS, None)]
    return tuple(
        judge_again(cell, claim, run.environment)
        for claim, method in places
        if (cell := known.get((claim.id, method))) is not None
    )


def judge_again(cell: CellResult, claim: Claim, environment: Environment) -> CellResult:
    """Return the cell with the judgement that the claim, as it is now, makes of what was observed."""
    facts: Mapping[str, object] = environment.facts
    judgement = missing_needs(claim, facts, cell.start_method) or judge(
        claim, facts, cell.start_method, cell.arms, cell.problem, cell.residue
    )
    return evolve(
        cell,
        verdict=judgement.verdict,
        expected=judgement.expected,
        as_expected=judgement.as_expected,
        because=judgement.because,
        mismatches=judgement.mismatches,
        remedies=judgement.remedies,
    )
