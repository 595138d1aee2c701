"""A program accepts a connection, starts a child, and closes the connection: does its client see the end?

A forked child has a copy of the connection, even if it knows nothing of it, and the connection is open as long as one
copy is.
"""

import os
import socket
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, check_in, main, stay

connection = None


def do_work(*arguments):
    """Stands for the work of a child."""
    stay(*arguments)


# --8<-- [start:close-in-the-child]
def work(address):
    if connection is not None:  # a forked child has a copy of the program's connection
        connection.close()
    do_work(address, "child")


# --8<-- [end:close-in-the-child]


def closed(arm):
    run(arm, "closed")


def not_closed(arm):
    run(arm, "not closed")


def close_in_the_child(arm):
    run(arm, "close in the child")


def shut_down(arm):
    run(arm, "shut down")


def run(arm, kind):
    arm.launch(program, kind)
    peer = arm.expect("program")
    with socket.create_connection(("127.0.0.1", peer.details["port"]), timeout=TIMEOUT) as client:
        peer.call("accept_and_start")
        child = arm.expect("child")
        if kind == "shut down":
            peer.call("shut_down")
        elif kind != "not closed":
            peer.call("close")
        arm.record(child_lives=child.answers())
        client.settimeout(QUIET_TIME)
        try:
            at_first = "the end" if client.recv(1) == b"" else "data"
        except (TimeoutError, socket.timeout):
            at_first = "nothing"
            if kind == "closed":
                arm.symptom("silence", "parent", text="a client waits for the end of a connection that is closed")
        arm.record(client_sees=at_first)
        child.leave()
        child.wait_end()
        if kind == "not closed":
            peer.call("close")
        client.settimeout(TIMEOUT)
        arm.record(after_childs_end="the end" if at_first == "the end" or client.recv(1) == b"" else "data")
    peer.leave()


def program(address, kind):
    def accept_and_start():
        global connection
        connection, _ = listener.accept()
        if kind == "close in the child":
            # --8<-- [start:close-in-the-child]
            process = Process(target=work, args=(address,))
            process.start()
            # --8<-- [end:close-in-the-child]
        else:
            Process(target=stay, args=(address, "child")).start()

    def close():
        connection.close()

    def shut_down():
        # --8<-- [start:shut-down]
        connection.shutdown(socket.SHUT_RDWR)  # ends the connection for every process that has a copy
        connection.close()
        # --8<-- [end:shut-down]

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(TIMEOUT)
        line = check_in(address, "program", port=listener.getsockname()[1])
        line.serve(accept_and_start=accept_and_start, close=close, shut_down=shut_down)


if __name__ == "__main__":
    main(closed, not_closed, close_in_the_child, shut_down)
