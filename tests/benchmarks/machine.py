"""What a run must share with another for their figures to be compared without a warning."""

import os
import platform
from pathlib import Path

import psutil

GLANCE = 0.05  # seconds


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


def busy_elsewhere():
    """How many CPUs others keep busy: for a glance nothing of ours runs. A load average would count ours too."""
    used = psutil.cpu_times_percent(GLANCE)
    return (100 - used.idle - getattr(used, "iowait", 0)) / 100 * psutil.cpu_count()


def _cpu():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or None
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), None)
