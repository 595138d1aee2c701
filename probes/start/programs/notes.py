"""The notes by which the programs in this folder report to their probe, and the fuse that limits their processes.

A program without a main guard multiplies if nothing stops it. So each run of a program's top level takes one of a few
tickets, and a process that finds no ticket ends at once: there are never more processes, however wrong the platform is.
"""

import functools
import itertools
import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.environ["PROBE_PROGRAMS"])))
from _kit import TIMEOUT, table

METHOD = os.environ["PROBE_START_METHOD"]
FOLDER = os.environ["PROBE_NOTES"]
FUSE = 4
"""How often a program's top level may run, in all its processes together."""

_numbers = itertools.count()
# Cached by pid, so that a forked child does not get its parent's entry.
_look = functools.lru_cache(maxsize=None)(table.read)


def note(event, **details):
    """Write a note, each in a file of its own, so that processes cannot damage each other's notes."""
    pid, number = os.getpid(), next(_numbers)
    seen = _look(pid)
    entry = {"event": event, "pid": pid, "parent": seen.parent, "mark": seen.started, "number": number, **details}
    with open(os.path.join(FOLDER, f"note-{pid}-{number}"), "x", encoding="utf-8") as file:
        json.dump({"at": time.monotonic(), **entry}, file)


def top_level():
    """Note that the program's top level runs in this process; end the process if no ticket is left."""
    for ticket in range(FUSE):
        try:
            open(os.path.join(FOLDER, f"ticket-{ticket}"), "x").close()
        except FileExistsError:
            continue
        note("top level")
        return
    note("fuse")
    os._exit(70)


def task():
    """Note that the child's task runs."""
    note("task")


def start(process):
    """Start a child, and note whether start() failed."""
    try:
        process.start()
    except Exception as error:
        note("start failed", error=type(error).__name__)
        raise
    note("start returned")


def wait_for_end(process):
    """Wait until a child has ended, and note it. Without join(), which other claims test."""
    table.wait_for(lambda: process.exitcode is not None, 2 * TIMEOUT, "the child's end")
    note("child ended", exit_code=process.exitcode)
