"""What processes do together: pass messages, wait for a lock, share the work out, sleep."""

import sys

from procsem.bench.measure.lab import Group, Row

WAYS = {
    "queue": "Queue",
    "simple queue": "SimpleQueue",
    "pipe": "Pipe",
    "memory": "shared memory",
    "manager": "Manager().Queue",
    "file": "file and lock",
}


def _passing(size, messages, *, quick):
    """Each way from one producer and from three; ``quick`` are those that the quick profile has of each."""
    for producers in (1, 3):
        for way, called in WAYS.items():
            yield Row(
                f"{called}, {messages} of {size}, {producers} producer{'s' * (producers > 1)}",
                "passing",
                (f"way={way}", f"size={SIZES[size]}", f"messages={messages}", f"producers={producers}"),
                megabytes=40 + 15 * producers,
                heavy=way not in quick[producers],
            )


SIZES = {"100 B": 100, "1 MB": 1_000_000}
SMALL = Group(
    "small messages",
    tuple(_passing("100 B", 600, quick={1: {"queue", "pipe", "memory", "file"}, 3: {"queue", "file", "manager"}})),
    quick_seconds=5,
    full_seconds=60,
)
BIG = Group(
    "big messages",
    tuple(_passing("1 MB", 12, quick={1: {"queue", "file"}, 3: ()})),
    quick_seconds=2,
    full_seconds=60,
)

LOCK = Group(
    "lock",
    (
        *(
            Row(f"2 workers, {said}", "under_lock", (f"lock={lock}", "workers=2"), megabytes=40)
            for lock, said in (("none", "no lock"), ("shared", "one lock"), ("each", "a lock each"))
        ),
        Row("1 worker for both, no lock", "under_lock", ("lock=none", "workers=1"), megabytes=25),
    ),
    quick_seconds=2.5,
    full_seconds=30,
)

CORES = Group(
    "cores",
    tuple(
        Row(
            f"{work}, {said}",
            "on_cores",
            (f"work={how}", f"by={by}"),
            megabytes=60,
            heavy=(how, by) == ("hashing", "processes"),
        )
        for work, how in (("pure Python", "python"), ("hashing", "hashing"))
        for by, said in (("turns", "one after the other"), ("threads", "2 threads"), ("processes", "2 processes"))
    ),
    quick_seconds=3.5,
    full_seconds=60,
)

# In the document's proportions. To start a child costs a tenth of the unit under fork; where there is no fork the
# unit is as much longer.
NAPS = [nap * (4 if sys.platform != "win32" else 60) for nap in (5, 3, 2, 1)]
"""Milliseconds."""


def _asleep(name, naps, order):
    method = "fork" if sys.platform != "win32" else "spawn"
    return Row(name, f"asleep:{method}", (f"naps={','.join(map(str, naps))}", f"order={order}"))


SLEEPERS = Group(
    "sleepers",
    (
        _asleep("4 sleepers, all started, then joined", NAPS, "together"),
        _asleep("4 sleepers, one by one", NAPS, "turns"),
        _asleep("the longest sleeper alone", NAPS[:1], "together"),
    ),
    quick_seconds=3,
    full_seconds=30,
)

TOGETHER = (SMALL, BIG, LOCK, CORES, SLEEPERS)
