"""By which call a process is made, on each route to a new process: as the kernel sees it, and as Python says it.

Each route is taken in a process that is traced. The kernel tells a fork, whose child is a copy of the caller, from a
vfork, whose child borrows the caller's memory until it has loaded a program.
"""

import multiprocessing
import os
import subprocess
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main
from _kit.trace import trace

PROGRAM = ["/bin/sh", "-c", ":"]
CREATING = ("os.fork", "os.posix_spawn", "os.system", "subprocess.Popen", "_posixsubprocess.fork_exec")


def nothing():
    """A target."""


def say_pid(writer):
    """A target."""
    writer.send(os.getpid())


def heard(route):
    """Take the route; returns the child's pid, if that is known, and what Python's audit hooks heard of it."""
    said = []
    sys.addaudithook(lambda event, _: said.append(event) if event in CREATING else None)
    return [route(), said]


def follow(arm, route):
    """Take a route in a traced process, and record how the process came to be that was made on it."""
    story = trace(heard, route)
    pid, said = story.answer
    arm.record(said=said)
    if story.calls is None:
        arm.record(call=None, calls_for_it=None, caller=None, caller_was_there=None, loaded_a_program=None)
        return
    arm.call(story.pid, "caller")
    creations = [call for call in story.calls if call.kind not in ("thread", "exec")]
    made = [call for call in creations if pid in (None, call.result)]
    if made:
        arm.call(made[0].caller, "caller's server")
        arm.call(made[0].result, "child")
        earlier = [call.result for call in creations[: creations.index(made[0])]]
    for call in story.calls:
        tell(arm, call)
    arm.record(
        call=made[0].kind if made else "none",
        calls_for_it=len(made),
        caller=arm.who(made[0].caller) if made else "none",
        caller_was_there=bool(made) and made[0].caller in (story.pid, *earlier),
        loaded_a_program=bool(made) and ("exec", made[0].result) in ((c.kind, c.caller) for c in story.calls),
    )


def tell(arm, call):
    """Put a call on the timeline."""
    number = "" if call.number is None else f", system call {call.number}"
    if call.kind == "exec":
        arm.event(arm.call(call.caller, "helper"), "loaded", call.caller, f"{call.result}{number}", at=call.at)
    else:
        by = f"{call.kind} by {arm.who(call.caller)}{number}"
        arm.event(arm.call(call.result, "helper"), "created", call.result, by, at=call.at)


# ---------------------------------------------------------------- the routes


def by_subprocess(arm):
    def route():
        with subprocess.Popen(PROGRAM) as program:
            return program.pid

    follow(arm, route)


def by_subprocess_with_preexec(arm):
    """Python code is to run in the child, which needs a memory of its own for that."""

    def route():
        with subprocess.Popen(PROGRAM, preexec_fn=nothing) as program:
            return program.pid

    follow(arm, route)


def by_posix_spawn(arm):
    def route():
        pid = os.posix_spawn(PROGRAM[0], PROGRAM, os.environ)
        os.waitpid(pid, 0)
        return pid

    if hasattr(os, "posix_spawn"):
        follow(arm, route)
    else:
        arm.record(call="not in this Python", said=[], loaded_a_program=False)


def by_system(arm):
    follow(arm, lambda: None if os.system(PROGRAM[2]) == 0 else -1)


def by_multiprocessing(arm):
    def route():
        reader, writer = multiprocessing.Pipe(duplex=False)
        child = multiprocessing.Process(target=say_pid, args=(writer,))
        child.start()
        writer.close()
        try:
            return reader.recv()
        except EOFError:  # no child has run
            return -1
        finally:
            child.join()

    follow(arm, route)


def by_fork(arm):
    def route():
        pid = os.fork()
        if not pid:
            os._exit(0)
        os.waitpid(pid, 0)
        return pid

    follow(arm, route)


def thread(arm):
    """A thread is made by the same system call as most processes, and is none."""

    def route():
        other = threading.Thread(target=nothing)
        other.start()
        other.join()

    follow(arm, route)


if __name__ == "__main__":
    main(by_subprocess, by_subprocess_with_preexec, by_posix_spawn, by_system, by_multiprocessing, by_fork, thread)
