"""Programs with one cause each are diagnosed; without the cause there is no finding."""

import pytest

from tests.check.conftest import PROGRAMS, expected

FAULTY = sorted(path for path in PROGRAMS.glob("*.py") if not path.stem.endswith("_ok"))
SOUND = sorted(PROGRAMS.glob("*_ok.py"))


@pytest.mark.parametrize("path", FAULTY, ids=lambda path: path.stem)
def test_the_marked_line_has_the_marked_cause_under_the_marked_start_methods_only(check, path):
    marks = expected(path)
    assert marks, "a faulty program marks its line"
    diagnosis = check(path, ["fork", "spawn", "forkserver"])
    found = {(finding.cause.name, finding.line): set(finding.start_methods) for finding in diagnosis.findings}
    assert found == marks


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.stem)
def test_without_its_cause_a_program_has_no_finding(check, path):
    diagnosis = check(path, ["fork", "spawn", "forkserver"])
    assert not diagnosis.findings
    assert not diagnosis.unexplained


def test_each_program_has_one_without_its_cause():
    assert {path.stem for path in SOUND} >= {f"{path.stem}_ok" for path in FAULTY}
