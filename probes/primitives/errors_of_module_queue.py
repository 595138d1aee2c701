"""A program expects the error of an empty or a full queue under a name of multiprocessing, and of the module queue."""

import multiprocessing
import os
import queue
import sys
from multiprocessing import Queue
from queue import Empty, Full

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, error_of, main


def expected_by_names_of_multiprocessing(arm):
    items = Queue(1)

    def get():
        try:
            items.get(block=False)
        except Queue.Empty:
            return

    def put():
        try:
            items.put("item", block=False)
        except multiprocessing.Full:
            return

    arm.record(get=error_of(arm, get))
    items.put("item")
    arm.record(put=error_of(arm, put))
    items.get(timeout=TIMEOUT)


def expected_by_names_of_module_queue(arm):
    items = Queue(1)

    def get():
        try:
            items.get(block=False)
        except queue.Empty:
            return

    def put():
        try:
            items.put("item", block=False)
        except queue.Full:
            return

    arm.record(get=error_of(arm, get))
    items.put("item")
    arm.record(put=error_of(arm, put))
    items.get(timeout=TIMEOUT)


def import_the_names(arm):
    # --8<-- [start:import-the-names]
    items = Queue(1)
    seen = []
    try:
        items.get(block=False)
    except Empty:
        seen.append("empty")
    items.put("item")
    try:
        items.put("another", block=False)
    except Full:
        seen.append("full")
    # --8<-- [end:import-the-names]
    items.get(timeout=TIMEOUT)
    arm.record(seen=seen)


if __name__ == "__main__":
    main(expected_by_names_of_multiprocessing, expected_by_names_of_module_queue, import_the_names)
