"""A diagnosis as SARIF, Markdown and annotations."""

import json
from pathlib import Path

import pytest
from sarif_pydantic import Sarif

from procsem.check.views import annotations, markdown, sarif
from tests.check.conftest import PROGRAMS


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
