"""A service ignores SIGCHLD, and wants to know the exit code of its worker. Sound: sigchld_ignored_ok."""

import multiprocessing
import signal
import sys


class Service:
    def __init__(self):
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # cause: exit-status-stolen under fork, spawn

    def run(self, code):
        worker = multiprocessing.Process(target=sys.exit, args=(code,))
        worker.start()
        worker.join()
        return worker.exitcode


if __name__ == "__main__":
    print("exit code", Service().run(3), flush=True)
