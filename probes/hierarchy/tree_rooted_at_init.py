"""The ancestors of every process are followed upwards: do they all end at init?

Processes come and go while the table is read, so it may have a child without its parent. Such a child is checked again.
"""

import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, stay, table

INIT = 1


def all_parents():
    """Return the parent of each process, by pid."""
    if sys.platform == "linux":
        entries = {int(name): table.read(int(name)) for name in os.listdir("/proc") if name.isdigit()}
        return {pid: entry.parent for pid, entry in entries.items() if entry is not None}
    done = subprocess.run(
        ["ps", "-A", "-o", "pid=", "-o", "ppid="], stdout=subprocess.PIPE, check=True, universal_newlines=True
    )
    return {int(pid): int(parent) for pid, parent in map(str.split, done.stdout.splitlines())}


def root_of(pid, parents):
    """Return the last ancestor, or None if an ancestor is not in the table."""
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


def is_kernel_thread(pid):
    """Return whether it is a thread of the Linux kernel (PF_KTHREAD in proc_pid_stat(5))."""
    return bool(int(of_proc(pid, "stat").rpartition(")")[2].split()[6]) & 0x00200000)


def of_proc(pid, name):
    with open(f"/proc/{pid}/{name}", encoding="utf-8", errors="replace") as file:
        return file.read().strip()


def has_outer_pid_namespace():
    """Return whether this PID namespace is inside another one, so not the kernel's first (PROC_PID_INIT_INO)."""
    try:
        return os.readlink("/proc/self/ns/pid") != "pid:[4026531836]"
    except OSError:  # the system has no PID namespaces, or does not show them
        return False


def experiment(arm):
    parents = all_parents()
    lost = strays(parents)
    for _ in range(5):
        if not lost:
            break
        lost &= strays(all_parents())
    others = {pid for pid in parents if root_of(pid, parents) == pid and is_a_root(pid)} - {INIT}
    # A process that was put into a container from outside has a parent there that cannot be seen and reads as 0.
    put_in = {pid for pid in others if not is_kernel_thread(pid)} if has_outer_pid_namespace() else set()
    arm.record(
        processes=len(parents),
        strays=len(lost),
        other_roots=sorted(of_proc(pid, "comm") if sys.platform == "linux" else str(pid) for pid in others - put_in),
        put_in_from_outside=len(put_in),
    )


def child(address):
    stay(address, "child")


def control(arm):
    """Follow the ancestors to the probe instead: the tree below it has the child and not every other process."""
    arm.launch(child)
    inside = arm.expect("child").pid
    parents = {**all_parents(), os.getpid(): 0}
    under_probe = {pid for pid in parents if root_of(pid, parents) == os.getpid()}
    arm.record(outside=len(parents) - len(under_probe), child_is_in_it=inside in under_probe)


if __name__ == "__main__":
    main(experiment, control)
