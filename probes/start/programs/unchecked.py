"""Starts a child with no main guard, and with nothing to stop what follows: the check that refuses to start a child
while the main file is being imported is taken out, and the child's task is to run this file again.
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
notes.see_the_end(child)
