"""The CPUs that this process may run on, and how often it left its CPU to others."""

import os
import sys
from collections import namedtuple

Switches = namedtuple("Switches", "voluntary involuntary")
"""How often a process left its CPU: because it had to wait for something, and because the system took the CPU away."""

if sys.platform == "win32":
    import ctypes

    _kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
    _OURSELVES = ctypes.c_void_p(-1)  # as GetCurrentProcess gives it
    _THIS_THREAD = ctypes.c_void_p(-2)  # as GetCurrentThread does
    _kernel32.SetThreadAffinityMask.restype = ctypes.c_size_t

    def usable():
        """The numbers of the CPUs that this process may run on, in order."""
        mask, everywhere = ctypes.c_size_t(), ctypes.c_size_t()
        if not _kernel32.GetProcessAffinityMask(_OURSELVES, ctypes.byref(mask), ctypes.byref(everywhere)):
            raise ctypes.WinError(ctypes.get_last_error())
        return [number for number in range(64) if mask.value >> number & 1]

    def _keep_to(cpus):
        mask = ctypes.c_size_t(sum(1 << cpu for cpu in cpus))
        if not _kernel32.SetProcessAffinityMask(_OURSELVES, mask):
            raise ctypes.WinError(ctypes.get_last_error())

    def pin_thread(cpu):
        if not _kernel32.SetThreadAffinityMask(_THIS_THREAD, ctypes.c_size_t(1 << cpu)):
            raise ctypes.WinError(ctypes.get_last_error())

    def switches():
        """This process's :class:`Switches` so far; None on Windows, which counts them for threads alone."""
        return

else:

    def usable():
        return sorted(os.sched_getaffinity(0))

    def _keep_to(cpus):
        os.sched_setaffinity(0, cpus)

    def pin_thread(cpu):
        """From now on let the calling thread run on this CPU alone."""
        os.sched_setaffinity(0, [cpu])  # sched_setaffinity(2): of Linux's threads, the one that calls

    def switches():
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        return Switches(used.ru_nvcsw, used.ru_nivcsw)


def pin(cpu):
    """From now on let this process run on this CPU alone."""
    _keep_to([cpu])


def can_pin():
    """Whether this process may choose where it runs: not every system lets it, nor does every sandbox."""
    try:
        _keep_to(usable())
    except (AttributeError, OSError):
        return False
    return True
