"""Parent and child share the memory that both only read: a mapped file, and the text of their program.

The kernel counts for each page how many processes have it: if two share a region, the proportional size of each is half
of its resident size.
"""

import mmap
import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

SIZE = 1 << 20

mapped = []  # keeps the regions mapped until the process ends


def map_region(path, writing):
    """Map the file as a program loader does, and read or write each of its pages."""
    protection = mmap.PROT_READ | (mmap.PROT_WRITE if writing else 0)
    with open(path, "rb") as file:
        region = mmap.mmap(file.fileno(), SIZE, flags=mmap.MAP_PRIVATE, prot=protection)
    mapped.append(region)
    for at in range(0, SIZE, mmap.PAGESIZE):
        if writing:
            region[at] = os.getpid() % 256
        else:
            region[at]


def measure(path):
    """Return the permissions of the mapped file's region, and how many processes have its pages."""
    from _kit import smaps

    region = next(region for region in smaps.regions() if region.path == path and region.resident)
    return [region.permissions, round(region.resident / region.proportional)]


def program_text():
    """Identify the file from which most of the running text is mapped; the last value is True if that text is shared.

    The interpreter may be in the executable, or in a library that the executable loads.
    """
    from _kit import smaps

    texts = [region for region in smaps.regions() if "x" in region.permissions and os.path.isfile(region.path)]
    text = max(texts, key=lambda region: region.resident)
    status = os.stat(text.path)
    return [status.st_dev, status.st_ino, text.permissions, text.resident > text.unique]


def child(address):
    check_in(address, "child").serve(map_region=map_region, measure=measure, program_text=program_text)


def in_both(arm, writing):
    path = os.path.join(os.path.realpath(arm.folder()), "region")
    with open(path, "wb") as file:
        file.write(os.urandom(SIZE))
    Process(target=child, args=(arm.address,)).start()
    peer = arm.expect("child")
    map_region(path, writing)
    arm.record(processes_before=measure(path)[1])
    peer.call("map_region", path, writing)
    permissions, processes = measure(path)
    arm.record(permissions=permissions, processes=processes, processes_seen_by_child=peer.call("measure", path)[1])
    return peer


def experiment(arm):
    peer = in_both(arm, writing=False)
    *parents, parents_is_shared = program_text()
    *childs, childs_is_shared = peer.call("program_text")
    arm.record(program_is_the_same=parents == childs, program_text_is_shared=parents_is_shared and childs_is_shared)


def control(arm):
    """The same file, mapped in the same way but written to: each process has its own pages."""
    in_both(arm, writing=True)


if __name__ == "__main__":
    main(experiment, control)
