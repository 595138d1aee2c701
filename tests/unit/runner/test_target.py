"""Measuring an interpreter leaves nothing behind, even if the interpreter is killed half-way."""

import sys
from pathlib import Path

import pytest

from procsem.containment import Ending, Status
from procsem.environment import InterpreterError
from procsem.runner import ScratchSpace, measure_target

SHARED = Path("/dev/shm")


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux, which lists its shared memory")
def test_shared_memory_of_an_interpreter_that_was_killed_is_removed():
    created = []

    class Killed:
        """A sandbox whose task was killed after it had created its block of shared memory."""

        def run(self, task):
            created.append(SHARED / f"measure_{task.token}")
            created[0].write_bytes(b"x")
            return Ending(Status.SIGNALLED, 9, 0.1, None, b"")

    with (
        ScratchSpace() as scratch,
        pytest.raises(InterpreterError, match=r"cannot be measured: measure\.py was killed by SIGKILL$"),
    ):
        measure_target(sys.executable, Killed(), scratch)
    assert not created[0].exists()


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux, which lists its shared memory")
def test_the_name_of_the_shared_memory_has_the_task_s_token():
    """Tested by what the script asks of the standard library, because the block exists only for an instant."""
    source = Path(__file__).parents[3] / "harness" / "procsem" / "environment" / "measure.py"
    names = []
    import _posixshmem

    def record(name, *arguments, **more):
        names.append(name)
        return shm_open(name, *arguments, **more)

    shm_open = _posixshmem.shm_open
    space = {"__name__": "measure"}
    exec(compile(source.read_text(encoding="utf-8"), str(source), "exec"), space)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_posixshmem, "shm_open", record)
        assert space["_share_memory"]("a1b2c3d4") is True
    assert all("a1b2c3d4" in name for name in names)
    assert names
