"""The same as manager_killed_before_put.py; the program expects the connection error."""

import multiprocessing
import time


class Jobs:
    def __init__(self):
        self.manager = multiprocessing.Manager()
        self.queue = self.manager.Queue()

    def add(self, job):
        try:
            self.queue.put(job)
        except (OSError, EOFError):
            print("the manager is gone", flush=True)


if __name__ == "__main__":
    jobs = Jobs()
    jobs.add("one")
    for process in multiprocessing.active_children():
        process.kill()
        process.join()
    time.sleep(0.2)
    jobs.add("two")
