"""A queue is closed in one process and used there, and in another process that has not closed it."""

import os
import sys
from multiprocessing import Process, Queue
from queue import Empty

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, error_of, main


def use(address, queue):
    def get():
        try:
            return queue.get(timeout=TIMEOUT / 2)
        except Empty:
            return "Empty"

    check_in(address, "child").serve(put=lambda: queue.put("childs item"), get=get)


def closed_here(arm):
    queue = Queue()
    queue.put("item")
    process = Process(target=use, args=(arm.address, queue))
    process.start()
    child = arm.expect("child")
    queue.close()
    queue.join_thread()
    arm.record(put=error_of(arm, lambda: queue.put("late")), get=error_of(arm, lambda: queue.get(timeout=0)))
    child.call("put")
    arm.record(child_gets=[child.call("get"), child.call("get")])
    child.leave()
    process.join()


def not_closed(arm):
    queue = Queue()
    queue.put("item")
    arm.record(put=error_of(arm, lambda: queue.put("late")), get=error_of(arm, lambda: queue.get(timeout=TIMEOUT)))
    queue.get(timeout=TIMEOUT)


def get_before_close(arm):
    queue = Queue()
    queue.put("item")
    # --8<-- [start:get-before-close]
    item = queue.get()
    queue.close()  # last of all: it is for this process that neither puts nor gets any more
    # --8<-- [end:get-before-close]
    arm.record(item=item)


if __name__ == "__main__":
    main(closed_here, not_closed, get_before_close)
