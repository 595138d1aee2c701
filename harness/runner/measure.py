"""Measures an interpreter's environment as its probes will find it: in a slot, in a clean environment."""

from __future__ import annotations

from harness import environment
from harness.containment import Slot, Status, Task, leftovers
from harness.environment import BadInterpreter
from harness.runner.cell import Target
from harness.runner.workplace import Workplace

_DEADLINE = 60.0


def optimized(level: int) -> tuple[str, ...]:
    """The flags for an interpreter without assertions: -O, or -OO for a level of two or more."""
    return ("-" + "O" * min(level, 2),) if level else ()


def measure(executable: str, slot: Slot, workplace: Workplace, flags: tuple[str, ...] = ()) -> Target:
    """Measure the environment that this interpreter runs in. Raises BadInterpreter."""
    identity = environment.identify(executable)
    with workplace.desk(windows=identity.platform == "win32") as desk:
        command = environment.command(identity.executable, str(desk.report))
        task = Task(
            argv=[command[0], *flags, *command[1:]],
            cwd=str(desk.folder),
            env=desk.env,
            token=desk.token,
            deadline=_DEADLINE,
        )
        ending = slot.run(task)
        leftovers.remove(leftovers.find(desk.token, desk.folder))
        if ending.status is not Status.EXITED or ending.code != 0:
            said = ending.output.decode("utf-8", "backslashreplace").strip().splitlines()
            raise BadInterpreter(
                f"{executable}: its environment cannot be measured: {ending.status} {ending.code} "
                f"{said[-1] if said else ending.reason}".rstrip()
            )
        return Target(identity.executable, environment.read(desk.report), flags)
