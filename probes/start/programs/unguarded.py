"""Start a child without a main guard."""

import multiprocessing
import os
import sys

sys.path.insert(0, os.environ["PROBE_PROGRAMS"])
import notes

notes.top_level()


def task():
    notes.task()


child = multiprocessing.get_context(notes.METHOD).Process(target=task)
notes.start(child)
notes.wait_for_end(child)
