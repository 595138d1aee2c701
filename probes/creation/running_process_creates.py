"""A running process starts others, which run at the same time: with subprocess, with os.fork, and with Process.start()
as a server starts its workers. A thread that does the same work is not a process.
"""

import os
import sys
import threading
from contextlib import contextmanager
from multiprocessing import Process
from queue import SimpleQueue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, main, stay


def child(address):
    """The main code of a program."""
    stay(address, "child")


def record(arm):
    """Record whether the child that checked in is another process, alive, and who its parent is."""
    peer = arm.expect("child")
    arm.record(is_another_process=peer.pid != os.getpid(), parent=arm.name_of(peer.parent()), lives=peer.answers())


def by_subprocess(arm):
    program = arm.launch(child)
    record(arm)
    arm.record(runs_beside_us=program.poll() is None)


def by_fork(arm):
    address = arm.address
    pid = os.fork()
    if not pid:
        try:
            child(address)
        finally:
            os._exit(0)
    try:
        record(arm)
        arm.record(runs_beside_us=os.waitpid(pid, os.WNOHANG) == (0, 0))
    finally:
        for peer in arm.peers:
            peer.leave()
        os.waitpid(pid, 0)


def thread(arm):
    """The same work in a thread: no process is created."""
    with at_work(1) as (pids, living):
        arm.record(is_another_process=pids != {os.getpid()}, lives=living == 1)


@contextmanager
def at_work(number):
    """Run this number of threads while the block runs; yields the set of their pids and how many are alive."""
    pids, over = SimpleQueue(), threading.Event()

    def work():
        pids.put(os.getpid())
        over.wait()

    threads = [threading.Thread(target=work) for _ in range(number)]
    for worker in threads:
        worker.start()
    try:
        yield {pids.get(timeout=TIMEOUT) for _ in threads}, sum(worker.is_alive() for worker in threads)
    finally:
        over.set()
        for worker in threads:
            worker.join()


WORKERS = ("worker 1", "worker 2")


def workers(arm):
    """Start several processes of one kind, as a web server does."""
    for name in WORKERS:
        Process(target=stay, args=(arm.address, name)).start()
    peers = [arm.expect(name) for name in WORKERS]
    arm.record(
        processes=len({peer.pid for peer in peers} - {os.getpid()}),
        living=sum(peer.answers() for peer in peers),
        parents=[arm.name_of(peer.parent()) for peer in peers],
    )


def worker_threads(arm):
    with at_work(len(WORKERS)) as (pids, living):
        arm.record(processes=len(pids - {os.getpid()}), living=living)


if __name__ == "__main__":
    main(by_subprocess, by_fork, thread, workers, worker_threads)
