"""A server answers its client in a loop, and the client goes away. What do the server's next calls of recv() return?

The client closes its connection, or is killed, or closes it without having read its last answer.
"""

import os
import select
import socket
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main, table

ROUNDS = 1000
"""How often the loop that does not check may read an empty value before it counts as endless."""


def client(address, port):
    connection = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT)

    def ask():
        connection.sendall(b"question")

    def read():
        return connection.recv(1024).decode()

    def has_unread_answer():
        return connection in select.select([connection], [], [], TIMEOUT)[0]

    check_in(address, "client").serve(ask=ask, read=read, has_unread_answer=has_unread_answer, close=connection.close)


def talk(connection, checks, rounds):
    """Answer up to ``rounds`` questions; returns why the loop ended, and how often it read an empty value."""
    empty_reads = 0
    try:
        for _ in range(rounds):
            question = connection.recv(1024)
            if not question:
                empty_reads += 1
                if checks:
                    return "its check", empty_reads
            connection.sendall(question.upper())
    except OSError as error:
        return type(error).__name__, empty_reads
    return "nothing", empty_reads


def serve(arm, end, checks=False, reads=True):
    """Serve a client until it has gone away by ``end``, and record what the loop reads then."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        arm.launch(client, listener.getsockname()[1])
        listener.settimeout(TIMEOUT)
        connection, _ = listener.accept()
    with connection:
        connection.settimeout(TIMEOUT)
        peer = arm.expect("client")
        peer.call("ask")
        talk(connection, checks, rounds=1)
        arm.record(answer=peer.call("read") if reads else peer.call("has_unread_answer") and "unread")
        end(peer)
        ended_by, empty_reads = talk(connection, checks, ROUNDS)
        arm.record(given_nothing={"seen": empty_reads, "of": ROUNDS}, loop_ended_by=ended_by)
    peer.leave()
    peer.wait_end()


def close(peer):
    peer.call("close")


def kill(peer):
    table.kill(peer.pid, peer.started)
    peer.wait_end()


def closes(arm):
    serve(arm, close)


def is_killed(arm):
    serve(arm, kill)


def closes_with_unread_answer(arm):
    serve(arm, close, reads=False)


def loop_checks(arm):
    serve(arm, close, checks=True)


if __name__ == "__main__":
    main(closes, is_killed, closes_with_unread_answer, loop_checks)
