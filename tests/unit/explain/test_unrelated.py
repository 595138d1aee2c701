"""Tracebacks that have nothing to do with processes are not explained."""

from pathlib import Path

import pytest

from procsem.explain.index import load
from procsem.explain.match import match
from procsem.explain.traceback_text import parse

TEXTS = sorted((Path(__file__).parent / "unrelated").glob("*.txt"))


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.stem)
def test_a_traceback_of_an_unrelated_program_shows_no_known_symptom(file):
    parsed = parse(file.read_text(encoding="utf-8"))
    assert parsed.exceptions, "the traceback is read"
    assert match(parsed, load()) == []
