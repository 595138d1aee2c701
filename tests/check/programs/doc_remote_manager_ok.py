"""A manager serves a queue at an address; two clients connect to it with the key."""

import multiprocessing
import queue
from multiprocessing.managers import BaseManager

KEY = b"not secret"
tasks = queue.Queue()


def get_tasks():
    return tasks


class Server(BaseManager):
    pass


class Client(BaseManager):
    pass


Server.register("tasks", callable=get_tasks)
Client.register("tasks")


def put(address, text):
    client = Client(address=address, authkey=KEY)
    client.connect()
    client.tasks().put(text)


if __name__ == "__main__":
    server = Server(address=("127.0.0.1", 0), authkey=KEY)
    server.start()
    child = multiprocessing.Process(target=put, args=(server.address, "hello"))
    child.start()
    client = Client(address=server.address, authkey=KEY)
    client.connect()
    print(client.tasks().get())
    child.join()
    server.shutdown()
