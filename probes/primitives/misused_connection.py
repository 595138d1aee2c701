"""The ends of a Pipe are used after close(), or in the direction for which they are not made."""

import os
import sys
from multiprocessing import Pipe, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, error_of, main


# --8<-- [start:receiver-first]
def receive(receiver):
    sys.exit(receiver.recv())


# --8<-- [end:receiver-first]


def closed_connection(arm):
    one, other = Pipe()
    other.send("message")
    one.close()
    arm.record(
        send=error_of(arm, lambda: one.send("message")),
        recv=error_of(arm, one.recv),
        poll=error_of(arm, one.poll),
        fileno=error_of(arm, one.fileno),
        close=error_of(arm, one.close),
    )


def connection_after_its_block(arm):
    one, other = Pipe()
    with one:
        other.send("message")
    arm.record(send=error_of(arm, lambda: one.send("message")), recv=error_of(arm, one.recv))


def wrong_direction(arm):
    receiver, sender = Pipe(duplex=False)
    arm.record(
        recv=error_of(arm, sender.recv),
        poll=error_of(arm, sender.poll),
        send=error_of(arm, lambda: receiver.send("message")),
    )


def open_connection(arm):
    one, other = Pipe()
    other.send("message")
    arm.record(
        send=error_of(arm, lambda: one.send("message")),
        recv=error_of(arm, one.recv),
        poll=error_of(arm, one.poll),
        fileno=error_of(arm, one.fileno),
    )


def right_direction(arm):
    receiver, sender = Pipe(duplex=False)
    arm.record(
        send=error_of(arm, lambda: sender.send("message")),
        poll=error_of(arm, lambda: receiver.poll(TIMEOUT)),
        recv=error_of(arm, receiver.recv),
    )


def receiver_first(arm):
    # --8<-- [start:receiver-first]
    receiver, sender = Pipe(duplex=False)  # in this order; Pipe() makes two ends that both send and receive
    child = Process(target=receive, args=(receiver,))
    child.start()
    receiver.close()  # after start(), and only in the process that does not use this end
    sender.send(7)
    sender.close()  # last of all
    # --8<-- [end:receiver-first]
    child.join()
    arm.record(exit_code=child.exitcode)


if __name__ == "__main__":
    main(
        closed_connection,
        connection_after_its_block,
        wrong_direction,
        open_connection,
        right_direction,
        receiver_first,
    )
