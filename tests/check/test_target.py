"""The forms in which a program is named, and what must exist to run it."""

import errno
import os
import shutil
import subprocess
import sys
import zipapp
from pathlib import Path

import pytest

from procsem.check.case import plain
from procsem.check.run import CheckError, require_module, require_pytest
from procsem.check.session import Session, check, requests
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


def test_a_program_that_cannot_be_started_is_one_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("")
    (tmp_path / "package" / "fails.py").write_text("import nosuch_module\n")
    (tmp_path / "broken.py").write_text("x = 1\nif x:\n")
    for words, message in (
        (["broken.py"], r"broken.py:\d: (Syntax|Indentation)Error: .*; .* cannot run it$"),
        (["-m", "package.nosuch"], r"^-m package.nosuch: .*No module named package.nosuch$"),
        (["pytest", "nosuch.py"], r"^pytest refuses its arguments: ERROR: file or directory not found: nosuch.py$"),
        (["pytest", "--nosuch"], r"^pytest refuses its arguments: \S+: error: unrecognized arguments: --nosuch$"),
    ):
        with pytest.raises(CheckError, match=message) as caught:
            check(Session(parse(words, tmp_path), (sys.executable,), ("spawn",)))
        assert "\n" not in str(caught.value)
    diagnosis = check(Session(parse(["-m", "package.fails"], tmp_path), (sys.executable,), ("spawn",)))
    assert "No module named 'nosuch_module'" in diagnosis.doubts[0], "it was started, and failed by itself"


def test_an_interpreter_that_is_named_twice_is_used_once():
    target = parse(["-c", "pass"], Path.cwd())
    once, twice = (list(requests(Session(target, (sys.executable,) * times))) for times in (1, 2))
    assert once == twice


def test_a_disk_that_is_full_is_one_line(tmp_path, monkeypatch):
    def refuse(*args, **kwargs):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shutil, "copytree", refuse)
    with pytest.raises(CheckError, match=r"^cannot make the files of a run: .*No space left on device; free"):
        check(Session(parse(["-c", "pass"], tmp_path), (sys.executable,), ("spawn",)))


def test_no_program_and_an_empty_word_are_the_same(tmp_path):
    with pytest.raises(TargetError, match=r"^no program to check"):
        parse([""], tmp_path)


def test_the_main_file_of_a_zip_file_is_called_by_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__main__.py").write_text(
        "import multiprocessing\ndef work(): pass\nif __name__ == '__main__':\n"
        "    child = multiprocessing.Process(target=work)\n    child.start()\n    child.join()\n"
    )
    zipapp.create_archive(tmp_path / "app", tmp_path / "app.pyz")
    (finding,) = check(Session(parse(["app.pyz"], tmp_path), (sys.executable,), ("spawn",))).findings
    assert (finding.cause.name, finding.line) == ("main-not-importable", 5)
    assert "but never a __main__.py" in finding.explanation


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps the working directory")
def test_a_working_directory_that_was_removed_is_one_line(tmp_path):
    code = f"import os, sys; os.rmdir({str(tmp_path)!r}); from procsem.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", code, "check", "-c", "pass"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "procsem: the working directory has been removed; change to another one\n"
