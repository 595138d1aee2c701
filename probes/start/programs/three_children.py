"""Start three children under the main guard."""

import multiprocessing
import os
import sys

sys.path.insert(0, os.environ["PROBE_PROGRAMS"])
import notes

notes.top_level()

if __name__ == "__main__":
    children = [multiprocessing.get_context(notes.METHOD).Process(target=notes.task) for _ in range(3)]
    for child in children:
        notes.start(child)
    for child in children:
        notes.wait_for_end(child)
