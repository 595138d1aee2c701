"""A probe fails if memory is short: what takes long then would not elsewhere."""

from __future__ import annotations

import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from procsem.runner import execution

if sys.platform != "linux":
    pytest.skip("needs a limit of the address space, which the kernel enforces", allow_module_level=True)

import resource

sys.path.insert(0, str(Path(__file__).parents[3] / "probes"))

from _kit.probe import symptoms
from _kit.probe.program import Program

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


@pytest.mark.parametrize("text", [True, False])
def test_a_program_that_prints_that_memory_is_short_is_no_observation(text):
    code = "import sys; sys.stderr.write(sys.argv[1])"
    for printed, short in (("Traceback...\nRuntimeError: can't start new thread\n", True), ("ValueError\n", False)):
        program = Program([sys.executable, "-c", code, printed], stderr=subprocess.PIPE, text=text)
        with pytest.raises(MemoryError, match="a process printed: RuntimeError: can't") if short else nullcontext():
            assert program.communicate()[1] == (printed if text else printed.encode())


def test_the_probes_and_the_harness_know_the_same_words():
    assert symptoms._MEMORY_SHORT.pattern.removeprefix("(?m)") == execution._MEMORY_SHORT.pattern.decode()


def test_a_queue_is_not_compared_with_a_file_where_its_thread_has_no_room():
    done = run_limited(130, PROBES / "queue" / "faster_than_files.py", "experiment")
    assert done.returncode != 0
    assert "MemoryError" in done.stderr
    assert "queue_us" not in done.stdout
