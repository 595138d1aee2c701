"""A parent ends before its child. Where its exit code runs it waits for the child; an abrupt end leaves an orphan.

A stand-in for init adopts what the end leaves behind, and reaps it: the child, or the fork server whose child it is.
"""

import os
import sys
from multiprocessing import Process, parent_process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, table
from _kit.stand_in import stand_in

line = None
"""The parent's line to the probe."""


class Child(Process):
    """Its parent says when it joins it, and how it finds it when it has."""

    def join(self, timeout=None):
        line.send("joins the child")
        super().join(timeout)
        line.send("the child runs" if self.exitcode is None else "the child has ended")


def parent_code(address):
    global line
    Child(target=child, args=(address,)).start()
    line = check_in(address, "parent")
    if line.serve() == "os._exit":
        os._exit(3)


def child(address):
    def creator_lives():
        creator = parent_process()
        return creator is not None and creator.is_alive()

    check_in(address, "child").serve(creator_lives=creator_lives)


def family(arm, adopter):
    adopter.call("launch", "parent_code")
    return arm.expect("parent"), arm.expect("child")


def ancestors(arm, process):
    """The living ones, from its parent up to where the story began."""
    found, pid = [], process.parent()
    while pid is not None and table.look(pid) is not None:
        found.append(arm.who(pid))
        if found[-1] not in ("parent", "parent's server"):
            break
        pid = table.look(pid).parent
    return found


def orphan(arm, end):
    with stand_in(arm) as adopter:
        parent, child = family(arm, adopter)
        arm.record(ancestors_before=ancestors(arm, child))
        end(parent)
        parent.wait_end()
        parent.wait_state("gone")
        look(arm, child)
        child.leave()
        child.wait_end()
        arm.record(child_in_the_end=child.wait_state("gone"))


def look(arm, child):
    if child.answers():
        creator = "lives" if child.call("creator_lives") else "ended"
        arm.record(child="lives", creator=creator, ancestors=ancestors(arm, child))
    else:
        arm.record(child="ended", creator=None, ancestors=None)


def killed(arm):
    def kill(parent):
        table.kill(parent.pid, parent.started)
        arm.event("parent", "signalled", parent.pid, "killed")

    orphan(arm, kill)


def leaves_at_once(arm):
    orphan(arm, lambda parent: parent.leave("os._exit"))


def control(arm):
    """The parent's code returns."""
    with stand_in(arm) as adopter:
        parent, child = family(arm, adopter)
        parent.leave()
        arm.record(after_its_code=hear(parent))
        look(arm, child)
        child.leave()
        arm.record(at_last=hear(parent))
        child.wait_end()
        parent.wait_end()


def hear(peer):
    """What it says next, or ``nothing`` when it has ended."""
    try:
        said = peer.channel.receive()
    except EOFError:
        return "nothing"
    peer.arm.event(peer.name, "says", peer.pid, said)
    return said


if __name__ == "__main__":
    main(killed, leaves_at_once, control)
