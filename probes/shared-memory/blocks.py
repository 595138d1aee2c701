"""A block of shared memory is made, attached to, and closed, in ways that work and in ways that raise errors."""

import os
import sys
from multiprocessing.shared_memory import SharedMemory

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import error_of, main


def attempt(arm, fact, action):
    """Record under this name the type of the error that the action raises, or ``none``."""
    arm.record(**{fact: error_of(arm, action)})


# Names


def names_in_wrong_states(arm):
    block = SharedMemory(create=True, size=8)
    attempt(arm, "make_existing", lambda: SharedMemory(name=block.name, create=True, size=8))
    block.close()
    block.unlink()
    attempt(arm, "attach_to_none", lambda: SharedMemory(name=block.name))
    attempt(arm, "make_without_size", lambda: SharedMemory(create=True))


def names_in_right_states(arm):
    block = SharedMemory(create=True, size=8)
    attempt(arm, "attach_to_existing", lambda: SharedMemory(name=block.name).close())
    block.close()
    block.unlink()

    def make_again():
        again = SharedMemory(name=block.name, create=True, size=8)
        again.close()
        again.unlink()

    attempt(arm, "make_again", make_again)


def name_from_the_block(arm):
    # --8<-- [start:name-from-the-block]
    block = SharedMemory(create=True, size=8)  # without a name: it gets one that is not in use
    name = block.name  # pass this name to the processes that attach to the block
    other = SharedMemory(name=name)
    # --8<-- [end:name-from-the-block]
    block.buf[0] = 7
    arm.record(read=other.buf[0])
    # --8<-- [start:name-from-the-block]
    other.close()
    block.close()  # each process closes its own,
    block.unlink()  # and one process removes the block, when the others have attached to it
    # --8<-- [end:name-from-the-block]


# Views of the memory


def closed_with_a_view(arm):
    block = SharedMemory(create=True, size=8)
    view = block.buf[:4]
    attempt(arm, "close", block.close)
    view.release()
    block.close()
    block.unlink()


def closed_without_a_view(arm):
    block = SharedMemory(create=True, size=8)
    block.buf[:4] = b"data"
    attempt(arm, "close", block.close)
    block.unlink()


def release_the_view(arm):
    closed = "none"
    # --8<-- [start:release-the-view]
    block = SharedMemory(create=True, size=8)
    with block.buf[:4] as view:  # the end of the block releases the view
        view[0] = 7
    block.close()
    block.unlink()
    # --8<-- [end:release-the-view]
    arm.record(close=closed)


# Use after the end


def read_after_close(arm):
    block = SharedMemory(create=True, size=8)
    block.buf[0] = 7
    block.close()
    attempt(arm, "read", lambda: block.buf[0])
    block.unlink()


def read_after_unlink(arm):
    block = SharedMemory(create=True, size=8)
    block.buf[0] = 7
    block.unlink()
    attempt(arm, "read", lambda: block.buf[0])
    block.close()


def copy_first(arm):
    block = SharedMemory(create=True, size=8)
    block.buf[0] = 7
    # --8<-- [start:copy-first]
    data = bytes(block.buf)  # an ordinary copy, which remains
    block.close()
    # --8<-- [end:copy-first]
    attempt(arm, "read", lambda: data[0])
    block.unlink()


if __name__ == "__main__":
    main(
        names_in_wrong_states,
        names_in_right_states,
        name_from_the_block,
        closed_with_a_view,
        closed_without_a_view,
        release_the_view,
        read_after_close,
        read_after_unlink,
        copy_first,
    )
