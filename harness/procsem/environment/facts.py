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
    "system": FactType(
        TEXT, "the operating system's kernel family: linux, macos, windows, freebsd, ...", choices=_SYSTEMS
    ),
    "family": FactType(TEXT, "posix or windows", choices=("posix", "windows")),
    "system_name": FactType(
        TEXT, "what the system calls itself, for people: 'Debian GNU/Linux 12 (bookworm)', 'macOS 15.1'", nullable=True
    ),
    "kernel": FactType(
        VERSION,
        "the kernel's version, numbers and dots only (of macOS: Darwin's); may be compared as a version",
        nullable=True,
    ),
    "kernel_release": FactType(TEXT, "the kernel's whole release string"),
    "machine": FactType(TEXT, "the architecture, one word for each: x86_64, arm64, x86, ...", choices=_MACHINES),
    "libc": FactType(
        TEXT, "the C library that is loaded: 'glibc 2.36', 'musl 1.2.4'; null for any other", nullable=True
    ),
    "musl": FactType(TRUTH, "whether the C library is musl"),
    "wine": FactType(TRUTH, "whether this Windows is Wine"),
    "own_pid_namespace": FactType(
        TRUTH,
        "Linux: whether our PID namespace is another than the kernel's first, as in most containers",
        nullable=True,
    ),
    "memory_total": FactType(NUMBER, "physical memory, in bytes"),
    "page_size": FactType(NUMBER, "bytes of a page of memory"),
    # the interpreter
    "implementation": FactType(TEXT, "cpython, pypy, ...", choices=("cpython", "pypy", "graalpy")),
    "python": FactType(VERSION, "the version of the language, three numbers: '3.15.0'; may be compared as a version"),
    "python_release": FactType(
        TEXT, "the same with what is said of a pre-release or a build between two: '3.15.0b2', '3.15.0b2+'"
    ),
    "pypy": FactType(VERSION, "the version of PyPy itself; null for other implementations", nullable=True),
    "build": FactType(TEXT, "tag, date and compiler of the build"),
    "executable": FactType(TEXT, "sys.executable"),
    "prefix": FactType(TEXT, "sys.prefix"),
    "in_venv": FactType(TRUTH, "whether it runs in a virtual environment"),
    "bits": FactType(NUMBER, "64 or 32: the size of its pointers"),
    "gil": FactType(TRUTH, "whether the GIL is active"),
    "free_threaded_build": FactType(TRUTH, "whether it is a build that can run without the GIL"),
    "debug_build": FactType(TRUTH, "whether it is a debug build, which is slower"),
    "optimize": FactType(NUMBER, "how often -O was given, as sys.flags has it"),
    "assertions": FactType(
        TRUTH,
        "whether multiprocessing's own assertions are live (a wrong argument to Process raises "
        "AssertionError): -O takes them out, and so do builds that ship the library compiled with it",
    ),
    "own_assertions": FactType(TRUTH, "whether assert statements are live in a script that is run as the probes are"),
    # the processors
    "cpus_online": FactType(NUMBER, "the CPUs that the system has online, as os.cpu_count() tells"),
    "cpus_usable": FactType(
        NUMBER, "the CPUs that this process may run on, where affinity is known, else those online"
    ),
    "all_cpus_usable": FactType(
        TRUTH,
        "whether this process may run on every CPU that is online; null where affinity is not known",
        nullable=True,
    ),
    "affinity": FactType(
        LIST, "the numbers of the CPUs that this process may run on; null where the system does not tell", nullable=True
    ),
    "can_pin": FactType(TRUTH, "whether a process may set its own affinity (to what it is already, in the trial)"),
    "cpu_quota": FactType(
        NUMBER,
        "Linux, cgroup v2: the CPU time per time that our control group may use, in CPUs; null for no limit",
        nullable=True,
    ),
    # multiprocessing
    "start_methods": FactType(LIST, "the start methods that this Python has, in its own order"),
    "default_start_method": FactType(
        TEXT, "the one that it takes when none is set", choices=tuple(START_METHODS), nullable=True
    ),
    "semaphores": FactType(TRUTH, "whether a multiprocessing.Lock can be made and taken"),
    "semaphore_max": FactType(
        NUMBER, "the largest value of multiprocessing's semaphores; null where it has none", nullable=True
    ),
    "shared_memory": FactType(
        TRUTH, "whether multiprocessing.shared_memory shares: what one mapping writes, another reads"
    ),
    # processes
    "process_1": FactType(TEXT, "the name of process 1; null on Windows, or where it is hidden", nullable=True),
    "process_1_reaps": FactType(
        TRUTH,
        "whether process 1 reaps an orphan that it adopted, within 5 s; null where it does not get "
        "our orphans: on Windows, and under a subreaper. On Linux it is measured beside the claims, outside of their "
        "containment, and is null where a run ended before it was known; no rule is for it, since no orphan of a probe "
        "gets there",
        nullable=True,
    ),
    "adopter": FactType(
        TEXT,
        "who adopted an orphan of ours: init (process 1) or subreaper; null on Windows",
        choices=("init", "subreaper"),
        nullable=True,
    ),
    "adopter_reaps_after": FactType(
        NUMBER,
        "seconds that the adopter took to reap the orphan that had ended; null for not within 5 s",
        nullable=True,
    ),
    "is_root": FactType(TRUTH, "whether the effective user is root; on Windows, whether it is an administrator"),
    "file_limit": FactType(
        NUMBER,
        "the most open files of a process (RLIMIT_NOFILE, soft); null for no limit, and on Windows",
        nullable=True,
    ),
    "process_limit": FactType(
        NUMBER, "the most processes of a user (RLIMIT_NPROC, soft); null for no limit, and on Windows", nullable=True
    ),
    # what can be done
    "pidfd": FactType(TRUTH, "Linux: whether this Python opens a pidfd and sends a signal through it"),
    "subreaper": FactType(
        TRUTH, "Linux: whether a process that makes itself a subreaper (prctl, by ctypes) does adopt an orphan"
    ),
    "ptrace": FactType(TRUTH, "Linux: whether a process may trace its own child (PTRACE_SEIZE, by ctypes)"),
    "proc_smaps": FactType(
        TRUTH, "Linux: whether /proc/self/smaps_rollup can be read, which tells shared pages from private ones"
    ),
    "pty": FactType(TRUTH, "whether a pseudo-terminal can be opened"),
    "psutil": FactType(
        VERSION,
        "the version of the psutil that this Python imports; null for none; may be compared as a version",
        nullable=True,
    ),
}
"""Each fact's meaning and type, in the order of a report. A fact is null where it has no meaning or cannot be had."""

CONDITIONS: Mapping[str, FactType] = {name: fact for name, fact in FACTS.items() if name != "process_1_reaps"}
"""The facts that ``when`` and ``needs`` may name: those that are known before the first probe runs."""
