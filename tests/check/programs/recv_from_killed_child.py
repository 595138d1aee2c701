"""The parent keeps its copy of a pipe's other end, so recv() does not notice that the child is gone. Sound: get_from_failed_child_ok."""

import multiprocessing
import os
import signal


def work(connection):
    os.kill(os.getpid(), signal.SIGKILL)


def ask():
    here, there = multiprocessing.Pipe()
    worker = multiprocessing.Process(target=work, args=(there,))
    worker.start()
    return here.recv()  # cause: queue-get-from-dead-child


if __name__ == "__main__":
    print(ask(), flush=True)
