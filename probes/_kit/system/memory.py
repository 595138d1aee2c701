"""The private memory of a process, in bytes, and the room for the memory of a thread.

On Linux private memory is the pages that no other process has (proc_pid_smaps(5)), on Windows the private committed
memory (PROCESS_MEMORY_COUNTERS), and elsewhere the resident set of ps(1), which includes shared pages.
"""

import os
import sys

THREAD = 144 << 20
"""The address space that a thread may reserve, in bytes: glibc's malloc 128 MiB at first, and the stack 8 MiB."""


def require_room_for_thread():
    """Raise MemoryError if this process may not reserve as much address space as a thread does (RLIMIT_AS).

    Then glibc's malloc tries again at each allocation of the thread, and gets memory from the system for each. This
    costs several system calls, so that the time of anything that uses threads is not what it is elsewhere.
    """
    if sys.platform == "win32":
        return
    import mmap

    try:
        mmap.mmap(-1, THREAD, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=0).close()
    except OSError as error:
        raise MemoryError(
            f"a thread's allocations are slow here: less than {THREAD >> 20} MiB of address space are left (RLIMIT_AS)"
        ) from error


if sys.platform == "linux":

    def private(pid):
        """Return the number of bytes that only this process has."""
        name = "smaps_rollup" if os.path.exists(f"/proc/{pid}/smaps_rollup") else "smaps"
        with open(f"/proc/{pid}/{name}", encoding="utf-8", errors="replace") as file:
            return 1024 * sum(int(line.split()[1]) for line in file if line.startswith("Private_"))

elif sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
    _kernel32.OpenProcess.restype = wintypes.HANDLE
    _QUERY = 0x1000  # PROCESS_QUERY_LIMITED_INFORMATION

    class _Counters(ctypes.Structure):
        # PROCESS_MEMORY_COUNTERS, psapi.h; PagefileUsage is the commit charge, whether or not a file backs it
        _fields_ = [
            ("size", wintypes.DWORD),
            ("faults", wintypes.DWORD),
            *((f"other_{number}", ctypes.c_size_t) for number in range(6)),
            ("pagefile", ctypes.c_size_t),
            ("peak_pagefile", ctypes.c_size_t),
        ]

    def private(pid):
        handle = wintypes.HANDLE(_kernel32.OpenProcess(_QUERY, False, pid))
        counters = _Counters(size=ctypes.sizeof(_Counters))
        try:
            if not _kernel32.K32GetProcessMemoryInfo(handle, ctypes.byref(counters), counters.size):
                raise ctypes.WinError(ctypes.get_last_error())
        finally:
            _kernel32.CloseHandle(handle)
        return counters.pagefile

else:
    import subprocess

    def private(pid):
        done = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], stdout=subprocess.PIPE, check=True, text=True)
        return 1024 * int(done.stdout)
