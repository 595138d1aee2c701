"""A program sends a message to a child that has ended.

In the control the program itself still has the other end of the pipe open.
"""

import os
import sys
from multiprocessing import Pipe, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, error_of, main


# --8<-- [start:expect-the-end]
def receive_one(receiver):
    receiver.recv()
    sys.exit(3)


# --8<-- [end:expect-the-end]


def start_reader(sender, receiver):
    """Start a child that receives one message, send it, and return the child."""
    child = Process(target=receive_one, args=(receiver,))
    child.start()
    sender.send("first")
    return child


def one_way_pipe(arm):
    receiver, sender = Pipe(duplex=False)
    send_to_ended(arm, sender, receiver)


def two_way_pipe(arm):
    sender, receiver = Pipe()
    send_to_ended(arm, sender, receiver)


def send_to_ended(arm, sender, receiver):
    child = start_reader(sender, receiver)
    receiver.close()  # the copy of this process; the child has its own
    child.join()
    arm.record(
        send=error_of(arm, lambda: sender.send("second")),
        send_bytes=error_of(arm, lambda: sender.send_bytes(b"second")),
    )


def own_copy_is_open(arm):
    receiver, sender = Pipe(duplex=False)
    child = start_reader(sender, receiver)
    child.join()
    arm.record(
        send=error_of(arm, lambda: sender.send("second")),
        send_bytes=error_of(arm, lambda: sender.send_bytes(b"third")),
        unread=receiver.poll(TIMEOUT),
    )


def expect_the_end(arm):
    # --8<-- [start:expect-the-end]
    receiver, sender = Pipe(duplex=False)
    child = Process(target=receive_one, args=(receiver,))
    child.start()
    receiver.close()  # in the parent, which only sends; otherwise send() goes on without a reader
    try:
        sender.send("first")
        child.join()  # only to have the child ended for certain before the second message
        sender.send("second")
    except BrokenPipeError:  # the child has ended, or has closed its end
        child.join()
        outcome = f"not sent: the child has ended with exit code {child.exitcode}"
    # --8<-- [end:expect-the-end]
    arm.record(outcome=outcome)


if __name__ == "__main__":
    main(one_way_pipe, two_way_pipe, own_copy_is_open, expect_the_end)
