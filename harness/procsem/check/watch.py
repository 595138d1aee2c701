"""Watch a program's processes from outside while they run: is anything still going on, and what does each wait for?

On Linux /proc shows the system call of each thread and with what arguments, so a deadlock can be proven: every
thread of every process waits, without a timeout, for something that only these processes can bring about. Elsewhere
nothing is proven, and a run is ended by its timeout.
"""

from __future__ import annotations

import contextlib
import os
import platform
import signal
import struct
import sys
from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

from procsem.check.evidence import Wait

# System calls in which a thread can wait, by their numbers on the machines where we know them.
_CALLS: Mapping[str, Mapping[int, str]] = {
    "x86_64": {
        0: "read", 7: "poll", 23: "select", 34: "pause", 35: "sleep", 43: "accept", 45: "recv", 47: "recv", 61: "wait4",
        72: "lock file", 73: "lock file", 1: "write", 202: "futex", 230: "sleep", 232: "epoll", 247: "waitid",
        270: "select", 271: "ppoll", 281: "epoll", 288: "accept", 128: "sigwait", 130: "sigsuspend",
    },
    "aarch64": {
        22: "epoll", 25: "lock file", 32: "lock file", 63: "read", 64: "write", 72: "select", 73: "ppoll", 95: "waitid",
        98: "futex", 101: "sleep", 115: "sleep", 133: "sigsuspend", 137: "sigwait", 202: "accept", 207: "recv",
        212: "recv", 242: "accept", 260: "wait4",
    },
}  # fmt: skip
_FOREVER = 0xFFFFFFFF


@frozen
class Sample:
    """The state of all processes of a program at one moment."""

    alive: tuple[int, ...]
    """Pids of processes that are not zombies."""
    waits: tuple[Wait, ...]
    cpu: int
    """Clock ticks of CPU time that these processes have used."""
    zombies: tuple[tuple[int, int], ...] = ()
    """Pids of the processes that have ended and that nobody has waited for, each with its parent's."""

    def same_as(self, other: Sample | None) -> bool:
        """Return whether nothing has happened between two samples."""
        return other is not None and self == other


def tree(root: int) -> dict[int, tuple[str, int, int]]:
    """Return state, CPU ticks and parent of all descendants of a process, by pid."""
    parents: dict[int, int] = {}
    seen: dict[int, tuple[str, int, int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                fields = Path("/proc", entry, "stat").read_bytes().rpartition(b")")[2].split()
                pid = int(entry)
                parents[pid] = int(fields[1])
                seen[pid] = (fields[0].decode(), int(fields[11]) + int(fields[12]), parents[pid])
    found: dict[int, tuple[str, int, int]] = {}
    below = {root}
    while below:
        below = {pid for pid, parent in parents.items() if parent in below and pid not in found}
        found.update({pid: seen[pid] for pid in below})
    return found


def sample(root: int) -> Sample | None:
    """Look at every thread of every descendant. Returns None where this system does not show it."""
    calls = _CALLS.get(platform.machine())
    if sys.platform != "linux" or calls is None:
        return None
    processes = tree(root)
    waits = []
    cpu = 0
    for pid, (state, ticks, _) in sorted(processes.items()):
        cpu += ticks
        if state in "ZX":
            continue
        with contextlib.suppress(OSError):
            waits += [_wait(pid, int(tid), state, calls) for tid in sorted(os.listdir(f"/proc/{pid}/task"))]
    alive = tuple(pid for pid, (state, _, _) in sorted(processes.items()) if state not in "ZX")
    zombies = tuple((pid, parent) for pid, (state, _, parent) in sorted(processes.items()) if state == "Z")
    return Sample(alive, tuple(waits), cpu, zombies)


def _wait(pid: int, tid: int, state: str, calls: Mapping[int, str]) -> Wait:
    try:
        words = Path(f"/proc/{pid}/task/{tid}/syscall").read_text().split()
    except OSError:
        return Wait(pid, tid, "unknown", False)
    if words[0] == "running" or state in "Tt":
        return Wait(pid, tid, "stopped" if state in "Tt" else "running", False)
    number, args = int(words[0]), [int(word, 16) for word in words[1:7]]
    call = calls.get(number, f"call {number}")
    if call == "futex":
        name = "" if args[1] & 128 else _mapping(pid, args[0])
        return Wait(pid, tid, call, args[3] == 0, args[0], name or "a lock of its own")
    if call in ("read", "recv", "accept", "write"):
        return Wait(pid, tid, call, True, on=_link(pid, args[0]))
    if call == "poll":
        return Wait(pid, tid, call, args[2] & _FOREVER == _FOREVER, on=_polled(pid, args[0], args[1]))
    if call == "ppoll":
        return Wait(pid, tid, "poll", args[2] == 0, on=_polled(pid, args[0], args[1]))
    if call == "select":
        return Wait(pid, tid, call, args[4] == 0)
    if call == "epoll":
        return Wait(pid, tid, call, args[3] & _FOREVER == _FOREVER, on=_watched(pid, args[0]))
    if call in ("wait4", "waitid"):
        return Wait(pid, tid, call, True, on=str(_signed(args[0])) if call == "wait4" else "")
    return Wait(pid, tid, call, False)


def _signed(value: int) -> int:
    value &= _FOREVER
    return value - (1 << 32) if value >> 31 else value


def _link(pid: int, fd: int) -> str:
    try:
        return os.readlink(f"/proc/{pid}/fd/{fd}")
    except OSError:
        return f"descriptor {fd}"


def _polled(pid: int, address: int, count: int) -> str:
    """Return what the descriptors of a poll() are, from the array in the process's memory."""
    with contextlib.suppress(OSError, struct.error), Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        memory.seek(address)
        found = struct.iter_unpack("ihh", memory.read(8 * min(count, 500)))
        return " ".join(_link(pid, fd) for fd, _, _ in found if fd >= 0)
    return ""


def _watched(pid: int, fd: int) -> str:
    """Return what the descriptors are that an epoll object watches."""
    with contextlib.suppress(OSError, ValueError):
        lines = Path(f"/proc/{pid}/fdinfo/{fd}").read_text().splitlines()
        return " ".join(_link(pid, int(line.split()[1])) for line in lines if line.startswith("tfd:"))
    return ""


def _mapping(pid: int, address: int) -> str:
    """Return the file that is mapped at an address, with its inode: /dev/shm/sem.name (a removed one included)."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, _, _, _, inode, *name = line.split(None, 5)
            low, high = (int(end, 16) for end in span.split("-"))
            if low <= address < high:
                return f"{name[0].strip()} inode {inode}" if name else ""
    return ""


def proves_deadlock(seen: Sample, idle: frozenset[int], sensitive: bool, pairs: Mapping[str, str]) -> bool:
    """Return whether nothing can happen any more: all wait endlessly for one another.

    ``idle`` are the helpers of multiprocessing, which wait for the others in ways of their own. ``sensitive`` says that
    the program has handlers of its own or timers, so a signal may still wake it. ``pairs`` are the sockets that only
    the program's processes can have, each with its other end.
    """
    working = [wait for wait in seen.waits if wait.pid not in idle]
    if sensitive or not working:
        return False
    return all(wait.endless and _internal(wait, pairs) for wait in working)


def _internal(wait: Wait, pairs: Mapping[str, str]) -> bool:
    if wait.call in ("futex", "wait4", "waitid"):
        return True
    if wait.call in ("read", "write", "poll", "epoll", "recv"):
        # A pipe without a name can be reached by the processes that inherited it only.
        return bool(wait.on) and all(name.startswith("pipe:") or name in pairs for name in wait.on.split())
    return False


def catches(pid: int, number: int) -> bool:
    """Return whether a process has a handler for a signal, so that sending it ends nothing."""
    if sys.platform != "linux":
        return True
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("SigCgt:"):
                return bool(int(line.split()[1], 16) >> (number - 1) & 1)
    return False


def holders(waits: tuple[Wait, ...], pids: tuple[int, ...], pairs: Mapping[str, str]) -> dict[str, tuple[int, ...]]:
    """Return which of these processes hold the writing end of each pipe that is read, or a socket's other end."""
    names = {name for wait in waits for name in wait.on.split()}
    found: dict[str, set[int]] = {name: set() for name in names if name.startswith("pipe:") or name in pairs}
    others = {pairs[name]: name for name in found if name in pairs}
    for pid in pids:
        with contextlib.suppress(OSError):
            for fd in os.listdir(f"/proc/{pid}/fd"):
                with contextlib.suppress(OSError, ValueError, IndexError):
                    name = os.readlink(f"/proc/{pid}/fd/{fd}")
                    if name in others:
                        found[others[name]].add(pid)
                    elif name in found and name not in pairs and _writes(pid, fd):
                        found[name].add(pid)
    return {name: tuple(sorted(pids)) for name, pids in found.items()}


def _writes(pid: int, fd: str) -> bool:
    for line in Path(f"/proc/{pid}/fdinfo/{fd}").read_text().splitlines():
        if line.startswith("flags:"):
            return bool(int(line.split()[1], 8) & (os.O_WRONLY | os.O_RDWR))
    return False


def stack_signal() -> int:
    """Return a signal that programs do not use, by which stacks are asked for; 0 where there is none."""
    if hasattr(signal, "SIGRTMAX"):
        return int(signal.SIGRTMAX) - 5
    return int(getattr(signal, "SIGINFO", 0))
