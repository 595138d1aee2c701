"""Ctrl-C is typed at a terminal: it reaches a program and its child, but no child that has left the group.

The terminal is a pseudo-terminal, and the program leads the session that it belongs to. Ctrl-C is typed twice: when the
program has heard it twice, whoever was to hear it the first time has got it.
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

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # with that, our group is the one in the foreground
    Process(target=child, args=(address, childs_place)).start()
    listen(address, "program", tells=True)


def child(address, place):
    if place == "group of its own":
        os.setpgid(0, 0)
    elif place == "session of its own":
        os.setsid()
    listen(address, "child")


def listen(address, name, tells=False):
    heard = []
    line = check_in(address, name)

    def hear(*_):
        heard.append("SIGINT")
        if tells:
            line.send("hears it")

    signal.signal(signal.SIGINT, hear)
    line.serve(times_heard=lambda: len(heard))


def type_ctrl_c(arm, childs_place):
    keyboard, terminal = os.openpty()
    try:
        arm.launch(program, childs_place, stdin=terminal, start_new_session=True)
        peers = [arm.expect("program"), arm.expect("child")]
        before = [peer.call("times_heard") for peer in peers]  # and with their answers they are listening
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
        for peer in reversed(peers):  # the program waits for its child
            peer.leave()
            peer.wait_end()
    finally:
        os.close(terminal)
        os.close(keyboard)


def experiment(arm):
    type_ctrl_c(arm, "program's group")


def own_group(arm):
    """In the same session, at the same terminal, but in a group that is in the background."""
    type_ctrl_c(arm, "group of its own")


def own_session(arm):
    type_ctrl_c(arm, "session of its own")


if __name__ == "__main__":
    main(experiment, own_group, own_session)
