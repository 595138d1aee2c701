"""A child attaches to a block of shared memory that its parent has made, and ends. Is the block still there?

The resource tracker of the attaching process may remove it. This is the parent's tracker, or, in a child that was
forked before its parent had one, another tracker that the child has started.
"""

import os
import sys
from multiprocessing import Process, resource_tracker
from multiprocessing.shared_memory import SharedMemory

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def started_before_the_block(arm):
    run(arm, "child first")


def started_after_the_block(arm):
    run(arm, "block first")


def tracker_first(arm):
    run(arm, "tracker first")


def run(arm, order):
    arm.launch(parents_code, order)
    parent = arm.expect("parent")
    child = arm.expect("child")
    name = parent.call("make")
    # A child that was given its parent's tracker does not know the tracker's pid; a forked child knows the same pid.
    tracker = child.call("attach", name)
    childs_own = None if tracker in (None, parent.call("tracker")) else arm.observe(tracker, "child's tracker")
    arm.record(while_attached=parent.call("look", name))
    child.leave()
    parent.call("join")
    if childs_own:
        childs_own.wait_state("zombie", "gone")
    arm.record(childs_own_tracker=bool(childs_own), afterwards=parent.call("look", name))
    parent.call("remove")
    parent.leave()
    parent.wait_end()


def parents_code(address, order):
    line = check_in(address, "parent")
    blocks = []

    def make():
        if not blocks:
            blocks.append(SharedMemory(create=True, size=1))
        return blocks[0].name

    def look(name):
        try:
            SharedMemory(name).close()  # registers it again with a tracker that already has it on its list
        except FileNotFoundError:
            return "gone"
        return "there"

    def remove():
        blocks[0].close()
        try:
            blocks[0].unlink()
        except FileNotFoundError:  # then the tracker still has it on its list
            resource_tracker.unregister(blocks[0]._name, "shared_memory")

    if order == "block first":
        make()
    if order == "tracker first":
        # --8<-- [start:tracker-first]
        resource_tracker.ensure_running()  # before the first child is started
        # --8<-- [end:tracker-first]
    process = Process(target=childs_code, args=(address,))
    process.start()
    line.serve(make=make, tracker=tracker, look=look, join=process.join, remove=remove)


def childs_code(address):
    blocks = []

    def attach(name):
        blocks.append(SharedMemory(name))
        return tracker()

    check_in(address, "child").serve(attach=attach)
    blocks[0].close()


def tracker():
    """Return the pid of the tracker that this process, or one it was forked from, has started; None on Windows."""
    return resource_tracker._resource_tracker._pid


if __name__ == "__main__":
    main(started_before_the_block, started_after_the_block, tracker_first)
