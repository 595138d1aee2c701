"""The part for subprocess: which program is started from which line, with which pipes, and how it ended.

It runs in core.py's namespace (emit, where, describe, replace, on_import, FACTS).
"""


@on_import("subprocess")
def _subprocess(module):
    popen = module.Popen

    def make_init(original):
        def __init__(self, args, *rest, **kwargs):
            original(self, args, *rest, **kwargs)
            words = [args] if isinstance(args, (str, bytes)) else list(args)
            env = kwargs.get("env")
            with QUIET:
                emit(
                    "program started",
                    child=self.pid,
                    argv=[str(word)[:200] for word in words[:20]],
                    shell=bool(kwargs.get("shell")),
                    pipes=[name for name in ("stdin", "stdout", "stderr") if getattr(self, name, None) is not None],
                    fds=[getattr(self, name).fileno() for name in ("stdout", "stderr") if getattr(self, name, None)],
                    session=bool(kwargs.get("start_new_session")),
                    recorded=env is None or "PROCSEM_CHECK" in env,
                    at=where(),
                )

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
