"""Live workers of a minimal parent: started once, working on request, and ended with the parent, however it ends.

They are spawned on every system, so that they inherit nothing from the parent, no thread has to survive a fork, and the
workers are the same everywhere. Starting them is not part of what is timed.
"""

import os
import sys
import threading
from multiprocessing import get_context, parent_process

from load import UnavailableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess
    from typing import Any

context = get_context("spawn")


def start_workers(
    count: int, prepare: "Callable[..., object]", *args: object, folder: "str | None" = None, pinned: bool = False
) -> "list[Worker]":
    """Start workers, and return them when all are ready.

    Callable ``args`` are called once per worker. ``pinned`` workers have a CPU each, as far as the system allows it.
    """
    workers = [
        Worker(folder, number if pinned else None, prepare, [arg() if callable(arg) else arg for arg in args])
        for number in range(count)
    ]
    for worker in workers:
        worker.wait()
    return workers


class Worker:
    """A process that calls ``prepare(*args)``, and then the result with each value that it is sent.

    It answers after ``prepare`` and after each call. It ends when its parent ends, even if its work waits for ever, and
    then removes ``folder``, because the parent may have been killed.
    """

    def __init__(
        self,
        folder: "str | None",
        cpu: "int | None",
        prepare: "Callable[..., object]",
        args: "Sequence[object]",
    ) -> None:
        self.args = args  # a lock that no object refers to is removed, perhaps before the worker has opened it
        self.connection, other_end = context.Pipe()
        context.Process(target=_serve, args=(other_end, folder, cpu, prepare, args), daemon=True).start()
        other_end.close()

    def send(self, value: object) -> None:
        """Send a value to work on."""
        self.connection.send(value)

    def wait(self) -> None:
        """Wait for the next answer. Raises OSError if the worker has ended."""
        try:
            self.connection.recv()
        except EOFError:
            raise OSError("a worker ended; its traceback is above") from None


def end_with_parent(folder: "str | None") -> None:
    """End this process when its parent ends: an initializer for a server that multiprocessing starts."""
    threading.Thread(target=_end_after, args=(parent_process(), folder), daemon=True).start()


def _end_after(process: "BaseProcess", folder: "str | None") -> None:
    process.join()
    if folder:
        from shutil import rmtree

        rmtree(folder, ignore_errors=True)  # the parent or another worker may be removing it as well
    os._exit(0)


def _serve(
    connection: "Connection[Any, Any]",
    folder: "str | None",
    cpu: "int | None",
    prepare: "Callable[..., Any]",
    args: "Sequence[object]",
) -> None:
    """Work in a second thread, so that the main thread can wait for the parent's end.

    The stack of a new thread begins at the same offset in a page in every process, that of a main thread at any offset.
    In main threads, pure Python took up to 1.4 times as long in one process as in another, for their whole lives.
    """
    threading.Thread(target=_work, args=(connection, cpu, prepare, args), daemon=True).start()
    parent = parent_process()
    assert parent is not None
    _end_after(parent, folder)


def _work(
    connection: "Connection[Any, Any]", cpu: "int | None", prepare: "Callable[..., Any]", args: "Sequence[object]"
) -> None:
    if cpu is not None:
        pin_to_cpu(cpu)
    work = prepare(*args)
    connection.send(None)
    while True:
        try:
            value = connection.recv()
        except EOFError:  # the parent has ended, and the main thread ends this process
            return
        work(value)
        connection.send(None)


def pin_to_cpu(number: int) -> None:
    """Keep the calling thread on one of the CPUs that it may use, if the system allows it.

    A system that has put two threads on one CPU may leave them there for longer than a round takes.
    """
    if sys.platform != "linux":  # there the call speaks of the calling thread only
        return
    try:
        cpus = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, [cpus[number % len(cpus)]])
    except OSError:
        pass


def require_semaphores() -> None:
    """Raise UnavailableError if multiprocessing has no locks here, and therefore no queues."""
    try:
        context.Lock()
    except (ImportError, OSError) as error:
        raise UnavailableError("this system has no semaphores: " + str(error)) from None
