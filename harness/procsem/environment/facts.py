"""The facts of an environment: what ``measure.py`` measures, and which of them ``when`` and ``needs`` may name."""

from __future__ import annotations

from collections.abc import Mapping

from procsem.model.facts import FactKind, FactType
from procsem.model.start_methods import START_METHODS

TEXT, TRUTH, NUMBER, VERSION, LIST = FactKind

_SYSTEMS = (
    *("linux", "macos", "windows", "freebsd", "openbsd", "netbsd", "dragonfly", "sunos"),
    *("aix", "cygwin", "android", "ios"),
)
_MACHINES = ("x86_64", "arm64", "x86", "arm", "armv6l", "armv7l", "ppc64le", "ppc64", "s390x", "riscv64", "loongarch64")

FACTS: Mapping[str, FactType] = {
    # the system
    "system": FactType(TEXT, "kernel family of the operating system: linux, macos, windows, freebsd, ...", _SYSTEMS),
    "family": FactType(TEXT, "posix or windows", ("posix", "windows")),
    "system_name": FactType(
        TEXT, "name of the system for people: 'Debian GNU/Linux 12 (bookworm)', 'macOS 15.1'", nullable=True
    ),
    "kernel": FactType(
        VERSION,
        "version of the kernel, numbers and dots only (on macOS: Darwin's); can be compared as a version",
        nullable=True,
    ),
    "kernel_release": FactType(TEXT, "complete release string of the kernel"),
    "machine": FactType(TEXT, "architecture: x86_64, arm64, x86, ...", _MACHINES),
    "libc": FactType(
        TEXT, "C library that is loaded: 'glibc 2.36', 'musl 1.2.4'; null for any other library", nullable=True
    ),
    "musl": FactType(TRUTH, "true if the C library is musl"),
    "wine": FactType(TRUTH, "true if this Windows is Wine"),
    "own_pid_namespace": FactType(
        TRUTH,
        "Linux: true if the PID namespace is not the kernel's first one, as in most containers",
        nullable=True,
    ),
    "memory_total": FactType(NUMBER, "physical memory, in bytes"),
    "page_size": FactType(NUMBER, "size of a memory page, in bytes"),
    # the interpreter
    "implementation": FactType(TEXT, "cpython, pypy, ...", ("cpython", "pypy", "graalpy")),
    "python": FactType(VERSION, "version of the language, three numbers: '3.15.0'; can be compared as a version"),
    "python_release": FactType(
        TEXT, "the same with the suffix of a pre-release or of a build between two releases: '3.15.0b2', '3.15.0b2+'"
    ),
    "pypy": FactType(VERSION, "version of PyPy itself; null for other implementations", nullable=True),
    "build": FactType(TEXT, "tag, date and compiler of the build"),
    "executable": FactType(TEXT, "sys.executable"),
    "prefix": FactType(TEXT, "sys.prefix"),
    "in_venv": FactType(TRUTH, "true if the interpreter runs in a virtual environment"),
    "bits": FactType(NUMBER, "size of a pointer: 64 or 32"),
    "gil": FactType(TRUTH, "true if the GIL is active"),
    "free_threaded_build": FactType(TRUTH, "true if the build can run without the GIL"),
    "debug_build": FactType(TRUTH, "true if it is a debug build, which is slower"),
    "optimize": FactType(NUMBER, "number of -O options, as in sys.flags"),
    "assertions": FactType(
        TRUTH,
        "true if multiprocessing's own assertions are enabled, so that a name of a process that is not a "
        "string raises AssertionError; -O removes them, and so do builds that ship a library compiled with it",
    ),
    "own_assertions": FactType(TRUTH, "true if assert statements are enabled in a script that runs as the probes do"),
    # the processors
    "cpus_online": FactType(NUMBER, "number of CPUs that the system has online"),
    "cpus_usable": FactType(
        NUMBER, "number of CPUs that this process may run on; if the affinity is not known, the same as cpus_online"
    ),
    "all_cpus_usable": FactType(
        TRUTH,
        "true if this process may run on every CPU of the system; null if the affinity is not known",
        nullable=True,
    ),
    "affinity": FactType(
        LIST, "numbers of the CPUs that this process may run on; null if the system does not show them", nullable=True
    ),
    "can_pin": FactType(TRUTH, "true if a process may set its own affinity (tested with the current value)"),
    "cpu_quota": FactType(
        NUMBER,
        "Linux, cgroup v2: the CPU time per time that the control group may use, in CPUs; null for no limit",
        nullable=True,
    ),
    # multiprocessing
    "start_methods": FactType(LIST, "start methods of this Python, in its own order"),
    "default_start_method": FactType(
        TEXT, "start method that is used if none is set", tuple(START_METHODS), nullable=True
    ),
    "semaphores": FactType(
        TRUTH, "true if a semaphore of the kind that multiprocessing uses can be created and acquired"
    ),
    "semaphore_max": FactType(
        NUMBER, "largest value of multiprocessing's semaphores; null if it has none", nullable=True
    ),
    "shared_memory": FactType(
        TRUTH,
        "true if memory can be shared by name, as multiprocessing.shared_memory does it: one mapping shows what was "
        "written to another",
    ),
    # processes
    "process_1": FactType(TEXT, "name of process 1; null on Windows, or if it is hidden", nullable=True),
    "process_1_reaps": FactType(
        TRUTH,
        "true if process 1 reaps an orphan that it adopted, within 5 s; null on Windows, and if another process adopts "
        "our orphans. On Linux it is measured during the run, outside the containment, and is null if the run ended "
        "first. Rules cannot use this fact, because no orphan of a probe gets to process 1",
        nullable=True,
    ),
    "adopter": FactType(
        TEXT,
        "the process that adopted an orphan of ours: init (process 1) or subreaper; null on Windows",
        ("init", "subreaper"),
        nullable=True,
    ),
    "adopter_reaps_after": FactType(
        NUMBER,
        "seconds until the adopter reaped the orphan after its end; null if it did not within 5 s",
        nullable=True,
    ),
    "is_root": FactType(TRUTH, "true if the effective user is root; on Windows, if it is an administrator"),
    "file_limit": FactType(
        NUMBER,
        "maximum number of open files per process (RLIMIT_NOFILE, soft); null for no limit, and on Windows",
        nullable=True,
    ),
    "process_limit": FactType(
        NUMBER,
        "maximum number of processes per user (RLIMIT_NPROC, soft); null for no limit, and on Windows",
        nullable=True,
    ),
    # what works
    "pidfd": FactType(TRUTH, "Linux: true if this Python can open a pidfd and send a signal through it"),
    "subreaper": FactType(
        TRUTH, "Linux: true if a process that makes itself a subreaper (prctl, by ctypes) does adopt an orphan"
    ),
    "new_pid_namespace": FactType(
        TRUTH,
        "Linux: true if a process may create a PID namespace (unshare, by ctypes), without root in a user namespace",
    ),
    "new_mount_namespace": FactType(
        TRUTH,
        "Linux: true if a process may mount a file system of its own at /dev/shm (unshare and mount, by ctypes), "
        "without root in a user namespace",
    ),
    "ptrace": FactType(TRUTH, "Linux: true if a process may trace its own child (PTRACE_SEIZE, by ctypes)"),
    "proc_smaps": FactType(
        TRUTH,
        "Linux: true if /proc/self/smaps_rollup can be read, which distinguishes shared pages from private ones",
    ),
    "pty": FactType(TRUTH, "true if a pseudo-terminal can be opened"),
    "psutil": FactType(
        VERSION,
        "version of the psutil that this Python imports; null for none; can be compared as a version",
        nullable=True,
    ),
}
"""The meaning and type of each fact, in the order of a report. A fact is null if it has no meaning on this system."""

CONDITIONS: Mapping[str, FactType] = {name: fact for name, fact in FACTS.items() if name != "process_1_reaps"}
"""The facts that ``when`` and ``needs`` may name: those that are known before the first probe runs."""
