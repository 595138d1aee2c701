"""Pid1Check with a process 1 that reaps and with one that does not, each in its own PID namespace."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from procsem.environment import FACTS, Pid1Check
from procsem.model import Environment

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[2]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux, for PID namespaces")


def run(*command):
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def process_1():
    """Run code in a PID namespace in which this script is process 1, and return the JSON that the code prints."""
    unshare = shutil.which("unshare")
    ways = (["--pid", "--fork", "--mount-proc"], ["--user", "--map-root-user", "--pid", "--fork", "--mount-proc"])
    way = next((way for way in ways if unshare and run(unshare, *way, "true").returncode == 0), None)
    if way is None:
        pytest.skip("needs PID namespaces (unshare)")

    def run_code(script, code):
        done = run(unshare, *way, sys.executable, str(HERE / script), sys.executable, "-c", code)
        assert (done.returncode, done.stderr) == (0, "")
        return json.loads(done.stdout)

    return run_code


# Counts the zombies that the check has left to process 1.
ORPHANS = """
def orphans():
    stats = [Path("/proc", pid, "stat") for pid in os.listdir("/proc") if pid.isdigit()]
    return sum("(procsem-orphan) Z 1 " in stat.read_text() for stat in stats if stat.exists())
"""


@LINUX
def test_a_process_1_that_reaps_is_recognized(process_1):
    code = f"""
import json, os
from pathlib import Path
from procsem.environment import Pid1Check
{ORPHANS}
with Pid1Check() as process_1:
    reaps = process_1.reaps()
print(json.dumps([reaps, process_1.reaps(0), orphans()]))
"""
    assert process_1("reaping_subreaper.py", code) == [True, True, 0]


@LINUX
def test_a_process_1_that_does_not_reap_gets_one_zombie_from_all_checks(process_1):
    """One check is killed, one gives up, one waits for the answer, and one finds the zombie of the first."""
    code = f"""
import json, os, signal, subprocess, sys, time
from pathlib import Path
from procsem.environment import Pid1Check
{ORPHANS}
code = "from procsem.environment import Pid1Check; p = Pid1Check().__enter__(); print(p._process.pid, flush=1); input()"
holder = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
check = Path("/proc", holder.stdout.readline().decode().strip(), "stat")
until = time.monotonic() + 20
while not orphans() and time.monotonic() < until:
    time.sleep(0.01)
holder.kill()
holder.wait()
until = time.monotonic() + 4  # the check itself would take five seconds
while ") Z 1 " not in check.read_text() and time.monotonic() < until:
    time.sleep(0.01)
answers = [") Z 1 " in check.read_text()]
for timeout in (0.3, 15, 15):
    with Pid1Check() as process_1:
        answers.append(process_1.reaps(timeout))
print(json.dumps([answers, orphans()]))
"""
    assert process_1("nonreaping_subreaper.py", code) == [[True, None, False, False], 1]


@LINUX
def test_a_run_keeps_the_answer(process_1, tmp_path):
    code = f"""
import json, pathlib, subprocess, sys
run = [sys.executable, "-m", "procsem", "run", "joinable-queue/maxsize", "--out", {str(tmp_path)!r}]
done = subprocess.run(run, stdout=subprocess.DEVNULL)
(file,) = pathlib.Path({str(tmp_path)!r}).glob("*.json")
facts = json.loads(file.read_text())["environment"]
print(json.dumps([done.returncode, facts["adopter"], facts["process_1_reaps"]]))
"""
    assert process_1("reaping_subreaper.py", code) == [0, "subreaper", True]


@LINUX
def test_below_a_subreaper_process_1_is_not_tested(process_1):
    """In a namespace, because zombies of other checks would also give an answer."""
    code = f"""
import os, sys
check = "from procsem.environment import Pid1Check\\nwith Pid1Check() as p: print({{None: 'null'}}.get(p.reaps()))"
os.execv(sys.executable, [sys.executable, {str(HERE / "reaping_subreaper.py")!r}, sys.executable, "-c", check])
"""
    assert process_1("reaping_subreaper.py", code) is None


@pytest.mark.parametrize(
    ("system", "measured", "completed"), [("linux", None, True), ("linux", False, False), ("windows", None, None)]
)
def test_an_environment_of_this_system_is_completed(system, measured, completed):
    process_1 = Pid1Check()
    process_1.reaps = lambda timeout: True
    facts = {**dict.fromkeys(FACTS), "system": system, "process_1_reaps": measured}
    result = process_1.complete(Environment(facts)).facts
    assert result == {**facts, "process_1_reaps": completed}
    assert list(result) == list(FACTS)


def test_without_a_check_there_is_no_answer():
    assert Pid1Check().reaps() is None
