"""The measurement of each fact that a claim may name, and the reason why these claims do not decide the fact.

If a fact is measured by the code that a claim judges, a fault of this code hides itself: the fact changes with it, and
the claim is unsupported, or its refutation is expected. So each fact that a claim names has an entry here. If the
measurement uses the same part as the claim, the entry also names the claim and gives the reason why a fault would not
change the fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from attrs import field, frozen

from procsem.model import Claim


class Mechanism(StrEnum):
    """The part whose code measures a fact. The last three can also decide claims."""

    HARNESS = "harness"
    CONSTANT = "constant"
    MULTIPROCESSING = "multiprocessing"
    INTERPRETER = "interpreter"
    SYSTEM = "system"

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS: Mapping[Mechanism, str] = {
    Mechanism.HARNESS: "nothing: the harness sets it",
    Mechanism.CONSTANT: "nothing: it is a constant of the interpreter, the system or a package",
    Mechanism.MULTIPROCESSING: "multiprocessing's Python code",
    Mechanism.INTERPRETER: "the interpreter's C code",
    Mechanism.SYSTEM: "the system's kernel and C library",
}


@frozen
class Measurement:
    """The way in which a fact is measured."""

    how: str
    mechanism: Mechanism
    independent: str
    """The reason why no claim that names the fact decides it."""
    shared: Mapping[str, str] = field(factory=dict)
    """The claims that the same part decides, each with the reason why a fault that refutes it leaves the fact."""


_CONSTANT, _SYSTEM = Mechanism.CONSTANT, Mechanism.SYSTEM
_BUILT_IN = "It is compiled into the interpreter."

_PINNED = "The claim compares when two processes ran. A call that restricts nothing would change that and not the fact."
_COUNTED = "The claim is about times of two processes. The fact is the number of CPUs that the system reports."
_TERMINAL = "The claim is about what processes do with a terminal. The fact says only that one can be opened."
_TRACED = "The claim is about the calls that a trace shows. The fact says only that a child can be traced."
_PAGES = "The claim is about numbers in the file. The fact says only that the file can be read."
_ADOPTED = "The claim is about which process reaps an orphan. The fact says only which process becomes its parent."
_PIDFD = """\
The claim is about the process at the other end: its end is seen, and a signal ends it. The fact is measured with \
signal 0 to the process itself, which succeeds even if no signal arrives."""
_NAMESPACE = """\
The claim is about the processes that are seen and their parents. The fact is the number of the namespace, which the \
kernel shows even if it showed the wrong processes."""

MEASUREMENTS: Mapping[str, Measurement] = {
    "start_method": Measurement(
        "the harness passes it to the probe, which sets it",
        Mechanism.HARNESS,
        "It is not measured.",
    ),
    # the system
    "system": Measurement("sys.platform", _CONSTANT, _BUILT_IN),
    "family": Measurement("os.name", _CONSTANT, _BUILT_IN),
    "machine": Measurement("uname(2); on Windows GetNativeSystemInfo", _CONSTANT, "It is a name that the kernel has."),
    "musl": Measurement("the path of musl's loader is in the interpreter's file", _CONSTANT, "It is a text in a file."),
    "wine": Measurement("ntdll.dll exports wine_get_version", _CONSTANT, "It is a name in a library."),
    "own_pid_namespace": Measurement(
        "the link /proc/self/ns/pid is not the one of the kernel's first namespace",
        _SYSTEM,
        "No process is looked at.",
        {"creation/background-from-boot": _NAMESPACE, "hierarchy/tree-rooted-at-init": _NAMESPACE},
    ),
    # the interpreter
    "implementation": Measurement("sys.implementation", _CONSTANT, _BUILT_IN),
    "python": Measurement("sys.version_info", _CONSTANT, _BUILT_IN),
    "bits": Measurement("sys.maxsize", _CONSTANT, _BUILT_IN),
    "in_venv": Measurement(
        "sys.prefix is not sys.base_prefix",
        Mechanism.INTERPRETER,
        "It depends on where the interpreter found its files, not on which process started it.",
    ),
    "gil": Measurement(
        "sys._is_gil_enabled(); true if the function does not exist",
        Mechanism.INTERPRETER,
        "The interpreter reports its own setting.",
        dict.fromkeys(
            ("multiprocessing/threads-cannot-use-cores", "cost/processes-use-cores-where-threads-cannot"),
            "The claim is about times of threads. If the lock let them run at the same time, the interpreter would "
            "still report it as enabled.",
        ),
    ),
    "assertions": Measurement(
        "a name of a process that is not a string raises AssertionError",
        Mechanism.MULTIPROCESSING,
        "The setter of the name has its own assert statement, which no claim is about.",
        dict.fromkeys(
            (
                "daemon/no-children",
                "process-class/daemon-before-start",
                "process-class/daemon-cannot-create",
                "process-class/group-is-none",
                "pools/task-may-not-start-processes",
                "primitives/condition-needs-its-lock",
                "process-class/joined-by-its-parent-only",
                "process-class/started-once",
                "process-class/started-by-its-maker-only",
                "process-class/unstarted-process-refuses",
                "managers/manager-must-be-started",
            ),
            "The claim is about another assert statement: if only that one is missing, the fact remains true, and the "
            "refutation is unexpected. If only the one of the name is missing, the claim is upheld unexpectedly.",
        ),
    ),
    # the processors
    "cpus_usable": Measurement(
        "sched_getaffinity(2) or GetProcessAffinityMask; where there is neither, the CPUs that are online",
        _SYSTEM,
        "os.cpu_count() and multiprocessing.cpu_count() are not called, and no time is measured.",
        dict.fromkeys(
            ("process/one-cpu-one-task", "process/parallelism-needs-cpus", "cost/lock-costs-throughput"), _COUNTED
        ),
    ),
    "all_cpus_usable": Measurement(
        "cpus_usable compared with sysconf(_SC_NPROCESSORS_ONLN) or GetActiveProcessorCount",
        _SYSTEM,
        "os.cpu_count() and multiprocessing.cpu_count() are not called.",
    ),
    "can_pin": Measurement(
        "sched_setaffinity(2) or SetProcessAffinityMask accepts the current value",
        _SYSTEM,
        "The fact is about the instrument, not about what is seen with it.",
        dict.fromkeys(
            (
                "process/concurrency-on-one-cpu",
                "process/one-cpu-one-task",
                "process/parallelism-needs-cpus",
                "states/blocking-yields-cpu",
                "states/preemption",
            ),
            _PINNED,
        ),
    ),
    # multiprocessing
    "semaphores": Measurement(
        "one _multiprocessing.SemLock is created, acquired and released",
        Mechanism.INTERPRETER,
        "No Python code of multiprocessing runs, and only one process takes the semaphore.",
        dict.fromkeys(
            (
                "pickling/deep-task-or-result",
                "pickling/lambda-as-task",
                "pickling/result-not-pickled",
                "pools/executor-breaks-on-failing-initializer",
                "pools/max-tasks-per-child",
                "producer-consumer/falsy-ends-consumer",
                "start-methods/executor-breaks-on-exception-not-made-again",
                "start-methods/executor-breaks-with-killed-worker",
                "start-methods/executor-tells-of-exception-not-pickled",
                "state/generator-made-at-top-level",
            ),
            "The claim is about what happens to a task, a message or a generator while the locks work.",
        ),
    ),
    "semaphore_max": Measurement(
        "_multiprocessing.SemLock.SEM_VALUE_MAX",
        _CONSTANT,
        "It is the value of SEM_VALUE_MAX with which the interpreter was compiled.",
    ),
    "shared_memory": Measurement(
        "what is written to one mapping of shm_open(3) is read from another; on Windows, of a named mapping",
        _SYSTEM,
        "multiprocessing.shared_memory and its resource tracker are not used.",
        {
            "creation/copy-on-write": (
                "The claim is about the pages that parent and child share without shared memory; only its remedy uses "
                "shared memory."
            ),
            "cost/shared-memory-beats-file": "The claim compares times.",
            "shared-memory/block-larger-than-its-file-system": (
                "The claim is about what does not fit into the file system. The fact is about memory that fits."
            ),
        },
    ),
    # what works
    "pidfd": Measurement(
        "os.pidfd_open() of this process, and signal 0 through it",
        _SYSTEM,
        "No signal has an effect, and no process ends.",
        {"hierarchy/pidfd-can-be-passed": _PIDFD, "hierarchy/pidfd-controls-child": _PIDFD},
    ),
    "subreaper": Measurement(
        "after prctl(PR_SET_CHILD_SUBREAPER), an orphan reports this process as its parent",
        _SYSTEM,
        "It does not matter which process reaps the orphan.",
        {
            "daemon/reason-is-zombies": _ADOPTED,
            "process-class/terminate-makes-zombie-grandchildren": _ADOPTED,
            "process-class/terminate-leaves-zombie-where-none-reaps": _ADOPTED,
        },
    ),
    "new_pid_namespace": Measurement(
        "a child after unshare(CLONE_NEWPID) reports that it is process 1",
        _SYSTEM,
        "No signal is sent.",
        {
            "life-and-death/process-1-ignores-sigterm": "The claim is about what a signal does to process 1. The fact "
            "says only that there is one."
        },
    ),
    "new_mount_namespace": Measurement(
        "in a child after unshare(CLONE_NEWNS) and mount(2), /dev/shm is on another device, and a file can be created",
        _SYSTEM,
        "The file is empty, and it is neither a semaphore nor shared memory.",
        dict.fromkeys(
            ("primitives/lock-needs-room-in-shared-memory", "shared-memory/block-larger-than-its-file-system"),
            "The claim is about a file system with little or no room. The fact says only that one can be mounted.",
        ),
    ),
    "ptrace": Measurement(
        "PTRACE_SEIZE of a child succeeds",
        _SYSTEM,
        "The fact is about the instrument, not about what is seen with it.",
        {"creation/existing-process-creates-by-a-call": _TRACED},
    ),
    "proc_smaps": Measurement(
        "/proc/self/smaps_rollup can be read",
        _SYSTEM,
        "The fact is about the instrument, not about what is seen with it.",
        {"creation/copy-on-write": _PAGES, "creation/shared-read-only-regions": _PAGES},
    ),
    "pty": Measurement(
        "os.openpty()",
        _SYSTEM,
        "The fact is about the instrument, not about what is seen with it.",
        dict.fromkeys(
            (
                "creation/background-from-boot",
                "creation/user-request-creates",
                "hierarchy/keyboard-signal-reaches-group",
                "lock/terminal-is-shared",
                "state/printed-before-os-fork",
            ),
            _TERMINAL,
        ),
    ),
    "psutil": Measurement("psutil.__version__", _CONSTANT, "It is a text in the package."),
}
"""The measurement of each fact that a claim names in ``needs`` or in a ``when``."""


def facts_named(claim: Claim) -> set[str]:
    """Return the facts of the environment on which the claim's support, expected verdict or effect depends."""
    conditions = [claim.needs, *(rule.when for rule in claim.expectations)]
    conditions += [failure.when for remedy in claim.remedies for failure in remedy.failures]
    return {name for condition in conditions for name in condition.facts()}


def faults(claims: Iterable[Claim]) -> list[str]:
    """Return one line per place where the claims and :data:`MEASUREMENTS` do not fit together."""
    naming: dict[str, dict[str, Claim]] = {}
    for claim in claims:
        for name in facts_named(claim):
            naming.setdefault(name, {})[claim.id] = claim
    lines = []
    for name, by_id in naming.items():
        if name not in MEASUREMENTS:
            lines.append(f"{name}: {', '.join(by_id)} names it; say in MEASUREMENTS how it is measured")
            continue
        measurement = MEASUREMENTS[name]
        same = {id for id, claim in by_id.items() if claim.decided_by == measurement.mechanism}
        lines += [
            f"{name}: measured by {measurement.mechanism.words}, which also decides {id}; measure it in another way, "
            "or give the reason why they are independent in `shared`"
            for id in sorted(same - set(measurement.shared))
        ]
        lines += [f"{name}: {id} is in `shared`, but need not be" for id in sorted(set(measurement.shared) - same)]
    lines += [f"{name}: no claim names it; remove its entry" for name in MEASUREMENTS if name not in naming]
    return lines
