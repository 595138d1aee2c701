"""The same lines of code drive a thread and a process, and their answers are compared."""

import inspect
import os
import subprocess
import sys
from multiprocessing import Pipe, Process
from threading import Thread

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, main

DOCUMENTED = ("start", "run", "join", "is_alive", "name", "ident", "daemon")
"""The documented attributes of threading.Thread, without native_id and the deprecated names."""


def task(pipe, text, again):
    pipe.send(text * again)
    pipe.poll(TIMEOUT)


def record_interface(arm, kind):
    parameters = list(inspect.signature(kind).parameters)
    kinds, threads = ({name for name in dir(class_) if name[0] != "_"} for class_ in (kind, Thread))
    arm.record(
        lacks=[name for name in DOCUMENTED if not hasattr(kind, name)],
        parameters=parameters[: parameters.index("daemon") + 1] if "daemon" in parameters else "others",
        only_here=sorted(kinds - threads),
        only_in_threads=sorted(threads - kinds),
    )


def run(arm, kind):
    """Run a Process or a Thread, and record each of its attributes before the start, at work, and after the end."""
    parents_end, workers_end = Pipe()
    worker = kind(target=task, args=(workers_end, "be"), kwargs={"again": 2}, name="egon", daemon=True)
    moments = [attributes(worker)]
    worker.start()
    received = parents_end.recv() if parents_end.poll(TIMEOUT) else "nothing"
    moments.append(attributes(worker))
    parents_end.send("go")
    joined = worker.join()  # as in most programs; the task itself has a timeout
    moments.append(attributes(worker))
    arm.record(said=received, join_returned=joined, **{key: [moment[key] for moment in moments] for key in moments[0]})


def attributes(worker):
    return {
        "alive": worker.is_alive(),
        "has_ident": worker.ident is not None,
        "name": worker.name,
        "daemon": worker.daemon,
    }


def process(arm):
    record_interface(arm, Process)
    run(arm, Process)


def thread(arm):
    record_interface(arm, Thread)
    run(arm, Thread)


def popen(arm):
    """Another class that represents a process, with an interface of its own."""
    record_interface(arm, subprocess.Popen)


if __name__ == "__main__":
    main(process, thread, popen)
