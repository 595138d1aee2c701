"""A shell runs a program in a child and continues. It runs a builtin itself, and with exec it becomes the program.

The command prints its pid and waits, and the process table is read before it continues.
"""

import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, main, table

PRINT_PID_AND_WAIT = "echo $$; read -r line"


def run(arm, script):
    """Run a shell script in which a command prints its pid and waits for a line."""
    shell = subprocess.Popen(
        ["/bin/sh", "-c", script, "sh", PRINT_PID_AND_WAIT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        universal_newlines=True,
    )
    arm.set_name(shell.pid, "shell")
    arm.event("shell", "started", shell.pid, other="probe")
    try:
        command = int(shell.stdout.readline())
        seen = table.read(command)
        arm.event(arm.set_name(command, "command"), "seen", command, seen.state, other=arm.name_of(seen.parent))
        arm.record(
            command_runs_in="the shell itself" if command == shell.pid else "another process",
            its_parent=arm.name_of(seen.parent),
            shell_is_still_there=table.read(shell.pid) is not None,
        )
        shell.stdin.write("word\n")
        shell.stdin.close()
        arm.record(shell_then_says=shell.stdout.read().strip())
        shell.wait(TIMEOUT)
        arm.event("shell", "ended", shell.pid)
    finally:
        shell.kill()
        shell.wait()
        shell.stdout.close()
        shell.stdin.close()


def experiment(arm):
    """Run a program that is not the script's last command, because a shell may run its last command without a child."""
    run(arm, 'sh -c "$1"; echo "read:$line"')


def builtin(arm):
    """The same with builtins only: the shell has the variable that they set."""
    run(arm, 'eval "$1"; echo "read:$line"')


def by_exec(arm):
    """The program replaces the shell, so the rest of the script never runs."""
    run(arm, 'exec sh -c "$1"; echo "read:$line"')


if __name__ == "__main__":
    main(experiment, builtin, by_exec)
