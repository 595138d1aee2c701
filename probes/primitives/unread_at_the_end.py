"""A child ends without having received what its parent has sent through a two-way pipe.

In the control it receives everything first.
"""

import os
import sys
from multiprocessing import Pipe, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import error_of, main


# --8<-- [start:expect-both-errors]
def receive(connection, messages):
    for _ in range(messages):
        connection.recv()
    sys.exit(3)


# --8<-- [end:expect-both-errors]


def let_end(messages):
    """Send one message to a child that receives this number of messages and ends; return the connection to it."""
    connection, childs_end = Pipe()
    connection.send("request")
    child = Process(target=receive, args=(childs_end, messages))
    child.start()
    childs_end.close()  # otherwise this process keeps the pipe open
    child.join()
    return connection


def unread(arm):
    ask_twice(arm, let_end(0))


def all_read(arm):
    ask_twice(arm, let_end(1))


def ask_twice(arm, connection):
    arm.record(recv=error_of(arm, connection.recv), next_recv=error_of(arm, connection.recv))


def expect_both_errors(arm):
    # --8<-- [start:expect-both-errors]
    connection, childs_end = Pipe()
    child = Process(target=receive, args=(childs_end, 0))
    connection.send("request")
    child.start()
    childs_end.close()  # in the parent, which uses the other end
    try:
        reply = connection.recv()
    except (EOFError, ConnectionResetError):  # the child has ended, or has closed its end
        child.join()
        reply = f"no reply: the child has ended with exit code {child.exitcode}"
    # --8<-- [end:expect-both-errors]
    arm.record(reply=reply)


if __name__ == "__main__":
    main(unread, all_read, expect_both_errors)
