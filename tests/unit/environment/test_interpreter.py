"""identify() returns the version of a Python, and gives one clear line for everything else."""

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
    """Create a program from Python code. It ignores its command line."""

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
    assert "pass the path of a Python 3.9 or newer" in text
    return text


def test_this_python_is_found_by_its_path():
    identity = identify(sys.executable)
    assert identity.executable == str(Path(sys.executable).absolute()), "links are not followed"
    assert identity.version == sys.version_info[:3]
    assert identity.platform == sys.platform


def test_a_python_is_found_by_its_name(monkeypatch):
    folder, name = os.path.split(sys.executable)
    monkeypatch.setenv("PATH", folder, prepend=os.pathsep)
    assert identify(name).executable == str(Path(folder, name))


def test_a_python_is_found_by_a_relative_path(monkeypatch):
    folder, name = os.path.split(sys.executable)
    monkeypatch.chdir(folder)
    assert identify(os.path.join(".", name)).executable == str(Path(folder, name))  # noqa: PTH118  pathlib drops "./"


WRAPPER = "import os, subprocess, sys\nsys.exit(subprocess.run([{!r}, *sys.argv[1:]]).returncode)"


def test_a_name_means_the_python_behind_a_shim_and_a_path_means_the_shim(program, monkeypatch):
    wrapper = program(WRAPPER.format(sys.executable), "shim")
    monkeypatch.setenv("PATH", os.path.dirname(wrapper), prepend=os.pathsep)  # noqa: PTH120
    assert identify("shim").executable == sys.executable
    assert identify(wrapper).executable == wrapper


def test_output_before_the_answer_is_ignored(program):
    wrapper = program("print('welcome', flush=True)\n" + WRAPPER.format(sys.executable))
    assert identify(wrapper).version == sys.version_info[:3]


def test_a_process_that_keeps_the_pipe_open_is_not_waited_for(program, tmp_path):
    """Wine's server does this: it is started on the way and stays."""
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


def test_a_missing_file_is_refused(tmp_path):
    assert "there is no such file" in _refusal(tmp_path / "python")


def test_a_missing_name_is_refused():
    assert "no such program on PATH" in _refusal("python-that-is-nowhere")


def test_an_empty_name_is_refused():
    with pytest.raises(InterpreterError, match=r"^no name: "):
        identify("")


def test_a_folder_is_refused(tmp_path):
    assert "is a folder" in _refusal(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX: Windows goes by the name's ending")
def test_a_file_that_is_not_executable_is_refused(tmp_path):
    file = tmp_path / "notes"
    file.write_text("hello")
    assert "is not executable" in _refusal(file)


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX: Windows goes by the name's ending")
def test_an_executable_text_is_refused(tmp_path):
    file = tmp_path / "notes"
    file.write_text("hello")
    file.chmod(0o755)
    assert "does not start" in _refusal(file)


@pytest.mark.skipif(os.name == "nt", reason="needs programs of POSIX")
@pytest.mark.parametrize(("name", "code"), [("true", 0), ("false", 1)])
def test_a_program_that_prints_nothing_is_refused(name, code):
    assert f"ended with exit code {code}, printing nothing" in _refusal(name)


@pytest.mark.skipif(os.name == "nt", reason="needs a shell of POSIX")
def test_a_shell_executes_no_part_of_the_question(tmp_path, monkeypatch):
    """In a shell, `import` may be a program; here it is one that leaves a file."""
    for word in ("import", "__import__", "procsem-python"):
        (tmp_path / word).write_text("#!/bin/sh\ntouch ran\n")
        (tmp_path / word).chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert "rror" in _refusal("sh")
    assert not (tmp_path / "ran").exists()


def test_the_error_of_a_python_that_cannot_start_is_shown(program):
    refusal = _refusal(program("raise RuntimeError('no codec \\x07 to begin with')"))
    assert "exit code 1, printing: RuntimeError: no codec ? to begin with" in refusal


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX, for signals")
def test_a_python_that_crashes_is_refused(program):
    assert "was killed by SIGKILL" in _refusal(program("import os\nos.kill(os.getpid(), 9)"))


def test_a_program_that_floods_its_output_is_refused_in_one_line(program):
    refusal = _refusal(program("import sys\nfor _ in range(200): sys.stdout.write('x' * 100_000)"))
    assert "ended with exit code 0, printing: xxx" in refusal
    assert len(refusal) < 1000


def test_a_python_that_hangs_is_killed_with_its_children(program, tmp_path):
    note = tmp_path / "pids"
    code = (
        "import os, pathlib, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)'])\n"
        f"pathlib.Path({str(note)!r}).write_text(f'{{os.getpid()}} {{child.pid}}')\n"
        "time.sleep(300)\n"
    )
    assert "did not end within 3 s" in _refusal(program(code), 3.0)
    left = [psutil.Process(int(pid)) for pid in note.read_text().split() if psutil.pid_exists(int(pid))]
    if os.name == "nt":  # a wrapper and its children are not one group there
        for process in left:
            process.kill()
        return
    # The new parent may take its time to reap it.
    running = [p for p in left if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
    _, alive = psutil.wait_procs(running, timeout=5)
    assert not [p for p in alive if p.status() != psutil.STATUS_ZOMBIE]


def test_an_older_python_is_refused(program):
    old = program('print(\'procsem-python [[3, 8, 18], "linux", "/nowhere/python"]\')')
    assert "is Python 3.8.18, too old" in _refusal(old)


@pytest.mark.parametrize(
    "answer", ["procsem-python", "procsem-python [[3, 12]]", "procsem-python {}", "procsem-python [[3, 12], 1, 2]"]
)
def test_an_incomplete_answer_is_refused(answer, program):
    assert "does not answer" in _refusal(program(f"print({answer!r})"))


@pytest.mark.parametrize("version", OLD)
def test_a_real_old_python_understands_the_question(version):
    root = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    found = sorted(root.glob(f"versions/{version}.*/" + ("python.exe" if os.name == "nt" else "bin/python")))
    if not found:
        pytest.skip(f"needs Python {version}")
    assert f"is Python {version}." in _refusal(found[0])


def test_the_question_is_answered_in_one_line():
    output = subprocess.run([sys.executable, "-c", _QUESTION], capture_output=True, timeout=30, check=True).stdout
    assert output.count(b"\n") == 1
