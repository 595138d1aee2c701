"""The last line of a program has run, and its child is still at work: the program stays, joins the child, and ends
after it. With os._exit as its last line it ends there and then.
"""

import os
import sys
import tempfile
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

line = None
"""The parent's line to the probe."""


class Child(Process):
    """Its parent says when it begins to wait for it, and when it has gone on."""

    def join(self, timeout=None):
        line.send("joins the child")
        super().join(timeout)
        line.send("running" if self.exitcode is None else "ended")


def task(address):
    mine = check_in(address, "child")
    mine.serve()
    mine.send("finished")


def parent(address, abrupt):
    global line
    line = check_in(address, "parent")
    Child(target=task, args=(address,)).start()
    line.receive()  # the child is at work
    if abrupt:
        os._exit(0)


def at_exit(arm, abrupt):
    # multiprocessing's temporary folder, which a parent that ends abruptly leaves there, goes with this one.
    with tempfile.TemporaryDirectory() as folder:
        arm.launch(parent, abrupt, env={**os.environ, "TMPDIR": folder})
        the_parent, the_child = arm.expect("parent"), arm.expect("child")
        the_parent.channel.send("go on")
        arm.record(
            after_last_line=hear(the_parent) or "ends",
            # Asked more than once, for a parent that does not wait to go on meanwhile.
            childs_work="goes on" if all(the_child.answers() for _ in range(20)) else "has ended",
        )
        the_child.leave()
        arm.record(
            child_finished=hear(the_child) == "finished",
            child_when_parent_ended=hear(the_parent) or "running",
        )
        the_parent.wait_end()


def hear(peer):
    """What it says next, or None when it has ended."""
    try:
        said = peer.channel.receive()
    except EOFError:
        peer.wait_end()
        return None
    peer.arm.event(peer.name, "says", peer.pid, said)
    return said


def experiment(arm):
    at_exit(arm, abrupt=False)


def control(arm):
    at_exit(arm, abrupt=True)


if __name__ == "__main__":
    main(experiment, control)
