"""The main file's top level connects to a server, and two children ask the server: whose answers do they get?

The server is a thread of the probe, which answers each letter with its capital. The second child reads first.
"""

import os
import socket
import sys
import threading
from multiprocessing import Pool, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main

port = int(os.environ.get("PROBE_PORT", 0))  # set for the programs of the arms


# --8<-- [start:connect-in-the-child]
# --8<-- [start:in-an-initializer]
# --8<-- [start:after-a-fork]
def connect():
    global connection
    connection = socket.create_connection(("127.0.0.1", port))


# --8<-- [end:after-a-fork]
# --8<-- [end:in-an-initializer]
# --8<-- [end:connect-in-the-child]

if port and os.environ.get("PROBE_AFTER_FORK"):
    # --8<-- [start:after-a-fork]
    connect()
    if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
        os.register_at_fork(after_in_child=connect)
    # --8<-- [end:after-a-fork]
elif port:
    connect()


def ask(letter):
    connection.sendall(letter.encode())


def read():
    return connection.recv(1).decode()


def child(address, name):
    connection.settimeout(TIMEOUT)
    check_in(address, name).serve(ask=ask, read=read)


# --8<-- [start:connect-in-the-child]
def work(address, name):
    connect()
    child(address, name)  # the child's work


# --8<-- [end:connect-in-the-child]
# --8<-- [start:in-an-initializer]
def task(letter):
    ask(letter)
    return read()


# --8<-- [end:in-an-initializer]


def connected_at_top_level(arm):
    two_children(arm, "connected at top level")


def one_after_the_other(arm):
    """A child asks when the other one has read its answer."""
    program = start(arm, "connected at top level")
    gets = {}
    for name in ("first", "second"):
        peer = arm.expect(name)
        peer.call("ask", name[0])
        gets[name] = peer.call("read")
    record(arm, gets)
    program.wait()


def one_connection_for_both(arm):
    """Both questions go through one connection, whatever the start method, and the second asker reads first."""
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=serve, args=(listener,), daemon=True).start()
    with socket.create_connection(listener.getsockname()) as shared:
        for letter in (b"f", b"s"):
            shared.sendall(letter)
        record(arm, {name: shared.recv(1).decode() for name in ("second", "first")})


def connect_in_the_child(arm):
    two_children(arm, "connect in the child")


def after_a_fork(arm):
    two_children(arm, "connected at top level", PROBE_AFTER_FORK="yes")


def in_an_initializer(arm):
    start(arm, "in an initializer")
    pool = arm.expect("pool")
    record(arm, pool.details["gets"])
    pool.leave()


def two_children(arm, kind, **environment):
    start(arm, kind, **environment)
    children = {name: arm.expect(name) for name in ("first", "second")}
    for name, peer in children.items():
        peer.call("ask", name[0])
    record(arm, {name: children[name].call("read") for name in ("second", "first")})


def record(arm, gets):
    said = {name: "its own answer" if letter == name[0].upper() else "the other's" for name, letter in gets.items()}
    arm.record(first_gets=said["first"], second_gets=said["second"])
    if "the other's" in said.values():
        arm.symptom("silence", "child", text="a process gets the answer to a question of another process")
    for peer in arm.peers:
        peer.leave()


def start(arm, kind, **environment):
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=serve, args=(listener,), daemon=True).start()
    port = str(listener.getsockname()[1])
    return arm.launch(program, kind, env={**os.environ, "PROBE_PORT": port, **environment})


def serve(listener):
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=answer, args=(connection,), daemon=True).start()


def answer(connection):
    try:
        for letter in iter(lambda: connection.recv(1), b""):
            connection.sendall(letter.upper())
    except OSError:  # reset by a process that has ended
        pass


def program(address, kind):
    if kind == "in an initializer":
        # --8<-- [start:in-an-initializer]
        with Pool(2, initializer=connect) as pool:
            answers = pool.map(task, ["f", "s"])
        # --8<-- [end:in-an-initializer]
        check_in(address, "pool", gets={"first": answers[0], "second": answers[1]}).serve()
        return
    for name in ("first", "second"):
        if kind == "connect in the child":
            # --8<-- [start:connect-in-the-child]
            process = Process(target=work, args=(address, name))
            process.start()
            # --8<-- [end:connect-in-the-child]
        else:
            Process(target=child, args=(address, name)).start()


if __name__ == "__main__":
    main(
        connected_at_top_level,
        one_after_the_other,
        one_connection_for_both,
        connect_in_the_child,
        after_a_fork,
        in_an_initializer,
    )
