"""The benchmarks: the ranking, the curves, the handwritten loops, and what processes do together."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence

from procsem.bench.measure.benchmarks import BASELINES, Benchmark, Group
from procsem.bench.measure.together import TOGETHER
from procsem.bench.results import RANKING as RANKING_NAME
from procsem.model import START_METHODS

IMPORTED = "asyncio"
"""The module that children import in the benchmarks that show what a preload saves."""
_POSIX = sys.platform != "win32"


def _ranking() -> Iterator[Benchmark]:
    yield from BASELINES
    yield Benchmark("thread", "thread")
    yield Benchmark("os.fork", "os_fork")
    yield Benchmark("os.posix_spawn, empty program", "os_posix_spawn", program="empty")
    if _POSIX:
        yield Benchmark("os.posix_spawn", "os_posix_spawn")
    yield Benchmark("subprocess, posix_spawn", "subprocess_posix_spawn")
    yield Benchmark("subprocess", "subprocess_default")
    yield Benchmark("subprocess, preexec_fn", "subprocess_preexec")
    yield Benchmark("bare interpreter", "bare_interpreter")
    for method in START_METHODS:
        yield Benchmark(f"Process, {method}", f"process:{method}")
    importing = f"Process that imports {IMPORTED}"
    for method in START_METHODS:
        yield Benchmark(
            f"{importing}, {method}",
            f"process:{method}",
            (f"imports={IMPORTED}",),
            full_profile_only=method != "forkserver",
        )
    preloaded = (f"imports={IMPORTED}", f"preload={IMPORTED}")
    yield Benchmark(f"{importing}, forkserver, preloaded", "process:forkserver", preloaded)
    yield Benchmark("Process, forkserver, cold", "process_cold:forkserver")
    cold = f"{importing}, forkserver, preloaded, cold"
    yield Benchmark(cold, "process_cold:forkserver", preloaded, full_profile_only=True)
    for pool, operation in (("Pool", "pool"), ("ProcessPoolExecutor", "executor")):
        for method in START_METHODS:
            yield Benchmark(f"{pool}, {method}, cold", f"{operation}:{method}")
            yield Benchmark(f"{pool}, {method}, warm", f"{operation}_warm:{method}")


RANKING = Group(RANKING_NAME, tuple(_ranking()), quick_seconds=20, full_seconds=300)

HANDWRITTEN_PAIRS = tuple(
    (Benchmark(f"{name}, next to a handwritten loop", operation), Benchmark(f"{name}, handwritten", "by_hand", (kind,)))
    for name, operation, kind in (
        ("os.fork", "os_fork", "fork"),
        ("Process, fork", "process:fork", "process"),
        ("Process, spawn", "process:spawn", "spawn"),
    )
    if _POSIX
)
"""Benchmarks of ours, each with a handwritten loop that must take the same time."""
HANDWRITTEN = Group(
    "handwritten loops",
    tuple(benchmark for pair in HANDWRITTEN_PAIRS for benchmark in pair),
    quick_seconds=6,
    full_seconds=60,
)


def _points(
    curve: str,
    unit: str,
    series: str,
    operation: str,
    parameter: str,
    sizes: Sequence[int],
    *,
    scale: int = 1,
    megabytes: Callable[[int], int] = lambda size: 10,
) -> Iterator[Benchmark]:
    """Yield the points of a series, one per size; the quick profile has the first three."""
    for number, size in enumerate(sizes):
        yield Benchmark(
            f"{series}, {curve} {size:g} {unit}".strip(),
            operation,
            (f"{parameter}={size * scale}",),
            series=series,
            x=size,
            unit=unit,
            megabytes=megabytes(size),
            full_profile_only=number >= 3,
        )


_MEMORY = (0, 128, 512, 1024, 2048, 4096)
_WITHOUT_PYTHON = (("os.fork", "os_fork"), ("os.posix_spawn", "os_posix_spawn"))
_PROCESSES = tuple((f"Process, {method}", f"process:{method}") for method in ("fork", "forkserver", "spawn"))
_AT_ONCE = tuple((f"Process, {method}", f"processes_at_once:{method}") for method in ("fork", "forkserver", "spawn"))
_SERVERS = (("one process per client", "server_process_each"), ("a pool", "server_pool"))


def _memory(parameter: str, curve: str, operations: Iterable[tuple[str, str]]) -> Iterator[Benchmark]:
    for series, operation in operations:
        sizes = _MEMORY if operation == "os_fork" else _MEMORY[:4]
        yield from _points(curve, "MB", series, operation, parameter, sizes, megabytes=lambda size: size + 10)


def _load(curve: str, parameter: str, sizes: Sequence[int]) -> Iterator[Benchmark]:
    """Yield the benchmarks of a curve over something that the parent has many of."""
    for series, operation in _WITHOUT_PYTHON:
        yield from _points(curve, "", series, operation, parameter, sizes)


def _argument() -> Iterator[Benchmark]:
    for series, operation in _PROCESSES:
        yield from _points(
            "size of the argument",
            "MB",
            series,
            operation,
            "argument",
            (0, 1, 8, 32, 128),
            scale=1_000_000,
            megabytes=lambda size: 10 + 5 * size,
        )


def _at_once() -> Iterator[Benchmark]:
    for series, operation in _AT_ONCE:
        yield from _points(
            "started at once",
            "",
            series,
            operation,
            "count",
            (1, 4, 8, 16, 32),
            megabytes=lambda size: 10 + 15 * size,
        )


def _clients() -> Iterator[Benchmark]:
    for series, operation in _SERVERS:
        yield from _points("clients", "", series, operation, "clients", (1, 4, 16, 64))
    yield Benchmark("os.fork, measured with the servers", "os_fork")


def _curve(name: str, benchmarks: Iterable[Benchmark], quick_seconds: float = 4) -> Group:
    return Group(name, tuple(benchmarks), quick_seconds, full_seconds=60)


CURVES = (
    _curve("memory", _memory("small_pages", "memory", (*_WITHOUT_PYTHON, *_PROCESSES)), quick_seconds=7),
    _curve("memory in huge pages", _memory("huge_pages", "memory in huge pages", _WITHOUT_PYTHON)),
    _curve("mapped regions", _load("mapped regions", "regions", (0, 1000, 4000, 16000, 30000))),
    _curve("descriptors", _load("descriptors", "descriptors", (0, 1000, 4000, 10000))),
    _curve("threads", _load("threads", "threads", (0, 20, 100, 400))),
    _curve("live children", _load("live children", "children", (0, 20, 100, 400))),
    _curve("imported modules", _load("imported modules", "modules", (40, 150, 300, 450))),
    _curve("size of the argument", _argument()),
    _curve("started at once", _at_once()),
    _curve("clients", _clients()),
)
GROUPS = {group.name: group for group in (RANKING, HANDWRITTEN, *CURVES, *TOGETHER)}
