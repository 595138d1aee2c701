"""The part for costs, which is used only if the user asks for them: imports with their times, and the peak memory.

It runs in core.py's namespace (emit, replace, on_import, AFTER_FORK, BUFFERED, OPTIONS, PEAK).
"""

import sys

_LEAST = 0.0005  # seconds; quicker imports are not kept

_running = {}  # thread: the names of the modules that it imports at this moment, the outermost first
_done = []  # [name, the module that imports it, seconds, file]


def _write_imports():
    found = list(_done)
    del _done[:]
    emit("imports", modules=found)


def _forget():
    _running.clear()
    del _done[:]


def _wrap_imports():
    ident = sys.modules["_thread"].get_ident

    def make(original):
        def _load_unlocked(spec):
            names = _running.setdefault(ident(), [])
            parent = names[-1] if names else None
            names.append(spec.name)
            began = _monotonic()
            try:
                return original(spec)
            finally:
                seconds = _monotonic() - began
                if names:
                    names.pop()
                if seconds >= _LEAST:
                    _done.append([spec.name, parent, seconds, spec.origin])
                    if _write_imports not in BUFFERED:
                        BUFFERED.append(_write_imports)

        return _load_unlocked

    replace(sys.modules["_frozen_importlib"], "_load_unlocked", make)


def _peak():
    """Return the most memory that this process has used, in KiB."""
    try:
        with open("/proc/self/status", "rb") as file:
            for line in file:
                if line.startswith(b"VmHWM:"):
                    return int(line.split()[1])
    except OSError:
        pass
    return None


@on_import("multiprocessing.forkserver")
def _preload(module):
    names = [name for name in OPTIONS.get("preload", "").split(",") if name]
    if not names:
        return
    server = module._forkserver
    server._preload_modules = list(server._preload_modules) + names

    def make(original):
        def set_forkserver_preload(self, modules_names, *args, **kwargs):
            return original(self, list(modules_names) + names, *args, **kwargs)

        return set_forkserver_preload

    replace(module.ForkServer, "set_forkserver_preload", make)
    # The module offers the method of its only instance as a function, and so does multiprocessing.
    module.set_forkserver_preload = server.set_forkserver_preload


AFTER_FORK.append(_forget)
PEAK[0] = _peak
_wrap_imports()
