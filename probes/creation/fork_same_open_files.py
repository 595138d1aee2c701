"""A forked child has its parent's open files: the same file under the same number, with one offset for both.

Another file may be open under that number in the child, so device, inode and offset are compared.
"""

import os
import sys
from contextlib import contextmanager
from multiprocessing import Pipe, Process, reduction

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

BINARY = getattr(os, "O_BINARY", 0)


def report(address, name, **facts):
    """Stands for the work of a child: what it has is seen by the probe."""
    check_in(address, name, **facts).serve()


# --8<-- [start:open-it-again]
def work(address, path):
    with open(path, "rb") as file:  # the child's own file, with its own offset
        report(address, "child", first=file.read(1).decode())  # the child's work


# --8<-- [end:open-it-again]
# --8<-- [start:pass-a-connection]
def work_with_connection(address, connection):
    report(address, "child", first=connection.recv())  # the child's work


# --8<-- [end:pass-a-connection]


class Handed:
    """A descriptor that is passed to a child when this object is pickled."""

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
    """Return device and inode of the file that is open under this number, or None if no file is."""
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
    """Open a file whose descriptor is inheritable, and yield its path and the descriptor."""
    path = os.path.join(arm.folder(), "file")
    with open(path, "wb") as file:
        file.write(b"0123456789")
    descriptor = os.open(path, os.O_RDONLY | BINARY)
    os.set_inheritable(descriptor, True)
    try:
        yield path, descriptor
    finally:
        os.close(descriptor)


def compare(arm, peer, parents, childs):
    """Record whether the parent's descriptor and the child's refer to one open file."""
    found = peer.call("identify", childs)
    if found != identify(parents):
        arm.record(file="none" if found is None else "another", offset="none")
        return
    os.lseek(parents, 3, os.SEEK_SET)
    peer.call("read", childs, 4)
    after_childs_read = offset(parents)
    os.lseek(parents, 1, os.SEEK_SET)
    moved = (after_childs_read != 3, peer.call("offset", childs) == 1)
    arm.record(file="the same", offset={(True, True): "shared", (False, False): "its own"}.get(moved, "mixed"))


@contextmanager
def child_and_file(arm, handed_over=False):
    with open_file(arm) as (path, descriptor):
        Process(target=child, args=(arm.address, Handed(descriptor) if handed_over else None)).start()
        peer = arm.expect("child")
        yield peer, path, descriptor


def experiment(arm):
    """Compare with whatever is open in the child under the number of the parent's file."""
    with child_and_file(arm) as (peer, _, descriptor):
        compare(arm, peer, descriptor, descriptor)
        arm.record(standard_error_is_the_same=peer.call("identify", 2) == identify(2))


def opened_again(arm):
    """The child opens the file by its name: the same file, but with its own offset."""
    with child_and_file(arm) as (peer, path, descriptor):
        compare(arm, peer, descriptor, peer.call("open", path))


def handed_over(arm):
    """The parent passes the descriptor explicitly, which works under every start method."""
    with child_and_file(arm, handed_over=True) as (peer, _, descriptor):
        compare(arm, peer, descriptor, peer.call("handed"))


def open_it_again(arm):
    """Pass the path and not the file."""
    with open_file(arm) as (path, _):
        address = arm.address
        # --8<-- [start:open-it-again]
        process = Process(target=work, args=(address, path))
        process.start()
        # --8<-- [end:open-it-again]
        arm.record(child_reads=arm.expect("child").details["first"])


def pass_a_connection(arm):
    """Pass an object of multiprocessing, which knows how to send its descriptor."""
    address = arm.address
    # --8<-- [start:pass-a-connection]
    reader, writer = Pipe(duplex=False)
    process = Process(target=work_with_connection, args=(address, reader))
    process.start()
    writer.send("0")
    # --8<-- [end:pass-a-connection]
    arm.record(child_reads=arm.expect("child").details["first"])
    reader.close()
    writer.close()


if __name__ == "__main__":
    main(experiment, opened_again, handed_over, open_it_again, pass_a_connection)
