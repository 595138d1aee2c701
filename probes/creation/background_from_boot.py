"""Process 1, the first process of all, was started with the system and has no terminal."""

import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, stay


def process_table():
    """Return the parent, the terminal (or an empty text) and the start time of every process, as ps(1) prints them.

    Start times, not ages: if ps has to wait for a CPU, it computes the ages of its last rows at a later time.
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
    return {int(pid): (int(parent), terminal.strip("?-"), to_seconds(date)) for pid, parent, terminal, date in rows}


def to_seconds(date):
    return time.mktime(time.strptime(date.strip(), "%a %b %d %H:%M:%S %Y"))


def describe(arm, name, pid):
    processes = process_table()
    parent, terminal, started = processes[pid]
    detail = f"terminal {terminal or 'none'}, parent {parent}, started {time.ctime(started)}"
    arm.event(name, "seen", pid, detail)
    arm.record(
        has_a_terminal=bool(terminal),
        has_a_parent=parent in processes,
        processes_that_are_older=sum(other < started for _, _, other in processes.values()),
    )


def experiment(arm):
    describe(arm, "process 1", 1)


def at_a_terminal(address):
    """Take the terminal as the leader of a new session, as after a login, and stay."""
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
