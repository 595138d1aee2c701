"""Somebody types the name of a program at a terminal, where a shell waits: a process comes of it.

The terminal is a pseudo-terminal, and the probe is who types. What is typed last is read by the new process, which
was there until then.
"""

import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, table
from _kit.checkin import PATIENCE


def ask(arm, request):
    """Type this line, whose outcome says its pid and waits for one more line, and type that."""
    keyboard, terminal = os.openpty()
    shell = subprocess.Popen(
        ["/bin/sh", "-i"],
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=terminal,  # the prompts, which nobody reads
        env={**os.environ, "HOME": arm.folder(), "ENV": "", "TERM": "dumb"},  # no start-up file, and no history kept
        start_new_session=True,
    )
    arm.call(shell.pid, "shell")
    try:
        os.write(keyboard, b"echo $$\n")
        arm.record(shell_was_there_before=int(shell.stdout.readline()) == shell.pid)
        arm.event("user", "asks", detail=request)
        os.write(keyboard, request.encode() + b"\n")
        answered = int(shell.stdout.readline())
        seen = table.look(answered)
        arm.event(arm.call(answered, "program"), "seen", answered, f"parent {arm.who(seen.parent)}")
        arm.record(new_process=answered != shell.pid, its_parent=arm.who(seen.parent))
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
    """The same is asked of the shell itself."""
    ask(arm, 'echo $$; read -r line; echo "$line"')


if __name__ == "__main__":
    main(experiment, control)
