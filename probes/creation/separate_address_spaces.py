"""Parent and child do not see each other's changes to memory, in either direction. A thread sees them, and so does a
process with which a page is shared.
"""

import ctypes
import mmap
import os
import sys
from multiprocessing import Pipe, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

SIZE = 64
note = ctypes.create_string_buffer(b"as it was", SIZE)  # in every process; in a forked child at the same address
pages = {}


def memory(path):
    """Return the process's own note; or with a path, the shared page that this file is mapped to."""
    if path is None:
        return note
    if path not in pages:
        with open(path, "r+b") as file:
            pages[path] = mmap.mmap(file.fileno(), SIZE)
    return pages[path]


def write(text, path=None):
    memory(path)[:] = text.encode().ljust(SIZE, b"\0")


def read(path=None):
    return bytes(memory(path)[:]).rstrip(b"\0").decode()


def child(address, path):
    memory(path)
    check_in(address, "child").serve(write=write, read=read, address=lambda: ctypes.addressof(note))


def both_directions(arm, call_in_other, path=None):
    """Let the other side write and the parent read, then the parent write and the other side read."""
    write("as it was", path)
    call_in_other(write, "by the other", path)
    arm.record(the_other_has_written=call_in_other(read, path), the_parent_then_reads=read(path))
    write("by the parent", path)
    arm.record(the_parent_has_written=read(path), the_other_then_reads=call_in_other(read, path))


def with_child(arm, path=None):
    Process(target=child, args=(arm.address, path)).start()
    peer = arm.expect("child")
    both_directions(arm, lambda function, *args: peer.call(function.__name__, *args), path)
    return peer


def experiment(arm):
    peer = with_child(arm)
    arm.record(at_the_same_address=peer.call("address") == ctypes.addressof(note))


def thread(arm):
    """A thread shares the memory of its process."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as other:
        both_directions(arm, lambda function, *args: other.submit(function, *args).result())


def shared_page(arm):
    """A page that is mapped as shared is the same page for both."""
    path = os.path.join(arm.folder(), "page")
    with open(path, "wb") as file:
        file.write(bytes(SIZE))
    with memory(path):
        with_child(arm, path)


# --8<-- [start:send-it-back]
def work(results):
    write("by the other")
    results.send(read())


# --8<-- [end:send-it-back]


def send_it_back(arm):
    """The child sends what it has made, and the parent puts it into its own memory."""
    write("as it was")
    # --8<-- [start:send-it-back]
    receiver, sender = Pipe(duplex=False)
    process = Process(target=work, args=(sender,))
    process.start()
    write(receiver.recv())
    # --8<-- [end:send-it-back]
    process.join()
    receiver.close()
    sender.close()
    arm.record(the_parent_then_reads=read())


if __name__ == "__main__":
    main(experiment, thread, shared_page, send_it_back)
