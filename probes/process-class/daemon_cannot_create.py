"""A daemonic process tries to create processes: with Process, and with a Pool and an executor, which use Process."""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Pipe, Pool, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main, symptoms

SECONDS = TIMEOUT


def child(address):
    check_in(address, "child").serve(attempt=attempt)


def attempt(what):
    """Create a process in this way; return its pid, and the symptom of the error if there was one."""
    try:
        return [{"process": process, "pool": use_pool, "executor": executor}[what](), None]
    except AssertionError as error:
        return [None, symptoms.raised(error, "child")]


def process():
    here, there = Pipe(duplex=False)
    new = Process(target=send_pid, args=(there,), daemon=False)
    new.start()
    pid = here.recv()
    new.join()
    return pid


def send_pid(pipe):
    pipe.send(os.getpid())


def use_pool():
    with Pool(1) as workers:
        pid = workers.apply(os.getpid)
        workers.close()
        workers.join()
    return pid


def executor():
    with ProcessPoolExecutor(1) as workers:
        return workers.submit(os.getpid).result()


def try_all(arm, daemon):
    creator = Process(target=child, args=(arm.address,))
    creator.daemon = daemon
    creator.start()
    peer = arm.expect("child")
    for what in ("process", "pool", "executor"):
        pid, symptom = peer.call("attempt", what)
        if symptom:
            arm.record(**{what: symptom["type"]})
            arm.symptom(**symptom)
        else:
            arm.record(**{what: "created" if pid != peer.pid else "none"})


def executor_outside(arm):
    # --8<-- [start:executor-outside]
    with ProcessPoolExecutor(1) as outer:  # its workers are not daemonic, but those of a Pool are
        result = outer.submit(use_pool).result(SECONDS)  # use_pool() makes a Pool in the worker
    # --8<-- [end:executor-outside]
    arm.record(pool="created" if result not in (None, os.getpid()) else "none")


def experiment(arm):
    try_all(arm, daemon=True)


def control(arm):
    try_all(arm, daemon=False)


if __name__ == "__main__":
    main(experiment, control, executor_outside)
