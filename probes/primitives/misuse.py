"""Conditions and semaphores that are used in the wrong order, or without their lock."""

import os
import sys
from multiprocessing import BoundedSemaphore, Condition, Event, Lock, Process, RLock, Semaphore

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, blocking_calls, error_of, main


# A condition without its lock


def lock_not_held(arm):
    condition = Condition()
    arm.record(
        notify=error_of(arm, condition.notify),
        notify_all=error_of(arm, condition.notify_all),
        wait=error_of(arm, lambda: condition.wait(0)),
    )


def lock_held(arm):
    condition = Condition()
    with condition:
        arm.record(
            notify=error_of(arm, condition.notify),
            notify_all=error_of(arm, condition.notify_all),
            wait=error_of(arm, lambda: condition.wait(0)),
            wait_for=condition.wait_for(lambda: False, 0),
        )


def with_condition(arm):
    condition = Condition()

    def use():
        # --8<-- [start:with-condition]
        with condition:
            condition.notify_all()
        # --8<-- [end:with-condition]

    arm.record(notify_all=error_of(arm, use))


# A notification before the wait


def wait_for_condition(address, condition, event):
    def wait(timeout):
        with condition:
            return condition.wait(timeout)

    # --8<-- [start:keep-a-state]
    def wait_for_state(timeout):
        with condition:
            # waits only if the state, here an event, does not have its value yet
            return condition.wait_for(event.is_set, timeout)

    # --8<-- [end:keep-a-state]
    blocking_calls.serve(address, "waiter", wait=wait, wait_for_state=wait_for_state, wait_for_event=event.wait)


def notified_before(arm):
    let_wait(arm, "wait", QUIET_TIME)


def event_set_before(arm):
    let_wait(arm, "wait_for_event", TIMEOUT)


def keep_a_state(arm):
    let_wait(arm, "wait_for_state", TIMEOUT)


def let_wait(arm, action, timeout):
    condition, event = Condition(), Event()
    process = Process(target=wait_for_condition, args=(arm.address, condition, event))
    process.start()
    waiter = arm.expect("waiter")
    # --8<-- [start:keep-a-state]
    with condition:
        event.set()
        condition.notify_all()
    # --8<-- [end:keep-a-state]
    arm.record(woken=blocking_calls.call(waiter, action, timeout))
    if action == "wait":
        arm.symptom("silence", "child", text="wait() of the condition does not return")
    waiter.leave()
    process.join()


# Releases without an acquire


def released_too_often(arm):
    semaphore = Semaphore(1)
    error = error_of(arm, semaphore.release)
    entered = [semaphore.acquire(False), semaphore.acquire(False), semaphore.acquire(False)]
    arm.record(error=error, entered=entered.count(True))


def bounded_released_too_often(arm):
    # --8<-- [start:bounded-semaphore]
    semaphore = BoundedSemaphore(1)
    # --8<-- [end:bounded-semaphore]
    error = error_of(arm, semaphore.release)
    entered = [semaphore.acquire(False), semaphore.acquire(False), semaphore.acquire(False)]
    arm.record(error=error, entered=entered.count(True))


def locks_released_too_often(arm):
    arm.record(lock=error_of(arm, Lock().release), rlock=error_of(arm, RLock().release))


if __name__ == "__main__":
    main(
        lock_not_held,
        lock_held,
        with_condition,
        notified_before,
        event_set_before,
        keep_a_state,
        released_too_often,
        bounded_released_too_often,
        locks_released_too_often,
    )
