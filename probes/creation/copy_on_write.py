"""What a forked child has of its parent's memory costs nothing, until one of the two writes: then just that is copied.

Data that is handed to a spawned child is a real copy at once.
"""

import ctypes
import mmap
import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

MIB = 1 << 20
SIZE = 8 * MIB
HALF = SIZE // 2


class Region:
    """Private memory with a place of its own; where it is pickled, its content goes along."""

    def __init__(self, content):
        self.memory = mmap.mmap(-1, len(content), flags=mmap.MAP_PRIVATE)
        if hasattr(mmap, "MADV_NOHUGEPAGE"):
            # Pages of 2 MiB are shared and copied by rules of their own.
            self.memory.madvise(mmap.MADV_NOHUGEPAGE)
        self.memory[:] = content

    def __reduce__(self):
        return Region, (self.memory[:],)

    def unique(self):
        """How many MiB of it are in no other process."""
        from _kit.smaps import region_at

        view = ctypes.c_char.from_buffer(self.memory)
        return region_at(ctypes.addressof(view)).unique / MIB

    def write_half(self):
        for at in range(0, HALF, mmap.PAGESIZE):
            self.memory[at] = ord("w")

    def read_all(self):
        return sum(self.memory[at] for at in range(0, SIZE, mmap.PAGESIZE))


def child(address, region):
    check_in(address, "child").serve(unique=region.unique, write_half=region.write_half, read_all=region.read_all)


def a_childs(action, arm):
    """What the memory of a region costs the child and the parent, before and after the child does this to it."""
    content = os.urandom(mmap.PAGESIZE) * (SIZE // mmap.PAGESIZE)
    region = Region(content)
    arm.record(parents_alone_mib=region.unique())
    Process(target=child, args=(arm.address, region)).start()
    peer = arm.expect("child")
    at_start = peer.call("unique")
    peer.call(action)
    arm.record(
        childs_own_at_start_mib=at_start,
        childs_own_grew_by_mib=peer.call("unique") - at_start,
        parents_own_then_mib=region.unique(),
        parents_content_is_unchanged=region.memory[:] == content,
    )


def experiment(arm):
    a_childs("write_half", arm)


def control(arm):
    """Without the writing nothing grows."""
    a_childs("read_all", arm)


if __name__ == "__main__":
    main(experiment, control)
