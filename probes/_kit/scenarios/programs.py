"""Programs that an arm does not launch itself: started by a process of the experiment, or run to their ends."""

import subprocess
import sys
from collections import namedtuple

from _kit.checkin import TIMEOUT
from _kit.probe import symptoms
from _kit.probe.entry import entry_command
from _kit.probe.program import Program

ProgramEnd = namedtuple("ProgramEnd", "exit_code lines errors")
"""The end of a program: its exit code as subprocess gives it (-9 for signal 9), and the lines of its two streams."""


def start_program(function, *args, **popen):
    """Start a function of this probe as the main code of a child of this process, and return the Popen.

    Like :meth:`_kit.probe.arm.Arm.launch`, for a process without an arm, and without the launcher that a virtual
    environment has on Windows: the new process is this one's own child, and the Popen's handle is its handle. The
    caller must wait for it.
    """
    python = sys._base_executable if sys.platform == "win32" else sys.executable
    flags = subprocess._args_from_interpreter_flags()
    return Program([python, *flags, *entry_command(function, *args)], **popen)


def wait_program(arm, program, name="program"):
    """Wait for the end of a program whose output and errors are pipes, and return its :class:`ProgramEnd`."""
    output, errors = program.communicate(timeout=TIMEOUT)
    arm.event(arm.set_name(program.pid, name), "ended", program.pid, f"exit code {program.returncode}")
    return ProgramEnd(program.returncode, output.decode().splitlines(), errors.decode(errors="replace").splitlines())


PIPES = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
"""Popen's keywords for a program that ``wait_program`` waits for."""


def run_program(arm, function, *args, **popen):
    """Run a function of this probe as the main code of a program, to its end, and return its :class:`ProgramEnd`."""
    return wait_program(arm, arm.launch(function, *args, **PIPES, **popen))


def printed_symptom(arm, end, where="child"):
    """Record the last traceback that a program has printed, if there is one, as what a process prints."""
    errors = "\n".join(end.errors)
    if "Traceback (most recent call last)" in errors:
        arm.symptom(**symptoms.printed(errors, where))


def prepare_for_crash():
    """Have no memory dump written and no window opened when this program crashes, which it is about to do."""
    if sys.platform == "win32":
        import ctypes

        ctypes.WinDLL("kernel32").SetErrorMode(0x1 | 0x2)  # SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes

        # core(5): if a program takes the dump from a pipe, the limit does not count. 4 is PR_SET_DUMPABLE.
        ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
