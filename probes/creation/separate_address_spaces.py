"""What a process changes in its memory the other never sees, in either direction. A thread sees it; so does who shares
a page.
"""

import ctypes
import mmap
import os
import sys
import tempfile
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

SIZE = 64
note = ctypes.create_string_buffer(b"as it was", SIZE)  # every process has it; a forked child at the same address


def write(text, where=None):
    (note if where is None else where)[:] = text.encode().ljust(SIZE, b"\0")


def read(where=None):
    return bytes((note if where is None else where)[:]).rstrip(b"\0").decode()


def child(address, page=None):
    """Reads and writes its own note, or the page that a path names or that it got by being forked."""
    if isinstance(page, str):
        page = map_file(page)
    check_in(address, "child").serve(
        write=lambda text: write(text, page), read=lambda: read(page), address=lambda: ctypes.addressof(note)
    )


def map_file(path):
    with open(path, "r+b") as file:
        return mmap.mmap(file.fileno(), SIZE)


def both_directions(arm, write_there, read_there, where=None):
    """The other side writes and the parent reads; then the other way round."""
    write("as it was", where)
    write_there("by the other")
    arm.record(the_other_has_written=read_there(), the_parent_then_reads=read(where))
    write("by the parent", where)
    arm.record(the_parent_has_written=read(where), the_other_then_reads=read_there())


def with_child(arm, page=None, where=None):
    Process(target=child, args=(arm.address, page)).start()
    peer = arm.expect("child")
    both_directions(arm, lambda text: peer.call("write", text), lambda: peer.call("read"), where)
    return peer


def experiment(arm):
    peer = with_child(arm)
    arm.record(at_the_same_address=peer.call("address") == ctypes.addressof(note))


def thread(arm):
    """A thread has no memory of its own."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as other:
        both_directions(arm, lambda text: other.submit(write, text).result(), lambda: other.submit(read).result())


def shared_page(arm):
    """A page mapped as shared is one for both: inherited by fork, mapped by name where nothing is inherited."""
    if arm.method == "fork":
        page = mmap.mmap(-1, SIZE)
        with_child(arm, page, page)
        return
    with tempfile.TemporaryDirectory(prefix=f"procsem-{os.environ.get('PROCSEM_TOKEN', '')}-") as folder:
        path = os.path.join(folder, "page")
        with open(path, "wb") as file:
            file.write(bytes(SIZE))
        with map_file(path) as page:
            peer = with_child(arm, path, page)
            peer.leave()
            peer.wait_end()  # Windows removes no file that is still mapped


if __name__ == "__main__":
    main(experiment, thread, shared_page)
