"""A stand-in for init: a process that adopts the orphans of a story and reaps them.

Who adopts an orphan differs from place to place: process 1, which in a container may not reap, or the
nearest subreaper above, which may be a service manager or the harness's own. A probe that brings its
stand-in sees the same everywhere. Linux has subreapers; on other POSIX systems the stand-in is there,
starts programs and reaps its own children, but adopts nobody. Windows has no adoption at all: there the
probe itself starts the programs.
"""

import contextlib
import functools
import os
import signal
import sys

from _kit.checkin import PATIENCE, check_in

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


def adopts_here():
    """Who adopts the orphans of those whom a stand-in started, by the name that it has in a story."""
    return "stand-in" if sys.platform == "linux" else "init" if hasattr(os, "fork") else "nobody"


@contextlib.contextmanager
def stand_in(arm):
    """Have a stand-in while the block runs; gives its peer, whose call ``launch`` is ``arm.launch`` done there.

    It leaves with the block, once all of its children have ended.
    """
    if hasattr(os, "fork"):
        arm.call(1, "init")  # who adopts where there are no subreapers
        with _forked(arm, "stand-in", _reaping, arm.folder()) as peer:
            yield peer
    else:
        yield _Probe(arm, arm.folder())


@contextlib.contextmanager
def careless_stand_in(arm):
    """Have one that adopts and never reaps. When it leaves, its heir adopts what it had, and reaps. For Linux."""
    with _forked(arm, "heir", _reaping, arm.folder()) as heir:
        heir.call("fork_careless")
        peer = arm.expect("stand-in")
        try:
            yield peer
        finally:
            peer.leave()


@contextlib.contextmanager
def _forked(arm, name, function, folder):
    """A process that runs this function, checks in by this name, and leaves with the block."""
    arm.address  # noqa: B018  the rendezvous must be open before the fork
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


def _reaping(arm, name, folder):
    _become_subreaper()
    line = check_in(arm.address, name)
    signal.signal(signal.SIGCHLD, _reap)
    line.serve(
        launch=functools.partial(_launch, arm, folder),
        fork_careless=functools.partial(_fork, _careless, arm, folder),
    )
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.alarm(int(PATIENCE))  # whoever does not leave by then is not waited for
    _reap(flags=0)


def _careless(arm, folder):
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _become_subreaper()
    check_in(arm.address, "stand-in").serve(launch=functools.partial(_launch, arm, folder))


def _become_subreaper():
    if sys.platform == "linux":
        import ctypes

        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def _launch(arm, folder, scene, *args):
    # A parent that ends abruptly leaves multiprocessing's temporary folder behind: let it be in one that is removed.
    environment = {**os.environ, "TMPDIR": folder}
    return arm.launch(getattr(sys.modules["__main__"], scene), *args, env=environment).pid


class _Probe:
    """The probe in the place of a stand-in."""

    def __init__(self, arm, folder):
        self.actions = {"launch": functools.partial(_launch, arm, folder)}

    def call(self, action, *args):
        return self.actions[action](*args)


def _reap(*_, flags=None):
    flags = os.WNOHANG if flags is None else flags
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, flags) != (0, 0):
            pass
