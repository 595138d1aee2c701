"""Three clients have connected to a server and have asked. Who is answered before any of them leaves?

The server starts a process for each connection; the control's server talks with each itself.
"""

import os
import select
import socket
import sys
import time
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main
from _kit.checkin import PATIENCE

CLIENTS = 3


def server(address, a_process_each):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE)
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
        # A server goes on. On Windows it hands each process its connection over a pipe, when that process asks; and of
        # that pipe a program closes at its end what it has in reserve, so that one that asks late may find none.
        for process in processes:
            process.join()


def talk(connection):
    connection.settimeout(PATIENCE)
    while True:
        question = connection.recv(1024)
        if not question:
            break
        connection.sendall(question.upper() + b" " + str(os.getpid()).encode())


def answer(client, patience):
    """What the server says, word by word; None for nothing."""
    if not select.select([client], [], [], max(patience, 0))[0]:
        return None
    try:
        return client.recv(1024).decode().split() or None
    except OSError:  # a server that is gone
        return None


def clients_of(arm, a_process_each, patience):
    """In the patience that they have together, the clients after the first may be answered beside it."""
    Process(target=server, args=(arm.address, a_process_each)).start()
    peer = arm.expect("server")
    clients = [socket.create_connection(("127.0.0.1", peer.details["port"])) for _ in range(CLIENTS)]
    for client in clients:
        client.sendall(b"question")
    peer.leave()  # from waiting, to its loop
    give_up = time.monotonic() + patience
    answers = [answer(client, PATIENCE if client is clients[0] else give_up - time.monotonic()) for client in clients]
    arm.record(
        answered_while_all_are_connected=sum(words is not None for words in answers),
        first_is_still_served=still_served(clients[0]),
    )
    for number, client in enumerate(clients):
        if answers[number] is None:  # those before it have left
            answers[number] = answer(client, PATIENCE)
        client.close()
    words = [words for words in answers if words is not None]
    pids = {pid for _, pid in words}
    arm.record(
        answered_in_the_end=sum(said == "QUESTION" for said, _ in words),
        processes_that_answered=len(pids),
        server_answered=str(peer.pid) in pids,
    )


def still_served(client):
    try:
        client.sendall(b"again")
    except OSError:
        return False
    return answer(client, PATIENCE) is not None


def experiment(arm):
    clients_of(arm, a_process_each=True, patience=PATIENCE)


def control(arm):
    # Short, for it is waited out: whoever serves the first is not free to look at the others.
    clients_of(arm, a_process_each=False, patience=0.2)


if __name__ == "__main__":
    main(experiment, control)
