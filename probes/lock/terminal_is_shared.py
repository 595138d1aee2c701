"""A program at a terminal starts two children: the output of all three is shown there, on one terminal.

In the control the second child makes another terminal for itself.
"""

import os
import select
import struct
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main

ALL = ("program", "first child", "second child")


def printer(address, name, own_terminal=False):
    def print_name():
        print(name, flush=True)

    def set_width(columns):
        import fcntl
        import termios

        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def terminal():
        return [os.isatty(1), os.fstat(1).st_rdev, os.get_terminal_size(1).columns]

    if own_terminal:
        master, slave = os.openpty()
        os.dup2(slave, 1)
    check_in(address, name).serve(
        print_name=print_name, set_width=set_width, terminal=terminal, shown=lambda: lines(master, name)
    )


def lines(master, last):
    """Return the lines that the terminal has shown, up to this one."""
    shown = b""
    while last.encode() not in shown:
        if not select.select([master], [], [], TIMEOUT)[0]:
            raise TimeoutError(f"the terminal does not show {last!r}, but {shown!r}")
        shown += os.read(master, 4096)
    return shown.decode().split("\r\n")[:-1]


def program(address, own_terminal):
    Process(target=printer, args=(address, ALL[1])).start()
    Process(target=printer, args=(address, ALL[2], own_terminal)).start()
    printer(address, ALL[0])


def at_a_terminal(arm, own_terminal):
    master, slave = os.openpty()
    try:
        arm.launch(program, own_terminal, stdin=slave, stdout=slave, stderr=slave)
        os.close(slave)
        peers = [arm.expect(name) for name in ALL]
        for peer in [*peers[1:], peers[0]]:
            peer.call("print_name")
        peers[1].call("set_width", 99)
        seen = [peer.call("terminal") for peer in peers]
        arm.record(
            shows=lines(master, ALL[0]),
            at_a_terminal=[is_terminal for is_terminal, _, _ in seen],
            terminals=len({device for _, device, _ in seen}),
            see_that_the_first_child_widened_it=[columns == 99 for _, _, columns in seen],
        )
        if own_terminal:
            arm.record(own_terminal_shows=peers[2].call("shown"))
        for peer in reversed(peers):
            peer.leave()
            peer.wait_end()
    finally:
        os.close(master)


def experiment(arm):
    at_a_terminal(arm, own_terminal=False)


def control(arm):
    at_a_terminal(arm, own_terminal=True)


if __name__ == "__main__":
    main(experiment, control)
