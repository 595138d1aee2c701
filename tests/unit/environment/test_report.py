"""read() turns a complete report into an Environment, and raises an error for anything else."""

import json

import pytest

from procsem.environment import CONDITIONS, FACTS, InterpreterError, read


@pytest.fixture
def report(tmp_path):
    return tmp_path / "report.json"


def test_a_complete_report_is_read(report):
    report.write_text(json.dumps(dict.fromkeys(FACTS, "é")), encoding="utf-8")
    assert read(str(report)).facts == dict.fromkeys(FACTS, "é")


@pytest.mark.parametrize(
    "text", ["", '{"system": "lin', "[]", "null", b"\xff".decode("latin-1"), '{"system": "linux"}']
)
def test_an_incomplete_report_is_an_error(text, report):
    report.write_text(text, encoding="latin-1")
    with pytest.raises(InterpreterError, match=r"^the environment was not measured: .*measure\.py"):
        read(report)


def test_a_missing_report_is_an_error(report):
    with pytest.raises(InterpreterError, match="ended without a report"):
        read(report)


def test_an_unknown_fact_is_an_error(report):
    report.write_text(json.dumps({**dict.fromkeys(FACTS), "weather": "fine"}), encoding="utf-8")
    with pytest.raises(InterpreterError, match="weather"):
        read(report)


def test_every_fact_has_its_meaning():
    assert all(fact.meaning.strip() for fact in FACTS.values())


def test_rules_may_use_the_facts_that_are_known_before_the_first_probe():
    assert FACTS.keys() - CONDITIONS.keys() == {"process_1_reaps"}
