"""Pid1Check, asked where process 1 reaps and where it does not: in PID namespaces with stand-ins for it."""

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
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux: elsewhere it is not asked")


def run(*command):
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def process_1():
    """Runs code in a PID namespace whose process 1 is the stand-in of this name, and gives the JSON that it prints."""
    unshare = shutil.which("unshare")
    ways = (["--pid", "--fork", "--mount-proc"], ["--user", "--map-root-user", "--pid", "--fork", "--mount-proc"])
    way = next((way for way in ways if unshare and run(unshare, *way, "true").returncode == 0), None)
    if way is None:
        pytest.skip("needs a PID namespace of its own (unshare)")

    def ask(stand_in, code):
        done = run(unshare, *way, sys.executable, str(HERE / stand_in), sys.executable, "-c", code)
        assert (done.returncode, done.stderr) == (0, "")
        return json.loads(done.stdout)

    return ask


# What is called so is what the trial leaves to process 1.
ORPHANS = """
def orphans():
    stats = [Path("/proc", pid, "stat") for pid in os.listdir("/proc") if pid.isdigit()]
    return sum("(procsem-orphan) Z 1 " in stat.read_text() for stat in stats if stat.exists())
"""


@LINUX
def test_a_process_1_that_reaps(process_1):
    code = f"""
import json, os
from pathlib import Path
from procsem.environment import Pid1Check
{ORPHANS}
with Pid1Check() as process_1:
    reaps = process_1.reaps()
print(json.dumps([reaps, process_1.reaps(0), orphans()]))
"""
    assert process_1("adopted.py", code) == [True, True, 0]


@LINUX
def test_a_process_1_that_does_not_reap_is_left_with_one_orphan_by_all_who_ask(process_1):
    """One is killed while it asks, one gives up, one waits for the answer, and one finds it there."""
    code = f"""
import json, os, signal, subprocess, sys, time
from pathlib import Path
from procsem.environment import Pid1Check
{ORPHANS}
code = "from procsem.environment import Pid1Check; p = Pid1Check().__enter__(); print(p._process.pid, flush=1); input()"
holder = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
asker = Path("/proc", holder.stdout.readline().decode().strip(), "stat")
until = time.monotonic() + 20
while not orphans() and time.monotonic() < until:
    time.sleep(0.01)
holder.kill()
holder.wait()
until = time.monotonic() + 4  # by itself it takes five seconds
while ") Z 1 " not in asker.read_text() and time.monotonic() < until:
    time.sleep(0.01)
told = [") Z 1 " in asker.read_text()]
for patience in (0.3, 15, 15):
    with Pid1Check() as process_1:
        told.append(process_1.reaps(patience))
print(json.dumps([told, orphans()]))
"""
    assert process_1("careless.py", code) == [[True, None, False, False], 1]


@LINUX
def test_a_run_keeps_what_was_found_out(process_1, tmp_path):
    code = f"""
import json, pathlib, subprocess, sys
run = [sys.executable, "-m", "procsem", "run", "joinable-queue/maxsize", "--out", {str(tmp_path)!r}]
done = subprocess.run(run, stdout=subprocess.DEVNULL)
(file,) = pathlib.Path({str(tmp_path)!r}).glob("*.json")
facts = json.loads(file.read_text())["environment"]
print(json.dumps([done.returncode, facts["adopter"], facts["process_1_reaps"]]))
"""
    assert process_1("adopted.py", code) == [0, "subreaper", True]


@LINUX
def test_under_a_subreaper_nothing_is_said_of_process_1():
    code = "from procsem.environment import Pid1Check\nwith Pid1Check() as process_1: print(process_1.reaps())"
    done = run(sys.executable, str(HERE / "adopted.py"), sys.executable, "-c", code)
    assert (done.returncode, done.stdout, done.stderr) == (0, "None\n", "")


@pytest.mark.parametrize(
    ("system", "measured", "told"), [("linux", None, True), ("linux", False, False), ("windows", None, None)]
)
def test_an_environment_is_completed_where_it_is_of_this_system_and_does_not_tell(system, measured, told):
    process_1 = Pid1Check()
    process_1.reaps = lambda patience: True
    facts = {**dict.fromkeys(FACTS), "system": system, "process_1_reaps": measured}
    completed = process_1.complete(Environment(facts)).facts
    assert completed == {**facts, "process_1_reaps": told}
    assert list(completed) == list(FACTS)


def test_who_has_not_asked_is_told_nothing():
    assert Pid1Check().reaps() is None
