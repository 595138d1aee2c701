"""A server answers its client in a loop, and the client goes away. What do the server's next calls of recv() return?

The client closes its connection, or is killed, or closes it without having read its last answer.
"""

import os
import select
import socket
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main, symptoms, table

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


# --8<-- [start:check-for-the-end]
def answer_questions(connection):
    while True:
        question = connection.recv(1024)
        if not question:  # the client has closed the connection
            break
        connection.sendall(question.upper())


# --8<-- [end:check-for-the-end]
# --8<-- [start:catch-the-reset]
def answer_until_gone(connection):
    try:
        answer_questions(connection)
    except ConnectionError as error:  # the client has closed it with data unread, or was killed on Windows
        return error


# --8<-- [end:catch-the-reset]


def talk(connection, checks, rounds):
    """Answer up to ``rounds`` questions; returns what ended the loop, and how often it read an empty value."""
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
        return error, empty_reads
    return "nothing", empty_reads


def serve(arm, end, checks=False, reads=True, loop=None):
    """Serve a client until it has gone away by ``end``; record what the loop reads then, or how another loop ends."""
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
        if loop is not None:
            arm.record(loop_ended_by="its check" if loop(connection) is None else "its handler")
        else:
            ended_by, empty_reads = talk(connection, checks, ROUNDS)
            if isinstance(ended_by, OSError):
                arm.symptom(**symptoms.raised(ended_by, "parent"))
                ended_by = type(ended_by).__name__
            elif ended_by == "nothing":
                arm.symptom("silence", "parent", text="recv() returns an empty value again and again")
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


def check_for_the_end(arm):
    serve(arm, close, loop=answer_questions)


def catch_the_reset(arm):
    serve(arm, close, reads=False, loop=answer_until_gone)


if __name__ == "__main__":
    main(closes, is_killed, closes_with_unread_answer, loop_checks, check_for_the_end, catch_the_reset)
