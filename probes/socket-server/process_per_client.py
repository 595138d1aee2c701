"""Three clients have connected to a server and have asked. How many are answered before any of them leaves?

The server starts a process for each connection; the server of the control talks to each client itself.
"""

import os
import select
import socket
import sys
import time
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main

CLIENTS = 3


def server(address, a_process_each):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(TIMEOUT)
        check_in(address, "server", port=listener.getsockname()[1]).serve()
        processes = []
        for _ in range(CLIENTS):
            connection, _ = listener.accept()
            with connection:
                if a_process_each:
                    processes.append(Process(target=talk, args=(connection,)))
                    processes[-1].start()
                else:
                    talk(connection)
        # A server must not end before its children. On Windows a child asks its parent for the connection over a pipe,
        # and the parent's end closes this pipe, so a child that asks late might get nothing.
        for process in processes:
            process.join()


def talk(connection):
    connection.settimeout(TIMEOUT)
    while True:
        question = connection.recv(1024)
        if not question:
            break
        connection.sendall(question.upper() + b" " + str(os.getpid()).encode())


def answer(client, timeout):
    """Return the words that the server sends within so many seconds, or None for nothing."""
    if not select.select([client], [], [], max(timeout, 0))[0]:
        return None
    try:
        return client.recv(1024).decode().split() or None
    except OSError:  # the server is gone
        return None


def serve_clients(arm, a_process_each, timeout):
    """Connect all clients; those after the first together have ``timeout`` seconds to be answered."""
    Process(target=server, args=(arm.address, a_process_each)).start()
    peer = arm.expect("server")
    clients = [socket.create_connection(("127.0.0.1", peer.details["port"])) for _ in range(CLIENTS)]
    for client in clients:
        client.sendall(b"question")
    peer.leave()  # the server begins to accept connections
    give_up = time.monotonic() + timeout
    answers = [answer(client, TIMEOUT if client is clients[0] else give_up - time.monotonic()) for client in clients]
    arm.record(
        answered_while_all_are_connected=sum(words is not None for words in answers),
        first_is_still_served=still_served(clients[0]),
    )
    for number, client in enumerate(clients):
        if answers[number] is None:  # the clients before this one have left
            answers[number] = answer(client, TIMEOUT)
        client.close()
    received = [words for words in answers if words is not None]
    pids = {pid for _, pid in received}
    arm.record(
        answered_in_the_end=sum(text == "QUESTION" for text, _ in received),
        processes_that_answered=len(pids),
        server_answered=str(peer.pid) in pids,
    )


def still_served(client):
    try:
        client.sendall(b"again")
    except OSError:
        return False
    return answer(client, TIMEOUT) is not None


def experiment(arm):
    serve_clients(arm, a_process_each=True, timeout=TIMEOUT)


def control(arm):
    # Short, because it always passes in full: the server is busy with the first client.
    serve_clients(arm, a_process_each=False, timeout=0.2)


if __name__ == "__main__":
    main(experiment, control)
