"""The target of a Process registers a bound method with arguments, in a helper. Sound: atexit_in_pool_worker_ok."""

import atexit
from multiprocessing import Process


class Journal:
    def __init__(self):
        self.lines = []

    def flush(self, prefix):
        print(prefix, len(self.lines), flush=True)


def open_journal():
    journal = Journal()
    atexit.register(journal.flush, prefix="lines:")  # cause: atexit-skipped-in-child under fork, forkserver if python < 3.13
    return journal


def work():
    open_journal().lines.append("x")


if __name__ == "__main__":
    child = Process(target=work)
    child.start()
    child.join()
    print("end", flush=True)
