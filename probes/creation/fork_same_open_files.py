"""A forked child has its parent's open files: the same file under the same number, with one offset for both.

That a number is open in the child proves nothing, another file may sit there; so device, inode and offset are compared.
"""

import os
import sys
from contextlib import contextmanager
from multiprocessing import Process, reduction

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

BINARY = getattr(os, "O_BINARY", 0)


class Handed:
    """A descriptor that is handed over, where this object is pickled for a child."""

    def __init__(self, descriptor):
        self.descriptor = descriptor

    def __reduce__(self):
        if sys.platform == "win32":
            import _winapi
            import msvcrt

            return unpack, (reduction.DupHandle(msvcrt.get_osfhandle(self.descriptor), _winapi.GENERIC_READ),)
        return unpack, (reduction.DupFd(self.descriptor),)


def unpack(parcel):
    if sys.platform == "win32":
        import msvcrt

        return Handed(msvcrt.open_osfhandle(parcel.detach(), os.O_RDONLY | BINARY))
    return Handed(parcel.detach())


def identify(descriptor):
    """Device and inode of what is open under this number, or None where nothing is."""
    try:
        status = os.fstat(descriptor)
    except OSError:
        return None
    return [status.st_dev, status.st_ino]


def offset(descriptor):
    return os.lseek(descriptor, 0, os.SEEK_CUR)


def child(address, handed):
    check_in(address, "child").serve(
        handed=lambda: handed.descriptor,
        open=lambda path: os.open(path, os.O_RDONLY | BINARY),
        identify=identify,
        read=lambda descriptor, count: len(os.read(descriptor, count)),
        offset=offset,
    )


@contextmanager
def open_file(arm):
    """A file of the parent's, open and inheritable."""
    path = os.path.join(arm.folder(), "file")
    with open(path, "wb") as file:
        file.write(b"0123456789")
    descriptor = os.open(path, os.O_RDONLY | BINARY)
    os.set_inheritable(descriptor, True)
    try:
        yield path, descriptor
    finally:
        os.close(descriptor)


def compare(arm, peer, mine, others):
    """Whether the two descriptors are one open file, recorded."""
    there = peer.call("identify", others)
    if there != identify(mine):
        arm.record(file="none" if there is None else "another", offset="none")
        return
    os.lseek(mine, 3, os.SEEK_SET)
    peer.call("read", others, 4)
    after_its_read = offset(mine)
    os.lseek(mine, 1, os.SEEK_SET)
    moved = [after_its_read != 3, peer.call("offset", others) == 1]
    arm.record(file="the same", offset={(True, True): "shared", (False, False): "its own"}.get(tuple(moved), "mixed"))


@contextmanager
def child_and_file(arm, handed_over=False):
    with open_file(arm) as (path, descriptor):
        Process(target=child, args=(arm.address, Handed(descriptor) if handed_over else None)).start()
        peer = arm.expect("child")
        yield peer, path, descriptor


def experiment(arm):
    """Whatever is open in the child under the number that the parent's file has."""
    with child_and_file(arm) as (peer, _, descriptor):
        compare(arm, peer, descriptor, descriptor)
        arm.record(standard_error_is_the_same=peer.call("identify", 2) == identify(2))


def opened_again(arm):
    """The child opens the file by its name: the same file, but an offset of its own."""
    with child_and_file(arm) as (peer, path, descriptor):
        compare(arm, peer, descriptor, peer.call("open", path))


def handed_over(arm):
    """The parent hands the file over outright: that works under every method."""
    with child_and_file(arm, handed_over=True) as (peer, _, descriptor):
        compare(arm, peer, descriptor, peer.call("handed"))


if __name__ == "__main__":
    main(experiment, opened_again, handed_over)
