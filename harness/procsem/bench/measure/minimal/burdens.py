"""What a parent may carry: memory, mapped regions, descriptors, threads, live children, imported modules.

What is carried stays until the parent ends, and ends with it.
"""

import sys

PAGE = 4096
HELD = []


class Lacking(Exception):
    """This system lacks what is asked for; the message says what."""


def carry(given):
    for name, size in given.items():
        if name in BURDENS:
            BURDENS[name](int(size))


def _mapping(size, advice):
    import mmap

    if not hasattr(mmap, "MADV_HUGEPAGE"):
        raise Lacking("pages of a chosen size: this system has no MADV_HUGEPAGE")
    memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    memory.madvise(getattr(mmap, advice))
    memory[::PAGE] = b"x" * len(range(0, size, PAGE))  # every page is there now
    HELD.append(memory)


def small_pages(megabytes):
    if megabytes:
        _mapping(megabytes << 20, "MADV_NOHUGEPAGE")


def huge_pages(megabytes):
    if not megabytes:
        return
    _mapping(megabytes << 20, "MADV_HUGEPAGE")
    with open("/proc/self/smaps_rollup") as rollup:
        huge = sum(int(line.split()[1]) for line in rollup if line.startswith("AnonHugePages")) >> 10
    if huge < 0.9 * megabytes:
        raise Lacking(f"huge pages: of {megabytes} MB, {huge} MB are in them")


def regions(count):
    """One page each, of two kinds in turn, for neighbours of one kind are one region."""
    import mmap

    if not hasattr(mmap, "PROT_READ"):
        raise Lacking("this system's mmap knows no protection")
    for number in range(count):
        protection = mmap.PROT_READ | (mmap.PROT_WRITE if number % 2 else 0)
        HELD.append(mmap.mmap(-1, PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=protection))


def descriptors(count):
    import os

    first = os.open(os.devnull, os.O_RDONLY)
    try:
        for _ in range(count - 1):
            os.dup(first)
    except OSError as error:
        raise Lacking(f"{count} descriptors: {error}") from None


def threads(count):
    import threading

    gate = threading.Lock()
    gate.acquire()
    HELD.append(gate)
    threading.stack_size(64 * 1024)
    for _ in range(count):
        threading.Thread(target=gate.acquire, daemon=True).start()


def children(count):
    """Children that wait for the end of a pipe whose other end this process alone holds."""
    import os

    if not hasattr(os, "fork"):
        raise Lacking("this system has no fork")
    end, held = os.pipe()
    for _ in range(count):
        if not os.fork():
            os.close(held)
            os.read(end, 1)
            os._exit(0)
    os.close(end)


def modules(count):
    """Import modules of the standard library, in the order of the alphabet, until so many are there."""
    spoken = {"antigravity", "this", "idlelib", "lib2to3", "test", "tkinter", "turtle", "turtledemo"}
    for name in sorted(sys.stdlib_module_names - spoken):
        if len(sys.modules) >= count:
            return
        try:
            __import__(name)
        except ImportError:
            pass  # of another system
    if len(sys.modules) < 0.9 * count:
        raise Lacking(f"the standard library has only {len(sys.modules)} modules")


BURDENS = {
    burden.__name__: burden for burden in (small_pages, huge_pages, regions, descriptors, threads, children, modules)
}
