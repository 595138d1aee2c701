"""The load of a parent: memory, mapped regions, descriptors, threads, live children, imported modules.

The load stays until the parent ends, and ends with it.
"""

import sys

PAGE = 4096
KEPT: list[object] = []


class UnavailableError(Exception):
    """Raised when this system does not have something; the message says what."""


def add_load(parameters: "dict[str, str]") -> None:
    """Add the load that the parameters name. Raises UnavailableError."""
    for name, size in parameters.items():
        if name in LOADS:
            LOADS[name](int(size))


def _mapping(size: int, advice: str) -> None:
    import mmap

    if sys.platform == "win32" or not hasattr(mmap, "MADV_HUGEPAGE"):
        raise UnavailableError("this system cannot choose the size of pages (MADV_HUGEPAGE)")
    memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    memory.madvise(getattr(mmap, advice))
    memory[::PAGE] = b"x" * len(range(0, size, PAGE))  # creates every page
    KEPT.append(memory)


def small_pages(megabytes: int) -> None:
    if megabytes:
        _mapping(megabytes << 20, "MADV_NOHUGEPAGE")


def huge_pages(megabytes: int) -> None:
    if not megabytes:
        return
    _mapping(megabytes << 20, "MADV_HUGEPAGE")
    with open("/proc/self/smaps_rollup") as rollup:
        huge = sum(int(line.split()[1]) for line in rollup if line.startswith("AnonHugePages")) >> 10
    if huge < 0.9 * megabytes:
        raise UnavailableError(f"only {huge} of {megabytes} MB are in huge pages")


def regions(count: int) -> None:
    """Map single pages, of two kinds in turn, because neighbours of one kind would be one region."""
    import mmap

    if sys.platform == "win32":
        raise UnavailableError("this system's mmap has no protection flags")
    for number in range(count):
        protection = mmap.PROT_READ | (mmap.PROT_WRITE if number % 2 else 0)
        KEPT.append(mmap.mmap(-1, PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=protection))


def descriptors(count: int) -> None:
    import os

    first = os.open(os.devnull, os.O_RDONLY)
    try:
        for _ in range(count - 1):
            os.dup(first)
    except OSError as error:
        raise UnavailableError(f"cannot open {count} descriptors: {error}") from None


def threads(count: int) -> None:
    import threading

    gate = threading.Lock()
    gate.acquire()
    KEPT.append(gate)
    threading.stack_size(64 * 1024)
    for _ in range(count):
        threading.Thread(target=gate.acquire, daemon=True).start()


def children(count: int) -> None:
    """Fork children that wait for the end of a pipe whose other end only this process has."""
    import os

    if not hasattr(os, "fork"):
        raise UnavailableError("this system has no fork")
    read_end, write_end = os.pipe()
    for _ in range(count):
        if not os.fork():
            os.close(write_end)
            os.read(read_end, 1)
            os._exit(0)
    os.close(read_end)


def modules(count: int) -> None:
    """Import modules of the standard library in alphabetical order until ``count`` modules are imported."""
    with_effects = {"antigravity", "this", "idlelib", "lib2to3", "test", "tkinter", "turtle", "turtledemo"}
    for name in sorted(sys.stdlib_module_names - with_effects):
        if len(sys.modules) >= count:
            return
        try:
            __import__(name)
        except ImportError:
            pass  # a module of another system
    if len(sys.modules) < 0.9 * count:
        raise UnavailableError(f"the standard library has only {len(sys.modules)} modules")


LOADS = {load.__name__: load for load in (small_pages, huge_pages, regions, descriptors, threads, children, modules)}
