"""What the process table says of a process is what that process does: memory, files, CPU time, priority, owner, place.

The entry of a known child is read, the child does something of each kind, and the entry is read again. Of a child that
does nothing it says the same as before.
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
        line = check_in(address, "known", owner=owner)
        if line.serve() == "work":
            memory = b"x" * MORE_MEMORY
            for _ in range(MORE_FILES):
                files.enter_context(open(path, "rb"))
            until = time.process_time() + MORE_SECONDS
            while time.process_time() < until:
                pass
            be_less_important()
            line.send("all done")
            deep(lambda: take(lock), levels=20)
            line.serve()
            del memory
        else:
            line.send("nothing done")
            line.serve()


def take(lock):
    """Wait for this lock, which is waited for elsewhere in the C library than input is. Windows does not show where."""
    if os.name != "nt":
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_EX)


def deep(function, levels):
    """Call it from deep down: by way of C, as calls between Python's functions need no machine stack."""
    if levels:
        sorted([None], key=lambda _: deep(function, levels - 1))
    else:
        function()


def be_less_important():
    if os.name == "nt":
        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        os.nice(5)


def read_entry(peer):
    """What the entry says, once the process waits."""
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
    """Stack pointer and program counter: Linux shows them of a process that waits, see proc_pid_syscall(5)."""
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
        stack_pointer=said(pointers and after["place"][0] < before["place"][0]),
        program_counter=said(pointers and after["place"][1] != before["place"][1]),
    )


def said(moved):
    return "not shown" if moved is None else "moved" if moved else "as before"


def experiment(arm):
    compare(arm, "work")


def control(arm):
    compare(arm, "nothing")


if __name__ == "__main__":
    main(experiment, control)
