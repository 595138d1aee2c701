"""A module's background thread answers requests by queue.Queue; a pool's task asks it in the child. Sound: thread_pool_in_fork_ok."""

import queue
import threading
from multiprocessing import Pool

requests, answers = queue.Queue(), queue.Queue()


def serve():
    while True:
        answers.put(requests.get() * 2)


server = None


def ask(number):
    global server
    if server is None:
        server = threading.Thread(target=serve, name="server", daemon=True)
        server.start()
    requests.put(number)
    return answers.get()


if __name__ == "__main__":
    print(ask(1), flush=True)
    with Pool(1, initializer=None) as pool:  # cause: thread-missing-after-fork under fork
        pool.map(ask, [2])
