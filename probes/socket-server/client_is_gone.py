"""A server answers its client in a loop, and the client goes. What do the server's next calls of recv() give?

The client closes its connection, or is killed, or has not read its last answer.
"""

import os
import select
import socket
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, table
from _kit.checkin import PATIENCE

TURNS = 1000
"""How often the loop that does not check may be given nothing, before it is taken to go on for ever."""


def client(address, port):
    connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)

    def ask():
        connection.sendall(b"question")

    def read():
        return connection.recv(1024).decode()

    def has_unread_answer():
        return connection in select.select([connection], [], [], PATIENCE)[0]

    check_in(address, "client").serve(ask=ask, read=read, has_unread_answer=has_unread_answer, close=connection.close)


def talk(connection, checks, turns):
    """Answer; returns why the loop ended, and how often it was given nothing."""
    given_nothing = 0
    try:
        for _ in range(turns):
            question = connection.recv(1024)
            if not question:
                given_nothing += 1
                if checks:
                    return "its check", given_nothing
            connection.sendall(question.upper())
    except OSError as error:
        return type(error).__name__, given_nothing
    return "nothing", given_nothing


def after_it_is_gone(arm, end, checks=False, reads=True):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        arm.launch(client, listener.getsockname()[1])
        listener.settimeout(PATIENCE)
        connection, _ = listener.accept()
    with connection:
        connection.settimeout(PATIENCE)
        peer = arm.expect("client")
        peer.call("ask")
        talk(connection, checks, turns=1)
        arm.record(answer=peer.call("read") if reads else peer.call("has_unread_answer") and "unread")
        end(peer)
        ended_by, given_nothing = talk(connection, checks, TURNS)
        arm.record(given_nothing={"seen": given_nothing, "of": TURNS}, loop_ended_by=ended_by)
    peer.leave()
    peer.wait_end()


def close(peer):
    peer.call("close")


def kill(peer):
    table.kill(peer.pid, peer.started)
    peer.wait_end()


def closes(arm):
    after_it_is_gone(arm, close)


def is_killed(arm):
    after_it_is_gone(arm, kill)


def closes_with_unread_answer(arm):
    after_it_is_gone(arm, close, reads=False)


def loop_checks(arm):
    after_it_is_gone(arm, close, checks=True)


if __name__ == "__main__":
    main(closes, is_killed, closes_with_unread_answer, loop_checks)
