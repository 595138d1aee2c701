"""Is a program that has a second thread warned when it starts a child?

A forked child has only one of the two threads. What the other one was about to do or to release is never done there.
"""

import os
import sys
import threading
import warnings
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, symptoms


def child(address):
    check_in(address, "child", threads=threading.active_count()).serve()


def start_child(arm):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        Process(target=child, args=(arm.address,)).start()
    peer = arm.expect("child")
    about_fork = [warning.message for warning in caught if "fork" in str(warning.message)]
    for warning in about_fork:
        arm.symptom(**symptoms.warned(warning, "parent"))
    arm.record(
        program_threads=threading.active_count(),
        child_threads=peer.details["threads"],
        warned=sorted({type(warning).__name__ for warning in about_fork}),
    )


def experiment(arm):
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    try:
        start_child(arm)
    finally:
        over.set()
        thread.join()


def control(arm):
    start_child(arm)


if __name__ == "__main__":
    main(experiment, control)
