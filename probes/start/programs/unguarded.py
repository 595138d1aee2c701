"""Starts a child, and has no main guard."""

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
notes.see_the_end(child)
