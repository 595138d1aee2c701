"""The program closes its end of a pipe: does the reader see the end, though a child lives that has no part in it?

A pipe ends when nobody has its writing end any more, and a forked child has a copy of whatever was open.
"""

import os
import sys
from multiprocessing import Pipe, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def child(address, *given):
    check_in(address, "child").serve()


def sees(reader):
    """What the reader sees now, without waiting."""
    try:
        if not reader.poll():
            return "nothing"
        reader.recv()
    except (EOFError, OSError):  # Windows tells it at the poll
        return "the end"
    return "data"


def pipe_beside_a_child(arm, give_writer):
    reader, writer = Pipe(duplex=False)
    with reader:
        Process(target=child, args=(arm.address, *([writer] if give_writer else []))).start()
        peer = arm.expect("child")
        arm.record(reader_sees_at_first=sees(reader))
        writer.close()
        arm.record(child_lives=peer.answers(), reader_sees=sees(reader))
        peer.leave()
        peer.wait_end()
        arm.record(after_childs_end=sees(reader))


def experiment(arm):
    pipe_beside_a_child(arm, give_writer=False)


def control(arm):
    """The child is given the writing end outright."""
    pipe_beside_a_child(arm, give_writer=True)


if __name__ == "__main__":
    main(experiment, control)
