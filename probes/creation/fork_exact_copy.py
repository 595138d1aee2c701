"""A forked child is not an exact copy: everything that POSIX lists as the child's own differs from the parent's.

Two readings of the parent do not differ, and what POSIX says a child inherits is the same in the child.
"""

import fcntl
import json
import os
import resource
import signal
import sys
import tempfile
import threading
import time
import warnings
from contextlib import ExitStack, contextmanager

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, main, table

LONG = 3600.0  # seconds of a timer that must not expire

# From 3.12 on Python warns about a fork in a process with threads, which is intended here.
warnings.simplefilter("ignore", DeprecationWarning)


def in_a_forked_child(function, *args):
    """Return the result of a function that a new child calls first of all."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.write(writer, json.dumps(function(*args)).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with open(reader, encoding="utf-8") as file:
        result = json.loads(file.read())
    os.waitpid(pid, 0)
    return result


def threads():
    """Return how many threads this process has, counted by the system if it can, otherwise by Python."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return threading.active_count()


def may_lock(file):
    """Return whether this process can take the lock, as the process that already holds it can."""
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def own(file):
    """Return the state that POSIX says a child does not inherit."""
    return {
        "cpu_time": time.process_time(),
        "pid": os.getpid(),
        "parent": os.getppid(),
        "threads": threads(),
        "pending_signals": sorted(map(int, signal.sigpending())),
        "alarm": signal.getitimer(signal.ITIMER_REAL)[0] > 0,
        "interval_timer": signal.getitimer(signal.ITIMER_VIRTUAL)[0] > 0,
        "record_lock": may_lock(file),
    }


def inherited(file):
    """Return the state that POSIX says a child inherits."""
    mask = os.umask(0)
    os.umask(mask)
    status = os.fstat(file.fileno())
    return {
        "blocked_signals": sorted(map(int, signal.pthread_sigmask(signal.SIG_BLOCK, ()))),
        "ignores_signal": signal.getsignal(signal.SIGUSR2) is signal.SIG_IGN,
        "open_file": [status.st_dev, status.st_ino],
        "umask": mask,
        "directory": os.getcwd(),
        "user": [os.getuid(), os.geteuid()],
        "limits": resource.getrlimit(resource.RLIMIT_CORE),
        "nice_value": os.getpriority(os.PRIO_PROCESS, 0),
        "process_group": os.getpgrp(),
        "session": os.getsid(0),
    }


@contextmanager
def everything():
    """Give this process blocked and pending signals, timers, a locked file and a second thread while the block runs."""
    with ExitStack() as stack:
        file = stack.enter_context(tempfile.TemporaryFile())
        fcntl.lockf(file, fcntl.LOCK_EX)
        stack.callback(signal.signal, signal.SIGUSR2, signal.signal(signal.SIGUSR2, signal.SIG_IGN))
        stack.callback(os.umask, os.umask(0o027))
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
        stack.callback(signal.pthread_sigmask, signal.SIG_UNBLOCK, {signal.SIGUSR1})
        os.kill(os.getpid(), signal.SIGUSR1)
        stack.callback(signal.sigwait, {signal.SIGUSR1})
        for timer in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL):
            signal.setitimer(timer, LONG)
            stack.callback(signal.setitimer, timer, 0)
        over, count = threading.Event(), threads()
        thread = threading.Thread(target=over.wait)
        thread.start()
        # A joined thread may exist in the kernel for a moment longer; the next reading must not count it.
        stack.callback(table.wait_for, lambda: threads() == count, TIMEOUT, "the second thread's end")
        stack.callback(thread.join)
        stack.callback(over.set)
        yield file


def compare(arm, parents, childs):
    """Record for each value whether it is the same; CPU time, which grows, is the same unless it began again at 0."""
    for name in parents:
        same = childs[name] >= parents[name] if name == "cpu_time" else childs[name] == parents[name]
        arm.record(**{f"same_{name}": same})
        arm.event("child", "seen", None, f"{name} {childs[name]}, the parent's {parents[name]}")


def experiment(arm):
    with everything() as file:
        compare(arm, own(file), in_a_forked_child(own, file))


def itself(arm):
    """Nothing is forked: the process reads its own state twice."""
    with everything() as file:
        compare(arm, own(file), json.loads(json.dumps(own(file))))


def taken_over(arm):
    """The child reads the state that must be the same."""
    with everything() as file:
        compare(arm, json.loads(json.dumps(inherited(file))), in_a_forked_child(inherited, file))


if __name__ == "__main__":
    main(experiment, itself, taken_over)
