"""Start the recorder of ``procsem check`` in this process, then import the sitecustomize that this one shadows.

Python imports this module at the start of every process that finds this folder on PYTHONPATH. Nothing may go wrong
here: an error is written to the record, and the program runs as if nothing had happened.
"""

import marshal
import os
import sys


def _start(here):
    setting = os.environ.get("PROCSEM_CHECK", "")
    # The program finds the sys.path that it would have without us.
    sys.path[:] = [entry for entry in sys.path if entry != here]
    sys.path_importer_cache.pop(here, None)
    if not setting or "_procsem_recorder" in sys.modules:
        return
    try:
        _run(here, setting)
    except Exception as error:
        try:
            with open(os.path.join(here, "error-%d.txt" % os.getpid()), "a") as file:
                file.write("%s: %s\n" % (type(error).__name__, error))
        except OSError:
            pass


def _run(here, setting):
    recorder = type(sys)("_procsem_recorder")
    recorder.__file__ = os.path.join(here, "core.py")
    recorder.PARTS = parts = _code(here)
    sys.modules["_procsem_recorder"] = recorder
    exec(marshal.loads(parts["core"]), recorder.__dict__)
    recorder.install(setting)


def _code(here):
    """Return the recorder's code by part, each marshalled: most processes need few of them.

    It is compiled once per interpreter, even with PYTHONDONTWRITEBYTECODE.
    """
    cache = os.path.join(here, "%s-%x.bin" % (sys.implementation.cache_tag, sys.hexversion))
    try:
        with open(cache, "rb") as file:
            return marshal.loads(file.read())
    except (OSError, ValueError, EOFError, TypeError):
        pass
    parts = {}
    for name in os.listdir(here):
        if name.endswith(".py") and name != "sitecustomize.py":
            path = os.path.join(here, name)
            with open(path, "rb") as file:
                code = compile(file.read(), path, "exec", dont_inherit=True, optimize=0)
            parts[name[:-3]] = marshal.dumps(code)
    try:
        own = "%s.%d" % (cache, os.getpid())
        with open(own, "wb") as file:
            file.write(marshal.dumps(parts))
        os.replace(own, cache)
        _keep_own_bytecode(here)
    except (OSError, AttributeError, TypeError):
        pass
    return parts


def _keep_own_bytecode(here):
    """Keep this module's bytecode even with PYTHONDONTWRITEBYTECODE: to compile it costs each process 1.5 ms."""
    external = sys.modules["_frozen_importlib_external"]
    path = os.path.join(here, "sitecustomize.py")
    cached = external.cache_from_source(path)
    if os.path.exists(cached) or not cached.startswith(here):  # PYTHONPYCACHEPREFIX names a folder of the user's
        return
    with open(path, "rb") as file:
        code = compile(file.read(), path, "exec", dont_inherit=True)
    state = os.stat(path)
    data = external._code_to_timestamp_pyc(code, int(state.st_mtime), state.st_size)
    os.makedirs(os.path.dirname(cached), exist_ok=True)
    own = "%s.%d" % (cached, os.getpid())
    with open(own, "wb") as file:
        file.write(data)
    os.replace(own, cached)


def _chain(name):
    for finder in sys.meta_path:
        find = getattr(finder, "find_spec", None)
        if find is not None and find(name, None) is not None:
            del sys.modules[name]
            __import__(name)
            return
    # What the site module expects where there is no such file.
    raise ImportError("No module named 'sitecustomize'", name=name)


_start(os.path.dirname(os.path.abspath(__file__)))
_chain("sitecustomize")
