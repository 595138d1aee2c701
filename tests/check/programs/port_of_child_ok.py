"""The same as port_of_child.py; the child is started before the socket is made."""

import multiprocessing
import socket
import time


def listen(port):
    listener = socket.socket()
    listener.bind(("127.0.0.1", port))
    listener.listen()
    return listener


def work(ready):
    ready.set()
    time.sleep(5)


if __name__ == "__main__":
    ready = multiprocessing.Event()
    child = multiprocessing.Process(target=work, args=(ready,), daemon=True)
    child.start()
    ready.wait()
    listener = listen(0)
    port = listener.getsockname()[1]
    listener.close()
    listen(port).close()
    print("listening again", flush=True)
