"""A program makes a block of shared memory, never unlinks it, and ends. Its resource tracker then removes the block."""

import os
import signal
import subprocess
import sys
from multiprocessing import resource_tracker
from multiprocessing.shared_memory import SharedMemory

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main, symptoms


def returns(arm):
    leave_block(arm, end="returning")


def is_killed(arm):
    leave_block(arm, end="killed")


def tracker_interrupted(arm):
    leave_block(arm, to_tracker=signal.SIGINT)


def tracker_terminated(arm):
    leave_block(arm, to_tracker=signal.SIGTERM)


def tracker_killed(arm):
    leave_block(arm, to_tracker=signal.SIGKILL)


def untracked(arm):
    leave_block(arm, tracked=False)


def leave_block(arm, end="killed", to_tracker=None, tracked=True):
    program = arm.launch(program_code, tracked, stderr=subprocess.PIPE)
    peer = arm.expect("program")
    tracker = arm.observe(peer.details["tracker"], "tracker")
    if to_tracker:
        os.kill(tracker.pid, to_tracker)
        if to_tracker == signal.SIGKILL:
            tracker.wait_state("zombie", "gone")
    name, registered_with = peer.call("make")
    arm.record(told_to="the same tracker" if registered_with == tracker.pid else "another tracker")
    arm.record(while_program_lives=state_of(name))
    if end == "killed":
        program.kill()
    else:
        peer.leave()
    # The tracker holds the program's error stream open: when the stream ends, the tracker has ended.
    errors = program.communicate(timeout=TIMEOUT)[1].decode()
    arm.record(afterwards=state_of(name), warned="leaked shared_memory" in errors)
    if arm.facts["warned"]:
        arm.symptom(**symptoms.printed_warning(errors, "parent"))
    remove(name)


def program_code(address, tracked):
    blocks = []

    def make():
        blocks.append(SharedMemory(create=True, size=1))
        if not tracked:
            resource_tracker.unregister(blocks[0]._name, "shared_memory")
        return [blocks[0].name, tracker._pid]

    tracker = resource_tracker._resource_tracker
    tracker.ensure_running()
    check_in(address, "program", tracker=tracker._pid).serve(make=make)
    blocks[0].close()


def state_of(name):
    """Return ``there`` or ``gone``, and take the block off our own tracker's list, so that this does not remove it."""
    try:
        block = SharedMemory(name)
    except FileNotFoundError:
        return "gone"
    block.close()
    resource_tracker.unregister(block._name, "shared_memory")
    return "there"


def remove(name):
    try:
        block = SharedMemory(name)
    except FileNotFoundError:
        return
    block.close()
    block.unlink()


if __name__ == "__main__":
    main(returns, is_killed, tracker_interrupted, tracker_terminated, tracker_killed, untracked)
