"""The benchmarks of what processes do together: pass messages, wait for a lock, share work, sleep."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping

from procsem.bench.measure.benchmarks import Benchmark, Group

CHANNELS = {
    "queue": "Queue",
    "simple queue": "SimpleQueue",
    "pipe": "Pipe",
    "memory": "shared memory",
    "manager": "Manager().Queue",
    "file": "file and lock",
}
_SIZES = {"100 B": 100, "1 MB": 1_000_000}


def _messages(size: str, count: int, quick: Mapping[int, Collection[str]]) -> Iterator[Benchmark]:
    """Yield each channel with one producer and with three.

    ``quick`` has the channels that are in the quick profile, by the number of producers.
    """
    for producers in (1, 3):
        for channel, label in CHANNELS.items():
            yield Benchmark(
                f"{label}, {count} of {size}, {producers} producer{'s' * (producers > 1)}",
                "messages",
                (f"channel={channel}", f"size={_SIZES[size]}", f"messages={count}", f"producers={producers}"),
                megabytes=40 + 15 * producers,
                full_profile_only=channel not in quick[producers],
            )


SMALL = Group(
    "small messages",
    tuple(_messages("100 B", 600, quick={1: {"queue", "pipe", "memory", "file"}, 3: {"queue", "file", "manager"}})),
    quick_seconds=5,
    full_seconds=60,
)
BIG = Group(
    "big messages",
    tuple(_messages("1 MB", 12, quick={1: {"queue", "file"}, 3: ()})),
    quick_seconds=2,
    full_seconds=60,
)

LOCK = Group(
    "lock",
    (
        *(
            Benchmark(f"2 workers, {label}", "under_lock", (f"lock={lock}", "workers=2"), megabytes=40)
            for lock, label in (("none", "no lock"), ("shared", "one lock"), ("each", "one lock per worker"))
        ),
        Benchmark("1 worker, no lock", "under_lock", ("lock=none", "workers=1"), megabytes=25),
    ),
    quick_seconds=2.5,
    full_seconds=30,
)

CORES = Group(
    "cores",
    tuple(
        Benchmark(
            f"{work}, {label}",
            "on_cores",
            (f"work={kind}", f"by={by}"),
            megabytes=60,
            full_profile_only=(kind, by) == ("hashing", "processes"),
        )
        for work, kind in (("pure Python", "python"), ("hashing", "hashing"))
        for by, label in (("turns", "one after the other"), ("threads", "2 threads"), ("processes", "2 processes"))
    ),
    quick_seconds=3.5,
    full_seconds=60,
)

# The document's proportions. Starting a child under fork costs a tenth of the unit; where there is no fork, starting
# takes longer, and so the unit is larger.
NAPS = [nap * (60 if sys.platform == "win32" else 4) for nap in (5, 3, 2, 1)]
"""The durations of the sleep, in milliseconds."""


def _sleepers(name: str, naps: list[int], order: str) -> Benchmark:
    method = "spawn" if sys.platform == "win32" else "fork"
    return Benchmark(name, f"asleep:{method}", (f"naps={','.join(map(str, naps))}", f"order={order}"))


SLEEPERS = Group(
    "sleepers",
    (
        _sleepers("4 sleepers, all started, then joined", NAPS, "together"),
        _sleepers("4 sleepers, one by one", NAPS, "turns"),
        _sleepers("only the longest sleeper", NAPS[:1], "together"),
    ),
    quick_seconds=3,
    full_seconds=30,
)

TOGETHER = (SMALL, BIG, LOCK, CORES, SLEEPERS)
