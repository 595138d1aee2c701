"""The part for signal: who installs which handler, and in which process it runs.

It runs in core.py's namespace (emit, where, describe, replace, on_import, FACTS).
"""

import os


class _Handler:
    """The program's handler; it says that it runs. The program never meets it: signal() and getsignal() unwrap it."""

    def __init__(self, function, at):
        self.function = function
        self.at = at
        self.pid = os.getpid()

    def __call__(self, signum, frame):
        with QUIET:
            emit("handler", signal=int(signum), installed_by=self.pid, installed_at=self.at, inside=stack(frame, 15))
        return self.function(signum, frame)


def _plain(handler):
    return handler.function if isinstance(handler, _Handler) else handler


@on_import("signal")
def _signal_module(module):
    def make_signal(original):
        def signal(signalnum, handler):
            at = where()
            number = int(signalnum) if isinstance(signalnum, int) else None
            with QUIET:
                emit("signal", signal=number, handler=_shown(handler), at=at)
            if callable(handler) and not isinstance(handler, int):
                handler = _Handler(handler, at)
            return _plain(original(signalnum, handler))

        return signal

    replace(module, "signal", make_signal)

    def make_get(original):
        def getsignal(signalnum):
            return _plain(original(signalnum))

        return getsignal

    replace(module, "getsignal", make_get)
    for name in ("alarm", "setitimer"):

        def make_timer(original, name=name):
            def timer(*args):
                with QUIET:
                    emit("timer", function=name, at=where())
                return original(*args)

            return timer

        replace(module, name, make_timer)


def _shown(handler):
    if isinstance(handler, int):
        return {0: "SIG_DFL", 1: "SIG_IGN"}.get(int(handler), str(handler))
    return getattr(handler, "__qualname__", None) or type(handler).__name__
