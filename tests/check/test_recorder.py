"""The recorder: it changes nothing that the program can see, and nothing of it fails into the program."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import procsem.check.run
from procsem.check.evidence import read_events

RECORDER = Path(procsem.check.run.__file__).parent / "recorder"


@pytest.fixture
def recorded(tmp_path):
    """Run code in a recorded interpreter; returns the completed process and the recorded processes."""
    folder, events = tmp_path / "recorder", tmp_path / "events"
    shutil.copytree(RECORDER, folder, ignore=shutil.ignore_patterns("__init__.py", "__pycache__", "*.md"))
    events.mkdir()

    def run(code, method="spawn", paths=(), check=True, whole=True, settings="signal=0"):
        script = tmp_path / "script.py"
        script.write_text(code, encoding="utf-8")
        env = {**os.environ, "PROCSEM_CHECK": f"{method}|{settings}|{events}"}
        env["PYTHONPATH"] = os.pathsep.join([str(folder), *map(str, paths)])
        done = subprocess.run(
            [sys.executable, str(script)], env=env, cwd=tmp_path, capture_output=True, text=True, timeout=60
        )
        if check:
            assert done.returncode == 0, done.stderr
        processes, errors = read_events(events)
        assert not (whole and errors)
        return done, processes

    run.folder, run.events = folder, events
    return run


def test_the_start_method_is_a_default_and_may_still_be_chosen_once(recorded):
    code = """
import multiprocessing as m
print(m.get_start_method(allow_none=True), m.get_start_method())
"""
    assert recorded(code, "forkserver")[0].stdout == "None forkserver\n"
    code = """
import multiprocessing as m
m.set_start_method("fork")
print(m.get_start_method())
"""
    assert recorded(code, "forkserver")[0].stdout == "fork\n"


def test_sys_path_is_as_without_the_recorder(recorded):
    code = "import json, sys; print(json.dumps(sys.path))"
    script = recorded.folder.parent / "script.py"
    script.write_text(code, encoding="utf-8")
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    plain = subprocess.run([sys.executable, str(script)], env=env, capture_output=True, text=True, check=True)
    assert json.loads(recorded(code)[0].stdout) == json.loads(plain.stdout)


def test_the_sitecustomize_that_it_shadows_runs(recorded, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "sitecustomize.py").write_text("import builtins\nbuiltins.chained = __file__\n")
    done, processes = recorded(
        "import sitecustomize; print(chained == sitecustomize.__file__)", paths=[tmp_path / "other"]
    )
    assert done.stdout == "True\n"
    assert processes


def test_without_another_sitecustomize_there_is_none(recorded):
    assert recorded("import sys; print('sitecustomize' in sys.modules)")[0].stdout == "False\n"


def test_what_a_killed_process_recorded_is_kept(recorded):
    code = """
import multiprocessing, os
lock = multiprocessing.Lock()
os.kill(os.getpid(), 9)
"""
    done, processes = recorded(code, check=False)
    assert done.returncode == -signal.SIGKILL
    assert [event.kind for event in processes[0].events] == ["process", "atexit", "spawned", "made", "kill"]


def test_a_program_may_close_all_descriptors_and_finds_none_of_ours(recorded):
    code = """
import os
before = os.listdir("/proc/self/fd")
os.closerange(3, 200)
import multiprocessing
context = multiprocessing.get_context("fork")
child = context.Process(target=print, args=("child",))
child.start()
child.join()
print(len(before))
"""
    done, processes = recorded(code)
    assert done.stdout.split() == ["child", "4"]  # three streams, and the folder that is listed
    assert len(processes) == 2


@pytest.mark.parametrize("part", sorted(path.name for path in RECORDER.glob("*.py") if path.name != "__init__.py"))
def test_a_failing_part_does_not_harm_the_program(recorded, part):
    path = recorded.folder / part
    text = path.read_text(encoding="utf-8")
    broken = "raise RuntimeError('broken part')\n"
    # sitecustomize.py has to import the other one, whatever happens to the recorder.
    if part == "sitecustomize.py":
        text = text.replace("def _run(here, setting):\n", "def _run(here, setting):\n    " + broken)
        path.write_text(text, encoding="utf-8")
    else:
        path.write_text(broken, encoding="utf-8")
    code = """
import concurrent.futures, multiprocessing, signal, subprocess, threading, unittest.mock
context = multiprocessing.get_context("spawn")
if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, print)
    with context.Pool(1) as pool:
        print(pool.map(abs, [-1]))
    with concurrent.futures.ProcessPoolExecutor(1, context) as executor:
        print(executor.submit(abs, -2).result())
    with unittest.mock.patch("os.getcwd", str):
        subprocess.run(["true"])
"""
    done, _ = recorded(code, whole=False, settings="signal=0|cost=1")
    assert done.stdout.split() == ["[1]", "2"]
    _, errors = read_events(recorded.events)
    if part not in ("core.py", "sitecustomize.py"):
        assert any("broken part" in error for error in errors), "and it is reported"


def test_a_handler_is_the_programs_own_for_the_program(recorded):
    code = """
import signal
def handler(number, frame): print("handled", frame.f_code.co_name)
assert signal.signal(signal.SIGUSR1, handler) is signal.SIG_DFL
assert signal.getsignal(signal.SIGUSR1) is handler
signal.raise_signal(signal.SIGUSR1)
assert signal.signal(signal.SIGUSR1, signal.SIG_IGN) is handler
"""
    done, processes = recorded(code)
    assert done.stdout == "handled <module>\n"
    assert [event.kind for event in processes[0].of("handler", "signal")] == ["signal", "handler", "signal"]


def test_a_programs_own_errors_in_patched_calls_are_unchanged(recorded):
    code = """
import os, signal, subprocess
for call in (lambda: os.kill(2**22 + 1, 0), lambda: os.waitpid(1, os.WNOHANG), lambda: signal.signal(99, print),
             lambda: subprocess.Popen(5), lambda: os.execv("/no/such", ["x"])):
    try:
        call()
    except Exception as error:
        print(type(error).__name__)
"""
    done, _ = recorded(code)
    assert done.stdout.split() == [
        "ProcessLookupError",
        "ChildProcessError",
        "ValueError",
        "TypeError",
        "FileNotFoundError",
    ]


def test_the_number_of_events_is_bounded(recorded):
    code = """
import atexit
for _ in range(5000):
    atexit.register(int)
"""
    _, processes = recorded(code)
    kinds = [event.kind for event in processes[0].events]
    assert kinds.count("atexit") == 2000
    assert kinds.count("truncated") == 1


def test_texts_of_any_kind_can_be_read_back(recorded):
    text = 'a"\\\n\x00\u00e9\u20ac\U0001f600\udc80'
    code = f"import os\ntry:\n    raise ValueError({text!r})\nfinally:\n    pass"
    _, processes = recorded(code, check=False)
    assert processes[0].last("exit")["uncaught"]["text"] == text


def test_its_bytecode_is_kept_whatever_the_environment_says(recorded, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    recorded("print(1)")
    assert list((recorded.folder / "__pycache__").glob("sitecustomize.*.pyc"))


def test_nothing_is_written_to_a_cache_of_the_users(recorded, monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path / "cache"))
    recorded("print(1)")
    assert not (tmp_path / "cache").exists()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_the_connections_that_a_forked_child_is_given_are_found_without_any_code_of_the_program(recorded):
    code = """
import multiprocessing as m

class Strange:
    def __init__(self, inner):
        vars(self)["inner"] = inner
    @property
    def __class__(self):
        raise RuntimeError("not bound")
    def __eq__(self, other):
        raise RuntimeError("no truth")
    __hash__ = None
    def __getattr__(self, name):
        raise RuntimeError(name)

def make(held):
    def work(*args):
        if False:
            print(later, held)
    yield work
    later = 1

if __name__ == "__main__":
    ours, theirs = m.Pipe()
    other, unused = m.Pipe()
    target = next(make(Strange(None)))
    child = m.Process(target=target, args=([Strange({"a": (theirs,)})],))
    child.start()
    child.join()
    print(child.exitcode)
"""
    done, processes = recorded(code, "fork")
    assert done.stdout == "0\n"
    (start,) = processes[0].of("start")
    made = [event["inodes"] for event in processes[0].of("pipe")]
    assert start["passed"] == [made[0][1]]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows the positions")
def test_the_position_in_an_open_file_is_recorded_at_a_fork_and_can_be_made_the_childs_own(recorded, tmp_path):
    (tmp_path / "text").write_text("one two", encoding="utf-8")
    code = """
import os
file = os.open("text", os.O_RDONLY)
written = os.open("log", os.O_WRONLY | os.O_CREAT)
os.read(file, 1)
if os.fork() == 0:
    os.read(file, 2)
    os._exit(0)
os.wait()
print(os.lseek(file, 0, os.SEEK_CUR), os.get_inheritable(file))
"""
    path = str(tmp_path / "text")
    done, (parent, child) = recorded(code)
    assert done.stdout == "3 False\n"
    assert parent.first("fork")["offsets"] == {path: 1}
    assert [process.last("exit")["offsets"] for process in (parent, child)] == [{path: 3}, {path: 3}]
    done, processes = recorded(code, settings="signal=0|reopen=files")
    assert done.stdout == "1 False\n"
    assert processes[-1].first("intervention")["what"] == "reopen"
    assert processes[-1].last("exit")["offsets"] == {path: 3}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a file")
def test_an_event_that_cannot_be_written_leaves_a_mark(recorded):
    code = "import atexit, resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\natexit.register(print)\n"
    _, processes = recorded(code)
    assert not any(process.first("atexit") for process in processes)
    assert len(list(recorded.events.glob("lost-*"))) == 1
