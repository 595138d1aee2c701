"""The service binds its port at the top level, so no worker of its executor can import the main file.

Sound: folder_made_at_top_ok. Before the executor breaks, its worker fails at the port that its parent has.
"""

import concurrent.futures
import socket

PORT = 47_613
listener = socket.socket()
listener.bind(("127.0.0.1", PORT))  # cause: main-reimport-side-effects under spawn, forkserver
listener.listen()


def double(number):
    return 2 * number


def serve():
    with concurrent.futures.ProcessPoolExecutor(1) as executor:
        print(executor.submit(double, 4).result(), flush=True)


if __name__ == "__main__":
    serve()
