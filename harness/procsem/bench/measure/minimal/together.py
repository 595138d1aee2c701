"""The same work by several at once and one after the other: under a lock, on the cores, and asleep.

Where processes work, they are live workers; only the sleepers are started and joined in what is timed, for that is what
is asked of them.
"""

from contextlib import nullcontext
from functools import partial

from workers import context, hire, keep_to, semaphores

SECTIONS = 100  # in a round
PIECE = 1_000_000  # turns of a loop: some 10 ms
BLOCK = 8_000_000  # bytes to hash, some 10 ms


# --------------------------------------------------------------------------------------------------------- a lock


def under_lock(given):
    """So many small pieces of work, shared out to workers: with one lock for all, a lock each, or none."""
    semaphores()
    count = int(given["workers"])
    shared = context.Lock()
    lock = {"shared": lambda: shared, "each": context.Lock, "none": nullcontext}[given["lock"]]
    return _all_of(hire(count, _sections, lock, apart=True), SECTIONS // count)


def _sections(lock):
    def work(count):
        for _ in range(count):
            with lock:
                for _ in range(8000):  # some 0.1 ms
                    pass

    return work


def _all_of(workers, told):
    def once():
        for worker in workers:
            worker.tell(told)
        for worker in workers:
            worker.wait()

    return once


# ------------------------------------------------------------------------------------------------------ the cores


def on_cores(given):
    """Two equal pieces of work: by two threads, by two processes, or one after the other.

    One kind is pure Python, the other is hashed by code that lets go of the interpreter's lock.
    """
    piece = PIECES[given["work"]]
    if given["by"] == "processes":
        return _all_of(hire(2, _piece, given["work"], apart=True), None)
    from threading import Thread

    def one(cpu):
        keep_to(cpu)
        piece()

    def both():
        piece()
        piece()

    # By turns in one thread, and not the main one: see workers.py.
    targets = [partial(one, 0), partial(one, 1)] if given["by"] == "threads" else [both]

    def once():
        threads = [Thread(target=target) for target in targets]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    return once


def _piece(work):
    piece = PIECES[work]
    return lambda told: piece()


def in_python():
    for _ in range(PIECE):
        pass


def in_hashlib():
    from hashlib import blake2b

    blake2b(ZEROS)


ZEROS = bytes(BLOCK)
PIECES = {"python": in_python, "hashing": in_hashlib}


# --------------------------------------------------------------------------------------------------------- asleep


def asleep(context, given):
    """Processes that sleep for so many milliseconds each: started and then joined, or each joined before the next."""
    from time import sleep

    naps = [float(nap) / 1000 for nap in given["naps"].split(",")]

    def start(nap):
        sleeper = context.Process(target=sleep, args=(nap,))
        sleeper.start()
        return sleeper

    def together():
        for sleeper in [start(nap) for nap in naps]:
            sleeper.join()

    def one_by_one():
        for nap in naps:
            start(nap).join()

    return together if given["order"] == "together" else one_by_one
