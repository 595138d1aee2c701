"""What the programs beside this file tell their probe: a note for each thing that happened, and the fuse.

Without a main guard a program may multiply, where nothing stops it. So each run of a program's top level takes one
of a few tickets, and a process that finds none left ends at once: however wrong the platform is, there are no more.
"""

import functools
import itertools
import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.environ["PROBE_PROGRAMS"])))
from _kit import table
from _kit.checkin import PATIENCE

METHOD = os.environ["PROBE_START_METHOD"]
FOLDER = os.environ["PROBE_NOTES"]
FUSE = 4
"""How often a program's top level may run, in all its processes together."""

_numbers = itertools.count()
_look = functools.lru_cache(maxsize=None)(
    table.look
)  # by pid, so that a forked child does not take itself for its parent


def note(event, **details):
    """Leave a note. No two processes write to one file, so that none can spoil another's."""
    pid, number = os.getpid(), next(_numbers)
    here = _look(pid)
    entry = {"event": event, "pid": pid, "parent": here.parent, "mark": here.started, "number": number, **details}
    with open(os.path.join(FOLDER, f"note-{pid}-{number}"), "x", encoding="utf-8") as file:
        json.dump({"at": time.monotonic(), **entry}, file)


def top_level():
    """Note that the program's top level runs in this process; or end the process, if the fuse has blown."""
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
    """What a child is to do: note that it does it."""
    note("task")


def start(process):
    """Start a child, and note how that went."""
    try:
        process.start()
    except Exception as error:
        note("start failed", error=type(error).__name__)
        raise
    note("start returned")


def see_the_end(process):
    """Wait for a child's end, and note it. Not by join(), which other claims are about."""
    table.wait_for(lambda: process.exitcode is not None, 2 * PATIENCE, "the child's end")
    note("child ended", exit_code=process.exitcode)
