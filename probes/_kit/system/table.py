"""The process table as each system shows it: whether a process exists, its state and its parent.

``read(pid)`` returns an :class:`Entry`, or None if there is no such process. The states are ``running`` (or ready to
run, which Linux does not distinguish), ``sleeping``, ``stopped``, ``zombie`` and ``other``. Windows has no state of a
whole process and no zombies: a process there is ``running`` or does not exist.

``members(group)`` returns the pids of a process group, the lowest first. Windows has no such groups.
"""

import os
import sys
import time
from collections import namedtuple

Entry = namedtuple("Entry", "state parent started")
"""The state, the parent's pid, and a mark of the start, which differs between two processes with the same pid."""

_POLL_INTERVAL = 0.002  # seconds

if sys.platform == "linux":
    # proc_pid_stat(5): the command may contain spaces and parentheses, so fields are counted from the last parenthesis.
    _STATES = {"R": "running", "S": "sleeping", "D": "sleeping", "I": "sleeping", "T": "stopped", "t": "stopped"}

    def read(pid):
        try:
            with open(f"/proc/{pid}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return None
        letter = fields[0].decode()
        if letter in "Xx" or int(fields[2]) < 0:  # released while it was read: its group is no longer shown
            return None
        return Entry("zombie" if letter == "Z" else _STATES.get(letter, "other"), int(fields[1]), int(fields[19]))

    def members(group):
        pids = sorted(int(name) for name in os.listdir("/proc") if name.isdigit())
        return [pid for pid in pids if _group(pid) == group]

    def _group(pid):
        try:
            return os.getpgid(pid)
        except ProcessLookupError:
            return None

elif sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
    _kernel32.OpenProcess.restype = wintypes.HANDLE
    _kernel32.CreateToolhelp32Snapshot.restype = wintypes.HANDLE
    for _function in ("CloseHandle", "WaitForSingleObject", "GetProcessTimes", "Process32First", "Process32Next"):
        getattr(_kernel32, _function).argtypes = None
    _QUERY_AND_SYNCHRONIZE = 0x1000 | 0x00100000  # PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE
    _SNAPSHOT_PROCESSES = 0x2
    _TIMED_OUT = 0x102

    class _ProcessEntry(ctypes.Structure):
        # PROCESSENTRY32, tlhelp32.h
        _fields_ = [
            ("size", wintypes.DWORD),
            ("usage", wintypes.DWORD),
            ("pid", wintypes.DWORD),
            ("heap", ctypes.c_size_t),
            ("module", wintypes.DWORD),
            ("threads", wintypes.DWORD),
            ("parent", wintypes.DWORD),
            ("priority", wintypes.LONG),
            ("flags", wintypes.DWORD),
            ("name", ctypes.c_char * 260),
        ]

    def _parent(pid):
        snapshot = wintypes.HANDLE(_kernel32.CreateToolhelp32Snapshot(_SNAPSHOT_PROCESSES, 0))
        try:
            entry = _ProcessEntry(size=ctypes.sizeof(_ProcessEntry))
            more = _kernel32.Process32First(snapshot, ctypes.byref(entry))
            while more:
                if entry.pid == pid:
                    return entry.parent
                more = _kernel32.Process32Next(snapshot, ctypes.byref(entry))
        finally:
            _kernel32.CloseHandle(snapshot)
        return None

    def read(pid):
        handle = wintypes.HANDLE(_kernel32.OpenProcess(_QUERY_AND_SYNCHRONIZE, False, pid))
        if not handle.value:
            return None
        try:
            # A handle keeps the object of a process that has ended; only waiting shows whether it runs.
            if _kernel32.WaitForSingleObject(handle, 0) != _TIMED_OUT:
                return None
            times = [wintypes.FILETIME() for _ in range(4)]
            _kernel32.GetProcessTimes(handle, *(ctypes.byref(t) for t in times))
        finally:
            _kernel32.CloseHandle(handle)
        return Entry("running", _parent(pid), times[0].dwHighDateTime << 32 | times[0].dwLowDateTime)

else:
    import subprocess

    # ps(1) of macOS and the BSDs: the first letter is the state.
    _STATES = {"R": "running", "S": "sleeping", "I": "sleeping", "U": "sleeping", "D": "sleeping", "T": "stopped"}

    def read(pid):
        done = subprocess.run(
            ["ps", "-o", "state=,ppid=,lstart=", "-p", str(pid)], stdout=subprocess.PIPE, check=False, text=True
        )
        fields = done.stdout.split(None, 2)
        if len(fields) < 3:
            return None
        state = "zombie" if fields[0].startswith("Z") else _STATES.get(fields[0][0], "other")
        return Entry(state, int(fields[1]), fields[2].strip())

    def members(group):
        done = subprocess.run(["ps", "-A", "-o", "pid=,pgid="], stdout=subprocess.PIPE, check=False, text=True)
        pairs = [map(int, line.split()) for line in done.stdout.splitlines()]
        return sorted(pid for pid, its_group in pairs if its_group == group)


def wait_for(condition, timeout, what):
    """Poll until ``condition()`` returns a true value, and return that. Raises TimeoutError that names ``what``."""
    give_up = time.monotonic() + timeout
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > give_up:
            raise TimeoutError(f"{what}: not within {timeout:g} s")
        time.sleep(_POLL_INTERVAL)  # bounded by the timeout above


def kill(pid, started):
    """Kill the process with this pid and start mark, if it still runs."""
    import signal

    entry = read(pid)
    if entry is None or entry.started != started or entry.state == "zombie":
        return
    try:
        os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    except (ProcessLookupError, PermissionError):
        pass


def kill_child(child):
    """Kill a child of this process, a Process object, if it still runs.

    By its pid and with the system's own call, because multiprocessing's own functions may be broken on purpose.
    """
    pid = child._popen.pid
    entry = read(pid)
    if entry is not None:
        kill(pid, entry.started)
