"""What a run must share with another for their figures to be compared without a warning."""

import os
import platform
from pathlib import Path


def machine():
    """The facts of the machine that do not change during a run, and the load before it; None for what is not known."""
    try:
        governor = Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").read_text().strip()
    except OSError:
        governor = None
    return {
        "system": platform.system(),
        "kernel": platform.release(),
        "machine": platform.machine(),
        "cpu": _cpu(),
        "cpus": os.cpu_count(),
        "governor": governor,
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    }


def running_elsewhere():
    """How many threads beside this one want a CPU at this moment; None where the system does not tell.

    Asked for while no lean parent is there. A load average would count those too, and lag behind by a minute.
    """
    try:
        running, _, _ = Path("/proc/loadavg").read_text().split()[3].partition("/")
    except OSError:
        return None
    return int(running) - 1


def _cpu():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or None
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), None)
