"""A listener and a client with a key, in two processes."""

import multiprocessing
from multiprocessing.connection import Client, Listener

KEY = b"not secret"


def ask(address):
    with Client(address, authkey=KEY) as connection:
        print(connection.recv(), flush=True)
        connection.send_bytes(b"thanks")


if __name__ == "__main__":
    with Listener(("127.0.0.1", 0), authkey=KEY) as listener:
        child = multiprocessing.Process(target=ask, args=(listener.address,))
        child.start()
        with listener.accept() as connection:
            connection.send([2.25, None, "text"])
            print(connection.recv_bytes())
        child.join()
