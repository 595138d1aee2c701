"""The facts of an environment: what ``measure.py`` measures, and which of them ``when`` and ``needs`` may name."""

from __future__ import annotations

from collections.abc import Mapping

FACTS: Mapping[str, str] = {
    # the system
    "system": "the operating system's kernel family: linux, macos, windows, freebsd, ...",
    "family": "posix or windows",
    "system_name": "what the system calls itself, for people: 'Debian GNU/Linux 12 (bookworm)', 'macOS 15.1'",
    "kernel": "the kernel's version, numbers and dots only (of macOS: Darwin's); may be compared as a version",
    "kernel_release": "the kernel's whole release string",
    "machine": "the architecture, one word for each: x86_64, arm64, x86, ...",
    "libc": "the C library that is loaded: 'glibc 2.36', 'musl 1.2.4'; null for any other",
    "musl": "whether the C library is musl",
    "wine": "whether this Windows is Wine",
    "own_pid_namespace": "Linux: whether our PID namespace is another than the kernel's first, as in most containers",
    "memory_total": "physical memory, in bytes",
    "page_size": "bytes of a page of memory",
    # the interpreter
    "implementation": "cpython, pypy, ...",
    "python": "the version of the language, three numbers: '3.15.0'; may be compared as a version",
    "python_release": "the same with what is said of a pre-release or a build between two: '3.15.0b2', '3.15.0b2+'",
    "pypy": "the version of PyPy itself; null for other implementations",
    "build": "tag, date and compiler of the build",
    "executable": "sys.executable",
    "prefix": "sys.prefix",
    "in_venv": "whether it runs in a virtual environment",
    "bits": "64 or 32: the size of its pointers",
    "gil": "whether the GIL is active",
    "free_threaded_build": "whether it is a build that can run without the GIL",
    "debug_build": "whether it is a debug build, which is slower",
    "optimize": "how often -O was given, as sys.flags has it",
    "assertions": "whether multiprocessing's own assertions are live (a wrong argument to Process raises "
    "AssertionError): -O takes them out, and so do builds that ship the library compiled with it",
    "own_assertions": "whether assert statements are live in a script that is run as the probes are",
    # the processors
    "cpus_online": "the CPUs that the system has online, as os.cpu_count() tells",
    "cpus_usable": "the CPUs that this process may run on, where affinity is known, else those online",
    "all_cpus_usable": "whether this process may run on every CPU that is online; null where affinity is not known",
    "affinity": "the numbers of the CPUs that this process may run on; null where the system does not tell",
    "can_pin": "whether a process may set its own affinity (to what it is already, in the trial)",
    "cpu_quota": "Linux, cgroup v2: the CPU time per time that our control group may use, in CPUs; null for no limit",
    # multiprocessing
    "start_methods": "the start methods that this Python has, in its own order",
    "default_start_method": "the one that it takes when none is set",
    "semaphores": "whether a multiprocessing.Lock can be made and taken",
    "semaphore_max": "the largest value of multiprocessing's semaphores; null where it has none",
    "shared_memory": "whether multiprocessing.shared_memory shares: what one mapping writes, another reads",
    # processes
    "process_1": "the name of process 1; null on Windows, or where it is hidden",
    "process_1_reaps": "whether process 1 reaps an orphan that it adopted, within 5 s; null where it does not get "
    "our orphans: on Windows, and under a subreaper. On Linux it is measured beside the claims, outside of their "
    "containment, and is null where a run ended before it was known; no rule is for it, since no orphan of a probe "
    "gets there",
    "adopter": "who adopted an orphan of ours: init (process 1) or subreaper; null on Windows",
    "adopter_reaps_after": "seconds that the adopter took to reap the orphan that had ended; null for not within 5 s",
    "is_root": "whether the effective user is root; on Windows, whether it is an administrator",
    "file_limit": "the most open files of a process (RLIMIT_NOFILE, soft); null for no limit, and on Windows",
    "process_limit": "the most processes of a user (RLIMIT_NPROC, soft); null for no limit, and on Windows",
    # what can be done
    "pidfd": "Linux: whether this Python opens a pidfd and sends a signal through it",
    "subreaper": "Linux: whether a process that makes itself a subreaper (prctl, by ctypes) does adopt an orphan",
    "ptrace": "Linux: whether a process may trace its own child (PTRACE_SEIZE, by ctypes)",
    "proc_smaps": "Linux: whether /proc/self/smaps_rollup can be read, which tells shared pages from private ones",
    "pty": "whether a pseudo-terminal can be opened",
    "psutil": "the version of the psutil that this Python imports; null for none; may be compared as a version",
}
"""Each fact's meaning, in the order of a report. A fact is null where it has no meaning or cannot be had."""

CONDITIONS: Mapping[str, str] = {name: meaning for name, meaning in FACTS.items() if name != "process_1_reaps"}
"""The facts that ``when`` and ``needs`` may name: those that are known before the first probe runs."""
