"""The part for subprocess: which program is started from which line, with which pipes, and how it ended.

It runs in core.py's namespace (emit, where, describe, replace, on_import, FACTS).
"""

import os


@on_import("subprocess")
def _subprocess(module):
    popen = module.Popen

    def make_init(original):
        def __init__(self, args, *rest, **kwargs):
            original(self, args, *rest, **kwargs)
            with QUIET:
                _started(self, args, kwargs)

        return __init__

    replace(popen, "__init__", make_init)

    def make_communicate(original):
        def communicate(self, *args, **kwargs):
            timeout = kwargs.get("timeout", args[1] if len(args) > 1 else None)
            with QUIET:
                emit("wait", what="communicate", child=self.pid, timeout=timeout, at=where())
            try:
                return original(self, *args, **kwargs)
            finally:
                with QUIET:
                    emit("waited", what="communicate", child=self.pid, code=self.returncode)

        return communicate

    replace(popen, "communicate", make_communicate)
    FACTS["subprocess.py", "communicate"] = lambda local: {"child": local["self"].pid}
    FACTS["subprocess.py", "_wait"] = lambda local: {"child": local["self"].pid}


def _started(popen, args, kwargs):
    words = args if isinstance(args, (list, tuple)) else [args]
    pipes = {name: getattr(popen, name) for name in ("stdin", "stdout", "stderr")}
    env = kwargs.get("env")
    emit(
        "program started",
        child=popen.pid,
        argv=[str(word)[:200] for word in words[:20]],
        shell=bool(kwargs.get("shell")),
        pipes=[name for name, pipe in pipes.items() if pipe is not None],
        inodes=[os.fstat(pipes[name].fileno()).st_ino for name in ("stdout", "stderr") if pipes[name] is not None],
        session=bool(kwargs.get("start_new_session")),
        recorded=env is None or "PROCSEM_CHECK" in env,
        at=where(1),
    )
