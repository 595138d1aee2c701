"""What is measured: the ladder, the curves, the loops written by hand, and what processes do together."""

import sys

from procsem.bench.measure.lab import LIMITS, Group, Row
from procsem.bench.measure.together import TOGETHER

# What a child has to import in the rows that tell what a preload saves.
WORK = "asyncio"


def _ladder():
    yield from LIMITS
    yield Row("thread", "thread")
    yield Row("os.fork", "os_fork")
    yield Row("os.posix_spawn, empty program", "os_posix_spawn", program="empty")
    if sys.platform != "win32":
        yield Row("os.posix_spawn", "os_posix_spawn")
    yield Row("subprocess, posix_spawn", "subprocess_posix_spawn")
    yield Row("subprocess", "subprocess_default")
    yield Row("subprocess, preexec_fn", "subprocess_preexec")
    yield Row("bare interpreter", "bare_interpreter")
    for method in ("fork", "spawn", "forkserver"):
        yield Row(f"Process, {method}", f"process:{method}")
    for method in ("fork", "spawn", "forkserver"):
        imports = (f"imports={WORK}",)
        yield Row(f"Process that imports {WORK}, {method}", f"process:{method}", imports, heavy=method != "forkserver")
    preloaded = (f"imports={WORK}", f"preload={WORK}")
    yield Row(f"Process that imports {WORK}, forkserver, preloaded", "process:forkserver", preloaded)
    yield Row("Process, forkserver, cold", "process_cold:forkserver")
    cold = f"Process that imports {WORK}, forkserver, preloaded, cold"
    yield Row(cold, "process_cold:forkserver", preloaded, heavy=True)
    for pool, operation in (("Pool", "pool"), ("ProcessPoolExecutor", "executor")):
        for method in ("fork", "spawn", "forkserver"):
            yield Row(f"{pool}, {method}, cold", f"{operation}:{method}")
            yield Row(f"{pool}, {method}, warm", f"{operation}_warm:{method}")


LADDER = Group("ladder", tuple(_ladder()), quick_seconds=20, full_seconds=300)


def _by_hand():
    for name, operation, kind in (
        ("os.fork", "os_fork", "fork"),
        ("Process, fork", "process:fork", "process"),
        ("Process, spawn", "process:spawn", "spawn"),
    ):
        yield Row(f"{name}, beside a loop by hand", operation)
        yield Row(f"{name}, by hand", "by_hand", (kind,))


BY_HAND = Group("by hand", tuple(_by_hand()) if sys.platform != "win32" else (), quick_seconds=6, full_seconds=60)


def _points(curve, unit, series, operation, burden, sizes, *, light=3, scale=1, megabytes=lambda size: 10, **options):
    """A series of a curve; the quick profile takes the first ``light`` of the sizes."""
    for number, size in enumerate(sizes):
        yield Row(
            f"{series}, {curve} {size:g} {unit}".strip(),
            operation,
            (f"{burden}={int(size * scale)}",),
            curve=curve,
            series=series,
            x=size,
            unit=unit,
            megabytes=megabytes(size),
            heavy=number >= light,
            **options,
        )


_MEMORY = (0, 128, 512, 1024, 2048, 4096)
_METHODS = (("os.fork", "os_fork"), ("os.posix_spawn", "os_posix_spawn"))
_PROCESSES = tuple((f"Process, {method}", f"process:{method}") for method in ("fork", "forkserver", "spawn"))


def _memory(burden, curve, operations):
    for series, operation in operations:
        sizes = _MEMORY if operation == "os_fork" else _MEMORY[:4]
        yield from _points(curve, "MB", series, operation, burden, sizes, megabytes=lambda size: size + 10)


def _burdened(curve, burden, sizes, operations=_METHODS, **options):
    for series, operation in operations:
        yield from _points(curve, "", series, operation, burden, sizes, **options)


def _curve(name, rows, quick_seconds=4):
    return Group(name, tuple(rows), quick_seconds, full_seconds=60)


CURVES = (
    _curve("memory", _memory("small_pages", "memory", (*_METHODS, *_PROCESSES)), quick_seconds=7),
    _curve("memory in huge pages", _memory("huge_pages", "memory in huge pages", _METHODS)),
    _curve("mapped regions", _burdened("mapped regions", "regions", (0, 1000, 4000, 16000, 30000))),
    _curve("descriptors", _burdened("descriptors", "descriptors", (0, 1000, 4000, 10000))),
    _curve("threads", _burdened("threads", "threads", (0, 20, 100, 400))),
    _curve("live children", _burdened("live children", "children", (0, 20, 100, 400))),
    _curve("imported modules", _burdened("imported modules", "modules", (40, 150, 300, 450))),
    _curve(
        "size of the argument",
        [
            row
            for series, operation in _PROCESSES
            for row in _points(
                "size of the argument",
                "MB",
                series,
                operation,
                "argument",
                (0, 1, 8, 32, 128),
                scale=1_000_000,
                megabytes=lambda size: 10 + 5 * size,
            )
        ],
    ),
    _curve(
        "started at once",
        [
            row
            for method in ("fork", "forkserver", "spawn")
            for row in _points(
                "started at once",
                "",
                f"Process, {method}",
                f"processes_at_once:{method}",
                "count",
                (1, 4, 8, 16, 32),
                megabytes=lambda size: 10 + 15 * size,
            )
        ],
    ),
    _curve(
        "clients",
        [
            *(
                row
                for series, operation in (("a process each", "server_process_each"), ("a pool", "server_pool"))
                for row in _points("clients", "", series, operation, "clients", (1, 4, 16, 64))
            ),
            Row("os.fork, beside the servers", "os_fork"),
        ],
    ),
)
GROUPS = {group.name: group for group in (LADDER, BY_HAND, *CURVES, *TOGETHER)}
