"""A user types the name of a program at a terminal, and the shell that reads there creates a process.

The terminal is a pseudo-terminal, and the probe types. The new process reads the line that is typed last.
"""

import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, main, table


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
    arm.set_name(shell.pid, "shell")
    try:
        os.write(keyboard, b"echo $$\n")
        arm.record(shell_was_there_before=int(shell.stdout.readline()) == shell.pid)
        arm.event("user", "asks", detail=request)
        os.write(keyboard, request.encode() + b"\n")
        pid = int(shell.stdout.readline())
        seen = table.read(pid)
        arm.event(arm.set_name(pid, "program"), "seen", pid, other=arm.name_of(seen.parent))
        arm.record(new_process=pid != shell.pid, its_parent=arm.name_of(seen.parent))
        os.write(keyboard, b"word\n")
        arm.record(it_reads=shell.stdout.readline().decode().strip())
        os.write(keyboard, b"exit\n")
        shell.wait(TIMEOUT)
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
