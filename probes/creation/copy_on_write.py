"""A forked child shares its parent's memory at no cost until one of the two writes; then only that part is copied.

Data that is passed to a spawned child is a full copy at once.
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
    """A region of private memory. Pickling it copies its content."""

    def __init__(self, content):
        self.memory = mmap.mmap(-1, len(content), flags=mmap.MAP_PRIVATE)
        if hasattr(mmap, "MADV_NOHUGEPAGE"):
            # Huge pages (2 MiB) are shared and copied by other rules.
            self.memory.madvise(mmap.MADV_NOHUGEPAGE)
        self.memory[:] = content

    def __reduce__(self):
        return Region, (self.memory[:],)

    def unique(self):
        """Return how many MiB of the region no other process has."""
        from _kit import smaps

        view = ctypes.c_char.from_buffer(self.memory)
        return smaps.region_at(ctypes.addressof(view)).unique / MIB

    def write_half(self):
        for at in range(0, HALF, mmap.PAGESIZE):
            self.memory[at] = ord("w")

    def read_all(self):
        return sum(self.memory[at] for at in range(0, SIZE, mmap.PAGESIZE))


def child(address, region):
    check_in(address, "child").serve(unique=region.unique, write_half=region.write_half, read_all=region.read_all)


def use(address, block):
    check_in(address, "child").serve(own=lambda: own_part(block), read=lambda: sum(block.buf[:: mmap.PAGESIZE]))


# --8<-- [start:shared-memory]
def work(address, block):  # the block is passed by its name, and its content is not copied
    use(address, block)


# --8<-- [end:shared-memory]


def own_part(block):
    """Return how many MiB of a shared block this process has for itself."""
    from _kit import smaps

    view = ctypes.c_char.from_buffer(block.buf)
    unique = smaps.region_at(ctypes.addressof(view)).unique / MIB
    del view  # or the block could not be closed
    return unique


def shared_memory(arm):
    from multiprocessing.shared_memory import SharedMemory

    try:
        address = arm.address
        # --8<-- [start:shared-memory]
        block = SharedMemory(create=True, size=SIZE)
        block.buf[:] = bytes(SIZE)  # the data
        process = Process(target=work, args=(address, block))
        process.start()
        # --8<-- [end:shared-memory]
    except OSError:
        arm.record(childs_own_at_start_mib=None)
        return
    peer = arm.expect("child")
    peer.call("read")
    arm.record(childs_own_at_start_mib=peer.call("own"))
    peer.leave()
    # --8<-- [start:shared-memory]
    process.join()
    block.close()
    block.unlink()  # in one process, when no other needs the block
    # --8<-- [end:shared-memory]


def measure(arm, action):
    """Record how much memory the region costs the parent and the child, before and after the child's action."""
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
    measure(arm, "write_half")


def control(arm):
    """The child only reads, so nothing grows."""
    measure(arm, "read_all")


if __name__ == "__main__":
    main(experiment, control, shared_memory)
