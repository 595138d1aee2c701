"""The operations: each creates a process (or a thread) and waits for its end, and imports only what it needs.

A function here prepares one operation and returns the function that is timed, or a pair of that function and one that
cleans up after each round, untimed. The name of an operation may have a start method after a colon.
"""

import sys

from load import UnavailableError, add_load

TYPE_CHECKING = False
if TYPE_CHECKING:  # not imported at run time: every import makes the parent larger
    from collections.abc import Callable
    from socket import socket as Socket
    from typing import Any


def prepare(
    name: str,
    parameters: "dict[str, str]",
    nothing: "Callable[..., None]",
    importing: "Callable[[str], None]",
) -> "tuple[Callable[[], object], Callable[[], object]]":
    """Return the function that is timed, and the untimed function that follows each round. Raises UnavailableError."""
    operation, _, method = name.partition(":")
    add_load(parameters)
    prepared = OPERATIONS[operation](Setup(parameters, method, nothing, importing))
    return prepared if isinstance(prepared, tuple) else (prepared, do_nothing)


class Setup:
    """The parameters of an operation, and the functions that its children run."""

    def __init__(
        self,
        parameters: "dict[str, str]",
        method: str,
        nothing: "Callable[..., None]",
        importing: "Callable[[str], None]",
    ) -> None:
        self.parameters, self.method, self.nothing, self.importing = parameters, method, nothing, importing

    def multiprocessing(self) -> "Any":
        """Return multiprocessing's context for the start method. Raises UnavailableError."""
        import multiprocessing

        if self.method not in multiprocessing.get_all_start_methods():
            raise UnavailableError("this Python does not have the start method " + self.method)
        return multiprocessing.get_context(self.method)


def do_nothing() -> None:
    pass


# ---------------------------------------------------------------------------------------- without multiprocessing


def thread(setup: Setup) -> "Callable[[], object]":
    from threading import Thread

    def once() -> None:
        thread = Thread(target=setup.nothing)
        thread.start()
        thread.join()

    return once


def os_fork(setup: Setup) -> "Callable[[], object]":
    import os

    if sys.platform == "win32" or not hasattr(os, "fork"):
        raise UnavailableError("this system has no fork")

    def once() -> None:
        pid = os.fork()
        if not pid:
            os._exit(0)
        os.waitpid(pid, 0)

    return once


def os_posix_spawn(setup: Setup) -> "Callable[[], object]":
    import os

    if sys.platform == "win32" or not hasattr(os, "posix_spawn"):
        raise UnavailableError("this system has no posix_spawn")
    program = setup.parameters["program"]

    def once() -> None:
        os.waitpid(os.posix_spawn(program, [program], os.environ), 0)

    return once


def bare_interpreter(setup: Setup) -> "Callable[[], object]":
    import os

    words = [sys.executable, "-I", "-S", "-c", ""]
    if sys.platform != "win32" and hasattr(os, "posix_spawn"):

        def once() -> None:
            os.waitpid(os.posix_spawn(sys.executable, words, os.environ), 0)

    else:
        import subprocess

        def once() -> None:
            subprocess.Popen(words).wait()

    return once


def _program(setup: Setup) -> "list[str]":
    """Return the command line of the system's own program that does nothing; Windows needs several words."""
    return setup.parameters["program"].split("|")


def subprocess_default(setup: Setup) -> "Callable[[], object]":
    import subprocess

    program = _program(setup)
    return lambda: subprocess.Popen(program).wait()


def subprocess_posix_spawn(setup: Setup) -> "Callable[[], object]":
    """Use os.posix_spawn, as subprocess does if nothing has to happen in the child before its program runs."""
    import subprocess

    if not getattr(subprocess, "_USE_POSIX_SPAWN", False):
        raise UnavailableError("subprocess does not use posix_spawn here")
    program = _program(setup)
    return lambda: subprocess.Popen(program, close_fds=False).wait()


def subprocess_preexec(setup: Setup) -> "Callable[[], object]":
    """Run Python code between fork and exec, so that subprocess cannot use vfork."""
    import subprocess

    if sys.platform == "win32":
        raise UnavailableError("Windows has no preexec_fn")
    program = _program(setup)
    return lambda: subprocess.Popen(program, preexec_fn=do_nothing).wait()


# ------------------------------------------------------------------------------------------- with multiprocessing


def process(setup: Setup) -> "Callable[[], object]":
    context = setup.multiprocessing()
    work: Callable[..., None] = setup.nothing
    args: tuple[object, ...] = ()
    if "imports" in setup.parameters:
        work, args = setup.importing, (setup.parameters["imports"],)
    if "argument" in setup.parameters:
        args = (bytes(int(setup.parameters["argument"])),)
    if setup.parameters.get("preload"):
        context.set_forkserver_preload(["__main__", setup.parameters["preload"]])

    def once() -> None:
        child = context.Process(target=work, args=args)
        child.start()
        child.join()

    return once


def process_cold(setup: Setup) -> "tuple[Callable[[], object], Callable[[], object]]":
    """Start the fork server and the resource tracker for one child; both are ended untimed."""
    once = process(setup)
    from multiprocessing import forkserver, resource_tracker

    def end_servers() -> None:
        forkserver._forkserver._stop()  # type: ignore[attr-defined]
        resource_tracker._resource_tracker._stop()  # type: ignore[attr-defined]

    return once, end_servers


def processes_at_once(setup: Setup) -> "Callable[[], object]":
    context = setup.multiprocessing()
    count = int(setup.parameters["count"])

    def once() -> None:
        children = [context.Process(target=setup.nothing) for _ in range(count)]
        for child in children:
            child.start()
        for child in children:
            child.join()

    return once


def pool(setup: Setup) -> "Callable[[], object]":
    context = setup.multiprocessing()

    def once() -> None:
        with context.Pool(1) as workers:
            workers.apply(setup.nothing)
            workers.close()
            workers.join()

    return once


def pool_warm(setup: Setup) -> "Callable[[], object]":
    workers = setup.multiprocessing().Pool(1)
    return lambda: workers.apply(setup.nothing)


def executor(setup: Setup) -> "Callable[[], object]":
    from concurrent.futures import ProcessPoolExecutor

    context = setup.multiprocessing()

    def once() -> None:
        with ProcessPoolExecutor(1, mp_context=context) as workers:
            workers.submit(setup.nothing).result()

    return once


def executor_warm(setup: Setup) -> "Callable[[], object]":
    from concurrent.futures import ProcessPoolExecutor

    workers = ProcessPoolExecutor(1, mp_context=setup.multiprocessing())
    return lambda: workers.submit(setup.nothing).result()


# ------------------------------------------------------------------------------------------------------- a server


def server_process_each(setup: Setup) -> "Callable[[], object]":
    """Answer each client in a process of its own, forked when the client is accepted."""
    import os

    if sys.platform == "win32" or not hasattr(os, "fork"):
        raise UnavailableError("this system has no fork")
    listener, clients = _clients(int(setup.parameters["clients"]))

    def once() -> None:
        asking = clients()
        children = []
        for _ in asking:
            accepted, _ = listener.accept()
            pid = os.fork()
            if not pid:
                accepted.sendall(accepted.recv(1))
                os._exit(0)
            children.append(pid)
            accepted.close()
        _receive_answers(asking)
        for pid in children:
            os.waitpid(pid, 0)

    return once


def server_pool(setup: Setup) -> "Callable[[], object]":
    """Answer clients in a pool of one process per CPU, forked beforehand."""
    import os

    if sys.platform == "win32" or not hasattr(os, "fork"):
        raise UnavailableError("this system has no fork")
    listener, clients = _clients(int(setup.parameters["clients"]))
    read_end, write_end = os.pipe()
    for _ in range(os.cpu_count() or 1):
        if not os.fork():
            os.close(write_end)
            _answer_until_end(listener, read_end)
    os.close(read_end)
    return lambda: _receive_answers(clients())


def _answer_until_end(listener: "Socket", parents_pipe: int) -> None:
    """Answer clients until the parent ends, which is the only process with the other end of the pipe."""
    import os
    import select

    try:
        listener.setblocking(False)
        while True:
            waiting: list[Any] = [listener, parents_pipe]
            ready, _, _ = select.select(waiting, [], [])
            if parents_pipe in ready:
                break
            try:
                accepted, _ = listener.accept()
            except BlockingIOError:  # another worker was faster
                continue
            accepted.setblocking(True)
            accepted.sendall(accepted.recv(1))
            accepted.close()
    finally:
        os._exit(0)


def _clients(count: int) -> "tuple[Socket, Callable[[], list[Socket]]]":
    """Return a listening socket, and a function that connects ``count`` clients, each of which sends a question."""
    import socket

    listener = socket.create_server(("127.0.0.1", 0), backlog=count + 8)
    address = listener.getsockname()

    def connect() -> "list[Socket]":
        asking = [socket.create_connection(address) for _ in range(count)]
        for client in asking:
            client.sendall(b"?")
        return asking

    return listener, connect


def _receive_answers(asking: "list[Socket]") -> None:
    for client in asking:
        if client.recv(1) != b"?":
            raise OSError("a client was not answered")
        client.close()


# ---------------------------------------------------------------------------------------------------- live workers


def messages(setup: Setup) -> "tuple[Callable[[], object], Callable[[], object]]":
    """Send messages from live producers to this parent."""
    import messages

    return messages.prepare(setup.parameters)


def under_lock(setup: Setup) -> "Callable[[], object]":
    import together

    return together.under_lock(setup.parameters)


def on_cores(setup: Setup) -> "Callable[[], object]":
    import together

    return together.on_cores(setup.parameters)


def asleep(setup: Setup) -> "Callable[[], object]":
    import together

    return together.asleep(setup.multiprocessing(), setup.parameters)


OPERATIONS = {
    operation.__name__: operation
    for operation in (
        thread,
        os_fork,
        os_posix_spawn,
        bare_interpreter,
        subprocess_default,
        subprocess_posix_spawn,
        subprocess_preexec,
        process,
        process_cold,
        processes_at_once,
        pool,
        pool_warm,
        executor,
        executor_warm,
        server_process_each,
        server_pool,
        messages,
        under_lock,
        on_cores,
        asleep,
    )
}


# ------------------------------------------------------------------------------------------------------- context


def context(created: int) -> "dict[str, float]":
    """Return the number of imported modules, and what the children of one round used on average.

    Children that another process waits for, as those of a fork server, are unknown. Call it after the measurement,
    because it imports a module.
    """
    facts: dict[str, float] = {"modules": len(sys.modules)}
    if sys.platform == "win32":  # it has no resource module
        return facts
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)  # the sum over all children that were waited for
    if created and used.ru_utime + used.ru_stime:
        facts["child_cpu_seconds"] = (used.ru_utime + used.ru_stime) / created
        facts["child_minor_faults"] = used.ru_minflt / created
        facts["child_major_faults"] = used.ru_majflt / created
    return facts
