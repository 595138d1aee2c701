"""A diagnosis as SARIF, Markdown and annotations."""

import json
from pathlib import Path

import pytest
from sarif_pydantic import Sarif

from procsem.check.views import annotations, markdown, sarif
from procsem.check.views.timeline import timeline_of
from tests.check.conftest import EVIDENCE, PROGRAMS
from tests.check.store import load


@pytest.fixture
def diagnosis(check):
    return check(PROGRAMS / "lambda_target.py", ["fork", "spawn"])


@pytest.fixture
def root(diagnosis):
    """The folder in which the program was run."""
    return Path(diagnosis.findings[0].file).parent


def test_sarif_has_the_finding_at_its_line(diagnosis, root):
    text = sarif.render(diagnosis, root)
    log = Sarif.model_validate_json(text)
    (result,) = log.runs[0].results
    rule = log.runs[0].tool.driver.rules[result.rule_index]
    assert result.rule_id == rule.id == "unpicklable-target"
    place = result.locations[0].physical_location
    assert place.artifact_location.uri == "lambda_target.py"
    source = (PROGRAMS / "lambda_target.py").read_text(encoding="utf-8").splitlines()
    assert "start()" in source[place.region.start_line - 1]


def test_sarif_paths_outside_the_root_stay_absolute(diagnosis, tmp_path):
    (result,) = json.loads(sarif.render(diagnosis, tmp_path))["runs"][0]["results"]
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact["uri"].startswith("file://")
    assert "uriBaseId" not in artifact


def test_markdown_has_a_row_per_run_and_the_fix(diagnosis, root):
    text = markdown.render(diagnosis, root)
    rows = [line for line in text.splitlines() if line.startswith("| 3")]
    assert [("none" in row, "unpicklable-target" in row) for row in rows] == [(True, False), (False, True)]
    assert "- Fix: " in text
    assert "`lambda_target.py:" in text


def test_an_annotation_names_file_line_and_fix(diagnosis, root):
    (line,) = annotations.render(diagnosis, root)
    assert line.startswith("::error file=lambda_target.py,line=")
    assert "Fix: " in line
    assert "\n" not in line


def test_the_timeline_says_who_started_whom_and_how_each_ended():
    runs = load(EVIDENCE / "lambda_target_ok.jsonl")
    run = next(run for run in runs if run.start_method == "forkserver")
    timeline = timeline_of(run)
    assert [lane.name for lane in timeline.lanes] == ["program", "fork server", "child"]
    (child,) = [process for process in run.processes if run.start_of(process)]
    (start,) = run.start_of(child)[1:]
    said = [f"{step.subject}{step.says}" for step in timeline.steps]
    line = run.nearest(start.at)[1]
    assert f"child starts, a child of program: lambda_target_ok.py:{line}." in said
    assert "child has ended: exit code 0." in said
    assert "program has ended: exit code 0." in said


def test_the_timeline_of_a_hang_says_where_each_process_stands():
    run = next(run for run in load(EVIDENCE / "join_before_get.jsonl") if run.hang)
    said = [f"{step.subject}{step.says}" for step in timeline_of(run).steps]
    line = run.nearest(next(stack.frames for stack in run.stacks() if stack.process is run.main))[1]
    assert any(
        text.startswith("program: stands in ") and f"join_before_get.py:{line}, when procsem ended the run" in text
        for text in said
    )
