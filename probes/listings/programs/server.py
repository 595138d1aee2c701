"""A server that starts a process for each connection: it receives words, and answers them in capitals."""

import os
import sys
from multiprocessing import Process
from socket import AF_INET, SOCK_STREAM, socket

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
from _kit import say, use_start_method


def talk(connection):
    while True:
        received = connection.recv(1024)
        if not received:
            break
        say(f"heard {received.decode()}")
        connection.send(received.upper())


def serve(clients, alone):
    listener = socket(AF_INET, SOCK_STREAM)
    listener.bind(("127.0.0.1", 0))
    listener.listen(5)
    say(listener.getsockname()[1])
    processes = []
    for _ in range(clients):  # the document's server does this for ever
        connection, _ = listener.accept()
        if alone:
            talk(connection)
        else:
            processes.append(Process(target=talk, args=(connection,)))
            processes[-1].start()
    for process in processes:  # on Windows a process asks the server for its connection, so the server must not end
        process.join()


if __name__ == "__main__":
    use_start_method()
    serve(int(sys.argv[1]), "alone" in sys.argv)
