"""The same work done by several at once and one after the other: under a lock, on the cores, and asleep.

The processes that work are live workers. Only the sleepers are started and joined as part of what is timed, because
that is the question about them.
"""

from contextlib import nullcontext
from functools import partial

from workers import context, pin_to_cpu, require_semaphores, start_workers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from typing import Any

    from workers import Worker

SECTIONS = 100  # in a round
PIECE = 1_000_000  # iterations of a loop: about 10 ms
BLOCK = 8_000_000  # bytes to hash: about 10 ms


# --------------------------------------------------------------------------------------------------------- a lock


def under_lock(parameters: "dict[str, str]") -> "Callable[[], None]":
    """Share many small pieces of work among workers: with one lock for all, one lock per worker, or none."""
    require_semaphores()
    count = int(parameters["workers"])
    shared = context.Lock()
    locks: dict[str, Callable[[], Any]] = {"shared": lambda: shared, "each": context.Lock, "none": nullcontext}
    return _all_of(start_workers(count, _sections, locks[parameters["lock"]], pinned=True), SECTIONS // count)


def _sections(lock: "AbstractContextManager[object]") -> "Callable[[int], None]":
    def work(count: int) -> None:
        for _ in range(count):
            with lock:
                for _ in range(8000):  # about 0.1 ms
                    pass

    return work


def _all_of(workers: "list[Worker]", value: object) -> "Callable[[], None]":
    def once() -> None:
        for worker in workers:
            worker.send(value)
        for worker in workers:
            worker.wait()

    return once


# ------------------------------------------------------------------------------------------------------ the cores


def on_cores(parameters: "dict[str, str]") -> "Callable[[], None]":
    """Do two equal pieces of work: in two threads, in two processes, or one after the other.

    The work is pure Python, or hashing by code that releases the GIL.
    """
    piece = PIECES[parameters["work"]]
    if parameters["by"] == "processes":
        return _all_of(start_workers(2, _piece, parameters["work"], pinned=True), None)
    from threading import Thread

    def one(cpu: int) -> None:
        pin_to_cpu(cpu)
        piece()

    def both() -> None:
        piece()
        piece()

    # One after the other also runs in a thread, and not in the main one: see workers.py.
    targets: list[Callable[[], None]] = [partial(one, 0), partial(one, 1)] if parameters["by"] == "threads" else [both]

    def once() -> None:
        threads = [Thread(target=target) for target in targets]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    return once


def _piece(work: str) -> "Callable[[object], None]":
    piece = PIECES[work]
    return lambda value: piece()


def in_python() -> None:
    for _ in range(PIECE):
        pass


def in_hashlib() -> None:
    from hashlib import blake2b

    blake2b(ZEROS)


ZEROS = bytes(BLOCK)
PIECES = {"python": in_python, "hashing": in_hashlib}


# --------------------------------------------------------------------------------------------------------- asleep


def asleep(context: "Any", parameters: "dict[str, str]") -> "Callable[[], None]":
    """Run processes that sleep for some milliseconds: all started and then joined, or each joined before the next."""
    from time import sleep

    naps = [float(nap) / 1000 for nap in parameters["naps"].split(",")]

    def start(nap: float) -> "Any":
        sleeper = context.Process(target=sleep, args=(nap,))
        sleeper.start()
        return sleeper

    def together() -> None:
        for sleeper in [start(nap) for nap in naps]:
            sleeper.join()

    def one_by_one() -> None:
        for nap in naps:
            start(nap).join()

    return together if parameters["order"] == "together" else one_by_one
