"""Many runs as one matrix, and two matrices compared."""

import json

import pytest
from attrs import evolve

from procsem import results as store
from procsem.model import CellResult, Environment, Observation, Residue, Run, Verdict


@pytest.fixture
def make_run(environment):
    """A run whose cells are given as ``(claim, start_method, verdict)`` or as results; keywords are facts."""

    def make(*cells, started="2026-01-02T03:04:05+00:00", **facts):
        made = Environment({**environment.facts, **facts})
        results = tuple(cell if isinstance(cell, CellResult) else result(*cell) for cell in cells)
        return Run(made, started, 1.0, results)

    return make


def result(claim, method="spawn", verdict="upheld", seconds=1.0, residue=(), **facts):
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
            store.write(run, where)
        return where

    return write


def test_runs_of_one_environment_that_share_no_cell_are_one_column(make_run, folder):
    runs = [make_run(("a/b", method), ("a/once", None)) for method in ("spawn", "fork", "forkserver")]
    gathered = store.merge([folder("runs", *runs)])
    (column,) = gathered.matrix.columns
    assert column.start_methods == ["fork", "spawn", "forkserver"]
    assert [cell and cell.start_method for cell in column.row("a/b")] == ["fork", "spawn", "forkserver"]
    assert len(column.row("a/once")) == 1
    assert len(column.files) == 3
    assert "joined from 3 files" in gathered.notes[0]


def test_two_measurements_of_one_cell_stay_two_columns_that_are_told_apart(make_run, folder):
    runs = [make_run(("a/b", "spawn"), started=f"2026-01-0{day}T00:00:00+00:00") for day in (1, 2)]
    gathered = store.merge([folder("runs", *runs)])
    labels = [column.label for column in gathered.matrix.columns]
    assert len(set(labels)) == 2
    assert "run 1 of 2 (2026-01-01" in labels[0]
    assert "measured 2 times" in gathered.notes[0]


def test_a_claim_that_ran_once_with_each_part_is_not_blended_where_the_parts_disagree(make_run, folder):
    runs = [make_run(("a/b", "spawn"), ("a/once", None)), make_run(("a/b", "fork"), ("a/once", None, "refuted"))]
    assert len(store.merge([folder("runs", *runs)]).matrix.columns) == 2


def test_what_differs_tells_columns_apart(make_run, folder):
    runs = [make_run(("a/b", "spawn"), libc=libc) for libc in ("glibc 2.36", "musl 1.2.4")]
    labels = {column.label for column in store.merge([folder("runs", *runs)]).matrix.columns}
    assert {label.rpartition(", ")[2] for label in labels} == {"glibc 2.36", "musl 1.2.4"}


def test_columns_come_in_order_of_version_and_not_of_letters(make_run, folder):
    versions = ("3.14.0", "3.9.18", "3.11.7")
    runs = [make_run(("a/b", "spawn"), python=version, python_release=version) for version in versions]
    columns = store.merge([folder("runs", *runs)]).matrix.columns
    assert [column.run.environment.facts["python"] for column in columns] == ["3.9.18", "3.11.7", "3.14.0"]


def test_a_damaged_file_is_named_and_the_rest_is_read(make_run, folder):
    where = folder("runs", make_run(("a/b", "spawn")))
    (where / "half.json").write_text('{"schema": 1, "cells"', encoding="utf-8")
    (where / "newer.json").write_text('{"schema": 99}', encoding="utf-8")
    gathered = store.merge([where])
    assert len(gathered.matrix.columns) == 1
    assert [
        str(where / name) in fault for name, fault in zip(("half.json", "newer.json"), gathered.faults, strict=True)
    ] == [True, True]


def test_nothing_to_read(tmp_path):
    with pytest.raises(store.ResultFileError, match="no such file or folder"):
        store.merge([tmp_path / "none"])
    with pytest.raises(store.ResultFileError, match="no result file"):
        store.merge([tmp_path])
    (tmp_path / "bad.json").write_text("", encoding="utf-8")
    with pytest.raises(store.ResultFileError, match="not valid JSON"):
        store.merge([tmp_path])


def test_a_matrix_that_was_written_as_one_file_is_read_again(make_run, folder, tmp_path):
    runs = [make_run(("a/b", "spawn")), make_run(("a/b", "spawn"), system="windows")]
    matrix = store.merge([folder("runs", *runs)]).matrix
    file = tmp_path / "matrix.json"
    file.write_text(store.dumps_matrix(matrix), encoding="utf-8")
    again = store.merge([file]).matrix
    assert [column.run for column in again.columns] == [column.run for column in matrix.columns]
    assert json.loads(file.read_text(encoding="utf-8"))["schema"] == store.SCHEMA


# ---------------------------------------------------------------- compare


@pytest.fixture
def compared(make_run, folder, make_claim):
    """The changes between two lists of cells, as ``(kind, claim, start method)`` and details."""

    def compare(old, new, **facts):
        claim = evolve(make_claim(), id="a/b")
        before, after = folder("old", make_run(*old)), folder("new", make_run(*new, **facts))
        return store.compare(store.merge([before]).matrix, store.merge([after]).matrix, [claim])

    return compare


def kinds(comparison):
    return [(change.kind, change.claim, change.start_method) for change in comparison.changes]


def test_nothing_changed(compared):
    found = compared([("a/b", "spawn")], [("a/b", "spawn")])
    assert (found.changes, found.compared, found.verdict_changed) == ((), 1, False)


def test_a_verdict_that_changed(compared):
    found = compared([("a/b", "spawn")], [("a/b", "spawn", "refuted")])
    assert kinds(found) == [("verdict", "a/b", "spawn")]
    assert found.changes[0].detail == "upheld -> refuted"
    assert found.verdict_changed


def test_cells_that_appeared_and_went(compared):
    found = compared([("a/b", "spawn")], [("a/b", "fork")])
    assert sorted(kinds(found)) == [("appeared", "a/b", "fork"), ("went", "a/b", "spawn")]
    assert not found.verdict_changed


def test_an_observation_that_changed_under_the_same_verdict(compared):
    found = compared([result("a/b", error="AssertionError")], [result("a/b", error="TypeError")])
    assert kinds(found) == [("observation", "a/b", "spawn")]
    assert found.changes[0].detail == "experiment.error AssertionError -> TypeError"


def test_a_fact_that_no_prediction_names_may_differ(compared):
    assert compared([result("a/b", pid=1)], [result("a/b", pid=2)]).changes == ()


def test_a_residue_that_changed(compared):
    found = compared([result("a/b")], [result("a/b", residue=(Residue("zombie", "python"),))])
    assert kinds(found) == [("residue", "a/b", "spawn")]
    assert found.changes[0].detail == "none -> zombie"


def test_a_time_beyond_what_the_others_do(compared):
    old = [result(f"a/c{n}", seconds=1 + n / 100) for n in range(12)]
    twice = [evolve(cell, seconds=cell.seconds * 2) for cell in old]
    assert compared(old, twice).changes == (), "a slower machine is slower throughout"


def test_one_cell_that_takes_longer(compared):
    old = [result(f"a/c{n}", seconds=1 + n / 100) for n in range(12)]
    slow = [evolve(cell, seconds=cell.seconds * (9 if cell.claim == "a/c3" else 2)) for cell in old]
    assert kinds(compared(old, slow)) == [("time", "a/c3", "spawn")]


def test_a_patch_release_is_the_same_column_and_is_named(compared):
    found = compared([("a/b", "spawn")], [("a/b", "spawn", "refuted")], python="3.14.1", python_release="3.14.1")
    assert kinds(found) == [("verdict", "a/b", "spawn")]
    assert "python_release 3.14.0 -> 3.14.1" in found.environments[0]


def test_two_single_runs_are_compared_whatever_they_are_of(compared):
    found = compared([("a/b", "spawn")], [("a/b", "spawn", "refuted")], python="3.15.0", python_release="3.15.0")
    assert kinds(found) == [("verdict", "a/b", "spawn")]
    assert "python_release 3.14.0 -> 3.15.0" in found.environments[0]


def test_among_several_another_version_is_another_column(make_run, folder):
    def run(python, verdict):
        return make_run(("a/b", "spawn", verdict), python=python, python_release=python)

    before = folder("old", run("3.13.0", "upheld"), run("3.14.0", "upheld"))
    after = folder("new", run("3.14.0", "upheld"), run("3.15.0", "refuted"))
    found = store.compare(store.merge([before]).matrix, store.merge([after]).matrix, [])
    assert (found.changes, found.compared) == ((), 1)
    assert [line.rpartition(": ")[2] for line in found.environments] == ["went", "appeared"]
