"""An interpreter that probes run under, and the measurement of its environment."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from attrs import frozen

from procsem import environment
from procsem.containment import Sandbox, Task
from procsem.environment import InterpreterError
from procsem.exit_status import describe_exit
from procsem.model import Environment
from procsem.runner import leaks
from procsem.runner.scratch import ScratchSpace

_TIMEOUT = 60.0
"""Seconds for the measurement of one environment. It takes less than one, or five where nothing reaps orphans."""


@frozen
class Target:
    """An interpreter that probes run under, and its measured environment."""

    executable: str
    environment: Environment
    flags: Sequence[str] = ()
    """Options of the interpreter, for example ``-O``."""

    @property
    def python(self) -> str | None:
        """The value of ``--python`` that selects this interpreter; None if it is the harness's own."""
        return None if self.executable == sys.executable else self.executable


def measure_target(executable: str, sandbox: Sandbox, scratch: ScratchSpace, optimize: int = 0) -> Target:
    """Measure the environment of an interpreter as its probes will find it: in a sandbox, with a clean environment.

    ``optimize`` is the number of -O options. Raises :class:`InterpreterError`.
    """
    flags = ("-" + "O" * min(optimize, 2),) if optimize else ()
    identity = environment.identify(executable)
    with scratch.new_dir(windows=identity.platform == "win32") as scratch_dir:
        command = environment.command(identity.executable, scratch_dir.report, scratch_dir.token)
        task = Task(
            argv=[command[0], *flags, *command[1:]],
            cwd=str(scratch_dir.folder),
            env=scratch_dir.env,
            token=scratch_dir.token,
            timeout=_TIMEOUT,
        )
        ending = sandbox.run(task)
        leaks.remove(leaks.find(scratch_dir.token, scratch_dir.folder))
        if ending.returncode != 0:
            ended = ending.reason if ending.returncode is None else describe_exit(ending.returncode)
            lines = ending.output.decode("utf-8", "backslashreplace").strip().splitlines()
            detail = f": {lines[-1]}" if lines else ""
            raise InterpreterError(f"{executable}: its environment cannot be measured: measure.py {ended}{detail}")
        return Target(identity.executable, environment.read(scratch_dir.report), flags)
