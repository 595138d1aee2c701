"""Does the entry of a process show its memory, files, CPU time, priority, owner and place of execution?

The entry of a known child is read, the child changes each of them, and the entry is read again. In the control the
child does nothing, and the entry stays the same.
"""

import contextlib
import os
import sys
import time

import psutil

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, shared_page

MIB = 1 << 20
MORE_MEMORY = 32 * MIB
MORE_FILES = 10
MORE_SECONDS = 0.1


def known(address, path):
    owner = os.getuid() if hasattr(os, "getuid") else os.environ["USERNAME"]
    with open(path, "rb") as lock, contextlib.ExitStack() as files:
        connection = check_in(address, "known", owner=owner)
        if connection.serve() == "work":
            memory = b"x" * MORE_MEMORY
            for _ in range(MORE_FILES):
                files.enter_context(open(path, "rb"))
            until = time.process_time() + MORE_SECONDS
            while time.process_time() < until:
                pass
            lower_priority()
            connection.send("all done")
            deep(lambda: take(lock), levels=20)
            connection.serve()
            del memory
        else:
            connection.send("nothing done")
            connection.serve()


def take(lock):
    """Wait for this lock, at another place of the C library than for input. Windows does not show the place."""
    if os.name != "nt":
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_EX)


def deep(function, levels):
    """Call the function deep in the machine stack: through C, because calls between Python functions do not use it."""
    if levels:
        sorted([None], key=lambda _: deep(function, levels - 1))
    else:
        function()


def lower_priority():
    if os.name == "nt":
        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        os.nice(5)


def read_entry(peer):
    """Return the content of the entry, once the process waits."""
    if os.name != "nt":
        peer.wait_state("sleeping")
    process = psutil.Process(peer.pid)
    times = process.cpu_times()
    return {
        "memory": process.memory_info().rss,
        "files": process.num_handles() if os.name == "nt" else process.num_fds(),
        "seconds": times.user + times.system,
        "priority": int(process.nice()),
        "owner": process.username().rpartition("\\")[2] if os.name == "nt" else process.uids().real,
        "place": place(peer.pid),
    }


def place(pid):
    """Return stack pointer and program counter, which Linux shows for a waiting process (proc_pid_syscall(5))."""
    try:
        with open(f"/proc/{pid}/syscall", encoding="ascii") as file:
            words = file.read().split()
    except OSError:
        return None
    return [int(word, 16) for word in words[-2:]] if len(words) > 2 else None


def compare(arm, what):
    path = shared_page(arm)
    with open(path, "rb") as lock:
        take(lock)
        program = arm.launch(known, path)
        peer = arm.expect("known")
        before = read_entry(peer)
        peer.leave(what)
        peer.receive()
        after = read_entry(peer)
    peer.leave()
    peer.wait_end()
    program.wait()
    pointers = before["place"] and after["place"]
    arm.record(
        memory_grew_by_mib=round((after["memory"] - before["memory"]) / MIB, 1),
        open_files_more=after["files"] - before["files"],
        cpu_seconds_more=round(after["seconds"] - before["seconds"], 3),
        priority="changed" if after["priority"] != before["priority"] else "as before",
        owner_is_what_it_says=after["owner"] == peer.details["owner"],
        stack_pointer=describe(pointers and after["place"][0] < before["place"][0]),
        program_counter=describe(pointers and after["place"][1] != before["place"][1]),
    )


def describe(moved):
    return "not shown" if moved is None else "moved" if moved else "as before"


def experiment(arm):
    compare(arm, "work")


def control(arm):
    compare(arm, "nothing")


if __name__ == "__main__":
    main(experiment, control)
