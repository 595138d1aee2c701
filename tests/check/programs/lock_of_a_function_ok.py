"""The same as lock_of_a_function.py; the process keeps its semaphore."""

import multiprocessing
import sys
import time


class Slow:
    def __reduce__(self):
        return slow, ()


def slow():
    time.sleep(0.3)
    return Slow()


class Limited(multiprocessing.Process):
    def __init__(self, first, gate):
        super().__init__()
        self.first = first
        self.gate = gate

    def run(self):
        with self.gate:
            print("in", flush=True)


def launch():
    gate = multiprocessing.Semaphore(1)
    process = Limited(Slow(), gate)
    process.start()
    return process


if __name__ == "__main__":
    process = launch()
    process.join()
    sys.exit(process.exitcode)
