"""A user types the name of a program at a terminal, and the shell that reads there creates a process.

The terminal is a pseudo-terminal, and the probe types. The new process reads the line that is typed last.
"""

import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, table
from _kit.checkin import PATIENCE


def ask(arm, request):
    """Type a request that prints its pid and reads one line, and then type that line."""
    keyboard, terminal = os.openpty()
    shell = subprocess.Popen(
        ["/bin/sh", "-i"],
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=terminal,  # the prompts, which are not read
        env={**os.environ, "HOME": arm.folder(), "ENV": "", "TERM": "dumb"},  # no start-up file, no saved history
        start_new_session=True,
    )
    arm.call(shell.pid, "shell")
    try:
        os.write(keyboard, b"echo $$\n")
        arm.record(shell_was_there_before=int(shell.stdout.readline()) == shell.pid)
        arm.event("user", "asks", detail=request)
        os.write(keyboard, request.encode() + b"\n")
        pid = int(shell.stdout.readline())
        seen = table.look(pid)
        arm.event(arm.call(pid, "program"), "seen", pid, other=arm.who(seen.parent))
        arm.record(new_process=pid != shell.pid, its_parent=arm.who(seen.parent))
        os.write(keyboard, b"word\n")
        arm.record(it_reads=shell.stdout.readline().decode().strip())
        os.write(keyboard, b"exit\n")
        shell.wait(PATIENCE)
    finally:
        shell.kill()
        shell.wait()
        shell.stdout.close()
        os.close(terminal)
        os.close(keyboard)


def experiment(arm):
    ask(arm, """sh -c 'echo $$; read -r line; echo "$line"'""")


def control(arm):
    """The shell itself does the same with its builtins."""
    ask(arm, 'echo $$; read -r line; echo "$line"')


if __name__ == "__main__":
    main(experiment, control)
