"""Measuring an interpreter leaves nothing, also where the interpreter is ended half-way."""

import sys
from pathlib import Path

import pytest

from procsem.containment import Ending, Status
from procsem.environment import InterpreterError
from procsem.runner import ScratchSpace, measure

SHARED = Path("/dev/shm")


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux, which lists its shared memory")
def test_shared_memory_of_an_interpreter_that_was_ended_is_removed():
    made = []

    class Ended:
        """A sandbox whose task was ended after it had made its block of shared memory."""

        def run(self, task):
            made.append(SHARED / f"measure_{task.token}")
            made[0].write_bytes(b"x")
            return Ending(Status.SIGNALLED, 9, 0.1, None, b"")

    with ScratchSpace() as scratch, pytest.raises(InterpreterError, match="cannot be measured"):
        measure(sys.executable, Ended(), scratch)
    assert not made[0].exists()


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux, which lists its shared memory")
def test_the_block_of_shared_memory_bears_the_tasks_token():
    """ProcessInfo by what the standard library is asked for: the block itself is there for an instant."""
    source = Path(__file__).parents[3] / "harness" / "procsem" / "environment" / "measure.py"
    names = []

    class Block:
        buf = bytearray(1)

        def __init__(self, name, create=False, size=0):
            names.append(name)
            self.name = name

        def close(self):
            pass

        unlink = close

    from multiprocessing import shared_memory

    space = {"__name__": "measure"}
    exec(compile(source.read_text(encoding="utf-8"), str(source), "exec"), space)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shared_memory, "SharedMemory", Block)
        patch.setenv("PROCSEM_TOKEN", "a1b2c3d4")
        assert space["_share_memory"]() is True
    assert all("a1b2c3d4" in name for name in names)
    assert names
