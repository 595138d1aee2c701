"""A shell runs a program in a child of its own and goes on; a builtin it runs itself; by exec it becomes the program.

The command says who it is and waits; meanwhile the process table is read, and then the shell is heard again.
"""

import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, table
from _kit.checkin import PATIENCE

SAY_AND_WAIT = "echo $$; read -r line"


def run(arm, script):
    """Have a shell run this script, in whose middle a command says its pid and waits for a line."""
    shell = subprocess.Popen(
        ["/bin/sh", "-c", script, "sh", SAY_AND_WAIT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        universal_newlines=True,
    )
    arm.call(shell.pid, "shell")
    arm.event("shell", "started", shell.pid, "parent probe")
    try:
        command = int(shell.stdout.readline())
        seen = table.look(command)
        arm.event(arm.call(command, "command"), "seen", command, f"{seen.state}, parent {arm.who(seen.parent)}")
        arm.record(
            command_runs_in="the shell itself" if command == shell.pid else "another process",
            its_parent=arm.who(seen.parent),
            shell_is_still_there=table.look(shell.pid) is not None,
        )
        shell.stdin.write("word\n")
        shell.stdin.close()
        arm.record(shell_then_says=shell.stdout.read().strip())
        shell.wait(PATIENCE)
        arm.event("shell", "ended", shell.pid)
    finally:
        shell.kill()
        shell.wait()
        shell.stdout.close()
        shell.stdin.close()


def experiment(arm):
    """A program that is not the script's last command, or the shell may spare itself the child by becoming it."""
    run(arm, 'sh -c "$1"; echo "read:$line"')


def builtin(arm):
    """The same command from builtins alone: what it reads, the shell has."""
    run(arm, 'eval "$1"; echo "read:$line"')


def by_exec(arm):
    """The shell is replaced, and what stands after it is never run."""
    run(arm, 'exec sh -c "$1"; echo "read:$line"')


if __name__ == "__main__":
    main(experiment, builtin, by_exec)
