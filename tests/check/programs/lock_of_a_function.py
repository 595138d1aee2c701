"""A function passes a Semaphore that nothing else refers to; the children read their arguments slowly."""

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
    process.start()  # cause: primitive-dropped-early under spawn, forkserver if cpython
    pid = process.pid
    sentinel = process._popen
    del process.gate, process.first
    return pid, sentinel


if __name__ == "__main__":
    pid, popen = launch()
    sys.exit(popen.wait())
