"""A few programs from end to end: run, recorded, diagnosed."""

import sys

import pytest

from tests.check.conftest import PROGRAMS, expected, found

END_TO_END = ["lambda_target.py", "lambda_target_ok.py"]


@pytest.mark.parametrize("name", END_TO_END)
def test_a_program_has_its_marked_findings_and_no_other(check, name):
    path = PROGRAMS / name
    diagnosis = check(path)
    assert found(diagnosis) == expected(path, sys.version_info[:3], sys.implementation.name)
    assert not diagnosis.unexplained
