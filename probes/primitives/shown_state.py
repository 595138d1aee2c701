"""repr() of locks and semaphores that are free, held by this process, or held by another one."""

import os
import sys
from multiprocessing import BoundedSemaphore, Condition, Lock, Process, RLock, Semaphore

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def hold(address, lock, rlock):
    with lock, rlock:
        check_in(address, "holder").serve()


def held_here(arm):
    lock, rlock, semaphore, bounded, condition = Lock(), RLock(), Semaphore(3), BoundedSemaphore(2), Condition()
    free = [repr(lock), repr(rlock)]
    with lock, rlock, rlock, semaphore, bounded, condition:
        arm.record(free=free, held=[repr(lock), repr(rlock)])
        arm.record(others=[repr(semaphore), repr(bounded), repr(condition)])


def held_elsewhere(arm):
    lock, rlock = Lock(), RLock()
    process = Process(target=hold, name="worker", args=(arm.address, lock, rlock))
    process.start()
    holder = arm.expect("holder")
    arm.record(held=[repr(lock), repr(rlock)])
    holder.leave()
    process.join()


if __name__ == "__main__":
    main(held_here, held_elsewhere)
