"""From every process the way goes up from parent to parent. Where does it end: at init, or at somebody else?

A table that is read while processes come and go may show a child and not its parent. Who is found so is looked at
again.
"""

import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, stay, table

INIT = 1


def everyone():
    """Each process's parent."""
    if sys.platform == "linux":
        looks = {int(name): table.read(int(name)) for name in os.listdir("/proc") if name.isdigit()}
        return {pid: seen.parent for pid, seen in looks.items() if seen is not None}
    done = subprocess.run(
        ["ps", "-A", "-o", "pid=", "-o", "ppid="], stdout=subprocess.PIPE, check=True, universal_newlines=True
    )
    return {int(pid): int(parent) for pid, parent in map(str.split, done.stdout.splitlines())}


def root_of(pid, parents):
    """Who is at the upper end, or None where the way leads to one who is not in the table."""
    for _ in parents:
        parent = parents[pid]
        if parent in (0, pid):
            return pid
        if parent not in parents:
            return None
        pid = parent
    return None


def strays(parents):
    return {pid for pid in parents if root_of(pid, parents) is None}


def is_a_root(pid):
    seen = table.read(pid)
    return seen is not None and seen.parent in (0, pid)


def is_the_kernels(pid):
    """Linux: whether it is a thread of the kernel (PF_KTHREAD in proc_pid_stat(5))."""
    return bool(int(of_proc(pid, "stat").rpartition(")")[2].split()[6]) & 0x00200000)


def of_proc(pid, name):
    with open(f"/proc/{pid}/{name}", encoding="utf-8", errors="replace") as file:
        return file.read().strip()


def may_be_put_in_from_outside():
    """Linux: whether there is an outside. The kernel's first PID namespace (PROC_PID_INIT_INO) is in no other."""
    try:
        return os.readlink("/proc/self/ns/pid") != "pid:[4026531836]"
    except OSError:  # no such namespaces, or none that is told of
        return False


def experiment(arm):
    parents = everyone()
    lost = strays(parents)
    for _ in range(5):
        if not lost:
            break
        lost &= strays(everyone())
    others = {pid for pid in parents if root_of(pid, parents) == pid and is_a_root(pid)} - {INIT}
    # In a container's table the parent of a process that was put there from outside cannot be seen, and reads as 0.
    put_in = {pid for pid in others if not is_the_kernels(pid)} if may_be_put_in_from_outside() else set()
    arm.record(
        processes=len(parents),
        strays=len(lost),
        other_roots=sorted(of_proc(pid, "comm") if sys.platform == "linux" else str(pid) for pid in others - put_in),
        put_in_from_outside=len(put_in),
    )


def child(address):
    stay(address, "child")


def control(arm):
    """The same ways up, and the question whether they lead past the probe: a tree under it has not everyone in it."""
    arm.launch(child)
    inside = arm.expect("child").pid
    parents = {**everyone(), os.getpid(): 0}
    under_probe = {pid for pid in parents if root_of(pid, parents) == os.getpid()}
    arm.record(outside=len(parents) - len(under_probe), child_is_in_it=inside in under_probe)


if __name__ == "__main__":
    main(experiment, control)
