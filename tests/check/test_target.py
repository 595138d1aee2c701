"""The forms in which a program is named, and what must exist to run it."""

import subprocess
import sys

import pytest

from procsem.check.case import plain
from procsem.check.run import CheckError, require_module, require_pytest
from procsem.check.session import Session, check
from procsem.check.target import TargetError, parse


def test_a_program_on_standard_input_needs_its_file(tmp_path):
    with pytest.raises(TargetError, match="--stdin FILE"):
        parse(["python", "-"], tmp_path)
    for words in ([], ["-"], ["python"], ["python3", "-", "--fast"]):
        target = parse(words, tmp_path, stdin=True)
        assert (target.kind, target.arguments[0]) == ("stdin", "-")


def test_a_program_on_standard_input_is_run_once_per_method(tmp_path, monkeypatch):
    program = tmp_path / "program.py"
    program.write_text(
        "import multiprocessing, sys\n"
        "def work(): pass\n"
        "if __name__ == '__main__':\n"
        "    child = multiprocessing.Process(target=work)\n"
        "    child.start()\n"
        "    child.join()\n"
        "    sys.exit(child.exitcode)\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    target = parse(["python", "-"], tmp_path, stdin=True)
    diagnosis = check(Session(target, (sys.executable,), ("fork", "spawn"), stdin=program))
    (finding,) = diagnosis.findings
    assert (finding.cause.name, finding.line, finding.start_methods) == ("main-not-importable", 5, ("spawn",))
    assert "never one on standard input" in finding.explanation


def test_an_interpreter_without_pytest_is_refused_in_one_line(tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "bare")], check=True)
    python = tmp_path / "bare" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    with pytest.raises(CheckError, match="has no pytest; install it there") as caught:
        require_pytest(str(python))
    assert "\n" not in str(caught.value)
    require_pytest(sys.executable)


def test_a_module_that_the_interpreter_does_not_find_is_one_line(tmp_path, monkeypatch):
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit('imported')")
    monkeypatch.chdir(tmp_path)
    require_module(sys.executable, "package.module")  # imports nothing of it
    require_module(sys.executable, "timeit")
    with pytest.raises(CheckError, match=r"^-m pakage.module: .* finds no module pakage; ") as caught:
        require_module(sys.executable, "pakage.module")
    assert "\n" not in str(caught.value)


def test_the_order_in_a_set_is_no_difference():
    assert plain("found {'red', 'green'} in {'a': 1, 'b': 2}") == plain("found {'green', 'red'} in {'b': 2, 'a': 1}")
    assert plain("red, green") != plain("green, red")
