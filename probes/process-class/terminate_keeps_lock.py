"""The holder of a lock is terminated: is the lock free then, and does a process that waits for it get it?

The remedies are a holder that handles SIGTERM by an exception, and an Event that asks the holder to end.
"""

import os
import signal
import sys
import time
from multiprocessing import Event, Lock, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main


def holder(address, lock):
    with lock:
        check_in(address, "holder").serve()


def handling_holder(address, lock):
    # --8<-- [start:handle-sigterm]
    signal.signal(signal.SIGTERM, lambda signum, frame: sys.exit(7))  # in the child: leaves its with blocks
    # --8<-- [end:handle-sigterm]
    holder(address, lock)


def asked_holder(address, lock, stop):
    connection = check_in(address, "holder")
    with lock:
        connection.send("holds the lock")
        # --8<-- [start:ask]
        stop.wait()  # in the child, in its with block; or look at stop.is_set() between two pieces of work
        # --8<-- [end:ask]
    connection.close()


def waiter(address, lock):
    def acquire(timeout):
        return [lock.acquire(timeout=timeout), time.monotonic()]

    check_in(address, "waiter").serve(acquire=acquire)


def state_of(lock):
    if lock.acquire(block=False):
        lock.release()
        return "free"
    return "taken"


def held_lock(arm, target=holder):
    lock = Lock()
    process = Process(target=target, args=(arm.address, lock))
    process.start()
    peer = arm.expect("holder")
    return lock, process, peer


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


def lock_of(arm, end, target=holder):
    lock, process, peer = held_lock(arm, target)
    arm.record(before=state_of(lock), holder=end(process, peer), after=state_of(lock))
    if arm.facts["after"] == "taken":
        lock.release()  # in the holder's place
    arm.record(once_released_by_another=state_of(lock))


def experiment(arm):
    lock_of(arm, terminate)


def control(arm):
    lock_of(arm, leave)


def handle_sigterm(arm):
    lock_of(arm, terminate, handling_holder)


def ask(arm):
    lock = Lock()
    # --8<-- [start:ask]
    stop = Event()  # in the parent, which passes it to the child as an argument
    # --8<-- [end:ask]
    process = Process(target=asked_holder, args=(arm.address, lock, stop))
    process.start()
    peer = arm.expect("holder")
    peer.receive()  # it holds the lock
    # --8<-- [start:ask]
    stop.set()  # instead of process.terminate()
    process.join()
    # --8<-- [end:ask]
    peer.wait_end()
    arm.record(holder="ended", after=state_of(lock))


def waiter_of(arm, end, timeout, target=holder):
    lock, process, peer = held_lock(arm, target)
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
    arm.symptom("silence", "child", text="a process waits for a lock that only an ended process can release")
    arm.record(waiter_then="got it once another released it" if got and at >= released else "got it")


def waits_for_ended(arm):
    waiter_of(arm, leave, timeout=TIMEOUT / 2)


def waits_for_handling(arm):
    waiter_of(arm, terminate, timeout=TIMEOUT / 2, target=handling_holder)


if __name__ == "__main__":
    main(experiment, control, waits_for_terminated, waits_for_ended, handle_sigterm, ask, waits_for_handling)
