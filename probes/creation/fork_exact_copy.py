"""A forked child is no exact copy: what POSIX lists as its own is looked at, in the parent and, at once, in the child.

The same look at the parent twice finds no difference; and what POSIX says that a child inherits is the same indeed.
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
from _kit import main, table
from _kit.checkin import PATIENCE

LONG = 3600.0  # seconds of a timer that is not to go off

# From 3.12 on Python warns of a fork where there are threads: which is what this is about.
warnings.simplefilter("ignore", DeprecationWarning)


def in_a_forked_child(look, *args):
    """What a child sees that looks as its first act."""
    answer, told = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.write(told, json.dumps(look(*args)).encode())
        finally:
            os._exit(0)
    os.close(told)
    with open(answer, encoding="utf-8") as words:
        seen = json.loads(words.read())
    os.waitpid(pid, 0)
    return seen


def threads():
    """How many threads this process has: the system's count where it gives one, and else Python's own."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return threading.active_count()


def may_lock(file):
    """Whether the lock is this process's to take, as it is for the one that has it."""
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def own(file):
    """What POSIX says a child has of its own."""
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
    """What POSIX says a child takes over."""
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
    """A process that has one of each: blocked and pending signals, timers, a locked file, a second thread."""
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
        # What is joined may still be on its way out of the kernel; the next look is not to count it.
        stack.callback(table.wait_for, lambda: threads() == count, PATIENCE, "the second thread's end")
        stack.callback(thread.join)
        stack.callback(over.set)
        yield file


def compare(arm, before, seen):
    """Record of each thing whether it is the same. CPU time only grows: the same is what has not begun anew."""
    for name in before:
        same = seen[name] >= before[name] if name == "cpu_time" else seen[name] == before[name]
        arm.record(**{f"same_{name}": same})
        arm.event("child", "seen", None, f"{name} {seen[name]}, the parent's {before[name]}")


def experiment(arm):
    with everything() as file:
        compare(arm, own(file), in_a_forked_child(own, file))


def itself(arm):
    """Nothing is forked: the process looks at itself again."""
    with everything() as file:
        compare(arm, own(file), json.loads(json.dumps(own(file))))


def taken_over(arm):
    """The child looks at what is to be the same."""
    with everything() as file:
        compare(arm, json.loads(json.dumps(inherited(file))), in_a_forked_child(inherited, file))


if __name__ == "__main__":
    main(experiment, itself, taken_over)
