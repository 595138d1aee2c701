"""The fork server gets SIGINT, which Ctrl-C sends, and creates the next child. If it is killed, another server does."""

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
    # A probe that was started in the background may ignore SIGINT, and its server then would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    first = start_and_leave(arm, "first child")
    before = descriptors_after_a_child()
    server = first.first_parent
    if server == os.getpid():
        arm.record(second_childs_server="there is no server", descriptors_more=descriptors_after_a_child() - before)
        return
    os.kill(server, number)
    arm.event(arm.name_of(server), "signalled", server, signal.Signals(number).name)
    if number == signal.SIGKILL:
        arm.observe(server).wait_state("zombie", "gone")
    try:
        after = descriptors_after_a_child()
        second = start_and_leave(arm, "second child")
    except (EOFError, OSError) as error:  # start() may raise these if the server is about to end
        raised = f"start() raised {type(error).__name__}"
        arm.record(second_childs_server=raised, descriptors_more=raised)
        arm.observe(server).wait_state("zombie", "gone")  # otherwise the next start() would still find it
    else:
        arm.record(
            second_childs_server="the same" if second.first_parent == server else "another",
            descriptors_more=after - before,
        )


def descriptors_after_a_child():
    """Start a child that ends at once, and return how many open descriptors this process then has."""
    process = Process(target=int)
    process.start()
    process.join()
    process.close()
    return len(os.listdir("/dev/fd"))


def start_and_leave(arm, name):
    process = Process(target=stay, args=(arm.address, name))
    process.start()
    peer = arm.expect(name)
    peer.leave()
    process.join()
    return peer


if __name__ == "__main__":
    main(interrupted, killed)
