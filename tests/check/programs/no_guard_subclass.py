"""A script without a main guard starts a subclass of Process, in a try block. Sound: guard_by_name_ok."""

import multiprocessing
import sys


class Worker(multiprocessing.Process):
    def run(self):
        print("worker", flush=True)


def main():
    worker = Worker()
    worker.start()
    worker.join()
    return worker.exitcode


try:  # cause: missing-main-guard under spawn, forkserver
    code = main()
finally:
    print("end", flush=True)
sys.exit(code)
