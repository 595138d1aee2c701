"""A probe fails if memory is short: what takes long then would not elsewhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("needs a limit of the address space, which the kernel enforces", allow_module_level=True)

import resource

PROBES = Path(__file__).parents[3] / "probes"
ROOM = "import sys; sys.path.insert(0, {!r}); from _kit import memory; memory.require_room_for_thread()"


def run_limited(limit: int, *words: object) -> subprocess.CompletedProcess[str]:
    """Run this interpreter with a limit of its address space, in MiB."""
    return subprocess.run(
        [sys.executable, *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit << 20, limit << 20)),
    )


@pytest.mark.parametrize(("limit", "enough"), [(130, False), (400, True)])
def test_the_room_for_a_thread_is_asked_of_the_system(limit, enough):
    done = run_limited(limit, "-c", ROOM.format(str(PROBES)))
    assert ("MemoryError: a thread's allocations are slow here" in done.stderr) is not enough, done.stderr
    assert (done.returncode == 0) is enough


def test_a_queue_is_not_compared_with_a_file_where_its_thread_has_no_room():
    done = run_limited(130, PROBES / "queue" / "faster_than_files.py", "experiment")
    assert done.returncode != 0
    assert "MemoryError" in done.stderr
    assert "queue_us" not in done.stdout
