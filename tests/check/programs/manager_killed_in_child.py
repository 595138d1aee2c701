"""A child uses a proxy after the manager was killed; the child ends with the error. Sound: manager_killed_before_put_ok."""

import multiprocessing
import sys


def work(values, go):
    go.wait()
    values.append(1)  # cause: manager-died


if __name__ == "__main__":
    manager = multiprocessing.Manager()
    server = multiprocessing.active_children()[0]
    go = multiprocessing.Event()
    child = multiprocessing.Process(target=work, args=(manager.list(), go))
    child.start()
    server.terminate()
    server.join()
    server.kill()
    go.set()
    child.join()
    sys.exit(child.exitcode)
