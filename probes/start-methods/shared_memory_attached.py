"""A child attaches to a block of shared memory that its parent has made, and ends. Is the block still there?

What may remove it is the resource tracker of whoever attached: the parent's own, or, in a child that was forked before
its parent had one, another that the child has started for itself.
"""

import os
import sys
from multiprocessing import Process, resource_tracker
from multiprocessing.shared_memory import SharedMemory

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def started_before_the_block(arm):
    story(arm, "child first")


def started_after_the_block(arm):
    story(arm, "block first")


def story(arm, order):
    arm.launch(parents_code, order)
    parent = arm.expect("parent")
    child = arm.expect("child")
    name = parent.call("make")
    # A child that was given its parent's tracker knows of no pid of it, and one that was forked knows the same pid.
    tracker = child.call("attach", name)
    childs_own = None if tracker in (None, parent.call("tracker")) else arm.watch(tracker, "child's tracker")
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
            SharedMemory(name).close()  # registered once more with the tracker that knows of it already
        except FileNotFoundError:
            return "gone"
        return "there"

    def remove():
        blocks[0].close()
        try:
            blocks[0].unlink()
        except FileNotFoundError:  # and so the tracker still has it on its list
            resource_tracker.unregister(blocks[0]._name, "shared_memory")

    if order == "block first":
        make()
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
    """The pid of the tracker that this process has started, or one it was forked from; on Windows there are none."""
    return resource_tracker._resource_tracker._pid


if __name__ == "__main__":
    main(started_before_the_block, started_after_the_block)
