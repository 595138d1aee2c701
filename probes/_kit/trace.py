"""What the kernel sees of a story: which process called for which new one, by which kind of call, and what each loaded.

The story is a function that runs in a process of its own, which is traced with all that come from it (ptrace(2), Linux
alone). Whatever library made the call, and whatever that library says that it did, this is what came to be.
"""

import atexit
import contextlib
import marshal
import os
import signal
import sys
import time
from collections import namedtuple

from _kit.checkin import PATIENCE

Call = namedtuple("Call", "at caller kind result number")
"""One call that succeeded: its time (of ``time.monotonic``), the caller's pid, and

- ``fork`` (the child is a copy of the caller), ``vfork`` (it borrows the caller's memory, and the caller waits, until
  it has loaded a program) or ``clone`` (anything else), with the new process's pid as the result;
- ``thread``, with the new thread's id;
- ``exec``, with the path of the program that is in the process now.

The number is the system call's own, where the kernel tells, else None."""

Story = namedtuple("Story", "pid answer calls")
"""The pid of the process that ran the function, what the function returned, and the calls in the order in which the
kernel reported them, or None where it cannot be asked."""

# linux/ptrace.h, linux/wait.h
_CONT, _SEIZE, _GETEVENTMSG, _LISTEN = 7, 0x4206, 0x4201, 0x4208
_OPTIONS = 0x2 | 0x4 | 0x8 | 0x10 | 0x100000  # TRACEFORK, TRACEVFORK, TRACECLONE, TRACEEXEC, EXITKILL
_KINDS = {1: "fork", 2: "vfork", 3: "clone", 4: "exec"}
_STOP = 128  # PTRACE_EVENT_STOP
_ALL_CHILDREN = 0x40000000  # __WALL
_STOPPING = (signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU) if hasattr(signal, "SIGTSTP") else ()


def trace(function, *args, patience=PATIENCE):
    """Run a function, whose result is plain data, in a forked process, and return its :class:`Story`.

    Returns when that process and every process that came from it have ended. Raises TimeoutError, and ends them all,
    when they have not after ``patience`` seconds; RuntimeError when the function raised. Nothing else of this process
    may be waiting to be waited for.
    """
    go, ready = os.pipe()
    answer, told = os.pipe()
    child = os.fork()
    if not child:
        os.close(ready)
        os.close(answer)
        _perform(function, args, go, told)
    os.close(go)
    os.close(told)
    calls = [] if sys.platform == "linux" and _ptrace(_SEIZE, child, 0, _OPTIONS) == 0 else None
    with open(answer, "rb") as words:
        try:
            with _deadline(patience):
                os.write(ready, b"!")
                os.close(ready)
                _follow(child, calls)
        except BaseException:
            _end(child, calls)
            raise
        said = marshal.loads(words.read() or marshal.dumps([False, "it did not come to its end"]))
    if not said[0]:
        raise RuntimeError(f"the traced function failed: {said[1]}")
    return Story(child, said[1], calls)


def _perform(function, args, go, told):
    said = [False, None]
    try:
        os.read(go, 1)
        said = [True, function(*args)]
        atexit._run_exitfuncs()  # as at a program's end, or what a module would clean up then stays behind
    except BaseException as error:
        said = [False, f"{type(error).__name__}: {error}"]
    finally:
        os.write(told, marshal.dumps(said))
        os._exit(0)


@contextlib.contextmanager
def _deadline(patience):
    def over(*_):
        raise TimeoutError(f"the traced processes did not end within {patience:g} s")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, patience)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _follow(first, calls):
    """Let them all run to their ends, and note what they call for."""
    if calls is None:
        os.waitpid(first, 0)
        return
    while True:
        try:
            pid, status = os.waitpid(-1, _ALL_CHILDREN)
        except ChildProcessError:
            return
        if os.WIFSTOPPED(status):
            _go_on(pid, os.WSTOPSIG(status), status >> 16, calls)


def _end(first, calls):
    """End them all: the first, and each of the others as it stops for us."""
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


def _go_on(pid, number, event, calls):
    """A process has stopped for us: note why, and let it go on."""
    if event in _KINDS:
        calls.append(_call(pid, _KINDS[event]))
    if event == _STOP and number in _STOPPING:
        _ptrace(_LISTEN, pid, 0, 0)  # it is to stay stopped, as any process that such a signal has hit
    else:
        _ptrace(_CONT, pid, 0, 0 if event else number)


def _call(pid, kind):
    """The call in which this process is."""
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
    """The pid of the process to which this task belongs."""
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
