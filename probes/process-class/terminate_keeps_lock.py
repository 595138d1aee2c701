"""The holder of a lock is terminated: is the lock free then, and does a process that waits for it get it?"""

import os
import sys
import time
from multiprocessing import Lock, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def holder(address, lock):
    with lock:
        check_in(address, "holder").serve()


def waiter(address, lock):
    def acquire(timeout):
        return [lock.acquire(timeout=timeout), time.monotonic()]

    check_in(address, "waiter").serve(acquire=acquire)


def state_of(lock):
    if lock.acquire(block=False):
        lock.release()
        return "free"
    return "taken"


def held_lock(arm):
    lock = Lock()
    process = Process(target=holder, args=(arm.address, lock))
    process.start()
    return lock, process, arm.expect("holder")


def terminate(process, peer):
    process.terminate()
    peer.arm.event("holder", "signalled", peer.pid, "terminate()")
    if peer.answers():
        return "lives"
    peer.wait_end()
    return "ended"


def leave(process, peer):
    peer.leave()
    peer.wait_end()
    return "ended"


def lock_of(arm, end):
    lock, process, peer = held_lock(arm)
    arm.record(before=state_of(lock), holder=end(process, peer), after=state_of(lock))
    if arm.facts["after"] == "taken":
        lock.release()  # in the holder's place
    arm.record(once_released_by_another=state_of(lock))


def experiment(arm):
    lock_of(arm, terminate)


def control(arm):
    lock_of(arm, leave)


def waiter_of(arm, end, timeout):
    lock, process, peer = held_lock(arm)
    Process(target=waiter, args=(arm.address, lock)).start()
    waiting = arm.expect("waiter")
    arm.record(holder=end(process, peer), waiter_got_it=waiting.call("acquire", timeout)[0])
    return lock, waiting


def waits_for_terminated(arm):
    lock, waiting = waiter_of(arm, terminate, timeout=0.1)
    waiting.begin("acquire", None)  # without a timeout
    arm.record(lock=state_of(lock))
    released = time.monotonic()
    lock.release()
    got, at = waiting.answer()
    arm.record(waiter_then="got it once another released it" if got and at >= released else "got it")


def waits_for_ended(arm):
    waiter_of(arm, leave, timeout=10)


if __name__ == "__main__":
    main(experiment, control, waits_for_terminated, waits_for_ended)
