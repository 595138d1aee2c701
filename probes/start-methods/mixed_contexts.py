"""A lock or a queue that was made in the context of one start method is passed to a process of another method."""

import os
import signal
import sys
from multiprocessing import get_context

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, main, symptoms

HELD, FREE = 3, 4


def fork_lock_to_spawn(arm):
    give_lock(arm, "fork", "spawn")


def fork_lock_to_forkserver(arm):
    give_lock(arm, "fork", "forkserver")


def fork_lock_to_fork(arm):
    give_lock(arm, "fork", "fork")


def spawn_lock_to_spawn(arm):
    give_lock(arm, "spawn", "spawn")


def spawn_lock_to_fork(arm):
    give_lock(arm, "spawn", "fork")


def spawn_lock_to_forkserver(arm):
    give_lock(arm, "spawn", "forkserver")


def forkserver_lock_to_fork(arm):
    give_lock(arm, "forkserver", "fork")


def forkserver_lock_to_spawn(arm):
    give_lock(arm, "forkserver", "spawn")


def same_context(arm):
    # --8<-- [start:same-context]
    context = get_context("spawn")
    lock = context.Lock()
    process = context.Process(target=try_lock, args=(lock,))
    process.start()
    # --8<-- [end:same-context]
    process.join(TIMEOUT)
    arm.record(child_finds_it="free" if process.exitcode == FREE else process.exitcode)


def give_lock(arm, made_in, given_to):
    lock = get_context(made_in).Lock()
    found = []
    with lock:
        found.append(state_in_child(arm, lock, given_to))
    found.append(state_in_child(arm, lock, given_to))
    # If each process had a lock of its own, it would be free both times.
    arm.record(child_finds_it=found)


def state_in_child(arm, lock, method):
    """Return the lock's state as a new child of this start method finds it, or what failed."""
    process = get_context(method).Process(target=try_lock, args=(lock,))
    try:
        process.start()
    except RuntimeError as error:
        arm.symptom(**symptoms.raised(error, "parent"))
        return f"start() raised RuntimeError: {error}".partition(".")[0]
    process.join(TIMEOUT)
    if process.exitcode == -signal.SIGSEGV:
        arm.symptom("silence", "child", text="the child is killed by SIGSEGV, and nothing is printed")
    return {HELD: "held", FREE: "free", None: "no end"}.get(process.exitcode, "the child failed")


def try_lock(lock):
    sys.exit(FREE if lock.acquire(block=False) else HELD)


def fork_queue_to_spawn(arm):
    give_queue(arm, "fork", "spawn")


def fork_queue_to_fork(arm):
    give_queue(arm, "fork", "fork")


def give_queue(arm, made_in, given_to):
    items = get_context(made_in).Queue()
    process = get_context(given_to).Process(target=put_one, args=(items,))
    try:
        process.start()
    except RuntimeError as error:
        arm.record(childs_item=f"start() raised RuntimeError: {error}".partition(".")[0])
        return
    process.join(TIMEOUT)
    if process.exitcode == 0:
        arm.record(childs_item=items.get(timeout=TIMEOUT))
    else:
        arm.record(childs_item="the child failed")


def put_one(items):
    items.put("an item")


if __name__ == "__main__":
    main(
        fork_lock_to_spawn,
        fork_lock_to_forkserver,
        fork_lock_to_fork,
        spawn_lock_to_spawn,
        spawn_lock_to_fork,
        spawn_lock_to_forkserver,
        forkserver_lock_to_fork,
        forkserver_lock_to_spawn,
        fork_queue_to_spawn,
        fork_queue_to_fork,
        same_context,
    )
