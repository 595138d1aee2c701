"""Result files: the documented format, written whole or not at all, validated when they are read."""

import functools
import json
import operator
import os
import re
import sys
import tracemalloc
from pathlib import Path

import jsonschema
import pytest
from attrs import evolve

from procsem import results
from procsem.judge import judge
from procsem.model import CellResult, Column, Event, Matrix, Observation, Problem, ProblemKind, Residue, Run, Verdict
from procsem.results.files import dumps
from tests.unit.results.conftest import result_of

TIMEOUT = Problem(ProblemKind.TIMEOUT, seconds=5.0, detail="last line")


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
        arms={
            "experiment": Observation(
                {"started": True, "lost": None}, (Event(0.1, "child", "started", 7, "é", other="parent"),)
            )
        },
        mismatches=judgement.mismatches,
        residue=(Residue("file", "x"),),
        watcher=(Event(0.2, "python", "adopted", 8, other=1),),
        repeats={"refuted": 2},
    )
    none = CellResult(
        claim.id,
        None,
        Verdict.BROKEN,
        None,
        False,
        "",
        0.0,
        {},
        problem=TIMEOUT,
    )
    return Run(environment, "2026-01-02T03:04:05+00:00", 1.5, (cell, none))


def test_what_is_written_is_what_is_read(run, tmp_path):
    path = results.write(run, tmp_path)
    assert results.read_all(path) == [run]
    assert path.name == "cpython-3.14.0-on-linux-x86_64-20260102t030405z.json"
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def strict(schema):
    """The schema without unknown keys, for what we write; a reader ignores them."""
    if isinstance(schema, dict):
        schema = {key: strict(value) for key, value in schema.items()}
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return schema


def test_the_schema_documents_every_key_that_is_written(run, tmp_path):
    schema = json.loads(results.SCHEMA_FILE.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    data = json.loads(results.write(run, tmp_path).read_text(encoding="utf-8"))
    assert data["schema"] == results.SCHEMA == schema["properties"]["schema"]["const"]
    definitions = strict(schema["$defs"])
    definitions["run"]["properties"]["schema"] = True
    validator = jsonschema.Draft202012Validator({"$ref": "#/$defs/run", "$defs": definitions})
    validator.validate(data)
    data["cells"][0]["more"] = 1
    with pytest.raises(jsonschema.ValidationError, match="'more' was unexpected"):
        validator.validate(data)


def test_a_file_older_than_the_data_of_mismatches_is_read_with_their_words(run, tmp_path):
    path = results.write(run, tmp_path)
    data = json.loads(path.read_text(encoding="utf-8"))
    (mismatch,) = data["cells"][0]["mismatches"]
    words = {"arm": "experiment", "fact": "started", "wanted": "false", "saw": "true"}
    assert mismatch == {**words, "expected": False, "source": "prediction"}
    del mismatch["expected"], mismatch["source"]
    path.write_text(json.dumps(data), encoding="utf-8")
    (older,) = results.read_all(path)[0].cells[0].mismatches
    assert (str(older.expected), older.actual, older.source) == ("false", True, "prediction")


def test_a_comparison_of_a_newer_version_is_read_as_words(run, tmp_path):
    path = results.write(run, tmp_path)
    data = json.loads(path.read_text(encoding="utf-8"))
    data["cells"][0]["mismatches"][0] |= {"expected": {"is_about": 3}, "wanted": "about 3"}
    path.write_text(json.dumps(data), encoding="utf-8")
    assert str(results.read_all(path)[0].cells[0].mismatches[0].expected) == "about 3"


def test_a_second_run_does_not_replace_the_first(run, tmp_path):
    paths = {results.write(run, tmp_path), results.write(run, tmp_path)}
    assert len(paths) == 2
    assert all(results.read_all(path) == [run] for path in paths)


def test_a_newer_schema_is_refused_and_unknown_keys_are_ignored(run, tmp_path):
    path = results.write(run, tmp_path)
    data = json.loads(path.read_text(encoding="utf-8"))
    more = {**data, "some_day": 1, "cells": [{**cell, "some_day": [1]} for cell in data["cells"]]}
    path.write_text(json.dumps(more), encoding="utf-8")
    assert results.read_all(path) == [run]
    path.write_text(json.dumps({**data, "schema": results.SCHEMA + 1}), encoding="utf-8")
    with pytest.raises(
        results.ResultFileError, match=r"has schema 2, but this procsem reads schemas up to 1; use a newer procsem"
    ) as caught:
        results.read_all(path)
    assert str(path) in str(caught.value)


def test_a_run_written_before_events_named_another_process_is_read(run, tmp_path):
    path = results.write(run, tmp_path)
    data = json.loads(path.read_text(encoding="utf-8"))
    del data["cells"][0]["watcher"][0]["other"]
    path.write_text(json.dumps(data), encoding="utf-8")
    assert results.read_all(path)[0].cells[0].watcher == (Event(0.2, "python", "adopted", 8),)


@pytest.mark.parametrize("details", [None, {"kind": "eaten by a grue"}])
def test_a_problem_without_known_details_is_read_as_its_text(run, tmp_path, details):
    """Older files have no details; newer ones may have kinds that this version does not know."""
    path = results.write(run, tmp_path)
    data = json.loads(path.read_text(encoding="utf-8"))
    cell = data["cells"][1]
    assert cell.pop("problem_details") == {"kind": "timeout", "seconds": 5.0, "detail": "last line"}
    if details:
        cell["problem_details"] = details
    path.write_text(json.dumps(data), encoding="utf-8")
    (read,) = results.read_all(path)
    assert str(read.cells[1].problem) == str(TIMEOUT)
    assert read.cells[1].problem.kind is ProblemKind.OTHER
    assert "problem_details" not in data["cells"][0]


def test_a_matrix_file_is_read_as_its_runs(run, tmp_path):
    matrix = Matrix((Column("one", run), Column("two", run)))
    path = tmp_path / "matrix.json"
    path.write_text(results.dumps_matrix(matrix), encoding="utf-8")
    assert results.read_all(path) == [run, run]


def fault(path, text):
    """The one line that a file with this text leads to."""
    path.write_text(text, encoding="utf-8")
    with pytest.raises(results.ResultFileError) as caught:
        results.read_all(path)
    line = str(caught.value)
    assert line.startswith(f"{path}: ")
    assert "\n" not in line
    assert len(line) < 500
    return line


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not valid JSON"),
        ("[]", "no schema number"),
        ("7", "no schema number"),
        ('{"schema": true}', "no schema number"),
        ('{"schema": 1.0}', "no schema number"),
        ('{"schema": 0}', "damaged: schema must be same as const definition: 1"),
        ('{"schema": 1}', "damaged: data must contain"),
        ('{"schema": 1, "columns": []}', "damaged: columns must contain at least 1 items"),
        ('{"schema": 1, "columns": {}}', "damaged: columns must be array"),
        ("[" * 100_000, "nested too deeply"),
        ('{"schema": 1, "environment": ' + '{"a":' * 100_000, "nested too deeply"),
        ('{"schema": 1, "seconds": NaN}', "not valid JSON (NaN is not a JSON number)"),
        ('{"schema": 1, "seconds": 1e999}', "not valid JSON (1e999 is not a JSON number)"),
        ('{"schema": 1, "schema": 1}', "not valid JSON (an object has the key 'schema' twice)"),
        ('{"schema": ' + "1" * 5000 + "}", "not valid JSON (Exceeds the limit"),
    ],
)
def test_a_file_that_is_not_a_result_file_is_reported_in_one_line(tmp_path, text, said):
    assert said in fault(tmp_path / "run.json", text)


NESTED = functools.reduce(lambda inner, _: [inner], range(30), 0)
DAMAGES = {
    "kind of an event is a number": (("cells", 0, "watcher", 0, "event"), 5, "event must be string"),
    "other process is a list": (("cells", 0, "watcher", 0, "other"), [1], "other must be"),
    "claim is null": (("cells", 0, "claim"), None, "cells[0].claim must be string"),
    "claim without a topic": (("cells", 0, "claim"), "guard", "cells[0].claim must match pattern"),
    "unknown verdict": (("cells", 0, "verdict"), "fine", "cells[0].verdict must be one of"),
    "unknown start method": (("cells", 0, "start_method"), "spoon", "cells[0].start_method must be one of"),
    "negative seconds": (("cells", 0, "seconds"), -1, "cells[0].seconds must be bigger than or equal to 0"),
    "huge seconds": (("cells", 0, "seconds"), 10**400, "cells[0].seconds must be smaller than or equal to"),
    "seconds as text": (("cells", 0, "seconds"), "1", "cells[0].seconds must be number"),
    "negative seconds of the run": (("seconds",), -0.5, "seconds must be bigger than or equal to 0"),
    "arms as a list": (("cells", 0, "arms"), [], "cells[0].arms must be object"),
    "arm without facts": (("cells", 0, "arms", "experiment"), {"timeline": []}, "must contain"),
    "pid as text": (("cells", 0, "watcher", 0, "pid"), "8", "cells[0].watcher[0].pid must be integer"),
    "zero repeats": (("cells", 0, "repeats"), {"upheld": 0}, "must be bigger than or equal to 1"),
    "repeats of an unknown verdict": (("cells", 0, "repeats"), {"fine": 1}, "must be named by propertyName definition"),
    "unknown kind of residue": (("cells", 0, "residue", 0, "kind"), "dust", "cells[0].residue[0].kind must be one of"),
    "no system": (("environment",), {}, "environment must contain ['assertions', "),
    "system is a number": (("environment", "system"), 7, "environment.system must be string"),
    "start methods as text": (("environment", "start_methods"), "fork", "environment.start_methods must be array"),
    "optimize as text": (("environment", "optimize"), "x", "environment.optimize must be integer or null"),
    "start without a date": (("started",), "yesterday", "started must match pattern"),
    "cells as an object": (("cells",), {}, "cells must be array"),
    "complete as text": (("complete",), "yes", "complete must be boolean"),
    "line break in a key": (("cells", 0, "arms", "a\nb"), [], "cells[0].arms"),
}


@pytest.mark.parametrize(("keys", "value", "said"), DAMAGES.values(), ids=DAMAGES)
def test_a_file_that_violates_the_schema_is_reported_in_one_line(run, tmp_path, keys, value, said):
    data = json.loads(dumps(run))
    *path, last = keys
    functools.reduce(operator.getitem, path, data)[last] = value
    line = fault(tmp_path / "run.json", json.dumps(data))
    assert re.search(f"damaged: .*{re.escape(said)}", line)
    schema = json.loads(results.SCHEMA_FILE.read_text(encoding="utf-8"))
    assert not jsonschema.Draft202012Validator(schema).is_valid(data), "another implementation agrees"


def test_a_claim_that_ends_in_a_line_break_is_reported(run, tmp_path):
    data = json.loads(dumps(run))
    data["cells"][0]["claim"] += "\n"
    assert "cells[0].claim must match pattern" in fault(tmp_path / "run.json", json.dumps(data))


def test_two_cells_of_one_claim_and_start_method_are_reported(run, tmp_path):
    twice = evolve(run, cells=(*run.cells, run.cells[0]))
    assert "damaged: two cells for daemon/no-children under spawn" in fault(tmp_path / "run.json", dumps(twice))
    matrix = json.dumps({"schema": 1, "columns": [json.loads(dumps(twice))]})
    assert "damaged: two cells for daemon/no-children under spawn" in fault(tmp_path / "matrix.json", matrix)


def test_a_fact_that_is_nested_too_deeply_is_reported(run, tmp_path):
    path = tmp_path / "run.json"
    data = json.loads(dumps(run))
    data["environment"]["build"] = NESTED
    assert "the fact build has more than 20 levels" in fault(path, json.dumps(data))
    data["environment"]["build"] = functools.reduce(lambda inner, _: [inner], range(20), 0)
    path.write_text(json.dumps(data), encoding="utf-8")
    assert results.read_all(path)[0].environment.facts["build"] == data["environment"]["build"]


def test_text_that_is_not_unicode_survives_a_result_file(run, tmp_path):
    cell = evolve(run.cells[0], output="left \udc80 behind")
    odd = evolve(run, cells=(cell,))
    assert results.read_all(results.write(odd, tmp_path)) == [odd]


def test_a_truncated_file_is_not_valid_json(run, tmp_path):
    path = results.write(run, tmp_path)
    path.write_text(path.read_text(encoding="utf-8")[:-200], encoding="utf-8")
    with pytest.raises(results.ResultFileError, match="not valid JSON"):
        results.read_all(path)


def test_a_folder_of_runs_that_is_a_file_is_reported(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(results.ResultFileError, match="cannot write to the folder of runs"):
        results.prepare(tmp_path / "file")


def test_a_full_disk_is_reported_and_no_partial_file_stays(run, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(
        results.ResultFileError, match="No space left on device; free some space or choose another place"
    ):
        results.write(run, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs a user whom permissions stop")
def test_a_folder_without_permission_is_reported(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(results.ResultFileError, match="Permission denied"):
        results.prepare(tmp_path)


def test_writing_a_run_takes_little_memory_however_many_cells_it_has(make_run, tmp_path):
    """A run whose memory was short kept none of its 800 cells, because all were converted before one was written."""
    run = make_run(*((f"a/c{number}", "spawn") for number in range(1000)))
    tracemalloc.start()
    try:
        path = results.write(run, tmp_path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < path.stat().st_size / 2


@pytest.mark.parametrize("number", [0, 1, 2])
def test_cells_that_are_written_one_by_one_have_the_form_of_the_whole(make_run, number):
    text = '"cells": []\n\u2028\\'
    run = make_run(*(result_of("a/b", method, text=text) for method in ("fork", "spawn")[:number]), executable=text)
    assert dumps(run) == json.dumps(json.loads(dumps(run)), ensure_ascii=False, indent=1) + "\n"
    assert len(json.loads(dumps(run))["cells"]) == number


@pytest.mark.parametrize("name", [".", "folder"])
def test_a_folder_is_no_file_to_write(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    with pytest.raises(results.ResultFileError, match=f"^{re.escape(name)}: cannot write: Is a directory; "):
        results.write_text(Path(name), "text")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
