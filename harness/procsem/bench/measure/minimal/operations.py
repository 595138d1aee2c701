"""The operations: each creates a process (or a thread) and waits for its end, and imports what that takes.

A function here prepares one operation and returns what is timed; one that must clean up untimed after each round
returns both. The name may carry a start method after a colon. ``given`` are the words of the command line.
"""

import sys

from burdens import Lacking, carry


def prepare(name, given, nothing, importing):
    """What is to be timed, and what follows each round untimed. Raises Lacking."""
    operation, _, method = name.partition(":")
    carry(given)
    prepared = OPERATIONS[operation](Task(given, method, nothing, importing))
    return prepared if isinstance(prepared, tuple) else (prepared, no_more)


class Task:
    def __init__(self, given, method, nothing, importing):
        self.given, self.method, self.nothing, self.importing = given, method, nothing, importing

    def multiprocessing(self):
        import multiprocessing

        if self.method not in multiprocessing.get_all_start_methods():
            raise Lacking("this Python has no " + self.method + " here")
        return multiprocessing.get_context(self.method)


def no_more():
    pass


# ---------------------------------------------------------------------------------------- without multiprocessing


def thread(task):
    from threading import Thread

    def once():
        thread = Thread(target=task.nothing)
        thread.start()
        thread.join()

    return once


def os_fork(task):
    import os

    if not hasattr(os, "fork"):
        raise Lacking("this system has no fork")

    def once():
        pid = os.fork()
        if not pid:
            os._exit(0)
        os.waitpid(pid, 0)

    return once


def os_posix_spawn(task):
    import os

    if not hasattr(os, "posix_spawn"):
        raise Lacking("this system has no posix_spawn")
    program = task.given["program"]

    def once():
        os.waitpid(os.posix_spawn(program, [program], os.environ), 0)

    return once


def bare_interpreter(task):
    import os

    words = [sys.executable, "-I", "-S", "-c", ""]
    if hasattr(os, "posix_spawn"):

        def once():
            os.waitpid(os.posix_spawn(sys.executable, words, os.environ), 0)

    else:
        import subprocess

        def once():
            subprocess.Popen(words).wait()

    return once


def _program(task):
    """A system's own program that does nothing. Windows has none as small as true; its shell comes nearest."""
    return task.given["program"].split("|")


def subprocess_default(task):
    import subprocess

    program = _program(task)
    return lambda: subprocess.Popen(program).wait()


def subprocess_posix_spawn(task):
    """subprocess takes os.posix_spawn where nothing must happen in the child before its program runs."""
    import subprocess

    if not getattr(subprocess, "_USE_POSIX_SPAWN", False):
        raise Lacking("subprocess does not use posix_spawn here")
    program = _program(task)
    return lambda: subprocess.Popen(program, close_fds=False).wait()


def subprocess_preexec(task):
    """A preexec_fn is Python code between fork and exec, which a vfork cannot bear."""
    import subprocess

    if sys.platform == "win32":
        raise Lacking("Windows has no preexec_fn")
    program = _program(task)
    return lambda: subprocess.Popen(program, preexec_fn=no_more).wait()


# ------------------------------------------------------------------------------------------- with multiprocessing


def process(task):
    context = task.multiprocessing()
    work, args = task.nothing, ()
    if "imports" in task.given:
        work, args = task.importing, (task.given["imports"],)
    if "argument" in task.given:
        args = (bytes(int(task.given["argument"])),)
    if task.given.get("preload"):
        context.set_forkserver_preload(["__main__", task.given["preload"]])

    def once():
        child = context.Process(target=work, args=args)
        child.start()
        child.join()

    return once


def process_cold(task):
    """The fork server, and the resource tracker that it needs, started for one child; both end untimed."""
    once = process(task)
    from multiprocessing import forkserver, resource_tracker

    def end_servers():
        forkserver._forkserver._stop()
        resource_tracker._resource_tracker._stop()

    return once, end_servers


def processes_at_once(task):
    context = task.multiprocessing()
    count = int(task.given["count"])

    def once():
        children = [context.Process(target=task.nothing) for _ in range(count)]
        for child in children:
            child.start()
        for child in children:
            child.join()

    return once


def pool(task):
    context = task.multiprocessing()

    def once():
        with context.Pool(1) as workers:
            workers.apply(task.nothing)
            workers.close()
            workers.join()

    return once


def pool_warm(task):
    workers = task.multiprocessing().Pool(1)
    return lambda: workers.apply(task.nothing)


def executor(task):
    from concurrent.futures import ProcessPoolExecutor

    context = task.multiprocessing()

    def once():
        with ProcessPoolExecutor(1, mp_context=context) as workers:
            workers.submit(task.nothing).result()

    return once


def executor_warm(task):
    from concurrent.futures import ProcessPoolExecutor

    workers = ProcessPoolExecutor(1, mp_context=task.multiprocessing())
    return lambda: workers.submit(task.nothing).result()


# ------------------------------------------------------------------------------------------------------- a server


def server_process_each(task):
    """Clients are answered by a process each, forked when one is accepted."""
    import os

    if not hasattr(os, "fork"):
        raise Lacking("this system has no fork")
    listener, clients = _clients(int(task.given["clients"]))

    def once():
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
        _answered(asking)
        for pid in children:
            os.waitpid(pid, 0)

    return once


def server_pool(task):
    """Clients are answered by as many processes as there are CPUs, forked beforehand."""
    import os

    if not hasattr(os, "fork"):
        raise Lacking("this system has no fork")
    listener, clients = _clients(int(task.given["clients"]))
    ends, held = os.pipe()
    for _ in range(os.cpu_count() or 1):
        if not os.fork():
            os.close(held)
            _answer_until_end(listener, ends)
    os.close(ends)
    return lambda: _answered(clients())


def _answer_until_end(listener, ends):
    """Ends when the parent does: it alone holds the pipe's other end."""
    import os
    import select

    try:
        listener.setblocking(False)
        while True:
            ready, _, _ = select.select([listener, ends], [], [])
            if ends in ready:
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


def _clients(count):
    """A listener, and how so many clients come to it at once, each with its question sent."""
    import socket

    listener = socket.create_server(("127.0.0.1", 0), backlog=count + 8)
    address = listener.getsockname()

    def connect():
        asking = [socket.create_connection(address) for _ in range(count)]
        for client in asking:
            client.sendall(b"?")
        return asking

    return listener, connect


def _answered(asking):
    for client in asking:
        if client.recv(1) != b"?":
            raise OSError("a client was not answered")
        client.close()


# --------------------------------------------------------------------------- what live workers and other parts take


def passing(task):
    """Messages from live producers to this parent."""
    import sharing

    return sharing.prepare(task.given)


def under_lock(task):
    import together

    return together.under_lock(task.given)


def on_cores(task):
    import together

    return together.on_cores(task.given)


def asleep(task):
    import together

    return together.asleep(task.multiprocessing(), task.given)


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
        passing,
        under_lock,
        on_cores,
        asleep,
    )
}


# ------------------------------------------------------------------------------------------------------- context


def context(created):
    """What only this parent knows: how many modules it imported, and what the children of one round took on average.

    Unknown are children for whom another process waits, those of a fork server for one. Asked for after the
    measuring: what this imports was not there during it.
    """
    facts = {"modules": len(sys.modules)}
    try:
        import resource
    except ImportError:  # Windows
        return facts
    used = resource.getrusage(resource.RUSAGE_CHILDREN)  # the sum of what wait4 told of each child
    if created and used.ru_utime + used.ru_stime:
        facts["child_cpu_seconds"] = (used.ru_utime + used.ru_stime) / created
        facts["child_minor_faults"] = used.ru_minflt / created
        facts["child_major_faults"] = used.ru_majflt / created
    return facts
