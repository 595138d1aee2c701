"""A run's file: documented, versioned, whole or not at all."""

import json
import os
import sys

import jsonschema
import pytest

from procsem import results as store
from procsem.judge import judge
from procsem.model import CellResult, Event, Observation, Residue, Run, Verdict


@pytest.fixture
def run(make_claim, environment, seen):
    claim = make_claim()
    judgement = judge(claim, environment.facts, "spawn", seen(started=True))
    cell = CellResult(
        claim=claim.id,
        start_method="spawn",
        verdict=judgement.verdict,
        expected=judgement.expected,
        as_expected=False,
        because=judgement.because,
        seconds=0.25,
        arms={"experiment": Observation({"started": True, "lost": None}, (Event(0.1, "child", "started", 7, "é"),))},
        mismatches=judgement.mismatches,
        residue=(Residue("file", "x"),),
        watcher=(Event(0.2, "python", "adopted", 8),),
        repeats={"refuted": 2},
    )
    none = CellResult(claim.id, None, Verdict.BROKEN, None, False, "", 0.0, {}, problem="it reported nothing")
    return Run(environment, "2026-01-02T03:04:05+00:00", 1.5, (cell, none))


def test_what_is_written_is_what_is_read(run, tmp_path):
    path = store.write(run, tmp_path)
    assert store.read(path) == run
    assert path.name == "cpython-3.14.0-on-linux-x86_64-20260102t030405z.json"
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_run_is_valid_by_the_documented_schema(run, tmp_path):
    schema = json.loads(store.SCHEMA_FILE.read_text(encoding="utf-8"))
    data = json.loads(store.write(run, tmp_path).read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(data)
    assert data["schema"] == store.SCHEMA == schema["properties"]["schema"]["const"]
    data["cells"][0]["verdict"] = "fine"
    with pytest.raises(jsonschema.ValidationError):
        validator.validate(data)


def test_a_second_run_does_not_replace_the_first(run, tmp_path):
    paths = {store.write(run, tmp_path), store.write(run, tmp_path)}
    assert len(paths) == 2
    assert all(store.read(path) == run for path in paths)


def test_a_newer_schema_is_refused_and_unknown_keys_of_this_one_are_not(run, tmp_path):
    path = store.write(run, tmp_path)
    data = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**data, "some_day": 1}), encoding="utf-8")
    assert store.read(path) == run
    path.write_text(json.dumps({**data, "schema": store.SCHEMA + 1}), encoding="utf-8")
    with pytest.raises(
        store.ResultFileError, match=r"has schema 2, and this procsem reads up to 1; read it with a newer"
    ) as caught:
        store.read(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not valid JSON"),
        ("[]", "has no schema number"),
        ('{"schema": true}', "has no schema number"),
        ('{"schema": 1}', "is a damaged run's file"),
        ('{"schema": 1, "environment": {}, "started": "", "seconds": 1, "cells": [{}]}', "is a damaged run's file"),
    ],
)
def test_a_damaged_file_is_told_in_one_line(tmp_path, text, said):
    path = tmp_path / "run.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(store.ResultFileError, match=said) as caught:
        store.read(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_half_a_file(run, tmp_path):
    path = store.write(run, tmp_path)
    path.write_text(path.read_text(encoding="utf-8")[:-200], encoding="utf-8")
    with pytest.raises(store.ResultFileError, match="not valid JSON"):
        store.read(path)


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(store.ResultFileError, match="cannot write to the folder of runs"):
        store.prepare(tmp_path / "file")


def test_a_full_disk_is_told_and_leaves_no_half_file(run, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(store.ResultFileError, match="No space left on device; free some space or choose another place"):
        store.write(run, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs a user whom permissions stop")
def test_a_folder_without_permission(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(store.ResultFileError, match="Permission denied"):
        store.prepare(tmp_path)
