"""A program closes its writing end of a pipe: does the reader see the end while an uninvolved child is alive?

A pipe ends when no process has its writing end open any more, and a forked child has a copy of every open descriptor.
"""

import os
import sys
from multiprocessing import Pipe, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def child(address, *given):
    check_in(address, "child").serve()


# --8<-- [start:close-in-the-child]
def work(address, writer):
    writer.close()  # this child only reads, or has nothing to do with the pipe
    child(address)  # the child's work


# --8<-- [end:close-in-the-child]


def state_of(reader):
    """Return what the reader finds now, without waiting."""
    try:
        if not reader.poll():
            return "nothing"
        reader.recv()
    except (EOFError, OSError):  # on Windows poll() raises it
        return "the end"
    return "data"


def close_pipe(arm, give_writer):
    reader, writer = Pipe(duplex=False)
    with reader:
        Process(target=child, args=(arm.address, *([writer] if give_writer else []))).start()
        peer = arm.expect("child")
        arm.record(reader_sees_at_first=state_of(reader))
        writer.close()
        arm.record(child_lives=peer.answers(), reader_sees=state_of(reader))
        peer.leave()
        peer.wait_end()
        arm.record(after_childs_end=state_of(reader))


def experiment(arm):
    close_pipe(arm, give_writer=False)
    if arm.facts["reader_sees"] == "nothing":
        arm.symptom("silence", "parent", text="the reader of a pipe waits for its end, which the program has closed")


def close_in_the_child(arm):
    reader, writer = Pipe(duplex=False)
    with reader:
        address = arm.address
        # --8<-- [start:close-in-the-child]
        process = Process(target=work, args=(address, writer))
        process.start()
        # --8<-- [end:close-in-the-child]
        peer = arm.expect("child")
        # --8<-- [start:close-in-the-child]
        writer.close()  # the program has written everything
        # --8<-- [end:close-in-the-child]
        arm.record(child_lives=peer.answers(), reader_sees=state_of(reader))


def control(arm):
    """The child is given the writing end as an argument."""
    close_pipe(arm, give_writer=True)


if __name__ == "__main__":
    main(experiment, control, close_in_the_child)
