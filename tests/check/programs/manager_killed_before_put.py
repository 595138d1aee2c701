"""The process of a manager is terminated; a queue's proxy fails in a method of a class."""

import multiprocessing
import time


class Jobs:
    def __init__(self):
        self.manager = multiprocessing.Manager()
        self.queue = self.manager.Queue()

    def add(self, job):
        self.queue.put(job)  # cause: manager-died


if __name__ == "__main__":
    jobs = Jobs()
    jobs.add("one")
    for process in multiprocessing.active_children():
        process.kill()
        process.join()
    time.sleep(0.2)
    jobs.add("two")
