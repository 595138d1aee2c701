"""Claims in unusual circumstances: one CPU, no say about where a process runs, pids that are used again at once.

Each circumstance is made for real. It must be measured as such; what needs what is missing is unsupported, and all is
as expected.
"""

import ctypes
import functools
import os
import platform
import re
import struct
import subprocess
import sys

import pytest

from procsem import results as store
from procsem.model import Verdict

from .conftest import REPOSITORY

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs affinity and seccomp, which Linux has")

CLAIMS = ("process", "states", "multiprocessing/threads-*", "multiprocessing/cpu-count", "join", "lock")
SCHED_SETAFFINITY = {"x86_64": 203, "aarch64": 122}.get(platform.machine())
"""The number of the system call there."""


def confined_run(folder, confine):
    """The run of these claims under fork by a program that was confined so before it began."""
    words = ["-m", "procsem", "run", *CLAIMS, "--start-method", "fork", "--out", str(folder)]
    done = subprocess.run(
        [sys.executable, *words], cwd=REPOSITORY, preexec_fn=confine, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (file,) = folder.glob("*.json")
    return store.read_all(file)[0]


def unsupported(run):
    return {cell.claim for cell in run.cells if cell.verdict is Verdict.UNSUPPORTED}


def test_on_one_cpu(tmp_path):
    cpu = min(os.sched_getaffinity(0))
    run = confined_run(tmp_path, lambda: os.sched_setaffinity(0, {cpu}))
    assert run.environment.facts["cpus_usable"] == 1
    assert {"process/parallelism-needs-cpus", "multiprocessing/cpu-count"} <= unsupported(run)
    assert "process/concurrency-on-one-cpu" not in unsupported(run)


@pytest.mark.skipif(
    SCHED_SETAFFINITY is None, reason="needs x86_64 or aarch64, whose number of the system call is known"
)
def test_where_no_process_may_choose_its_cpu(tmp_path):
    run = confined_run(tmp_path, functools.partial(refuse, SCHED_SETAFFINITY))
    assert run.environment.facts["can_pin"] is False
    assert {"process/concurrency-on-one-cpu", "states/preemption"} <= unsupported(run)
    assert "multiprocessing/threads-cannot-use-cores" not in unsupported(run)


def refuse(call):
    """From now on that system call fails for this process and its children, with EPERM: seccomp(2)."""
    load_number, jump_if_equal, give_back = 0x20, 0x15, 0x06  # BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, BPF_RET
    allow, fail_with_eperm = 0x7FFF0000, 0x00050001  # SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | EPERM
    rules = [(load_number, 0, 0, 0), (jump_if_equal, 0, 1, call), (give_back, 0, 0, fail_with_eperm)]
    rules.append((give_back, 0, 0, allow))
    filters = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *rule) for rule in rules))
    program = ctypes.create_string_buffer(struct.pack("HP", len(rules), ctypes.addressof(filters)))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    no_new_privileges, set_seccomp, by_filter = 38, 22, 2
    if prctl(no_new_privileges, 1, 0, 0, 0) or prctl(set_seccomp, by_filter, program, 0, 0):
        raise OSError(ctypes.get_errno(), "seccomp")


PIDS_AGAIN = """
import os

fork, waitpid, reaped = os.fork, os.waitpid, []

def fork_with_used_pid():
    if reaped:
        with open("/proc/sys/kernel/ns_last_pid", "w") as file:
            file.write(str(reaped[-1] - 1))
    return fork()

def note_reaped(pid, options):
    found = waitpid(pid, options)
    reaped.extend(filter(None, found[:1]))
    return found

os.fork, os.waitpid = fork_with_used_pid, note_reaped
"""
"""A sitecustomize.py: each forked process gets the pid of the process that the program has reaped last."""

IN_PID_NAMESPACE = ("unshare", "--map-root-user", "--pid", "--fork", "--mount-proc", "sh", "-c", '"$@"; exit $?', "sh")


@pytest.mark.parametrize(
    ("probe", "arm", "fact"),
    [
        ("start-methods/killed_worker.py", "pool_and_killed", 'worker +"another"'),
        ("pools/failing_initializer.py", "pool_and_failing", "workers +4"),
    ],
)
def test_where_a_worker_gets_the_pid_of_its_predecessor(probe, arm, fact, tmp_path):
    if subprocess.run([*IN_PID_NAMESPACE, "true"], capture_output=True, check=False).returncode:
        pytest.skip("needs a PID namespace of its own")
    (tmp_path / "sitecustomize.py").write_text(PIDS_AGAIN, encoding="utf-8")
    words = [sys.executable, str(REPOSITORY / "probes" / probe), arm, "--start-method", "fork"]
    done = subprocess.run(
        [*IN_PID_NAMESPACE, *words],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    pids = re.findall(r" s  (?:first task|second task|worker) +(\d+)  started ", done.stdout)
    assert len(pids) > 1 == len(set(pids)), done.stdout
    assert re.search(fact, done.stdout), done.stdout
