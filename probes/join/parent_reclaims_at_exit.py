"""A program's code has run, and its child still works: the exit waits for the child and reclaims it.

The child is looked at once the parent has joined it, which then waits with its end. The control looks at a child that
multiprocessing does not know of: it has ended by then too, and nobody has reclaimed it.
"""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, stay

line = None
"""The parent's line to the probe."""
forked = []
"""The pids of the children that it made by os.fork."""


class Child(Process):
    """Its parent says when it joins it, and how it finds it when it has; then it waits to be told to go on."""

    def join(self, timeout=None):
        line.send("joins the child")
        super().join(timeout)
        line.send("the child runs" if self.exitcode is None else "the child has ended")
        line.receive()
        for pid in forked:
            os.waitpid(pid, 0)


def parent(address, forks):
    global line
    Child(target=stay, args=(address, "child")).start()
    if forks:
        fork(address)
    line = check_in(address, "parent")
    line.serve()


def fork(address):
    pid = os.fork()
    if pid == 0:
        try:
            stay(address, "forked child")
        finally:
            os._exit(0)
    forked.append(pid)


def at_exit(arm, observed):
    program = arm.launch(parent, observed != "child")
    parent_peer, child = arm.expect("parent"), arm.expect("child")
    seen = child if observed == "child" else arm.expect(observed)
    parent_peer.leave()
    arm.record(after_its_code=hear(parent_peer), child_meanwhile="lives" if child.answers() else "ended")
    for process in {child, seen}:
        process.leave()
        process.wait_end()
    arm.record(at_last=hear(parent_peer), parent="lives" if program.poll() is None else "ended")
    arm.record(observed=seen.look())
    parent_peer.channel.send("go on")
    parent_peer.wait_end()
    arm.record(exit_code=program.wait())


def hear(peer):
    """What it says next, or ``nothing`` when it has ended."""
    try:
        said = peer.channel.receive()
    except EOFError:
        return "nothing"
    peer.arm.event(peer.name, "says", peer.pid, said)
    return said


def experiment(arm):
    at_exit(arm, "child")


def control(arm):
    at_exit(arm, "forked child")


if __name__ == "__main__":
    main(experiment, control)
