"""The process table as each system shows it: is this process there, in what state, whose child is it.

``look(pid)`` gives a :class:`Look`, or None when there is no such process. The states' words are
``running`` (or ready to: Linux does not tell the two apart), ``sleeping``, ``stopped``, ``zombie``
and ``other``. Windows keeps no state of a whole process and no zombies: a process there is
``running`` or is not there.
"""

import os
import sys
import time
from collections import namedtuple

Look = namedtuple("Look", "state parent started")
"""State, the parent's pid, and a mark that differs between two processes that had one pid."""

_TICK = 0.002

if sys.platform == "linux":
    # proc_pid_stat(5): the command may hold spaces and parentheses, so the fields are counted from its last one.
    _STATES = {"R": "running", "S": "sleeping", "D": "sleeping", "I": "sleeping", "T": "stopped", "t": "stopped"}

    def look(pid):
        try:
            with open(f"/proc/{pid}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return None
        letter = fields[0].decode()
        if letter in "Xx" or int(fields[2]) < 0:  # released as it was read: its group is no longer told
            return None
        return Look("zombie" if letter == "Z" else _STATES.get(letter, "other"), int(fields[1]), int(fields[19]))

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

    class _Entry(ctypes.Structure):
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
            entry = _Entry(size=ctypes.sizeof(_Entry))
            more = _kernel32.Process32First(snapshot, ctypes.byref(entry))
            while more:
                if entry.pid == pid:
                    return entry.parent
                more = _kernel32.Process32Next(snapshot, ctypes.byref(entry))
        finally:
            _kernel32.CloseHandle(snapshot)
        return None

    def look(pid):
        handle = wintypes.HANDLE(_kernel32.OpenProcess(_QUERY_AND_SYNCHRONIZE, False, pid))
        if not handle.value:
            return None
        try:
            # A handle keeps the object of a process that has ended; whether it runs, only waiting tells.
            if _kernel32.WaitForSingleObject(handle, 0) != _TIMED_OUT:
                return None
            times = [wintypes.FILETIME() for _ in range(4)]
            _kernel32.GetProcessTimes(handle, *(ctypes.byref(t) for t in times))
        finally:
            _kernel32.CloseHandle(handle)
        return Look("running", _parent(pid), times[0].dwHighDateTime << 32 | times[0].dwLowDateTime)

else:
    import subprocess

    # ps(1) of macOS and the BSDs: the first letter is the state.
    _STATES = {"R": "running", "S": "sleeping", "I": "sleeping", "U": "sleeping", "D": "sleeping", "T": "stopped"}

    def look(pid):
        done = subprocess.run(
            ["ps", "-o", "state=,ppid=,lstart=", "-p", str(pid)], stdout=subprocess.PIPE, check=False, text=True
        )
        fields = done.stdout.split(None, 2)
        if len(fields) < 3:
            return None
        state = "zombie" if fields[0].startswith("Z") else _STATES.get(fields[0][0], "other")
        return Look(state, int(fields[1]), fields[2].strip())


def wait_for(condition, patience, what):
    """Poll until ``condition()`` gives something true, and return it. Raises TimeoutError naming ``what``."""
    give_up = time.monotonic() + patience
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > give_up:
            raise TimeoutError(f"{what}: not within {patience:g} s")
        time.sleep(_TICK)  # a poll's pause, bounded by the deadline above


def kill(pid, started):
    """End that very process by force, if it is still there."""
    import signal

    seen = look(pid)
    if seen is None or seen.started != started or seen.state == "zombie":
        return
    try:
        os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    except (ProcessLookupError, PermissionError):
        pass


def kill_child(child):
    """End a child of this process by force, a Process, if it is still there.

    By what started it and by the system's own call: what multiprocessing says and does may be what is broken.
    """
    pid = child._popen.pid
    seen = look(pid)
    if seen is not None:
        kill(pid, seen.started)
