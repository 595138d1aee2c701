"""Runs and folders of result files, made by hand."""

import pytest

from procsem import results
from procsem.model import CellResult, Environment, Observation, Run, Verdict


@pytest.fixture
def make_run(environment):
    """A run whose cells are given as ``(claim, start_method, verdict)`` or as results; keywords are facts."""

    def make(*cells, started="2026-01-02T03:04:05+00:00", **facts):
        made = Environment({**environment.facts, **facts})
        results = tuple(cell if isinstance(cell, CellResult) else result_of(*cell) for cell in cells)
        return Run(made, started, 1.0, results)

    return make


def result_of(claim, method="spawn", verdict="upheld", seconds=1.0, residue=(), **facts):
    arms = {"experiment": Observation({"started": False, **facts}), "control": Observation({"started": True})}
    return CellResult(
        claim, method, Verdict(verdict), Verdict.UPHELD, verdict == "upheld", "", seconds, arms, residue=residue
    )


@pytest.fixture
def folder(tmp_path):
    def write(name, *runs):
        where = tmp_path / name
        where.mkdir()
        for run in runs:
            results.write(run, where)
        return where

    return write


@pytest.fixture
def result():
    """Makes the result of one cell; further keywords are facts of the experiment."""
    return result_of
