"""A forked child keeps the listening socket of its parent, which closes its own and wants the port again."""

import multiprocessing
import socket
import time


def listen(port):
    listener = socket.socket()
    listener.bind(("127.0.0.1", port))  # cause: port-kept-open under fork
    listener.listen()
    return listener


def work(ready):
    ready.set()
    time.sleep(5)


if __name__ == "__main__":
    listener = listen(0)
    port = listener.getsockname()[1]
    ready = multiprocessing.Event()
    child = multiprocessing.Process(target=work, args=(ready,), daemon=True)
    child.start()
    ready.wait()
    listener.close()
    listen(port).close()
    print("listening again", flush=True)
