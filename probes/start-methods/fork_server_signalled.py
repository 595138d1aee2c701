"""SIGINT, which is what Ctrl-C sends, goes to the fork server: does it serve the next child? And when it is killed?"""

import os
import signal
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, stay


def interrupted(arm):
    between_two_children(arm, signal.SIGINT)


def killed(arm):
    between_two_children(arm, signal.SIGKILL)


def between_two_children(arm, number):
    # A probe that was started in the background may ignore the signal, and a server with it whatever it does itself.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    first = start_and_leave(arm, "first child")
    server = first.first_parent
    if server == os.getpid():
        arm.record(second_childs_server="there is no server")
        return
    os.kill(server, number)
    arm.event(arm.who(server), "signalled", server, signal.Signals(number).name)
    if number == signal.SIGKILL:
        arm.watch(server).wait_state("zombie", "gone")
    try:
        second = start_and_leave(arm, "second child")
    except (EOFError, OSError) as error:  # what a server that is about to end makes of start()
        arm.record(second_childs_server=f"start() raised {type(error).__name__}")
        arm.watch(server).wait_state("zombie", "gone")  # or the next start() would still find it
    else:
        arm.record(second_childs_server="the same" if second.first_parent == server else "another")


def start_and_leave(arm, name):
    process = Process(target=stay, args=(arm.address, name))
    process.start()
    peer = arm.expect(name)
    peer.leave()
    process.join()
    return peer


if __name__ == "__main__":
    main(interrupted, killed)
