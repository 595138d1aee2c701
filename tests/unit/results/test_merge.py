"""Several runs merged into one matrix."""

import errno
import json
import os

import pytest

from procsem import results


def test_runs_of_one_environment_that_share_no_cell_are_one_column(make_run, folder):
    runs = [make_run(("a/b", method), ("a/once", None)) for method in ("spawn", "fork", "forkserver")]
    merged = results.merge([folder("runs", *runs)])
    (column,) = merged.matrix.columns
    assert column.start_methods == ["fork", "spawn", "forkserver"]
    assert [cell and cell.start_method for cell in column.row("a/b")] == ["fork", "spawn", "forkserver"]
    assert len(column.row("a/once")) == 1
    assert len(column.files) == 3
    assert "merged from 3 files" in merged.notes[0]


def test_two_measurements_of_one_cell_stay_two_columns_with_different_labels(make_run, folder):
    runs = [make_run(("a/b", "spawn"), started=f"2026-01-0{day}T00:00:00+00:00") for day in (1, 2)]
    merged = results.merge([folder("runs", *runs)])
    labels = [column.label for column in merged.matrix.columns]
    assert len(set(labels)) == 2
    assert "run 1 of 2 (2026-01-01" in labels[0]
    assert "measured 2 times" in merged.notes[0]


def test_parts_that_disagree_about_a_claim_without_start_method_stay_two_columns(make_run, folder):
    runs = [make_run(("a/b", "spawn"), ("a/once", None)), make_run(("a/b", "fork"), ("a/once", None, "refuted"))]
    assert len(results.merge([folder("runs", *runs)]).matrix.columns) == 2


def test_labels_name_the_fact_that_differs(make_run, folder):
    runs = [make_run(("a/b", "spawn"), libc=libc) for libc in ("glibc 2.36", "musl 1.2.4")]
    labels = {column.label for column in results.merge([folder("runs", *runs)]).matrix.columns}
    assert {label.rpartition(", ")[2] for label in labels} == {"glibc 2.36", "musl 1.2.4"}


def test_columns_are_sorted_by_version_with_the_newest_first(make_run, folder):
    versions = ("3.14.0", "3.9.18", "3.11.7")
    runs = [make_run(("a/b", "spawn"), python=version, python_release=version) for version in versions]
    columns = results.merge([folder("runs", *runs)]).matrix.columns
    assert [column.run.environment.facts["python"] for column in columns] == ["3.14.0", "3.11.7", "3.9.18"]


def test_a_damaged_file_is_named_and_the_rest_is_read(make_run, folder):
    where = folder("runs", make_run(("a/b", "spawn")))
    (where / "half.json").write_text('{"schema": 1, "cells"', encoding="utf-8")
    (where / "newer.json").write_text('{"schema": 99}', encoding="utf-8")
    merged = results.merge([where])
    assert len(merged.matrix.columns) == 1
    assert [
        str(where / name) in fault for name, fault in zip(("half.json", "newer.json"), merged.faults, strict=True)
    ] == [True, True]


def test_a_folder_that_the_system_cannot_list_is_left_out(make_run, folder, monkeypatch):
    """Below /proc that is not always a PermissionError, which pathlib passes over: procsem report / found another."""
    path = folder("runs", make_run(("a/b", "spawn")))
    (path / "net").mkdir()
    listed = os.scandir

    def scandir(place):
        if str(place).endswith("net"):
            raise OSError(errno.EINVAL, "Invalid argument", place)
        return listed(place)

    monkeypatch.setattr("os.scandir", scandir)
    assert len(results.merge([path]).matrix.columns) == 1


def test_nothing_to_read_is_an_error(tmp_path):
    with pytest.raises(results.ResultFileError, match="no such file or folder"):
        results.merge([tmp_path / "none"])
    with pytest.raises(results.ResultFileError, match="no result file"):
        results.merge([tmp_path])
    (tmp_path / "bad.json").write_text("", encoding="utf-8")
    with pytest.raises(results.ResultFileError, match="not valid JSON"):
        results.merge([tmp_path])


def test_a_matrix_that_was_written_as_one_file_is_read_again(make_run, folder, tmp_path):
    runs = [make_run(("a/b", "spawn")), make_run(("a/b", "spawn"), system="windows")]
    matrix = results.merge([folder("runs", *runs)]).matrix
    file = tmp_path / "matrix.json"
    file.write_text(results.dumps_matrix(matrix), encoding="utf-8")
    again = results.merge([file]).matrix
    assert [column.run for column in again.columns] == [column.run for column in matrix.columns]
    assert json.loads(file.read_text(encoding="utf-8"))["schema"] == results.SCHEMA
