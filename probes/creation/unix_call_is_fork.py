"""Which system call creates a process, for each way to start one: as the kernel reports it, and as Python reports it.

Each way is used in a traced process. The kernel distinguishes a fork, whose child is a copy of the caller, from a
vfork, whose child borrows the caller's memory until it has loaded a program.
"""

import multiprocessing
import os
import subprocess
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, trace

PROGRAM = ["/bin/sh", "-c", ":"]
CREATING = ("os.fork", "os.posix_spawn", "os.system", "subprocess.Popen", "_posixsubprocess.fork_exec")


def nothing():
    """Do nothing, as a target."""


def send_pid(writer):
    writer.send(os.getpid())


def audited(route):
    """Call ``route``; returns the pid of the child, if known, and the audit events about creating processes."""
    events = []
    sys.addaudithook(lambda event, _: events.append(event) if event in CREATING else None)
    return [route(), events]


def follow(arm, route):
    """Call ``route`` in a traced process, and record how its child was created."""
    story = trace(audited, route)
    pid, events = story.answer
    arm.record(said=events)
    if story.calls is None:
        arm.record(call=None, calls_for_it=None, caller=None, caller_was_there=None, loaded_a_program=None)
        return
    arm.set_name(story.pid, "caller")
    creations = [call for call in story.calls if call.kind not in ("thread", "exec")]
    made = [call for call in creations if pid in (None, call.result)]
    if made:
        arm.set_name(made[0].caller, "caller's server")
        arm.set_name(made[0].result, "child")
        earlier = [call.result for call in creations[: creations.index(made[0])]]
    for call in story.calls:
        add_event(arm, call)
    arm.record(
        call=made[0].kind if made else "none",
        calls_for_it=len(made),
        caller=arm.name_of(made[0].caller) if made else "none",
        caller_was_there=bool(made) and made[0].caller in (story.pid, *earlier),
        loaded_a_program=bool(made) and ("exec", made[0].result) in ((c.kind, c.caller) for c in story.calls),
    )


def add_event(arm, call):
    """Put a call on the timeline."""
    number = "" if call.number is None else f", system call {call.number}"
    if call.kind == "exec":
        arm.event(arm.set_name(call.caller, "helper"), "loaded", call.caller, f"{call.result}{number}", at=call.at)
    else:
        how, caller = f"{call.kind}{number}", arm.name_of(call.caller)
        arm.event(arm.set_name(call.result, "helper"), "created", call.result, how, at=call.at, other=caller)


# ---------------------------------------------------------------- the ways to start a process


def by_subprocess(arm):
    def route():
        with subprocess.Popen(PROGRAM) as program:
            return program.pid

    follow(arm, route)


def by_subprocess_with_preexec(arm):
    """Python code runs in the child before the program, so the child needs its own memory."""

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
        child = multiprocessing.Process(target=send_pid, args=(writer,))
        child.start()
        writer.close()
        try:
            return reader.recv()
        except EOFError:  # the child did not run
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
    """A thread is created by the same system call as most processes, but is not a process."""

    def route():
        other = threading.Thread(target=nothing)
        other.start()
        other.join()

    follow(arm, route)


if __name__ == "__main__":
    main(by_subprocess, by_subprocess_with_preexec, by_posix_spawn, by_system, by_multiprocessing, by_fork, thread)
