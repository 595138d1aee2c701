"""A program at a terminal starts two children: what any of them says shows there, and the terminal is one for all.

The control's second child makes itself a terminal of its own.
"""

import os
import select
import struct
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main
from _kit.checkin import PATIENCE

ALL = ("program", "first child", "second child")


def speaker(address, name, own_terminal=False):
    def say():
        print(name, flush=True)

    def widen(columns):
        import fcntl
        import termios

        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def look():
        return [os.isatty(1), os.fstat(1).st_rdev, os.get_terminal_size(1).columns]

    if own_terminal:
        master, slave = os.openpty()
        os.dup2(slave, 1)
    check_in(address, name).serve(say=say, widen=widen, look=look, shown=lambda: lines(master, name))


def lines(master, last):
    """What the terminal has shown, up to this line."""
    shown = b""
    while last.encode() not in shown:
        if not select.select([master], [], [], PATIENCE)[0]:
            raise TimeoutError(f"the terminal does not show {last!r}, but {shown!r}")
        shown += os.read(master, 4096)
    return shown.decode().split("\r\n")[:-1]


def program(address, own_terminal):
    Process(target=speaker, args=(address, ALL[1])).start()
    Process(target=speaker, args=(address, ALL[2], own_terminal)).start()
    speaker(address, ALL[0])


def at_a_terminal(arm, own_terminal):
    master, slave = os.openpty()
    try:
        arm.launch(program, own_terminal, stdin=slave, stdout=slave, stderr=slave)
        os.close(slave)
        peers = [arm.expect(name) for name in ALL]
        for peer in [*peers[1:], peers[0]]:
            peer.call("say")
        peers[1].call("widen", 99)
        looks = [peer.call("look") for peer in peers]
        arm.record(
            shows=lines(master, ALL[0]),
            at_a_terminal=[is_one for is_one, _, _ in looks],
            terminals=len({device for _, device, _ in looks}),
            see_that_the_first_child_widened_it=[columns == 99 for _, _, columns in looks],
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
