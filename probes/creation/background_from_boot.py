"""Some processes start with the system and have no terminal: process 1, the first of all, is one of them."""

import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, stay


def table():
    """What ps(1) tells of every process: its parent, its terminal or an empty text, and when it started.

    Starts and not ages: a ps that has to wait for a CPU tells the later rows at a later time.
    """
    columns = [option for name in ("pid", "ppid", "tty", "lstart") for option in ("-o", f"{name}=")]
    output = subprocess.run(
        ["ps", "-A", *columns],
        stdout=subprocess.PIPE,
        check=True,
        env={**os.environ, "LC_ALL": "C"},
        universal_newlines=True,
    ).stdout
    rows = (line.split(None, 3) for line in output.splitlines())
    return {int(pid): (int(parent), terminal.strip("?-"), start(words)) for pid, parent, terminal, words in rows}


def start(words):
    return time.mktime(time.strptime(words.strip(), "%a %b %d %H:%M:%S %Y"))


def describe(arm, name, pid):
    everyone = table()
    parent, terminal, started = everyone[pid]
    arm.event(name, "state", pid, f"terminal {terminal or 'none'}, parent {parent}, started {time.ctime(started)}")
    arm.record(
        has_a_terminal=bool(terminal),
        has_a_parent=parent in everyone,
        processes_that_are_older=sum(others < started for _, _, others in everyone.values()),
    )


def experiment(arm):
    describe(arm, "process 1", 1)


def at_a_terminal(address):
    """As if a user had just logged in: a session of its own, led by a process that takes the terminal for itself."""
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    stay(address, "user's process")


def control(arm):
    """A process that started just now, at a terminal."""
    import pty

    keyboard, terminal = pty.openpty()
    try:
        arm.launch(at_a_terminal, stdin=terminal, start_new_session=True)
        peer = arm.expect("user's process")
        describe(arm, "user's process", peer.pid)
        peer.leave()
        peer.wait_end()
    finally:
        os.close(terminal)
        os.close(keyboard)


if __name__ == "__main__":
    main(experiment, control)
