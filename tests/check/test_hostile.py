"""Programs that misbehave: each check ends with a clear report, and nothing of the program is left."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from procsem.check.views import terminal

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="looks at /dev/shm and /proc, which only Linux has"
)

SHARED = Path("/dev/shm")


def program(tmp_path, code):
    path = tmp_path / "app.py"
    path.write_text(code, encoding="utf-8")
    return path


def test_shared_memory_and_semaphores_that_are_left_are_removed_and_no_others(check, tmp_path):
    other = SHARED / f"psm_{os.getpid():08x}"
    other.write_bytes(b"another program's")
    code = """
import multiprocessing, os
from multiprocessing import resource_tracker, shared_memory
block = shared_memory.SharedMemory(create=True, size=64)
resource_tracker.unregister(block._name, "shared_memory")
lock = multiprocessing.get_context("spawn").Lock()
resource_tracker.unregister(lock._semlock.name, "semaphore")
print(block.name, lock._semlock.name, flush=True)
os._exit(0)
"""
    try:
        diagnosis = check(program(tmp_path, code), ["spawn"])
        names = diagnosis.case.runs[0].output.split()
        assert len(names) == 2
        assert not (SHARED / names[0]).exists()
        assert not (SHARED / f"sem.{names[1].lstrip('/')}").exists()
        assert other.exists()
    finally:
        other.unlink()


def test_a_program_that_kills_its_supervisor_is_not_reported_as_clean(check, tmp_path):
    code = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\n"
    diagnosis = check(program(tmp_path, code), ["spawn"])
    assert diagnosis.unexplained
    assert any("watches over it" in doubt for doubt in diagnosis.doubts)


def test_a_python_that_keeps_the_recorder_out_is_named(check, tmp_path):
    code = "import subprocess, sys\nsubprocess.run([sys.executable, '-I', '-c', 'pass'])\n"
    diagnosis = check(program(tmp_path, code), ["spawn"])
    (doubt,) = [doubt for doubt in diagnosis.doubts if "with -I" in doubt]
    assert ":2:" in doubt


def test_a_process_that_escapes_is_ended(check, tmp_path):
    marker = f"{10**6 + os.getpid()}"
    code = f"""
import os
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execve("/bin/sleep", ["sleep", "{marker}"], {{}})
    os._exit(0)
os.wait()
"""
    check(program(tmp_path, code), ["fork"])
    found = subprocess.run(["pgrep", "-f", f"sleep {marker}"], capture_output=True, text=True, check=False)
    assert found.stdout == ""


@pytest.mark.parametrize(
    "code",
    [
        "import os\nos.closerange(0, 256)\n",
        "import sys\nsys.excepthook = None\nraise SystemExit(0)\n",
        "import os, shutil\nshutil.rmtree(os.path.dirname(os.path.abspath(__file__)))\n",
        "import sys\nfor _ in range(3000):\n    sys.stdout.write('x' * 999 + chr(10))\n",
        "import os, sys\nif len(sys.argv) < 2:\n    os.execv(sys.executable, [sys.executable, __file__, 'again'])\n",
        "import sys\nsys.modules['multiprocessing'] = None\n",
        "import os\nos.environ.clear()\n",
    ],
    ids=["closes", "hook", "deletes", "floods", "execs", "no multiprocessing", "no environment"],
)
def test_a_program_that_misbehaves_has_a_report(check, tmp_path, code):
    folder = tmp_path / "work"
    folder.mkdir()
    began = time.monotonic()
    diagnosis = check(program(folder, code), ["spawn"])
    assert terminal.render(diagnosis, 80)
    assert diagnosis.findings == ()
    assert time.monotonic() - began < 60
