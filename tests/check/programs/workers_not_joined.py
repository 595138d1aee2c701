"""Workers take functions from a queue; main() ends, and drops the queue, before the slower worker has opened it.

Sound: doc_workers_ok. The example in Python's documentation is like this one.
"""

from multiprocessing import Process, Queue, current_process
import time


class LateTasks:
    """Arrives in a worker before the queues do, and delays one of them."""

    def __init__(self, seconds):
        self.seconds = seconds

    def __setstate__(self, state):
        time.sleep(state["seconds"])


def work(late, tasks, results):
    for function, args in iter(tasks.get, "STOP"):
        results.put((function.__name__, args, function(*args), bool(current_process().name)))


def multiply(one, other):
    return one * other


def add(one, other):
    return one + other


def main():
    tasks, results = Queue(), Queue()
    jobs = [(multiply, (number, 7)) for number in range(4)] + [(add, (number, 8)) for number in range(4)]
    for job in jobs:
        tasks.put(job)
    workers = [Process(target=work, args=(LateTasks(seconds), tasks, results)) for seconds in (0, 1)]
    for worker in workers:
        worker.start()  # cause: primitive-dropped-early under spawn, forkserver if cpython
    print(sorted(results.get() for _ in jobs))
    for _ in workers:
        tasks.put("STOP")


if __name__ == "__main__":
    main()
