"""identify: which Python is this, and one clear line for everything that is none."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from procsem.environment import InterpreterError, identify
from procsem.environment.interpreter import _QUESTION

OLD = ("2.7", "3.6", "3.7", "3.8")


@pytest.fixture
def program(tmp_path):
    """Makes a program of this Python code, which is not asked what its command line says."""

    def make(code, name="program"):
        if os.name == "nt":
            body = tmp_path / f"{name}.py"
            body.write_text(code, encoding="utf-8")
            script = tmp_path / f"{name}.bat"
            script.write_text(f'@"{sys.executable}" "{body}" %*\n', encoding="utf-8")
        else:
            script = tmp_path / name
            script.write_text(f"#!{sys.executable}\n{code}", encoding="utf-8")
            script.chmod(0o755)
        return str(script)

    return make


def _refusal(executable, timeout=30.0):
    with pytest.raises(InterpreterError) as caught:
        identify(str(executable), timeout)
    text = str(caught.value)
    assert "\n" not in text
    assert text.startswith(f"{executable}: ")
    assert "give the path of a Python 3.9 or newer" in text
    return text


def test_this_python_by_its_path():
    who = identify(sys.executable)
    assert who.executable == str(Path(sys.executable).absolute()), "links are not followed"
    assert who.version == sys.version_info[:3]
    assert who.platform == sys.platform


def test_a_python_by_its_name(monkeypatch):
    folder, name = os.path.split(sys.executable)
    monkeypatch.setenv("PATH", folder, prepend=os.pathsep)
    assert identify(name).executable == str(Path(folder, name))


def test_a_relative_path(monkeypatch):
    folder, name = os.path.split(sys.executable)
    monkeypatch.chdir(folder)
    assert identify(os.path.join(".", name)).executable == str(Path(folder, name))  # noqa: PTH118  pathlib drops "./"


WRAPPER = "import os, subprocess, sys\nsys.exit(subprocess.run([{!r}, *sys.argv[1:]]).returncode)"


def test_a_name_is_the_python_behind_it_and_a_path_is_itself(program, monkeypatch):
    wrapper = program(WRAPPER.format(sys.executable), "shim")
    monkeypatch.setenv("PATH", os.path.dirname(wrapper), prepend=os.pathsep)  # noqa: PTH120
    assert identify("shim").executable == sys.executable
    assert identify(wrapper).executable == wrapper


def test_noise_before_the_answer_is_passed_over(program):
    wrapper = program("print('welcome', flush=True)\n" + WRAPPER.format(sys.executable))
    assert identify(wrapper).version == sys.version_info[:3]


def test_someone_who_holds_the_pipe_open_is_not_waited_for(program, tmp_path):
    """As Wine's server does, which is started on the way and stays."""
    note = tmp_path / "pid"
    code = (
        "import pathlib, subprocess, sys\n"
        "holder = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], start_new_session=True)\n"
        f"pathlib.Path({str(note)!r}).write_text(str(holder.pid))\n"
    ) + WRAPPER.format(sys.executable)
    began = time.monotonic()
    try:
        assert identify(program(code), 50).version == sys.version_info[:3]
        assert time.monotonic() - began < 40
    finally:
        psutil.Process(int(note.read_text())).kill()


def test_no_such_file(tmp_path):
    assert "there is no such file" in _refusal(tmp_path / "python")


def test_no_such_name():
    assert "no such program on PATH" in _refusal("python-that-is-nowhere")


def test_no_name():
    with pytest.raises(InterpreterError, match=r"^no name: "):
        identify("")


def test_a_folder(tmp_path):
    assert "is a folder" in _refusal(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX: Windows goes by the name's ending")
def test_a_file_that_is_not_executable(tmp_path):
    file = tmp_path / "notes"
    file.write_text("hello")
    assert "is not executable" in _refusal(file)


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX: Windows goes by the name's ending")
def test_a_text_that_is_marked_executable(tmp_path):
    file = tmp_path / "notes"
    file.write_text("hello")
    file.chmod(0o755)
    assert "does not start" in _refusal(file)


@pytest.mark.skipif(os.name == "nt", reason="needs programs of POSIX")
@pytest.mark.parametrize(("name", "code"), [("true", 0), ("false", 1)])
def test_a_program_that_says_nothing(name, code):
    assert f"ended with exit code {code}, saying nothing" in _refusal(name)


@pytest.mark.skipif(os.name == "nt", reason="needs a shell of POSIX")
def test_a_shell_runs_nothing_of_the_question(tmp_path, monkeypatch):
    """Its `import` could be a program: here one that tells."""
    for word in ("import", "__import__", "procsem-python"):
        (tmp_path / word).write_text("#!/bin/sh\ntouch ran\n")
        (tmp_path / word).chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert "rror" in _refusal("sh")
    assert not (tmp_path / "ran").exists()


def test_a_python_that_cannot_start_is_quoted(program):
    said = _refusal(program("raise RuntimeError('no codec \\x07 to begin with')"))
    assert "exit code 1, saying: RuntimeError: no codec ? to begin with" in said


@pytest.mark.skipif(os.name == "nt", reason="needs ends by signals")
def test_a_python_that_crashes(program):
    assert "was killed by SIGKILL" in _refusal(program("import os\nos.kill(os.getpid(), 9)"))


def test_a_flood_is_drained_and_bounded(program):
    _refusal(program("import sys\nfor _ in range(200): sys.stdout.write('x' * 100_000)"))


def test_a_python_that_hangs_is_ended_with_what_it_started(program, tmp_path):
    note = tmp_path / "pids"
    code = (
        "import os, pathlib, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)'])\n"
        f"pathlib.Path({str(note)!r}).write_text(f'{{os.getpid()}} {{child.pid}}')\n"
        "time.sleep(300)\n"
    )
    assert "did not end within 3 s" in _refusal(program(code), 3.0)
    left = [psutil.Process(int(pid)) for pid in note.read_text().split() if psutil.pid_exists(int(pid))]
    if os.name == "nt":  # a wrapper's child is its own there
        for process in left:
            process.kill()
        return
    # Killed is killed; whoever adopted it may take its time to reap it.
    running = [p for p in left if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
    _, alive = psutil.wait_procs(running, timeout=5)
    assert not [p for p in alive if p.status() != psutil.STATUS_ZOMBIE]


def test_an_older_python_is_refused(program):
    old = program('print(\'procsem-python [[3, 8, 18], "linux", "/nowhere/python"]\')')
    assert "is Python 3.8.18, too old" in _refusal(old)


@pytest.mark.parametrize(
    "answer", ["procsem-python", "procsem-python [[3, 12]]", "procsem-python {}", "procsem-python [[3, 12], 1, 2]"]
)
def test_half_an_answer_is_none(answer, program):
    assert "does not answer" in _refusal(program(f"print({answer!r})"))


@pytest.mark.parametrize("version", OLD)
def test_a_real_old_python_understands_the_question(version):
    root = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    found = sorted(root.glob(f"versions/{version}.*/" + ("python.exe" if os.name == "nt" else "bin/python")))
    if not found:
        pytest.skip(f"needs Python {version}")
    assert f"is Python {version}." in _refusal(found[0])


def test_the_question_is_answered_in_one_line():
    said = subprocess.run([sys.executable, "-c", _QUESTION], capture_output=True, timeout=30, check=True).stdout
    assert said.count(b"\n") == 1
