"""A program that has a second thread starts a child: is it warned?

Of the two threads a forked child has one; what the other was about to do, or to release, stays as it is.
"""

import os
import sys
import threading
import warnings
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def child(address):
    check_in(address, "child", threads=threading.active_count()).serve()


def start_and_listen(arm):
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        Process(target=child, args=(arm.address,)).start()
    peer = arm.expect("child")
    arm.record(
        program_threads=threading.active_count(),
        child_threads=peer.details["threads"],
        warned=sorted({warning.category.__name__ for warning in heard if "fork" in str(warning.message)}),
    )


def experiment(arm):
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    try:
        start_and_listen(arm)
    finally:
        over.set()
        thread.join()


def control(arm):
    start_and_listen(arm)


if __name__ == "__main__":
    main(experiment, control)
