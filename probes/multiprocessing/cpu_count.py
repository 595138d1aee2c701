"""A process is restricted to one CPU: does os.cpu_count() return how many CPUs it can use?"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main

if sys.platform == "win32":
    import ctypes

    _kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
    _THIS_PROCESS = ctypes.c_void_p(-1)  # the handle that GetCurrentProcess returns

    def usable_cpus():
        process_mask, system_mask = ctypes.c_size_t(), ctypes.c_size_t()
        _kernel32.GetProcessAffinityMask(_THIS_PROCESS, ctypes.byref(process_mask), ctypes.byref(system_mask))
        return {number for number in range(64) if process_mask.value >> number & 1}

    def use(cpus):
        mask = ctypes.c_size_t(sum(1 << number for number in cpus))
        if not _kernel32.SetProcessAffinityMask(_THIS_PROCESS, mask):
            raise ctypes.WinError(ctypes.get_last_error())

else:

    def usable_cpus():
        return os.sched_getaffinity(0)

    def use(cpus):
        os.sched_setaffinity(0, cpus)


def count(arm):
    arm.record(cpu_count=os.cpu_count(), usable=len(usable_cpus()))
    if hasattr(os, "process_cpu_count"):  # new in Python 3.13
        arm.record(process_cpu_count=os.process_cpu_count())


# --8<-- [start:usable-cpus]
def cpus_for_this_process():
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


# --8<-- [end:usable-cpus]


def cpus_for_this_process_when_kept(arm):
    before = usable_cpus()
    use({min(before)})
    try:
        arm.record(counted=cpus_for_this_process())
    finally:
        use(before)


def kept_on_one(arm):
    before = usable_cpus()
    use({min(before)})
    try:
        count(arm)
    finally:
        use(before)


def as_before(arm):
    count(arm)


if __name__ == "__main__":
    main(kept_on_one, as_before, cpus_for_this_process_when_kept)
