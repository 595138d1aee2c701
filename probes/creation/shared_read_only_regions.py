"""Parent and child share the memory of what both only read: a region of a file, the text of their program.

The kernel counts for each page how many processes have it: where two share a region, each one's proportional part of it
is half of what it has in memory.
"""

import mmap
import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

SIZE = 1 << 20

mapped = []  # stays mapped while its process lives


def map_region(path, writing):
    """Map the file as a program's loader does, and touch each page of it: read it, or write to it."""
    protection = mmap.PROT_READ | (mmap.PROT_WRITE if writing else 0)
    with open(path, "rb") as file:
        region = mmap.mmap(file.fileno(), SIZE, flags=mmap.MAP_PRIVATE, prot=protection)
    mapped.append(region)
    for at in range(0, SIZE, mmap.PAGESIZE):
        if writing:
            region[at] = os.getpid() % 256
        else:
            region[at]


def look_at(path):
    """The permissions of the mapped file's region here, and how many processes its pages are in."""
    from _kit.smaps import regions

    region = next(region for region in regions() if region.path == path and region.resident)
    return [region.permissions, round(region.resident / region.proportional)]


def program_text():
    """The file that most of the running text is mapped from, and whether another process has some of that text too.

    The interpreter may be the executable itself, or a library of its.
    """
    from _kit.smaps import regions

    texts = [region for region in regions() if "x" in region.permissions and os.path.isfile(region.path)]
    text = max(texts, key=lambda region: region.resident)
    status = os.stat(text.path)
    return [status.st_dev, status.st_ino, text.permissions, text.resident > text.unique]


def child(address):
    check_in(address, "child").serve(map_region=map_region, look_at=look_at, program_text=program_text)


def in_both(arm, writing):
    path = os.path.join(os.path.realpath(arm.folder()), "region")
    with open(path, "wb") as file:
        file.write(os.urandom(SIZE))
    Process(target=child, args=(arm.address,)).start()
    peer = arm.expect("child")
    map_region(path, writing)
    arm.record(processes_before=look_at(path)[1])
    peer.call("map_region", path, writing)
    permissions, processes = look_at(path)
    arm.record(permissions=permissions, processes=processes, processes_seen_by_child=peer.call("look_at", path)[1])
    return peer


def experiment(arm):
    peer = in_both(arm, writing=False)
    *mine, mine_is_shared = program_text()
    *others, others_is_shared = peer.call("program_text")
    arm.record(program_is_the_same=mine == others, program_text_is_shared=mine_is_shared and others_is_shared)


def control(arm):
    """The same file, mapped the same way, but written to: each has pages of its own."""
    in_both(arm, writing=True)


if __name__ == "__main__":
    main(experiment, control)
