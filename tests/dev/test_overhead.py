"""The tool that measures the overhead of the harness, on one claim, and the parent that only reaps."""

import json
import subprocess
import sys
import time

import psutil
import pytest

from procsem_dev.overhead import REAPER, choose_cells, measure_containment, measure_run
from tests.catalogue import CATALOGUE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs a subreaper, which counts every descendant")

ORPHAN = """
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time\\nwhile time.process_time() < 0.3: pass"])
"""
"""A program that ends before its child, which uses 0.3 s of CPU time."""


def cells_of(name):
    claim = CATALOGUE.claim(name)
    cells = choose_cells([claim])
    assert {cell.claim.id for cell in cells} == {claim.id}
    return cells


def test_a_run_costs_more_than_its_probes():
    cost = measure_run(cells_of("daemon/no-children"), 2)
    assert cost.probes > 0.05
    assert cost.whole.cpu > cost.probes + 0.05, "an interpreter that has imported the harness"
    assert cost.cpu_ratio == cost.whole.cpu / cost.probes


def test_a_probe_runs_without_and_with_a_sandbox():
    cost = measure_containment(cells_of("daemon/no-children"))
    assert cost.bare > 0.05
    assert cost.contained > 0.05
    assert cost.cpu_ratio == cost.contained / cost.bare


def test_claims_that_need_the_machine_for_themselves_are_left_out():
    claims = CATALOGUE.claims
    alone = [claim for claim in claims if claim.alone][:2]
    assert alone
    assert choose_cells(alone) == []


def reaper(commands, jobs=1):
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", str(REAPER), str(jobs)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    process.stdin.write(json.dumps(commands) + "\n")
    process.stdin.flush()
    return process


def command(code, folder):
    return {"argv": [sys.executable, "-c", code], "cwd": str(folder), "env": {}}


def test_the_cpu_time_of_orphans_is_counted(tmp_path):
    with reaper([command(ORPHAN, tmp_path)] * 2) as process:
        usage = json.loads(process.stdout.read())
    assert usage["cpu"] >= 0.6
    assert usage["wall"] >= 0.3


def test_everything_is_killed_when_the_caller_ends(tmp_path):
    code = "import os, threading; open(str(os.getpid()), 'w'); threading.Event().wait()"
    with reaper([command(code, tmp_path)] * 2, jobs=2) as process:
        wait_until(lambda: len(list(tmp_path.iterdir())) == 2)
        running = [psutil.Process(int(file.name)) for file in tmp_path.iterdir()]
        process.stdin.close()
        assert process.wait(60) == 1
    wait_until(lambda: not [each for each in running if each.is_running() and each.status() != psutil.STATUS_ZOMBIE])


def wait_until(condition, timeout=60):
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
