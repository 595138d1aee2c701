"""Programs of a story beside those that its arm launches: started by a process of the story, or run to their ends."""

import subprocess
import sys
from collections import namedtuple

from _kit.checkin import PATIENCE
from _kit.entry import scene_words

End = namedtuple("End", "exit_code said errors")
"""How a program ended: its exit code as subprocess gives it (-9 for signal 9), and the lines of its two streams."""


def start(scene, *args, **popen):
    """Start a function of this probe as the main code of a child of this process; returns the Popen.

    As :meth:`_kit.arm.Arm.launch`, for a process that has no arm, and without the launcher which a virtual
    environment has on Windows: the new process is this one's own child, and the Popen's handle is its handle. Whoever
    starts it waits for it.
    """
    python = sys._base_executable if sys.platform == "win32" else sys.executable
    flags = subprocess._args_from_interpreter_flags()
    return subprocess.Popen([python, *flags, *scene_words(scene, *args)], **popen)


def see_end(arm, program, name="program"):
    """Wait for the end of a program whose output and errors are pipes, and return its :class:`End`."""
    said, errors = program.communicate(timeout=PATIENCE)
    arm.event(arm.call(program.pid, name), "ended", program.pid, f"exit code {program.returncode}")
    return End(program.returncode, said.decode().splitlines(), errors.decode(errors="replace").splitlines())


PIPES = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
"""Keywords of Popen for a program whose end is to be seen."""


def expect_a_crash():
    """Called in a program that is about to crash: no memory is dumped to a file, and no window asks what to do."""
    if sys.platform == "win32":
        import ctypes

        ctypes.WinDLL("kernel32").SetErrorMode(0x1 | 0x2)  # SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes

        # core(5): where a program takes the dump from a pipe, the limit does not count. 4 is PR_SET_DUMPABLE.
        ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
