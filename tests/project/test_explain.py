"""``procsem explain`` through the command line."""

import json
import subprocess
import sys

import jsonschema
import pytest

from procsem.cli.commands import explain
from procsem.explain.index import FILE, load
from procsem.model import SymptomKind

PROGRAM = """
import multiprocessing

if __name__ == "__main__":
    multiprocessing.get_context("spawn").Process(target=lambda: None).start()
"""
CLAIM = "start-methods/lambda-or-local-function-as-target"


@pytest.fixture(scope="module")
def traceback(tmp_path_factory):
    """What this Python prints of a lambda as a target."""
    program = tmp_path_factory.mktemp("explain") / "shop.py"
    program.write_text(PROGRAM, encoding="utf-8")
    done = subprocess.run([sys.executable, program], capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    return done.stderr


def test_a_file_and_standard_input_are_explained_with_the_users_line_the_cause_and_the_fix(
    traceback, procsem, tmp_path
):
    (tmp_path / "log.txt").write_text("12:00 started\n" + traceback, encoding="utf-8")
    from_file = procsem("explain", "log.txt")
    assert from_file.returncode == 0, from_file.stderr
    assert "shop.py:5  " in from_file.stdout.splitlines()[0]
    assert "unpicklable-target" in from_file.stdout
    assert f"procsem show {CLAIM}" in from_file.stdout
    assert "fix       Move the function to module level" in from_file.stdout
    for words in (["explain"], ["explain", "-"]):
        assert procsem(*words, input=traceback).stdout == from_file.stdout


def test_json_names_the_cause_the_claims_and_the_remedies(traceback, procsem):
    done = procsem("explain", "--json", input=traceback)
    (first, *_) = json.loads(done.stdout)["matches"]
    assert first["cause"] == "unpicklable-target"
    assert first["claims"][0] == CLAIM
    assert first["line"] == 5
    assert first["explanation"]
    assert first["fix"]
    assert {remedy["claim"] for remedy in first["remedies"]} >= {CLAIM}
    assert first["look_for"]


NO_LAST_LINE = 'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    g()\n'


@pytest.mark.parametrize("text", ["hello", "TRACEBACK", "TRACEBACK twice"])
def test_json_is_valid_by_its_schema(text, traceback, procsem):
    schema = json.loads((FILE.parent / "explain.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    threads = (
        "shop.py:7: DeprecationWarning: This process (pid=1) is multi-threaded, use of fork() may lead to deadlocks"
    )
    text = {"TRACEBACK": traceback, "TRACEBACK twice": f"{traceback}{threads} in the child.\n"}.get(text, text)
    data = json.loads(procsem("explain", "--json", input=text).stdout)
    jsonschema.validate(data, schema)
    if data["matches"]:
        del data["matches"][0]["score"]
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(data, schema)


def test_a_traceback_without_its_end_is_said_to_be_one(procsem):
    done = procsem("explain", input=NO_LAST_LINE)
    assert done.returncode == 1
    assert "a traceback without its last line" in done.stderr


def test_a_text_that_shows_nothing_known_exits_with_1(procsem):
    unknown = procsem("explain", input='Traceback (most recent call last):\n  File "a.py", line 1, in f\nKeyError: 1\n')
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "not known: 1 exception (the last one: KeyError)" in unknown.stderr
    empty = procsem("explain", input="")
    assert (empty.returncode, empty.stdout) == (1, "")
    assert "no traceback" in empty.stderr
    data = json.loads(procsem("explain", "--json", input="hello").stdout)
    assert (data["schema"], data["matches"]) == (1, [])
    assert "procsem check" in data["hint"]


def test_text_in_another_encoding_is_read(traceback, procsem, tmp_path):
    file = tmp_path / "log"
    for data in (
        traceback.encode("utf-16"),
        traceback.encode("utf-16-le"),
        traceback.encode("utf-16-be"),
        b"\xff\xfe\xfa caf\xe9\n"[2:] + traceback.encode(),
        traceback.encode("utf-8-sig"),
    ):
        file.write_bytes(data)
        assert "unpicklable-target" in procsem("explain", file).stdout


def test_a_text_that_cannot_be_read_is_reported_in_one_line(procsem, tmp_path):
    missing = procsem("explain", "missing.txt")
    assert missing.returncode == 2
    assert missing.stderr == "procsem: missing.txt: cannot read the text: No such file or directory\n"
    file = tmp_path / "large"
    with file.open("wb") as stream:
        stream.truncate(explain._LARGEST + 1)
    large = procsem("explain", "large")
    assert large.returncode == 2
    assert large.stderr == "procsem: large: larger than 16 MiB; cut out the part with the error\n"


def test_the_recorded_index_has_what_these_tests_need():
    assert any(entry.claim == CLAIM and entry.kind is SymptomKind.EXCEPTION for entry in load())
