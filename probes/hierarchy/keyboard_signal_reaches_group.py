"""Ctrl-C is typed at a terminal: does it reach a program, its child, and a child that has left the group?

The terminal is a pseudo-terminal, and the program leads the session of that terminal. Ctrl-C is typed twice: when the
program has received the second signal, every process that should get the first one has received it.
"""

import os
import signal
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

CTRL_C = b"\x03"


def program(address, childs_place):
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # which makes our group the foreground group
    Process(target=child, args=(address, childs_place)).start()
    listen(address, "program", reports=True)


def child(address, place):
    if place == "group of its own":
        os.setpgid(0, 0)
    elif place == "session of its own":
        os.setsid()
    elif place == "program's group, ignoring":
        # --8<-- [start:ignore]
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first line of the target, or the initializer of a pool
        # --8<-- [end:ignore]
        count_interrupts(address)
        return
    listen(address, "child")


def count_interrupts(address):
    interrupts = []
    connection = check_in(address, "child")
    while True:
        try:
            connection.serve(times_heard=lambda: len(interrupts))
            return
        except KeyboardInterrupt:  # what the signal raises if the child does not ignore it
            interrupts.append("SIGINT")


def listen(address, name, reports=False):
    heard = []
    connection = check_in(address, name)

    def hear(*_):
        heard.append("SIGINT")
        if reports:
            connection.send("received SIGINT")

    signal.signal(signal.SIGINT, hear)
    connection.serve(times_heard=lambda: len(heard))


def type_ctrl_c(arm, childs_place):
    keyboard, terminal = os.openpty()
    try:
        arm.launch(program, childs_place, stdin=terminal, start_new_session=True)
        peers = [arm.expect("program"), arm.expect("child")]
        before = [peer.call("times_heard") for peer in peers]  # after their answers they are ready for the signal
        try:
            for _ in range(2):
                os.write(keyboard, CTRL_C)
                peers[0].receive()
                arm.event("program", "signalled", peers[0].pid, "Ctrl-C")
        except TimeoutError:
            pass
        arm.record(
            heard_before=sum(before),
            heard_by=[peer.name for peer in peers if peer.call("times_heard")],
        )
        for peer in reversed(peers):  # the exit of the program waits for its child
            peer.leave()
            peer.wait_end()
    finally:
        os.close(terminal)
        os.close(keyboard)


def experiment(arm):
    type_ctrl_c(arm, "program's group")


def own_group(arm):
    """The child is in the same session and at the same terminal, but in a background group."""
    type_ctrl_c(arm, "group of its own")


def own_session(arm):
    type_ctrl_c(arm, "session of its own")


def ignore(arm):
    type_ctrl_c(arm, "program's group, ignoring")


if __name__ == "__main__":
    main(experiment, own_group, own_session, ignore)
