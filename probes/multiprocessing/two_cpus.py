"""Do two busy threads ever run at the same moment? Two busy processes do, where there are two CPUs.

Each works in short pieces, and notes when a piece began and ended and for how much of that time it had a CPU. Where two
pieces overlap by more than both were without a CPU, both had one at once. This needs no quiet machine, only moments at
which both are lucky: they go on until such moments have been seen, or for a number of rounds. Those of whom they are to
be seen are given a CPU each where it can be chosen, for a busy system may leave two on one CPU for long.
"""

import hashlib
import os
import sys
import threading
import time
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, cpus, main

ENOUGH = 0.01
"""Seconds of being at work at once that count as seen."""
FEW, MANY = 6, 200
"""Rounds, where nothing is to be seen, and where something is, however busy the machine."""
WITH_GIL = getattr(sys, "_is_gil_enabled", lambda: True)()
LONG = 40
"""Seconds after which there is no further round: they are longer where the clocks are coarse."""
BLOCK = bytes(1 << 19)
"""What is hashed at a stretch: a millisecond's work, or less."""


def step(clock):
    """The smallest step of a clock: 16 ms for some on Windows."""
    first = clock()
    while True:
        now = clock()
        if now != first:
            return now - first


STEP = max(step(time.monotonic), step(time.thread_time))
PIECE = max(0.002, 10 * STEP)
"""Seconds of one piece of work."""
PIECES = max(4, int(0.05 / PIECE))


def in_python(until):
    while time.monotonic() < until:
        sum(range(100))


def in_hashlib(until):
    while time.monotonic() < until:
        hashlib.sha256(BLOCK)


turn = threading.Lock()


def in_hashlib_in_turn(until):
    while time.monotonic() < until:
        with turn:
            hashlib.sha256(BLOCK)


def own_cpus():
    """A CPU for each of the two, as far as they can be chosen."""
    return cpus.usable()[:2] if cpus.can_pin() else [None, None]


def work(how, cpu):
    """Work for a while; the pieces as begin, end and idle time."""
    if cpu is not None:
        cpus.pin_thread(cpu)
    pieces = []
    for _ in range(PIECES):
        begin, cpu = time.monotonic(), time.thread_time()
        how(begin + PIECE)
        cpu, end = time.thread_time() - cpu, time.monotonic()
        pieces.append((begin, end, max(0.0, end - begin - cpu) + STEP))
    return pieces


def certainly_at_once(ours, theirs):
    """Seconds for which the two had a CPU each at the same time, at least."""
    return sum(
        max(0.0, min(end, their_end) - max(begin, their_begin) - idle - their_idle)
        for begin, end, idle in ours
        for their_begin, their_end, their_idle in theirs
    )


def until_seen(arm, round_of_two, rounds):
    at_once, done, give_up = 0.0, 0, time.monotonic() + LONG
    while at_once < ENOUGH and done < rounds and time.monotonic() < give_up:
        at_once += certainly_at_once(*round_of_two())
        done += 1
    arm.record(milliseconds_at_once=round(1000 * at_once, 3), rounds=done)


def two_threads(how):
    def round_of_two():
        results = []
        together = threading.Barrier(2)

        def thread(cpu):
            together.wait()
            results.append(work(how, cpu))

        threads = [threading.Thread(target=thread, args=(cpu,)) for cpu in own_cpus()]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        return results

    return round_of_two


def worker(address, name, cpu):
    check_in(address, name).serve(work=lambda: work(in_python, cpu))


def threads_in_python(arm):
    until_seen(arm, two_threads(in_python), rounds=FEW if WITH_GIL else MANY)


def threads_in_hashlib(arm):
    until_seen(arm, two_threads(in_hashlib), rounds=MANY)


def threads_in_hashlib_in_turn(arm):
    until_seen(arm, two_threads(in_hashlib_in_turn), rounds=FEW)


def processes(arm):
    one, other = own_cpus()
    Process(target=worker, args=(arm.address, "one", one)).start()
    Process(target=worker, args=(arm.address, "other", other)).start()
    both = [arm.expect("one"), arm.expect("other")]

    def round_of_two():
        for peer in both:
            peer.begin("work")
        return [peer.answer() for peer in both]

    until_seen(arm, round_of_two, rounds=MANY)


if __name__ == "__main__":
    main(threads_in_python, threads_in_hashlib, threads_in_hashlib_in_turn, processes)
