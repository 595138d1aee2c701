"""A connection that the parent has accepted is passed to a child as an argument, and the parent closes its own copy.

The child of the control is not given the connection.
"""

import os
import socket
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, PeerError, check_in, main


def child(address, connection=None):
    def ends():
        return [connection.getsockname(), connection.getpeername()]

    def talk():
        connection.sendall(connection.recv(1024).upper() + b" " + str(os.getpid()).encode())

    check_in(address, "child").serve(ends=ends, talk=talk)


def call(peer, action):
    """Return the child's answer, or None if it has no connection."""
    try:
        return peer.call(action)
    except PeerError:
        return None


def receive_words(client):
    """Return the words that the client receives; an empty list if the connection has ended in any way."""
    try:
        return client.recv(1024).decode().split()
    except ConnectionError:
        return []


def serve(arm, is_given):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname(), timeout=TIMEOUT)
        connection, _ = listener.accept()
    with client:
        with connection:
            ends = [connection.getsockname(), connection.getpeername()]
            process = Process(target=child, args=(arm.address, connection) if is_given else (arm.address,))
            process.start()
            peer = arm.expect("child")
        arm.record(has_the_connection=call(peer, "ends") == ends)
        client.sendall(b"question")
        call(peer, "talk")
        # Only now can the connection end: a forked child has a copy of the connection even if it is not given it.
        peer.leave()
        peer.wait_end()
        words = receive_words(client)
        arm.record(
            client_hears=words[0] if words else None,
            from_whom=arm.name_of(int(words[1])) if words else None,
            then_hears=receive_words(client),
        )


def experiment(arm):
    serve(arm, is_given=True)


def control(arm):
    serve(arm, is_given=False)


if __name__ == "__main__":
    main(experiment, control)
