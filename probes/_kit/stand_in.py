"""A stand-in for init: a process that adopts the orphans of a story and reaps them.

Who adopts an orphan differs from place to place: process 1, which in a container may not reap, or the
nearest subreaper above, which may be a service manager or the harness's own. A probe that brings its
stand-in sees the same everywhere. Linux has subreapers; on other POSIX systems the stand-in is there,
starts programs and reaps its own children, but adopts nobody. Windows has no adoption at all: there the
probe itself starts the programs.
"""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import sys
import tempfile
import traceback

from _kit.checkin import PATIENCE, check_in

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


@contextlib.contextmanager
def stand_in(arm, reaps=True):
    """Have a stand-in while the block runs; gives its peer, whose call ``launch`` is ``arm.launch`` done there.

    It leaves with the block, once all of its children have ended; one that does not reap leaves without regard to them.
    """
    with tempfile.TemporaryDirectory() as folder, _process(arm, folder, reaps) as peer:
        yield peer


@contextlib.contextmanager
def _process(arm, folder, reaps):
    if not hasattr(os, "fork"):
        yield _Probe(arm, folder)
        return
    arm.address  # noqa: B018  the rendezvous must be open before the fork
    pid = os.fork()
    if pid == 0:
        try:
            _stand_in(arm, folder, reaps)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    peer = None
    try:
        peer = arm.expect("stand-in")
        yield peer
    finally:
        if peer is None:
            os.kill(pid, signal.SIGKILL)
        else:
            peer.leave()
        os.waitpid(pid, 0)


def _stand_in(arm, folder, reaps):
    become_subreaper()
    line = check_in(arm.address, "stand-in")
    if reaps:
        signal.signal(signal.SIGCHLD, _reap)
    line.serve(launch=functools.partial(_launch, arm, folder))
    if reaps:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.alarm(int(PATIENCE))  # whoever does not leave by then is not waited for
        _reap(flags=0)


def become_subreaper(become=True):
    """Be the one to adopt the orphans among this process's descendants, or be so no more. Does nothing but on Linux."""
    if sys.platform == "linux":
        import ctypes

        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(PR_SET_CHILD_SUBREAPER, int(become), 0, 0, 0) != 0:
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

    def answers(self):
        return True


def _reap(*_, flags=getattr(os, "WNOHANG", 0)):
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, flags) != (0, 0):
            pass
