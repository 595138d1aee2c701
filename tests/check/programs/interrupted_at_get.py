"""Interrupted while it waits for an answer; the exit waits for workers that ignore SIGINT. Sound: interrupted_at_join_ok."""

import multiprocessing
import os
import signal
import threading


class Worker(multiprocessing.Process):
    def __init__(self, tasks, ready):
        super().__init__()
        self.tasks, self.ready = tasks, ready

    def run(self):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self.ready.release()
        self.tasks.get()


if __name__ == "__main__":
    tasks, answers, ready = multiprocessing.Queue(), multiprocessing.SimpleQueue(), multiprocessing.Semaphore(0)
    workers = [Worker(tasks, ready) for _ in range(2)]
    for worker in workers:
        worker.start()
    for _ in workers:
        ready.acquire()
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    answers.get()  # cause: interrupt-hang-at-exit
