"""The claims where a process gets less than on a developer's machine: one CPU, or no say about where it runs.

Each circumstance is made for real. It must be measured as such; what needs what is missing is unsupported, and all is
as expected.
"""

import ctypes
import functools
import os
import platform
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
