"""The system calls that create processes and load programs, as the kernel reports them (ptrace(2), Linux only).

A function runs in a process of its own, which is traced with all its descendants. The result does not depend on the
library that made a call, nor on what that library reports.
"""

import atexit
import contextlib
import marshal
import os
import signal
import sys
import time
from collections import namedtuple

from _kit.checkin import TIMEOUT

Call = namedtuple("Call", "at caller kind result number")
"""A successful call: its time (of ``time.monotonic``), the caller's pid, the kind and the result:

- ``fork`` (the child is a copy of the caller), ``vfork`` (it uses the caller's memory, and the caller waits, until it
  has loaded a program) or ``clone`` (anything else), with the new process's pid as the result;
- ``thread``, with the new thread's id;
- ``exec``, with the path of the program that the process has loaded.

``number`` is the number of the system call, or None if the kernel does not report it."""

Traced = namedtuple("Traced", "pid answer calls")
"""The pid of the process that ran the function, the function's result, and the calls in the order in which the kernel
reported them, or None if it cannot be asked."""

# linux/ptrace.h, linux/wait.h
_CONT, _SEIZE, _GETEVENTMSG, _LISTEN = 7, 0x4206, 0x4201, 0x4208
_OPTIONS = 0x2 | 0x4 | 0x8 | 0x10 | 0x100000  # TRACEFORK, TRACEVFORK, TRACECLONE, TRACEEXEC, EXITKILL
_KINDS = {1: "fork", 2: "vfork", 3: "clone", 4: "exec"}
_STOP = 128  # PTRACE_EVENT_STOP
_ALL_CHILDREN = 0x40000000  # __WALL
_STOPPING = (signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU) if hasattr(signal, "SIGTSTP") else ()


def trace(function, *args, timeout=TIMEOUT):
    """Run a function, whose result is plain data, in a forked process, and return a :class:`Traced`.

    Return when that process and all its descendants have ended. Raises TimeoutError, and kills them all, if they have
    not ended after ``timeout`` seconds; raises RuntimeError if the function raised an error. This process must not have
    other children, because their ends would be taken for those of traced processes.
    """
    go, ready = os.pipe()
    answer, result = os.pipe()
    child = os.fork()
    if not child:
        os.close(ready)
        os.close(answer)
        _perform(function, args, go, result)
    os.close(go)
    os.close(result)
    calls = [] if sys.platform == "linux" and _ptrace(_SEIZE, child, 0, _OPTIONS) == 0 else None
    with open(answer, "rb") as file:
        try:
            with _time_limit(timeout):
                os.write(ready, b"!")
                os.close(ready)
                _follow(child, calls)
        except BaseException:
            _end(child, calls)
            raise
        returned, value = marshal.loads(file.read() or marshal.dumps([False, "it did not return"]))
    if not returned:
        raise RuntimeError(f"the traced function failed: {value}")
    return Traced(child, value, calls)


def _perform(function, args, go, result):
    answer = [False, None]
    try:
        os.read(go, 1)
        answer = [True, function(*args)]
        atexit._run_exitfuncs()  # as a program's end does, because modules clean up there
    except BaseException as error:
        answer = [False, f"{type(error).__name__}: {error}"]
    finally:
        os.write(result, marshal.dumps(answer))
        os._exit(0)


@contextlib.contextmanager
def _time_limit(timeout):
    def over(*_):
        raise TimeoutError(f"the traced processes did not end within {timeout:g} s")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, timeout)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _follow(first, calls):
    """Let all processes run to their ends, and collect their calls."""
    if calls is None:
        os.waitpid(first, 0)
        return
    while True:
        try:
            pid, status = os.waitpid(-1, _ALL_CHILDREN)
        except ChildProcessError:
            return
        if os.WIFSTOPPED(status):
            _continue(pid, os.WSTOPSIG(status), status >> 16, calls)


def _end(first, calls):
    """Kill them all: the first, and each of the others when it stops."""
    os.kill(first, signal.SIGKILL)
    if calls is None:
        os.waitpid(first, 0)
        return
    for pid in {first, *(call.result for call in calls if call.kind not in ("exec", "thread"))}:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, _ALL_CHILDREN)
            if os.WIFSTOPPED(status):
                os.kill(pid, signal.SIGKILL)


def _continue(pid, number, event, calls):
    """Collect the call that has stopped a process, and let the process go on."""
    if event in _KINDS:
        calls.append(_call(pid, _KINDS[event]))
    if event == _STOP and number in _STOPPING:
        _ptrace(_LISTEN, pid, 0, 0)  # it must stay stopped, as after any such signal
    else:
        _ptrace(_CONT, pid, 0, 0 if event else number)


def _call(pid, kind):
    """Return the call that this process is in."""
    at = time.monotonic()
    try:
        with open(f"/proc/{pid}/syscall", encoding="ascii") as file:
            number = int(file.read().split()[0])
    except (OSError, ValueError):
        number = None
    if kind == "exec":
        return Call(at, pid, kind, os.readlink(f"/proc/{pid}/exe"), number)
    new = _message(pid)
    return Call(at, pid, "thread" if _group(new) != new else kind, new, number)


def _group(task):
    """Return the pid of the process that this task belongs to."""
    with open(f"/proc/{task}/status", encoding="utf-8", errors="replace") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Tgid:"))


def _message(pid):
    import ctypes

    message = ctypes.c_ulong()
    _ptrace(_GETEVENTMSG, pid, 0, ctypes.addressof(message))
    return message.value


def _ptrace(request, pid, address, data):
    import ctypes

    call = ctypes.CDLL(None).ptrace
    call.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    call.restype = ctypes.c_long
    return call(request, pid, address, data)
