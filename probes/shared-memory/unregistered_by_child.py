"""A child takes a block of shared memory, which its parent has made, off the list of the resource tracker."""

import os
import re
import sys
from multiprocessing import Process, resource_tracker
from multiprocessing.shared_memory import SharedMemory

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, run_program, symptoms


def unregister(name):
    block = SharedMemory(name)
    resource_tracker.unregister(block._name, "shared_memory")
    block.close()


# --8<-- [start:close-in-child]
def close_only(name):
    block = SharedMemory(name)
    block.close()  # the resource tracker is the parent's too, so leave the block on its list


# --8<-- [end:close-in-child]


def child_unregisters(arm):
    record(arm, unregister, unlinks=True)


def child_unregisters_and_nobody_unlinks(arm):
    record(arm, unregister, unlinks=False)


def child_closes_only(arm):
    record(arm, close_only, unlinks=True)


def child_closes_only_and_nobody_unlinks(arm):
    record(arm, close_only, unlinks=False)


def close_in_child(arm):
    record(arm, close_only, unlinks=True)


def record(arm, child, unlinks):
    # The tracker has the program's error stream too, so the end of the stream is that of the tracker.
    end = run_program(arm, program, child.__name__, unlinks)
    errors = "\n".join(end.errors)
    (name,) = end.lines
    arm.record(printed=re.findall(r"(?m)^(\w+Error)\b", errors), afterwards="there" if remove(name) else "gone")
    if arm.facts["printed"]:
        arm.symptom(**symptoms.printed(errors, "resource tracker"))


def program(address, child, unlinks):
    # --8<-- [start:close-in-child]
    block = SharedMemory(create=True, size=8)
    process = Process(target=close_only, args=(block.name,))
    # --8<-- [end:close-in-child]
    process = Process(target={"unregister": unregister, "close_only": close_only}[child], args=(block.name,))
    # --8<-- [start:close-in-child]
    process.start()
    process.join()
    block.close()
    # --8<-- [end:close-in-child]
    print(block.name, flush=True)
    if unlinks:
        # --8<-- [start:close-in-child]
        block.unlink()
        # --8<-- [end:close-in-child]


def remove(name):
    """Remove the block; return whether there was one."""
    try:
        block = SharedMemory(name)
    except FileNotFoundError:
        return False
    block.close()
    block.unlink()
    return True


if __name__ == "__main__":
    main(
        child_unregisters,
        child_unregisters_and_nobody_unlinks,
        child_closes_only,
        child_closes_only_and_nobody_unlinks,
        close_in_child,
    )
