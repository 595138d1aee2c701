"""Whatever the recorder's files contain, each rule finds something or nothing, and names only what is recorded."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from procsem.check import schema
from procsem.check.case import Case
from procsem.check.diagnose import Diagnosis, diagnose
from procsem.check.evidence import EvidenceError, Run, from_json, read_events, to_json
from procsem.check.views import annotations, markdown, sarif, terminal
from procsem.check.views.html import render as html
from tests.check.store import load
from tests.unit.any_input.damage import anything, damaged_data, damaged_text

RECORDED = sorted((Path(__file__).parents[2] / "check" / "evidence").glob("*.jsonl"))

Records = dict[str, list[str]]
"""The lines of each file of a run, by name."""


@lru_cache(maxsize=32)
def _runs(file: Path) -> tuple[tuple[Run, Records], ...]:
    """Return the runs of one interpreter, each with the files that the recorder has written."""
    runs = load(file)
    return tuple((run, _records(run)) for run in runs if run.python == runs[0].python)


def _records(run: Run) -> Records:
    return {
        f"{process.pid}-{number}.jsonl": [
            json.dumps({"t": event.t, "k": event.kind, **_whole(event.kind, event.data)}) for event in process.events
        ]
        for number, process in enumerate(run.processes)
    }


def _whole(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an event with those that the stored evidence leaves out."""
    left_out = {"pipe": {"inodes": [1, 2]}, "program started": {"argv": []}}.get(kind, {})
    exceptions = {name: _exception(data[name]) for name in ("exception", "uncaught") if data.get(name)}
    return {**left_out, **data, **exceptions}


def _exception(data: Mapping[str, Any]) -> dict[str, Any]:
    cause = {"cause": _exception(data["cause"])} if "cause" in data else {}
    return {"text": "", "frames": [], **data, **cause}


@st.composite
def damaged_records(draw: st.DrawFn, valid: Records) -> Records:
    """Return the files with up to six lines damaged, missing, repeated or in another file."""
    records = copy.deepcopy(valid)
    for _ in range(draw(st.integers(1, 6))):
        names = [name for name, lines in records.items() if lines]
        if not names:
            break
        lines = records[draw(st.sampled_from(names))]
        number = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["delete", "end", "repeat", "move", "data", "data", "data", "text", "anything"])):
            case "delete":
                del lines[number]
            case "end":
                del lines[number:]
            case "repeat":
                lines.insert(draw(st.integers(0, len(lines))), lines[number])
            case "move":
                records[draw(st.sampled_from(names))].append(lines.pop(number))
            case "data":
                try:
                    data = json.loads(lines[number])
                except ValueError:
                    continue
                lines[number] = json.dumps(draw(damaged_data(data)))
            case "text":
                lines[number] = draw(damaged_text(lines[number]))
            case "anything":
                lines[number] = json.dumps(draw(anything))
    return records


@st.composite
def damaged_runs(draw: st.DrawFn) -> list[tuple[Run, Records]]:
    """Return the runs of a program, some of them with damaged files."""
    runs = _runs(draw(st.sampled_from(RECORDED)))
    damaged = draw(st.integers(0, len(runs) - 1))
    return [
        (run, draw(damaged_records(records)) if number == damaged or draw(st.integers(0, 3)) == 0 else records)
        for number, (run, records) in enumerate(runs)
    ]


def _read(folder: Path, run: Run, records: Records) -> Run:
    """Return the run as it is read from these files."""
    for old in folder.glob("*.jsonl"):
        old.unlink()
    for name, lines in records.items():
        text = "".join(line + "\n" for line in lines)
        (folder / name).write_text(text, encoding="utf-8", errors="surrogatepass")
    processes, errors = read_events(folder)
    return evolve(run, processes=processes, recorder_errors=errors)


def _places(run: Run) -> Iterator[tuple[str, int]]:
    """Yield every file with a line that an event contains."""

    def within(data: Any) -> Iterator[tuple[str, int]]:
        if isinstance(data, dict):
            data = list(data.values())
        if isinstance(data, list | tuple):
            match data:
                case [str(file), int(line), str()]:
                    yield str(run.path(file)), line
            for item in data:
                yield from within(item)

    for file, text in run.sources.items():  # a rule may name the line of an assignment, which no event names
        yield from ((file, line + 1) for line in range(len(text.splitlines())))
    for process in run.processes:
        for event in process.events:
            yield from within(event.data)


def _check(diagnosis: Diagnosis) -> None:
    """Show a diagnosis in each view, and compare what it names with what was recorded."""
    root = Path("/work")
    assert terminal.render(diagnosis, 80)
    assert markdown.render(diagnosis, root)
    assert html(diagnosis, root)
    json.loads(sarif.render(diagnosis, root))
    list(annotations.render(diagnosis, root))
    json.loads(json.dumps(schema.to_data(diagnosis), allow_nan=False))
    assert all(doubt.isprintable() for doubt in diagnosis.doubts), diagnosis.doubts
    for finding in diagnosis.findings:
        runs = [diagnosis.case.runs[number] for number in finding.runs]
        known = {place for run in runs for place in _places(run)}
        assert (finding.file, finding.line) in known, finding


@given(damaged=damaged_runs())
def test_damaged_evidence(damaged, folder):
    _check(diagnose(Case(tuple(_read(folder, run, records) for run, records in damaged))))


@given(data=st.lists(anything, max_size=4), text=st.text(max_size=50) | st.binary(max_size=50))
def test_any_content_of_a_file_of_evidence(data, text, folder):
    run, _ = _runs(RECORDED[0])[0]
    head = json.dumps({"t": 0, "k": "process", "pid": 1, "ppid": 0, "role": "program"})
    rest = text if isinstance(text, str) else text.decode("latin-1")
    _check(diagnose(Case((_read(folder, run, {"1-0.jsonl": [head, *map(json.dumps, data), rest]}),))))


@given(data=damaged_data(json.loads(to_json(_runs(RECORDED[0])[0][0]))) | anything)
def test_a_stored_run_is_read_or_refused_in_one_line(data):
    message = ""
    try:
        run = from_json(json.dumps(data))
    except EvidenceError as error:
        message = str(error)
    else:
        assert from_json(to_json(run)) == run
    assert message.isprintable()


@pytest.mark.parametrize("name", ["notes.jsonl", "1-x.jsonl", "x-1.jsonl", "1-0.jsonl/", f"{'1' * 5000}-1.jsonl"[:200]])
def test_other_files_are_left_out(name, tmp_path):
    path = tmp_path / name
    path.mkdir() if name.endswith("/") else path.write_text("{}\n", encoding="utf-8")
    assert read_events(tmp_path) == ((), ())


@pytest.mark.parametrize(
    "line", ["[" * 100_000, '{"t":1e999,"k":"child"}', '{"t":' + "9" * 4000 + ',"k":"child"}', "null"]
)
def test_a_line_that_python_cannot_take_is_damaged(line, tmp_path):
    head = json.dumps({"t": 0, "k": "process", "pid": 1, "ppid": 0, "role": "program"})
    (tmp_path / "1-0.jsonl").write_text(f"{head}\n{line}\n", encoding="utf-8")
    (process,), errors = read_events(tmp_path)
    assert len(process.events) == 1
    assert errors == ("1-0.jsonl: damaged line",)


def test_the_last_line_of_a_process_that_was_killed_while_it_wrote_is_no_failure(tmp_path):
    head = json.dumps({"t": 0, "k": "process", "pid": 1, "ppid": 0, "role": "program"})
    (tmp_path / "1-0.jsonl").write_text(f'{head}\n{{"t":1.5,"k":"sta', encoding="utf-8")
    (process,), errors = read_events(tmp_path)
    assert len(process.events) == 1
    assert errors == ()


def test_a_folder_that_the_program_has_removed_has_no_records(tmp_path):
    assert read_events(tmp_path / "gone") == ((), ())


def test_the_evidence_of_every_program_is_sound(folder):
    for file in RECORDED:
        for run, records in _runs(file):
            assert not _read(folder, run, records).recorder_errors, file
