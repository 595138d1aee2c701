"""The same lines of code drive a thread and a process. What has a thread that a process has not?"""

import inspect
import os
import subprocess
import sys
from multiprocessing import Pipe, Process
from threading import Thread

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main
from _kit.checkin import PATIENCE

DOCUMENTED = ("start", "run", "join", "is_alive", "name", "ident", "daemon")
"""What the documentation of threading.Thread lists, without native_id and the old names of the same things."""


def task(pipe, word, again):
    pipe.send(word * again)
    pipe.poll(PATIENCE)


def offers(arm, kind):
    parameters = list(inspect.signature(kind).parameters)
    ours, threads = ({name for name in dir(some) if name[0] != "_"} for some in (kind, Thread))
    arm.record(
        lacks=[name for name in DOCUMENTED if not hasattr(kind, name)],
        parameters=parameters[: parameters.index("daemon") + 1] if "daemon" in parameters else "others",
        only_here=sorted(ours - threads),
        only_in_threads=sorted(threads - ours),
    )


def life(arm, kind):
    """A life from before the start to after the end: what the object tells of itself, in one column for each moment."""
    here, there = Pipe()
    one = kind(target=task, args=(there, "be"), kwargs={"again": 2}, name="egon", daemon=True)
    moments = [told(one)]
    one.start()
    said = here.recv() if here.poll(PATIENCE) else "nothing"
    moments.append(told(one))
    here.send("go")
    joined = one.join(PATIENCE)
    moments.append(told(one))
    arm.record(said=said, join_returned=joined, **{key: [moment[key] for moment in moments] for key in moments[0]})


def told(one):
    return {"alive": one.is_alive(), "has_ident": one.ident is not None, "name": one.name, "daemon": one.daemon}


def process(arm):
    offers(arm, Process)
    life(arm, Process)


def thread(arm):
    offers(arm, Thread)
    life(arm, Thread)


def popen(arm):
    """Another class that stands for a process, and whose interface is its own."""
    offers(arm, subprocess.Popen)


if __name__ == "__main__":
    main(process, thread, popen)
