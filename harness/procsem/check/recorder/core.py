"""The part of the recorder that every process runs: how events are written, and what is recorded without any import.

One file per process, one JSON object per line, each written at once with its own open() and close(): a process that
is killed has written everything, and a program that closes or counts its descriptors meets none of ours. Importing a
module costs the program time, so this file uses os, sys and built-in modules only.

Each event has "t" (time.monotonic(), the same clock in all processes), "k" (its kind) and fields; evidence.py
documents every kind.
"""

import atexit
import os
import sys
import time

MAX_EVENTS = 2000  # per kind and process
MAX_OF = {"test begun": 100000, "handler": 50, "no child": 100, "timer": 10, "signal": 200, "environment read": 300}
MAX_TEXT = 2000
MAX_FRAMES = 6
MAX_FILES = 50

# The program may replace what a module offers; the recorder keeps the originals.
_open, _write, _close, _getpid, _getppid = os.open, os.write, os.close, os.getpid, os.getppid
_exit = os._exit
_read, _readlink, _fstat, _listdir = os.read, getattr(os, "readlink", None), os.fstat, os.listdir
_monotonic, _process_time = time.monotonic, time.process_time
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_STDLIB = os.path.dirname(os.path.abspath(os.__file__)) + os.sep
_HERE = os.path.dirname(__file__) + os.sep

FOLDER = ""  # where the events go
METHOD = ""  # the start method that this run tests
OPTIONS = {}  # further settings by name
_path = ""
_counts = {}
_helper = False  # whether multiprocessing has started this process, with -c
BUFFERED = []  # a function that writes what a part has not written yet, before any other event
_internal = {}  # file name: whether a frame in it belongs to Python or to the recorder


# Writing


def text(value):
    """Return a JSON string, without importing json."""
    if len(value) > MAX_TEXT:
        value = value[:MAX_TEXT] + "..."
    if value.isascii() and value.isprintable() and '"' not in value and "\\" not in value:
        return '"' + value + '"'
    out = ['"']
    for letter in value:
        number = ord(letter)
        if 31 < number < 127 and letter not in '"\\':
            out.append(letter)
        elif number > 0xFFFF:
            number -= 0x10000
            out.append("\\u%04x\\u%04x" % (0xD800 + (number >> 10), 0xDC00 + (number & 0x3FF)))
        else:
            out.append("\\u%04x" % number)
    out.append('"')
    return "".join(out)


def encode(value):
    """Return the value as JSON; what JSON does not know becomes its type's name."""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    kind = type(value)
    if kind is str:
        return text(value)
    if kind is int:
        return str(value)
    if kind is float:
        return "%.6f" % value if -1e300 < value < 1e300 else "null"
    if kind is dict:
        return "{" + ",".join([text(str(name)) + ":" + encode(item) for name, item in value.items()]) + "}"
    if kind is list or kind is tuple:
        return "[" + ",".join([encode(item) for item in value]) + "]"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, str):
        return text(str.__str__(value))
    return text(kind.__name__)


def traceback_of(trace):
    """Return the frames of a traceback, the recorder's own included."""
    found = []
    while trace is not None:
        found.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno, trace.tb_frame.f_code.co_name))
        trace = trace.tb_next
    return found


class _Quiet:
    """A context in which the recorder may fail without any harm to the program."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is not None and issubclass(kind, Exception):
            emit("recorder failed", exception=describe(error), inside=[list(f) for f in traceback_of(trace)])
            return True
        return False


QUIET = _Quiet()


def emit(kind, /, **fields):
    """Write one event. The arguments may fail to be computed, so calls are inside ``with QUIET``."""
    if BUFFERED:
        BUFFERED.pop()()
    count = _counts[kind] = _counts.get(kind, 0) + 1
    most = MAX_OF.get(kind, MAX_EVENTS)
    if count > most:
        if count > most + 1:
            return
        fields = {"of": kind}
        kind = "truncated"
    try:
        append(line_of(kind, fields))
    except Exception as error:
        # No room, no descriptor, no right, or a value that fails to print itself: the program goes on.
        if isinstance(error, OSError):
            note_loss()


def note_loss():
    """Leave an empty file, for which there is room on a full disk."""
    try:
        _close(_open(os.path.join(FOLDER, "lost-%d" % _getpid()), os.O_WRONLY | os.O_CREAT, 0o600))
    except OSError:
        pass


def line_of(kind, fields):
    """Return an event as a line of the record."""
    line = '{"t":%.6f,"k":"%s"' % (_monotonic(), kind)
    for name, value in fields.items():
        line += ',"' + name + '":' + encode(value)
    return line + "}\n"


def append(lines):
    """Write lines to the record of this process."""
    fd = _open(_path, _FLAGS, 0o600)
    data = lines.encode("ascii")
    try:
        if _write(fd, data) < len(data):
            note_loss()
    finally:
        _close(fd)


# Frames and exceptions


def internal(filename):
    """Return whether a file is Python's own or the recorder's."""
    known = _internal.get(filename)
    if known is None:
        known = (
            filename.startswith(("<frozen", _HERE))
            or (filename == "<string>" and _helper)
            or (filename.startswith(_STDLIB) and "site-packages" not in filename and "dist-packages" not in filename)
        )
        _internal[filename] = known
    return known


def where(depth=1):
    """Return the callers outside Python's own files, nearest first, as [file, line, function]."""
    found = []
    try:
        frame = sys._getframe(depth + 1)
    except ValueError:
        return found
    own = False
    while frame is not None and len(found) < MAX_FRAMES:
        code = frame.f_code
        name = code.co_filename
        if not internal(name):
            library = "-packages" in name
            if library and own:
                break  # what has called the program, pytest for instance, is of no interest
            if not library or len(found) < MAX_FRAMES // 2:
                found.append([name, frame.f_lineno, code.co_name])
            own = own or not library
        frame = frame.f_back
    return found


def describe(error, depth=0):
    """Return an exception as plain data, with those that caused it."""
    frames = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if not code.co_filename.startswith(_HERE):
            frames.append([code.co_filename, trace.tb_lineno, code.co_name])
        trace = trace.tb_next
    if len(frames) > 40:
        frames = frames[:20] + frames[-20:]
    try:
        message = str(error)
    except Exception:
        message = ""
    kind = type(error)
    data = {"type": kind.__name__, "module": kind.__module__, "text": message, "id": id(error), "frames": frames}
    for name in ("errno", "filename", "name"):
        value = getattr(error, name, None)
        if isinstance(value, (str, int)):
            data[name] = value
    if isinstance(error, SystemExit):
        data["code"] = error.code if isinstance(error.code, (int, str)) or error.code is None else str(error.code)
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and depth < 5:
        data["cause"] = describe(cause, depth + 1)
    return data


def replace(owner, name, make):
    """Replace a function by what ``make`` returns for the original; it keeps the original's name and signature."""
    original = getattr(owner, name, None)
    if original is None:
        return None
    made = make(original)
    for attribute in ("__module__", "__name__", "__qualname__", "__doc__"):
        try:
            setattr(made, attribute, getattr(original, attribute))
        except (AttributeError, TypeError):
            pass
    made.__wrapped__ = original
    setattr(owner, name, made)
    # pickle sends os._exit as posix._exit, and wants to find there what it sends.
    home = sys.modules.get(getattr(original, "__module__", None))
    if home is not None and getattr(home, name, None) is original:
        setattr(home, name, made)
    return original


# This process


def _command():
    words = getattr(sys, "orig_argv", None)
    if words:
        return list(words)
    try:
        with open("/proc/self/cmdline", "rb") as file:
            return [word.decode("utf-8", "backslashreplace") for word in file.read().split(b"\0")[:-1]]
    except OSError:
        return []


def role(command):
    """Return what a process that was started by its command line is for."""
    for word in command:
        if word == "--multiprocessing-fork":
            return "spawned"
        if word.startswith(
            ("from multiprocessing.forkserver import main", "import sys; from multiprocessing.forkserver")
        ):
            return "fork server"
        if word.startswith(("from multiprocessing.resource_tracker import", "from multiprocessing.semaphore_tracker")):
            return "resource tracker"
    return "program"


def _begin(what, **fields):
    global _path
    pid = _getpid()
    _path = os.path.join(FOLDER, "%d-%d.jsonl" % (pid, _monotonic() * 1e6))
    _counts.clear()
    emit("process", role=what, pid=pid, ppid=_getppid(), method=METHOD, **fields)


def _first(setting):
    global _helper
    command = _command()
    _helper = role(command) != "program"
    try:
        folder = os.getcwd()
    except OSError:
        folder = None
    _begin(
        role(command),
        argv=[word[:500] for word in command[:40]],
        cwd=folder,
        executable=sys.executable,
        version=list(sys.version_info[:3]),
        implementation=sys.implementation.name,
        platform=sys.platform,
        stdlib=_STDLIB,
        signal=SIGNAL,
        cost=OPTIONS.get("cost"),
    )


TESTED = []  # not empty where pytest runs: it keeps the errors of tests where Python keeps the last one
_inherited = None


def _last_words():
    """Return the exception with which the main thread ended, if any."""
    error = _last_error()
    return describe(error) if isinstance(error, BaseException) and id(error) != _inherited and not TESTED else None


def _last_error():
    return getattr(sys, "last_exc", None) or getattr(sys, "last_value", None)


PEAK = [lambda: None]  # what returns the peak memory in KiB; costs.py replaces it


def _at_exit():
    with QUIET:
        moved = _positions() if _shares_files else None
        emit("exit", how="normal", cpu=_process_time(), uncaught=_last_words(), peak=PEAK[0](), offsets=moved)


# What the program asks of the operating system


def _wrap_os():
    def make_exit(original):
        def _exit(status):
            with QUIET:
                used = _process_time()
                words, peak, moved = _last_words(), PEAK[0](), _positions() if _shares_files else None
                emit("exit", how="_exit", code=status, cpu=used, uncaught=words, peak=peak, offsets=moved, at=where())
            original(status)

        return _exit

    replace(os, "_exit", make_exit)

    def make_kill(original):
        def kill(pid, signal):
            with QUIET:
                group = original.__name__ == "killpg"
                emit("kill", pid=pid, signal=signal, group=group, at=where())
                if signal and not group:
                    ask(pid)
            return original(pid, signal)

        return kill

    replace(os, "kill", make_kill)
    replace(os, "killpg", make_kill)

    def make_wait(original, pid_first):
        def wait(*args, **kwargs):
            asked = args[0] if pid_first and args else -1
            try:
                result = original(*args, **kwargs)
            except ChildProcessError:
                with QUIET:
                    at = where()
                    if at or _counts.get("no child", 0) < 20:  # a pool's thread may ask all the time
                        emit("no child", pid=asked, at=at, by=_caller(), through=_through())
                raise
            if result is not None:
                with QUIET:
                    if hasattr(result, "si_pid"):
                        pid, status = result.si_pid, result.si_status
                    else:
                        pid, status = result[0], result[1]
                    if pid:
                        emit(
                            "reaped", pid=pid, status=status, asked=asked, dropped=_dropped(), at=where(), by=_caller()
                        )
            return result

        return wait

    replace(os, "waitpid", lambda original: make_wait(original, True))
    replace(os, "wait4", lambda original: make_wait(original, True))
    replace(os, "wait", lambda original: make_wait(original, False))
    replace(os, "wait3", lambda original: make_wait(original, False))
    replace(os, "waitid", lambda original: make_wait(original, False))

    def make_exec(original):
        def execute(path, *rest):
            with QUIET:
                emit("exec", path=str(path), at=where())
            return original(path, *rest)

        return execute

    replace(os, "execv", make_exec)
    replace(os, "execve", make_exec)

    def make_register(original):
        def register(func, *args, **kwargs):
            with QUIET:
                emit(
                    "atexit",
                    function=getattr(func, "__qualname__", type(func).__name__),
                    file=_file_of_code(func),
                    guarded=_asks_which_process(func),
                    at=where(),
                    by=_caller(),
                )
            return original(func, *args, **kwargs)

        return register

    replace(atexit, "register", make_register)

    def make_run(original):
        def _run_exitfuncs():
            with QUIET:
                emit("atexit run")
            return original()

        return _run_exitfuncs

    # A forked child of multiprocessing calls it, from Python 3.13 on; any other process ends without it.
    replace(atexit, "_run_exitfuncs", make_run)

    def make_limit(original):
        def setrecursionlimit(limit, /):
            with QUIET:
                emit("recursion limit", limit=limit, before=sys.getrecursionlimit(), at=where())
            return original(limit)

        return setrecursionlimit

    replace(sys, "setrecursionlimit", make_limit)


def _code_of(function):
    return getattr(getattr(function, "__func__", function), "__code__", None)


def _file_of_code(function):
    return getattr(_code_of(function), "co_filename", None)


def _asks_which_process(function):
    """Return whether a function looks at the process that it runs in, so that it may do nothing in a child."""
    names = getattr(_code_of(function), "co_names", ())
    return any(name in names for name in ("getpid", "getppid", "current_process", "parent_process"))


_kill, _sleep = os.kill, time.sleep


def ask(pid):
    """Have a process that is about to be killed write its stacks and the locks that it holds."""
    if not SIGNAL or pid <= 0 or pid == _getpid():
        return
    try:
        with open("/proc/%d/status" % pid) as file:
            caught = [line for line in file if line.startswith("SigCgt:")]
        names = [name for name in os.listdir(FOLDER) if name.startswith("%d-" % pid)]
    except OSError:
        return
    if not names or not caught or not int(caught[0].split()[1], 16) >> (SIGNAL - 1) & 1:
        return
    path = os.path.join(FOLDER, max(names, key=lambda name: int(name[name.index("-") + 1 : -6])))
    size = os.stat(path).st_size
    try:
        _kill(pid, SIGNAL)
    except OSError:
        return
    for number in range(200):  # a busy machine may need a quarter of a second
        with open(path, "rb") as file:
            file.seek(size)
            if b'"k":"stacks"' in file.read():  # it may write other events first
                return
        if number > 60 and not _is_at_work(pid):
            return
        _sleep(0.001 if number < 20 else 0.006)


def _is_at_work(pid):
    """Return whether a process uses a CPU, or would use one if it got it: it may still be writing."""
    try:
        with open("/proc/%d/stat" % pid, "rb") as file:
            return file.read().rpartition(b")")[2].split()[0] == b"R"
    except (OSError, IndexError):
        return False


def _dropped():
    """Return whether a Popen object that nobody uses any more asks, and not the program."""
    return any(name == "__del__" and file.endswith("subprocess.py") for file, _, name in stack(sys._getframe(2), 4))


def _through():
    """Return the methods of multiprocessing.Process that have led here, innermost first."""
    return [name for file, _, name in stack(sys._getframe(2), 8) if file.endswith("process.py")]


def _caller():
    """Return the file and function that called the wrapper's caller."""
    frame = sys._getframe(2)
    code = frame.f_code
    return [code.co_filename, frame.f_lineno, code.co_name]


def _threads():
    """Return the other threads of this process: their names and where they are."""
    threading = sys.modules.get("threading")
    active = getattr(threading, "_active", None)
    if not active or len(active) < 2:
        return []
    own = sys.modules["_thread"].get_ident()
    frames = sys._current_frames()
    found = []
    for ident, thread in list(active.items()):
        if ident != own and len(found) < 20:
            found.append({"name": str(getattr(thread, "_name", "")), "at": stack(frames.get(ident), 12)})
    return found


def stack(frame, most=60):
    """Return a stack as [file, line, function], innermost first, Python's own frames included."""
    found = []
    while frame is not None and len(found) < most:
        code = frame.f_code
        if not code.co_filename.startswith(_HERE):
            found.append([code.co_filename, frame.f_lineno, code.co_name])
        frame = frame.f_back
    return found


_forking = None
_forked_by = None
_shares_files = False  # whether this process has files open that it shares with another one by a fork


def _open_files():
    """Yield descriptor, path, position and flags of each regular file that is open for reading, on Linux."""
    if not sys.platform.startswith("linux"):
        return
    for name in _listdir("/proc/self/fd")[:MAX_FILES]:
        fd = int(name)
        try:
            if fd < 3 or _fstat(fd).st_mode & 0o170000 != 0o100000:
                continue
            info = _open("/proc/self/fdinfo/" + name, os.O_RDONLY)
            try:
                words = _read(info, 200).split()
            finally:
                _close(info)
            flags = int(words[3], 8)
            if flags & 3 != os.O_WRONLY:
                yield fd, _readlink("/proc/self/fd/" + name), int(words[1]), flags
        except OSError:
            pass  # closed by another thread, or the descriptor of the listing itself


def _positions():
    """Return where the next byte is read in each open file, by its path: a forked child shares the position."""
    return {path: position for _, path, position, _ in _open_files()}


def _reopen_files():
    """Give a forked child positions of its own in the files that it has inherited."""
    for fd, _, position, flags in list(_open_files()):
        own = _open("/proc/self/fd/%d" % fd, flags & (3 | os.O_APPEND | os.O_NONBLOCK))
        try:
            os.lseek(own, position, 0)
            os.dup2(own, fd, os.get_inheritable(fd))
        finally:
            _close(own)
        emit("intervention", what="reopen", name="files")


def _before_fork():
    global _forking, _forked_by, _shares_files
    with QUIET:
        _forking = where(0)
        _forked_by = _caller_of_fork()
        positions = _positions()
        _shares_files = _shares_files or bool(positions)
        emit(
            "fork",
            at=_forking,
            by=_forked_by,
            threads=_threads(),
            unflushed=_unflushed(),
            offsets=positions,
            folders=_temporary_folders(),
        )


def _temporary_folders():
    """Return the folders that the TemporaryDirectory objects of this process will remove."""
    finalize = getattr(sys.modules.get("weakref"), "finalize", None)
    if finalize is None or "tempfile" not in sys.modules:
        return []
    known = [info for info in list(finalize._registry.values())[:200] if info.args]
    names = [info.args[0] for info in known if getattr(info.func, "__qualname__", "") == "TemporaryDirectory._cleanup"]
    return [name for name in names if type(name) is str]


def _caller_of_fork():
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_HERE):
        frame = frame.f_back
    return [frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name] if frame is not None else None


def _unflushed():
    """Return the text that waits in the buffers of stdout and stderr: CPython's garbage collector sees it."""
    found = {}
    gc = sys.modules.get("gc") or __import__("gc")
    for name, stream in _streams():
        known = (stream.encoding, stream.errors, "\n", "\r\n", "\r", "")
        waiting = ""
        for item in gc.get_referents(stream):
            for piece in item if type(item) is list else (item,):
                if type(piece) is bytes:
                    waiting += piece.decode("utf-8", "backslashreplace")
                elif type(piece) is str and (type(item) is list or piece not in known):
                    waiting += piece
        if waiting:
            found[name] = waiting
    return found


def _streams():
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name, None)
        if type(stream).__name__ == "TextIOWrapper":
            yield name, stream


def _copied():
    """Return the text in the child's copies of the buffers, and put it back: what PyPy does not show otherwise."""
    found = {}
    for name, stream in _streams():
        fd = stream.fileno()
        kept = os.dup(fd)
        reader, writer = os.pipe()
        try:
            os.dup2(writer, fd)
            os.set_blocking(writer, False)
            stream.flush()
        finally:
            os.dup2(kept, fd)
            for each in (kept, writer):
                _close(each)
        data = os.read(reader, 1 << 16)
        _close(reader)
        if data:
            stream.buffer.write(data)
            found[name] = data.decode("utf-8", "backslashreplace")
    return found


def _in_child():
    global _inherited
    with QUIET:
        _inherited = id(_last_error())
        del TESTED[:]
        for forget in AFTER_FORK:
            forget()
        _begin("forked", at=_forking)
        if "reopen=files" in OPTIONS:
            _reopen_files()
        if sys.implementation.name == "pypy" and _forked_by and not internal(_forked_by[0]):
            emit("copied", unflushed=_copied())


AFTER_FORK = []  # functions of the parts that forget, in a forked child, what was going on in the parent


# Stacks, when the harness asks for them


SIGNAL = 0


def _show(signum, frame):
    """Write the stacks of all threads. A signal that the program does not use calls this."""
    with QUIET:
        own = sys.modules["_thread"].get_ident()
        names = {}
        threading = sys.modules.get("threading")
        for ident, thread in list(getattr(threading, "_active", {}).items()):
            names[ident] = str(getattr(thread, "_name", ""))
        threads = [{"name": names.get(own, "MainThread"), "main": True, "frames": stack(frame), "facts": facts(frame)}]
        for ident, top in list(sys._current_frames().items())[:40]:
            if ident != own:
                threads.append({"name": names.get(ident, ""), "main": False, "frames": stack(top), "facts": facts(top)})
        emit("stacks", threads=threads, held=HELD[0](), uncaught=_last_words())


HELD = [list]  # what returns the locks of multiprocessing that this process holds; multi.py replaces it


FACTS = {}  # (last part of a file's path, function): what to tell about such a frame; parts add to it


def facts(frame):
    """Return what the parts of the recorder know about the frames of multiprocessing in a stack."""
    found = []
    depth = 0
    while frame is not None and depth < 60:
        code = frame.f_code
        tell = FACTS.get((os.path.basename(code.co_filename), code.co_name))
        if tell is not None:
            try:
                found.append([code.co_name, tell(frame.f_locals)])
            except Exception:
                pass
        frame = frame.f_back
        depth += 1
    return found


def _listen():
    global SIGNAL
    try:
        import _signal

        number = int(OPTIONS.get("signal", 0))
        if number:
            _signal.signal(number, _show)
            SIGNAL = number
    except (ImportError, ValueError, OSError, RuntimeError):
        SIGNAL = 0


# Modules that the program imports


HOOKS = {}  # module name: functions that take the module once it has been imported


def on_import(name):
    """Decorate a function that is called with a module after its import."""

    def add(function):
        HOOKS.setdefault(name, []).append(function)
        return function

    return add


SPAWNED = []  # not empty in a child of multiprocessing that began without its parent's memory
STATE = []  # state.py's functions for the parent and for the child
NOTE_LOGGING = [lambda: None]  # what writes how logging is configured; logs.py replaces it
PART_OF = {
    "logging": "logs",
    "threading": "threads",
    "signal": "signals",
    "subprocess": "programs",
    "socket": "sockets",
    "multiprocessing": "multi",
    "multiprocessing.pool": "pools",
    "concurrent.futures.process": "pools",
    "concurrent.futures._base": "pools",
    "unittest.mock": "patches",
    "unittest.result": "tests",
    "_pytest.runner": "tests",
    "_pytest.unittest": "tests",
    "_pytest.monkeypatch": "patches",
}


def _apply(module):
    name = module.__name__
    part = PART_OF.get(name) or (PART_OF["multiprocessing"] if name.startswith("multiprocessing.") else None)
    with QUIET:
        load(part)
    for hook in HOOKS.pop(name, ()):
        with QUIET:
            hook(module)


def load(part):
    """Run one part of the recorder, once."""
    code = PARTS.pop(part, None) if part else None
    if code is not None:
        space = dict(globals())
        space["recorder"] = sys.modules[__name__]
        exec(sys.modules["marshal"].loads(code), space)


class _Loader:
    """The loader of a module that a part of the recorder waits for."""

    def __init__(self, loader):
        self._loader = loader

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        loader = self._loader
        module.__spec__.loader = loader
        module.__loader__ = loader
        loader.exec_module(module)
        _apply(module)

    def __getattr__(self, name):
        return getattr(self._loader, name)


class _Finder:
    """Finds nothing itself; it notices the import of the modules that are recorded."""

    def find_spec(self, name, path=None, target=None):
        if name not in PART_OF and not name.startswith("multiprocessing."):
            return None
        for finder in sys.meta_path:
            if finder is not self:
                find = getattr(finder, "find_spec", None)
                spec = find(name, path, target) if find is not None else None
                if spec is not None:
                    if spec.loader is not None and hasattr(spec.loader, "exec_module"):
                        spec.loader = _Loader(spec.loader)
                    return spec
        return None

    def invalidate_caches(self):
        pass


def install(setting):
    """Start recording. ``setting`` is ``method|name=value|...|folder``."""
    global FOLDER, METHOD
    METHOD, *rest, FOLDER = setting.split("|")
    for word in rest:
        name, _, value = word.partition("=")
        if name in ("copy", "environ", "reseed", "reopen"):
            OPTIONS[word] = True
        else:
            OPTIONS[name] = value
    with QUIET:
        _listen()
        _first(setting)
        if OPTIONS.get("cost"):
            load("costs")
        atexit.register(_at_exit)  # the first to be registered runs last
        _wrap_os()
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=_before_fork, after_in_child=_in_child)
    sys.meta_path.insert(0, _Finder())
    for name in list(sys.modules):
        if name in PART_OF or name.startswith("multiprocessing."):
            _apply(sys.modules[name])
