"""Start a child without a main guard and without the check that refuses start() while the main file is imported.

The child's task is to run this file again.
"""

import multiprocessing.spawn
import os
import runpy
import sys

sys.path.insert(0, os.environ["PROBE_PROGRAMS"])
import notes

notes.top_level()

multiprocessing.spawn._check_not_importing_main = lambda: None

child = multiprocessing.get_context(notes.METHOD).Process(target=runpy.run_path, args=(os.path.abspath(__file__),))
notes.start(child)
notes.wait_for_end(child)
