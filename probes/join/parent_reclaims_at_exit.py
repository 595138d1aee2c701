"""A program's code has run, and its child still runs: does the exit wait for the child and reap it?

The state of the child is read once the parent has joined it, and before the parent ends. The control looks at a child
that multiprocessing does not know. It has ended by then too, and was not reaped.
"""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, stay


def parent(address, forks):
    child = Process(target=stay, args=(address, "child"), name="the child")
    child.start()
    forked = [fork(address)] if forks else []
    connection = check_in(address, "parent")

    def wait_to_go_on():
        connection.receive()
        for pid in forked:
            os.waitpid(pid, 0)

    connection.report_joins(child, then=wait_to_go_on)
    connection.serve()


def fork(address):
    pid = os.fork()
    if pid == 0:
        try:
            stay(address, "forked child")
        finally:
            os._exit(0)
    return pid


def at_exit(arm, observed):
    program = arm.launch(parent, observed != "child")
    parent_peer, child = arm.expect("parent"), arm.expect("child")
    seen = child if observed == "child" else arm.expect(observed)
    parent_peer.leave()
    arm.record(
        after_its_code=parent_peer.receive() or "nothing", child_meanwhile="lives" if child.answers() else "ended"
    )
    for process in {child, seen}:
        process.leave()
        process.wait_end()
    arm.record(at_last=parent_peer.receive() or "nothing", parent="lives" if program.poll() is None else "ended")
    arm.record(observed=seen.read_state())
    parent_peer.send("go on")
    parent_peer.wait_end()
    arm.record(exit_code=program.wait())


def experiment(arm):
    at_exit(arm, "child")


def control(arm):
    at_exit(arm, "forked child")


if __name__ == "__main__":
    main(experiment, control)
