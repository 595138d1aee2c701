"""A server has one client, then four, then eight, all connected and answered. How many processes and how much memory
does it use? The server of the control passes each question to a pool of two workers.
"""

import contextlib
import os
import socket
import sys
from multiprocessing import Pool, Process, active_children

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main, memory, table

CLIENTS = (1, 4, 8)
WORKERS = 2


def talk(connection):
    connection.settimeout(TIMEOUT)
    while True:
        question = connection.recv(1024)
        if not question:
            break
        connection.sendall(answer(question))


# --8<-- [start:pool-of-workers]
def answer(question):
    return question.upper()


def answer_all(connections, pool):  # the connections at which a question has arrived
    questions = [connection.recv(1024) for connection in connections]
    replies = pool.imap(answer, questions)
    for connection in connections:
        connection.sendall(next(replies))


# --8<-- [end:pool-of-workers]


def server_with_pool(address):
    # --8<-- [start:pool-of-workers]
    with Pool(WORKERS) as pool:  # a fixed number, however many clients there are
        server(address, pool)  # accepts clients, and calls answer_all() when questions have arrived
    # --8<-- [end:pool-of-workers]


def server(address, pool):
    connections = []

    def accept():
        connection, _ = listener.accept()
        if pool:
            connections.append(connection)
        else:
            with connection:
                Process(target=talk, args=(connection,)).start()

    def answer_by_pool():
        if pool:
            answer_all(connections, pool)

    def children():
        return [child.pid for child in active_children()]

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(TIMEOUT)
        line = check_in(address, "server", port=listener.getsockname()[1])
        line.serve(accept=accept, answer_by_pool=answer_by_pool, children=children)


def server_without(address):
    server(address, None)


def answered(clients, server):
    """Let all clients ask, and return how many of them get an answer."""
    for client in clients:
        with contextlib.suppress(OSError):  # a connection that has ended
            client.sendall(b"question")
    server.call("answer_by_pool")
    answers = 0
    for client in clients:
        with contextlib.suppress(OSError):
            answers += client.recv(1024) == b"QUESTION"
    return answers


def lives(pid):
    seen = table.read(pid)
    return seen is not None and seen.state != "zombie"


def memory_of(pid):
    try:
        return memory.private(pid)
    except (FileNotFoundError, ProcessLookupError):  # it has ended in the meantime
        return 0


def measure(arm, server_code):
    Process(target=server_code, args=(arm.address,)).start()
    server = arm.expect("server")
    clients, answers, processes = [], [], []
    for number in CLIENTS:
        while len(clients) < number:
            clients.append(socket.create_connection(("127.0.0.1", server.details["port"]), timeout=TIMEOUT))
            server.call("accept")
        answers.append(answered(clients, server))
        children = [pid for pid in server.call("children") if lives(pid)]
        processes.append(len(children))
        arm.record(**{f"memory_for_{number}": sum(map(memory_of, children))})
    arm.record(answered=answers, processes=processes)
    for client in clients:
        client.close()
    server.leave()
    server.wait_end()


def experiment(arm):
    measure(arm, server_without)


def control(arm):
    measure(arm, server_with_pool)


if __name__ == "__main__":
    main(experiment, control)
