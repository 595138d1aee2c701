"""The limits of each mechanism of the containment, in sentences for users."""

from collections.abc import Mapping

_SET_USER_ID = (
    "Only root can kill a process that runs as another user (a set-user-ID program). Otherwise the sandbox raises an "
    "error instead of going on."
)

LIMITS: Mapping[str, tuple[str, ...]] = {
    "linux": (
        _SET_USER_ID,
        (
            "If a task kills its own supervisor, a process of the task escapes that has left the session and cleared "
            "its environment: it then belongs to the system's init, and nothing shows which task started it."
        ),
        (
            "The supervisor can get real-time priority only as root, and in most containers not even then. Without "
            "it, a task runs with a lower limit on the number of its user's processes (RLIMIT_NPROC), and killing a "
            "task that creates session after session can take up to a minute if the user is root, because the limit "
            "does not apply to root."
        ),
        "A process can ask a service outside the tree (systemd-run, at, docker) to start another process for it.",
    ),
    "posix": (
        (
            "A process escapes if it leaves the session, clears its environment and loses its parent before the first "
            "scan that could have found it."
        ),
        (
            "macOS hides the environment of its protected programs (for example those in /bin and /usr/bin). Such a "
            "process escapes if it is in another session and lost its parent before the first scan that could have "
            "found it."
        ),
        _SET_USER_ID,
        (
            "A task runs with a lower limit on the number of its user's processes (RLIMIT_NPROC). The limit does not "
            "apply to root."
        ),
        "The end of an orphan is detected by scanning, not by waiting, and its CPU time is not known.",
        "A process can ask a service outside the tree (launchd, cron) to start another process for it.",
    ),
    "windows": (
        "A process can ask a service outside the tree (WMI, the task scheduler) to start another process for it.",
        (
            "If the harness is killed after it created a main process and before it assigned that process to its job, "
            "the suspended process stays."
        ),
        "Windows gives orphans no new parent, so no process is reported as adopted or reaped.",
        (
            "The limit on the number of processes is the job's: Windows refuses or ends a process beyond the limit, "
            "and then the sandbox kills the tree."
        ),
    ),
}
"""The limits of each mechanism, by :attr:`procsem.containment.Mechanism.NAME`."""
