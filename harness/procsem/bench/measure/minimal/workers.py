"""Live workers of a lean parent: started once, told when to work, gone with the parent whatever ends it.

They are spawned on every system: so they carry nothing of the parent, whose threads no fork has to meet, and it is the
same everywhere. The way of their start is not in what is timed.
"""

import os
import threading
from multiprocessing import get_context, parent_process

from burdens import Lacking

context = get_context("spawn")


def hire(count, prepare, *args, leaves=None, apart=False):
    """So many workers, all of them ready; ``args`` may be callables, which give each worker its own.

    Those that are to be ``apart`` have a CPU each, as far as that can be chosen and there are as many.
    """
    workers = [
        Worker(leaves, number if apart else None, prepare, [arg() if callable(arg) else arg for arg in args])
        for number in range(count)
    ]
    for worker in workers:
        worker.wait()
    return workers


class Worker:
    """A process that makes ``prepare(*args)`` and calls what comes of it with each value that it is told.

    It says when that is made, and each time that it has done what it was told. It ends when its parent does, even where
    its work waits for ever. ``leaves`` is a folder that it removes then, for the parent may have been killed.
    """

    def __init__(self, leaves, cpu, prepare, args):
        self.args = args  # a lock that nobody keeps is removed, perhaps before the worker has opened it
        self.line, its_end = context.Pipe()
        context.Process(target=_serve, args=(its_end, leaves, cpu, prepare, args), daemon=True).start()
        its_end.close()

    def tell(self, value):
        self.line.send(value)

    def wait(self):
        """Until it has said so."""
        try:
            self.line.recv()
        except EOFError:
            raise OSError("a worker ended; what it said stands above") from None


def end_with_parent(leaves):
    """For a server that multiprocessing starts: it ends when its parent does."""
    threading.Thread(target=_leave_after, args=(parent_process(), leaves), daemon=True).start()


def _leave_after(process, leaves):
    process.join()
    if leaves:
        from shutil import rmtree

        rmtree(leaves, ignore_errors=True)  # the parent removed it, or another worker does
    os._exit(0)


def _serve(line, leaves, cpu, prepare, args):
    """The work has a thread of its own, so the main one can wait for the parent's end.

    A new thread's stack begins at the same place of a page in every process, a main thread's anywhere; in main threads
    pure Python was seen to take up to 1.4 times as long in one process as in another, for as long as they lived.
    """
    threading.Thread(target=_work, args=(line, cpu, prepare, args), daemon=True).start()
    _leave_after(parent_process(), leaves)


def _work(line, cpu, prepare, args):
    if cpu is not None:
        keep_to(cpu)
    work = prepare(*args)
    line.send(None)
    while True:
        try:
            told = line.recv()
        except EOFError:  # the parent has gone, which the main thread will see
            return
        work(told)
        line.send(None)


def keep_to(number):
    """From now on the calling thread runs on that CPU of those that it may use, where the system lets us choose.

    A system that has put two on one CPU may leave them there for longer than a round takes.
    """
    try:
        cpus = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, [cpus[number % len(cpus)]])  # sched_setaffinity(2): of the threads, the one that calls
    except (AttributeError, OSError):
        pass


def semaphores():
    """Raises Lacking where multiprocessing has no locks, and so no queues."""
    try:
        context.Lock()
    except (ImportError, OSError) as error:
        raise Lacking("this system has no semaphores: " + str(error)) from None
