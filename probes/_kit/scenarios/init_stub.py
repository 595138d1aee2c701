"""A small init for one experiment: a process that adopts the experiment's orphans and reaps them.

The process that adopts an orphan differs from place to place: process 1, which may not reap in a container, or the
nearest subreaper above, which may be a service manager or the harness's own. With an init stub, which is a subreaper
below the probe, a probe sees the same everywhere. Linux has subreapers. On other POSIX systems the stub starts programs
and reaps its own children, but adopts none. Windows has no adoption, so the probe itself starts the programs there.

In facts and timelines the stub is called ``stand-in``.
"""

import contextlib
import functools
import os
import signal
import sys

from _kit.checkin import TIMEOUT, check_in

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


def adopter_here():
    """Return the name of the process that adopts the orphans of an init stub's programs on this system."""
    return "stand-in" if sys.platform == "linux" else "init" if hasattr(os, "fork") else "nobody"


@contextlib.contextmanager
def init_stub(arm):
    """Run an init stub during the block, and yield its peer, whose call ``launch`` does ``arm.launch`` there.

    The stub leaves after the block, once all of its children have ended.
    """
    if hasattr(os, "fork"):
        arm.set_name(1, "init")  # which adopts orphans where there are no subreapers
        with _forked(arm, "stand-in", _run_reaping, arm.folder()) as peer:
            yield peer
    else:
        yield _ProbeAsStub(arm, arm.folder())


@contextlib.contextmanager
def non_reaping_init_stub(arm):
    """Run an init stub that adopts and never reaps (Linux only), and yield its peer.

    When it leaves, a fallback reaper adopts its children and reaps them.
    """
    with _forked(arm, "fallback reaper", _run_reaping, arm.folder()) as fallback_reaper:
        fallback_reaper.call("fork_non_reaping")
        peer = arm.expect("stand-in")
        try:
            yield peer
        finally:
            peer.leave()


@contextlib.contextmanager
def _forked(arm, name, function, folder):
    """Run this function in a forked process during the block; the process checks in by this name."""
    arm.address  # noqa: B018  the server must be open before the fork
    pid = _fork(function, arm, name, folder)
    peer = None
    try:
        peer = arm.expect(name)
        yield peer
    finally:
        if peer is None:
            os.kill(pid, signal.SIGKILL)
        else:
            peer.leave()
        os.waitpid(pid, 0)


def _fork(function, *args):
    pid = os.fork()
    if pid:
        return pid
    try:
        function(*args)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(0)


def _run_reaping(arm, name, folder):
    become_subreaper()
    connection = check_in(arm.address, name)
    signal.signal(signal.SIGCHLD, _reap)
    connection.serve(
        launch=functools.partial(_launch, arm, folder),
        fork_non_reaping=functools.partial(_fork, _run_non_reaping, arm, folder),
    )
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.alarm(int(TIMEOUT))  # children that have not ended by then are not waited for
    _reap(flags=0)


def _run_non_reaping(arm, folder):
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    become_subreaper()
    check_in(arm.address, "stand-in").serve(launch=functools.partial(_launch, arm, folder))


def become_subreaper():
    """Make this process adopt the orphans among its descendants, on Linux."""
    if sys.platform == "linux":
        import ctypes

        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def _launch(arm, folder, function, *args):
    # A parent that ends abruptly leaves multiprocessing's temporary folder behind; this one is removed with the arm.
    environment = {**os.environ, "TMPDIR": folder}
    return arm.launch(getattr(sys.modules["__main__"], function), *args, env=environment).pid


class _ProbeAsStub:
    """The probe itself in the place of an init stub."""

    def __init__(self, arm, folder):
        self.actions = {"launch": functools.partial(_launch, arm, folder)}

    def call(self, action, *args):
        return self.actions[action](*args)


def _reap(*_, flags=None):
    flags = os.WNOHANG if flags is None else flags
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, flags) != (0, 0):
            pass
