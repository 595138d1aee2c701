"""Measures an interpreter's environment as its probes will find it: in a sandbox, in a clean environment."""

from __future__ import annotations

from procsem import environment
from procsem.containment import Sandbox, Status, Task
from procsem.environment import InterpreterError
from procsem.runner import leaks as leftovers
from procsem.runner.cell import Target
from procsem.runner.scratch import ScratchSpace

_DEADLINE = 60.0


def optimized(level: int) -> tuple[str, ...]:
    """The flags for an interpreter without assertions: -O, or -OO for a level of two or more."""
    return ("-" + "O" * min(level, 2),) if level else ()


def measure(executable: str, sandbox: Sandbox, scratch: ScratchSpace, flags: tuple[str, ...] = ()) -> Target:
    """Measure the environment that this interpreter runs in. Raises InterpreterError."""
    identity = environment.identify(executable)
    with scratch.scratch_dir(windows=identity.platform == "win32") as scratch_dir:
        command = environment.command(identity.executable, str(scratch_dir.report))
        task = Task(
            argv=[command[0], *flags, *command[1:]],
            cwd=str(scratch_dir.folder),
            env=scratch_dir.env,
            token=scratch_dir.token,
            timeout=_DEADLINE,
        )
        ending = sandbox.run(task)
        leftovers.remove(leftovers.find(scratch_dir.token, scratch_dir.folder))
        if ending.status is not Status.EXITED or ending.code != 0:
            said = ending.output.decode("utf-8", "backslashreplace").strip().splitlines()
            raise InterpreterError(
                f"{executable}: its environment cannot be measured: {ending.status} {ending.code} "
                f"{said[-1] if said else ending.reason}".rstrip()
            )
        return Target(identity.executable, environment.read(scratch_dir.report), flags)
