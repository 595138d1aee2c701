"""The CPUs that this process may run on, and how often it left its CPU to others."""

import os
import sys
from collections import namedtuple

Switches = namedtuple("Switches", "voluntary involuntary")
"""How often a process left its CPU because it waited for something, and because the system took the CPU away."""

if sys.platform == "win32":
    import ctypes

    _kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
    _THIS_PROCESS = ctypes.c_void_p(-1)  # as GetCurrentProcess gives it
    _THIS_THREAD = ctypes.c_void_p(-2)  # as GetCurrentThread does
    _kernel32.SetThreadAffinityMask.restype = ctypes.c_size_t

    def usable():
        """Return the numbers of the CPUs that this process may run on, in order."""
        mask, system_mask = ctypes.c_size_t(), ctypes.c_size_t()
        if not _kernel32.GetProcessAffinityMask(_THIS_PROCESS, ctypes.byref(mask), ctypes.byref(system_mask)):
            raise ctypes.WinError(ctypes.get_last_error())
        return [number for number in range(64) if mask.value >> number & 1]

    def _restrict_to(cpus):
        mask = ctypes.c_size_t(sum(1 << cpu for cpu in cpus))
        if not _kernel32.SetProcessAffinityMask(_THIS_PROCESS, mask):
            raise ctypes.WinError(ctypes.get_last_error())

    def pin_thread(cpu):
        if not _kernel32.SetThreadAffinityMask(_THIS_THREAD, ctypes.c_size_t(1 << cpu)):
            raise ctypes.WinError(ctypes.get_last_error())

    def switches():
        """Return this process's :class:`Switches` so far, or None on Windows, which only counts those of threads."""
        return

else:

    def usable():
        return sorted(os.sched_getaffinity(0))

    def _restrict_to(cpus):
        os.sched_setaffinity(0, cpus)

    def pin_thread(cpu):
        """Let the calling thread run only on this CPU from now on."""
        os.sched_setaffinity(0, [cpu])  # sched_setaffinity(2): on Linux this affects the calling thread

    def switches():
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        return Switches(used.ru_nvcsw, used.ru_nivcsw)


def pin(cpu):
    """Let this process run only on this CPU from now on."""
    _restrict_to([cpu])


def can_pin():
    """Return whether this process may choose its CPUs: some systems and sandboxes do not allow it."""
    try:
        _restrict_to(usable())
    except (AttributeError, OSError):
        return False
    return True
