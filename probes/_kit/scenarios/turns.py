"""Processes that pass a turn to each other without ever waiting.

The turn is a number in memory that they share. Each process reads it again and again, and passes the turn on when it
has it. With one CPU each, that takes a microsecond. On a shared CPU the turn cannot come back before the system has
switched from one process to the other and back, because neither gives up the CPU.
"""

import contextlib
import mmap
import os
import time

from _kit.system.cpus import switches

_TURN, _ENOUGH = 0, 1  # offsets in the memory


def shared_page(arm):
    """Make a page of zeros for processes to share, and return the path with which they open it."""
    path = os.path.join(arm.folder(), "page")
    with open(path, "wb") as file:
        file.write(bytes(mmap.PAGESIZE))
    return path


@contextlib.contextmanager
def open_page(path):
    """Map that page into this process's memory while the block runs."""
    with open(path, "r+b") as file, mmap.mmap(file.fileno(), 0) as page:
        yield page


def take_turns(path, number, seconds, enough=1 << 60):
    """Take turns with process ``1 - number`` until one has had ``enough`` of them, or this one has used its CPU time.

    Process 0 has the first turn. Return the number of turns of this process, how often it left its CPU voluntarily and
    involuntarily (None if the system does not count), and the CPU time that it used.
    """
    turns = 0
    before, began = switches(), time.process_time()
    with open_page(path) as page:
        while not page[_ENOUGH] and time.process_time() - began < seconds:
            # The CPU time is read seldom, because on some systems, such as Wine, a process has to wait for it.
            ask_again = time.perf_counter() + 0.005
            while time.perf_counter() < ask_again and turns < enough:
                for _ in range(1000):
                    if page[_TURN] == number:
                        turns += 1
                        page[_TURN] = 1 - number
            if turns >= enough:
                page[_ENOUGH] = 1
    after = switches()
    return {
        "turns": turns,
        "voluntary": after and after.voluntary - before.voluntary,
        "involuntary": after and after.involuntary - before.involuntary,
        "seconds": time.process_time() - began,
    }


def run_together(peers, action):
    """Call this function of all processes at the same time, and return their results in order."""
    for peer in peers:
        peer.begin(action)
    return [peer.answer() for peer in peers]


def end_all(peers, programs):
    """Wait for the ends of all processes, so that none has the page open any more."""
    for peer in peers:
        peer.leave()
        peer.wait_end()
    for program in programs:
        program.wait()
