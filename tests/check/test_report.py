"""What is printed: JSON that its schema accepts, and a text of at most 80 columns."""

import json

import jsonschema
import pytest
from attrs import evolve
from click.testing import CliRunner

from procsem.check.schema import SCHEMA_FILE, to_data
from procsem.check.views import terminal
from procsem.cli.main import group
from tests.check.conftest import PROGRAMS


@pytest.fixture
def diagnosis(check):
    return check(PROGRAMS / "lambda_target.py", ["fork", "spawn"])


def test_json_is_valid_and_has_the_finding(diagnosis):
    data = json.loads(json.dumps(to_data(diagnosis)))
    jsonschema.validate(data, json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))
    (finding,) = data["findings"]
    assert finding["cause"] == "unpicklable-target"
    assert finding["evidence"]["path"] == "target"
    assert [run["exit_code"] for run in data["runs"]] == [0, 1]


def test_the_text_fits_and_names_cause_line_and_fix(diagnosis):
    text = terminal.render(diagnosis, 80)
    # A path is never broken, so that it can be copied whole.
    assert max(len(line) for line in text.splitlines() if "lambda_target.py" not in line) <= 80
    assert "unpicklable-target" in text
    assert "child.start()" in text
    assert "Fix" in text


def test_a_long_path_has_a_line_of_its_own(diagnosis):
    (finding,) = diagnosis.findings
    far = evolve(diagnosis, findings=(evolve(finding, file="/" + "folder/" * 12 + "app.py"),))
    lines = terminal.render(far, 80).splitlines()
    (number,) = [number for number, line in enumerate(lines) if "app.py:" in line]
    assert lines[number].endswith(f"app.py:{finding.line}")
    assert lines[number + 1].split() == ["unpicklable-target", "spawn"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "no program to check"),
        (["missing.py"], "there is no such file"),
        (["-m"], "needs the name of a module"),
        (["."], "without a __main__.py"),
    ],
)
def test_what_is_not_a_program_is_one_line(tmp_path, monkeypatch, words, message):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(group, ["check", *words])
    assert message in str(result.exception)


def test_the_program_keeps_its_own_options(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text("import sys\nprint(sys.argv[1:])\n")
    result = CliRunner().invoke(group, ["check", "--json", "--start-method", "spawn", "app.py", "--json", "-m", "x"])
    assert json.loads(result.output)["runs"][0]["output"] == "['--json', '-m', 'x']\n"
