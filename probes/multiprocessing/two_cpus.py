"""Do two busy threads ever run at the same moment? Two busy processes do, if there are two CPUs.

Each works in short pieces, and notes when a piece began and ended and how much CPU time it got. If two pieces overlap
for longer than both together were without a CPU, both had a CPU at the same time. This works on a busy machine too: the
rounds are repeated until enough such moments have been seen, up to a maximum. Each of the two is pinned to its own CPU
if the system allows it, because a busy system may leave both on one CPU for long.
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
"""Seconds at work at the same time after which no further round is needed."""
FEW, MANY = 6, 200
"""Maximum number of rounds if nothing is expected, and if something is expected even on a busy machine."""
WITH_GIL = getattr(sys, "_is_gil_enabled", lambda: True)()
LONG = 40
"""Seconds after which no further round begins. Rounds are longer if the clocks are coarse."""
BLOCK = bytes(1 << 16)
"""Data of one call of the hash function: a fraction of a piece."""


def step(clock):
    """Return the smallest step of a clock, in seconds: 16 ms for some clocks on Windows."""
    first = clock()
    while True:
        now = clock()
        if now != first:
            return now - first


STEP = max(step(time.monotonic), step(time.thread_time))
PIECE = max(0.0005, 10 * STEP)
"""Seconds of one piece of work. On a busy machine, only a piece that is shorter than a turn on the CPU counts: with 18
processes for two CPUs, pieces of 2 ms showed 0.1 ms at once per second, and these 9 ms."""
PIECES = max(4, int(0.05 / PIECE))


# The kinds of work


def in_python(until):
    while time.monotonic() < until:
        sum(range(100))


def in_hashlib(until):
    while time.monotonic() < until:
        hashlib.sha256(BLOCK)


hash_lock = threading.Lock()


def in_hashlib_in_turn(until):
    # Held for the whole piece: who loses the lock still runs for a moment, and on a machine whose own CPUs are taken
    # away by its host, such moments summed up to more than 1 ms when the lock was passed on after each hash.
    with hash_lock:
        while time.monotonic() < until:
            hashlib.sha256(BLOCK)


def own_cpus():
    """Return a CPU for each of the two, or None for each if they cannot be pinned."""
    return cpus.usable()[:2] if cpus.can_pin() else [None, None]


def work(kind, cpu):
    """Do work of one kind; returns the begin, the end and the time without a CPU of each piece."""
    if cpu is not None:
        cpus.pin_thread(cpu)
    pieces = []
    for _ in range(PIECES):
        begin, cpu_begin = time.monotonic(), time.thread_time()
        kind(begin + PIECE)
        cpu_time, end = time.thread_time() - cpu_begin, time.monotonic()
        pieces.append((begin, end, max(0.0, end - begin - cpu_time) + STEP))
    return pieces


def certainly_at_once(one, other):
    """Return for how many seconds, at least, both had a CPU at the same time."""
    return sum(
        max(0.0, min(end, other_end) - max(begin, other_begin) - idle - other_idle)
        for begin, end, idle in one
        for other_begin, other_end, other_idle in other
    )


def repeat_until_seen(arm, round_of_two, rounds):
    at_once, done, give_up = 0.0, 0, time.monotonic() + LONG
    while at_once < ENOUGH and done < rounds and time.monotonic() < give_up:
        at_once += certainly_at_once(*round_of_two())
        done += 1
    arm.record(milliseconds_at_once=round(1000 * at_once, 3), rounds=done)


def two_threads(kind):
    def round_of_two():
        results = []
        barrier = threading.Barrier(2)

        def run(cpu):
            barrier.wait()
            results.append(work(kind, cpu))

        threads = [threading.Thread(target=run, args=(cpu,)) for cpu in own_cpus()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    return round_of_two


def worker(address, name, cpu):
    check_in(address, name).serve(work=lambda: work(in_python, cpu))


def threads_in_python(arm):
    repeat_until_seen(arm, two_threads(in_python), rounds=FEW if WITH_GIL else MANY)


def threads_in_hashlib(arm):
    repeat_until_seen(arm, two_threads(in_hashlib), rounds=MANY)


def threads_in_hashlib_in_turn(arm):
    repeat_until_seen(arm, two_threads(in_hashlib_in_turn), rounds=FEW)


def processes(arm):
    one, other = own_cpus()
    address = arm.address
    # --8<-- [start:use-processes]
    first = Process(target=worker, args=(address, "one", one))
    second = Process(target=worker, args=(address, "other", other))
    first.start()
    second.start()
    # --8<-- [end:use-processes]
    both = [arm.expect("one"), arm.expect("other")]

    def round_of_two():
        for peer in both:
            peer.begin("work")
        return [peer.answer() for peer in both]

    repeat_until_seen(arm, round_of_two, rounds=MANY)


if __name__ == "__main__":
    main(threads_in_python, threads_in_hashlib, threads_in_hashlib_in_turn, processes)
