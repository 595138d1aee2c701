"""A program listens at a port, starts a child, and closes its socket or ends: can it listen there again? And does a
client see the end of a connection that the program has closed?

A forked child has a copy of each socket, even if it knows nothing of it, and a socket is open as long as one copy is.
The listening sockets are made by socket.create_server(), which sets SO_REUSEADDR on POSIX.
"""

import os
import socket
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, start_program, stay, symptoms

listener = None


def do_work(*arguments):
    """Stands for the work of a child."""
    stay(*arguments)


# --8<-- [start:close-in-the-child]
def work(address):
    if listener is not None:  # a forked child has a copy of the program's socket
        listener.close()
    do_work(address, "child")


# --8<-- [end:close-in-the-child]


def closed(arm):
    run(arm, "closed")


def program_has_ended(arm):
    run(arm, "program has ended")


def not_closed(arm):
    run(arm, "not closed")


def child_is_a_program(arm):
    """The child is started with subprocess: sockets are not inheritable."""
    run(arm, "child is a program")


def close_in_the_child(arm):
    run(arm, "close in the child")


def close_after_a_fork(arm):
    run(arm, "close after a fork")


def child_first(arm):
    run(arm, "child first")


def run(arm, kind):
    # A program that leaves at once leaves multiprocessing's temporary folder behind; this one is removed with the arm.
    arm.launch(program, kind, env={**os.environ, "TMPDIR": arm.folder()})
    peer = arm.expect("program")
    child = arm.expect("child")
    port = peer.details["port"]
    if kind == "program has ended":
        peer.leave("os._exit")
        peer.wait_end()
    elif kind != "not closed":
        peer.call("close")
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as error:
        arm.record(can_listen_again=False)
        if kind != "not closed":
            arm.symptom(**symptoms.raised(error, "parent"))
    else:
        arm.record(can_listen_again=True)
    arm.record(child_lives=child.answers())
    child.leave()
    child.wait_end()
    if kind != "program has ended":
        peer.leave()


def listen():
    global listener
    listener = socket.create_server(("127.0.0.1", 0))


def program(address, kind):
    if kind == "child first":
        # --8<-- [start:child-first]
        process = Process(target=do_work, args=(address, "child"))
        process.start()
        listen()  # when the children have started
        # --8<-- [end:child-first]
    else:
        listen()
    if kind == "close in the child":
        # --8<-- [start:close-in-the-child]
        process = Process(target=work, args=(address,))
        process.start()
        # --8<-- [end:close-in-the-child]
    elif kind == "close after a fork":
        # --8<-- [start:close-after-a-fork]
        if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
            os.register_at_fork(after_in_child=listener.close)
        process = Process(target=do_work, args=(address, "child"))
        process.start()
        # --8<-- [end:close-after-a-fork]
    elif kind == "child is a program":
        process = start_program(stay_as_a_program, address)
    elif kind != "child first":
        process = Process(target=stay, args=(address, "child"))
        process.start()
    end = check_in(address, "program", port=listener.getsockname()[1]).serve(close=listener.close)
    if end == "os._exit":
        os._exit(0)
    (process.wait if kind == "child is a program" else process.join)()


def stay_as_a_program(address):
    stay(address, "child")


if __name__ == "__main__":
    main(closed, program_has_ended, not_closed, child_is_a_program, close_in_the_child, close_after_a_fork, child_first)
