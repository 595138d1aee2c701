"""Processes that work without ever waiting for anything, and pass the turn to each other all the same.

Whose turn it is stands in memory that they share. Each looks at it over and over, and when the turn is its own it
passes it on. Where each has a CPU, that takes a microsecond. Where they share one, the turn cannot come back before the
system has switched from one to the other and back: neither ever offers it.
"""

import contextlib
import mmap
import os
import time

from _kit.cpus import switches

_TURN, _ENOUGH = 0, 1  # the places in the memory


def shared_page(arm):
    """A page of zeros for processes to share: the path by which they open it."""
    path = os.path.join(arm.folder(), "page")
    with open(path, "wb") as file:
        file.write(bytes(mmap.PAGESIZE))
    return path


@contextlib.contextmanager
def opened(path):
    """That page in this process's memory, while the block runs."""
    with open(path, "r+b") as file, mmap.mmap(file.fileno(), 0) as page:
        yield page


def take_turns(path, number, seconds, enough=1 << 60):
    """Take turns with process ``1 - number`` until one has had enough of them, or this one has spent its CPU time.

    Process 0 has the first turn. Returns how many turns this process had, how often it left its CPU meanwhile, of its
    own will and not (None where the system does not tell), and the CPU time that it spent.
    """
    turns = 0
    before, began = switches(), time.process_time()
    with opened(path) as page:
        while not page[_ENOUGH] and time.process_time() - began < seconds:
            # Seldom, because there are systems (Wine is one) where a process has to wait for what it has spent.
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


def together(peers, action):
    """Have them all do this at the same time, and return their answers in their order."""
    for peer in peers:
        peer.begin(action)
    return [peer.answer() for peer in peers]


def leave(peers, programs):
    """See them all to their ends, so that nobody has the page open any more."""
    for peer in peers:
        peer.leave()
        peer.wait_end()
    for program in programs:
        program.wait()
