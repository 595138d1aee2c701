"""The part for multiprocessing: who starts whom and how, what is sent, what is made, opened and dropped.

It runs in core.py's namespace (emit, where, describe, replace, on_import, FACTS).
"""

import builtins
import io
import itertools
import os
import sys
import time
from _thread import get_ident

_numbers = itertools.count(1)
_main_import = []  # files that are imported as the main module at this moment
_puts = {}  # id of an object that was put into a queue: from where; the newest thousand
_primitives = {}  # id: weak reference to each SemLock of this process
_sending = []  # what is being pickled for a child: the thread and the number of each start
_tasks = []  # not empty in a worker that has got a task
AFTER_FORK.extend([_sending.clear, _main_import.clear, _puts.clear, _tasks.clear])


# Methods


@on_import("multiprocessing.context")
def _contexts(module):
    default = module._default_context
    if METHOD in module._concrete_contexts:
        # As a platform sets it: nothing has been chosen yet, and the program may still choose once.
        default._default_context = module._concrete_contexts[METHOD]

    def make_set(original):
        def set_start_method(self, method, force=False):
            at = where()
            if at or not _in_spawn():
                with QUIET:
                    emit("method set", method=method, force=bool(force), at=at)
            return original(self, method, force)

        return set_start_method

    replace(module.DefaultContext, "set_start_method", make_set)

    def make_get(original):
        def get_context(self, method=None):
            if method is not None:
                at = where()
                if at:
                    with QUIET:
                        emit("context", method=method, at=at)
            return original(self, method)

        return get_context

    replace(module.DefaultContext, "get_context", make_get)


def _in_spawn():
    spawn = sys.modules.get("multiprocessing.spawn")
    return spawn is not None and sys._getframe(2).f_globals is vars(spawn)


# Starting and ending


def _name_of(target):
    if target is None:
        return None
    name = getattr(target, "__qualname__", None)
    if name is None and hasattr(target, "func"):
        return "partial(%s)" % _name_of(target.func)
    return "%s.%s" % (getattr(target, "__module__", None), name or type(target).__qualname__)


@on_import("multiprocessing.process")
def _processes(module):
    def make_start(original):
        def start(self):
            number = next(_numbers)
            target = getattr(self, "_target", None)
            with QUIET:
                emit(
                    "start",
                    n=number,
                    name=getattr(self, "_name", None),
                    cls=type(self).__name__,
                    target=_name_of(target),
                    daemon=self._config.get("daemon") if hasattr(self, "_config") else None,
                    importing_main=_main_import[-1] if _main_import else None,
                    passed=_passed(self) if _method_of(self) == "fork" else None,
                    at=where(),
                    user=_user_stack(),
                )
                if _method_of(self) != "fork":
                    state_in_parent(_function_of(self))
            _sending.append((get_ident(), number))
            try:
                result = original(self)
            except BaseException as error:
                with QUIET:
                    emit("start failed", n=number, exception=describe(error), at=where())
                raise
            finally:
                _sending.remove((get_ident(), number))
            popen = getattr(self, "_popen", None)
            with QUIET:
                emit("started", n=number, child=getattr(popen, "pid", None), method=getattr(popen, "method", None))
            return result

        return start

    replace(module.BaseProcess, "start", make_start)

    def make_bootstrap(original):
        def _bootstrap(self, *args, **kwargs):
            with QUIET:
                emit("child", name=getattr(self, "_name", None), target=_name_of(getattr(self, "_target", None)))
                if SPAWNED:
                    state_in_child(_function_of(self))
                generators(_function_of(self))
            cls = type(self)

            def run():
                vars(self).pop("run", None)
                try:
                    return cls.run(self)
                except BaseException as error:
                    with QUIET:
                        emit("child raised", exception=describe(error))
                    raise

            self.run = run
            return original(self, *args, **kwargs)

        return _bootstrap

    replace(module.BaseProcess, "_bootstrap", make_bootstrap)

    def make_join(original):
        def join(self, timeout=None):
            popen = getattr(self, "_popen", None)
            waits = popen is not None and popen.returncode is None
            if waits:
                with QUIET:
                    emit("wait", what="join", child=popen.pid, timeout=timeout, at=where())
            result = original(self, timeout)
            if waits:
                with QUIET:
                    code = getattr(popen, "returncode", None)
                    emit("waited", what="join", child=popen.pid, code=code)
                    if timeout and code is None:
                        emit("gave up", what="join", timeout=timeout, at=where())
            return result

        return join

    replace(module.BaseProcess, "join", make_join)


def _method_of(process):
    method = getattr(process, "_start_method", None)
    return method or sys.modules["multiprocessing.context"]._default_context.get_start_method()


def _function_of(process):
    """Return what runs in a child: the target, or the run() method of a class of the program's own."""
    target = getattr(process, "_target", None)
    if target is not None:
        return target
    return getattr(type(process), "run", None)


def _passed(process):
    """Return the inodes of the connections that a child is given: any others it has only inherited."""
    module = sys.modules.get("multiprocessing.connection")
    found = []
    waiting = [process] if module is not None else []
    for _ in range(300):  # what is passed is near; an object that is large may lead anywhere
        if not waiting:
            break
        value = waiting.pop(0)
        if issubclass(type(value), module._ConnectionBase):  # isinstance() may run code of a proxy
            if not value.closed:
                found.append(os.fstat(value.fileno()).st_ino)
        else:
            waiting.extend(_inside(value)[:50])
    return found


def _inside(value):
    """Return what an object holds, without a call of the program's own code."""
    kind = type(value)
    if kind in (list, tuple, set, frozenset):
        return list(value)
    if kind is dict:
        return list(value.values())
    if kind.__module__ == "builtins" and kind.__name__ == "method":
        return [value.__self__]
    if kind.__module__ == "builtins" and kind.__name__ == "function":
        return [content for cell in value.__closure__ or () for content in _content(cell)]
    if kind.__module__ == "functools" and kind.__name__ == "partial":
        return [value.func, value.args, value.keywords]
    if kind.__module__ == "builtins":
        return []
    try:
        return list(object.__getattribute__(value, "__dict__").values())
    except AttributeError:
        return []


def _content(cell):
    """Return a list with what a cell holds; an empty one if the variable has no value yet."""
    try:
        return [cell.cell_contents]
    except ValueError:
        return []


def _user_stack():
    """Return the whole stack by files, to know from where in the main file something is started."""
    return stack(sys._getframe(2), 30)


def _popen(module):
    def make(original):
        def poll(self, *args, **kwargs):
            known = self.returncode
            code = original(self, *args, **kwargs)
            if code is not None and known is None:
                with QUIET:
                    emit("ended", child=self.pid, code=code)
            return code

        return poll

    replace(module.Popen, "poll" if "poll" in vars(module.Popen) else "wait", make)


on_import("multiprocessing.popen_fork")(_popen)
on_import("multiprocessing.popen_forkserver")(_popen)


@on_import("multiprocessing.util")
def _util(module):
    def make(original):
        def spawnv_passfds(*args, **kwargs):
            pid = original(*args, **kwargs)
            with QUIET:
                emit("spawned", child=pid)
            return pid

        return spawnv_passfds

    # It starts helpers too, whose parent may have ended before they begin.
    replace(module, "spawnv_passfds", make)


@on_import("multiprocessing.popen_spawn_win32")
def _popen_windows(module):
    def make(original):
        def wait(self, timeout=None):
            known = self.returncode
            code = original(self, timeout)
            if code is not None and known is None:
                with QUIET:
                    emit("ended", child=self.pid, code=code)
            return code

        return wait

    replace(module.Popen, "wait", make)

    def make_terminate(original):
        def terminate(self):
            with QUIET:
                emit("kill", pid=self.pid, signal=15, group=False, at=where())
            return original(self)

        return terminate

    replace(module.Popen, "terminate", make_terminate)
    replace(module.Popen, "kill", make_terminate)


@on_import("multiprocessing.spawn")
def _spawn(module):
    def make_prepare(original):
        def prepare(data):
            SPAWNED.append(True)
            return original(data)

        return prepare

    replace(module, "prepare", make_prepare)

    def make_main(original):
        def _main(*args, **kwargs):
            try:
                return original(*args, **kwargs)
            except Exception as error:
                with QUIET:
                    emit("child raised", exception=describe(error))
                raise

        return _main

    # What a fork server's child raises before its target runs is printed, and nothing else reports it.
    replace(module, "_main", make_main)

    def make(original):
        def fixup(main):
            _main_import.append(main)
            with QUIET:
                emit("main import", main=main)
            undo = _watch_files()
            try:
                return original(main)
            except BaseException as error:
                with QUIET:
                    emit("main import failed", main=main, exception=describe(error))
                raise
            finally:
                undo()
                _main_import.pop()
                main_module = sys.modules.get("__main__")
                with QUIET:
                    emit("main imported", main=main, present=getattr(main_module, "__name__", None) == "__mp_main__")

        return fixup

    replace(module, "_fixup_main_from_path", make)
    replace(module, "_fixup_main_from_name", make)


def _watch_files():
    """Record the files that the import of the main file empties or removes; return what ends it."""
    originals = []

    def changes(what, path):
        with QUIET:
            size = os.stat(path).st_size if isinstance(path, (str, bytes, os.PathLike)) else 0
            at = where(1)
            if size and at:
                emit("import changed", what=what, path=os.path.abspath(os.fsdecode(path)), size=size, at=at)

    def make_open(original):
        def open(file, mode="r", *args, **kwargs):
            if "w" in mode:
                changes("empties", file)
            return original(file, mode, *args, **kwargs)

        return open

    def make_remove(original):
        def remove(path, *args, **kwargs):
            changes("removes", path)
            return original(path, *args, **kwargs)

        return remove

    def undo():
        for owner, name, original in originals:
            setattr(owner, name, original)

    with QUIET:
        for owner, name, make in (
            (builtins, "open", make_open),
            (io, "open", make_open),
            (os, "remove", make_remove),
            (os, "unlink", make_remove),
        ):
            originals.append((owner, name, replace(owner, name, make)))
    return undo


# Pickling


def _start_of_thread():
    """Return the number of the start() that runs in this thread."""
    own = get_ident()
    return next((number for thread, number in reversed(_sending) if thread == own), None)


@on_import("multiprocessing.reduction")
def _reduction(module):
    pickler = module.ForkingPickler

    def failed(value, error):
        with QUIET:
            frame = sys._getframe(2)
            path, culprit = _culprit(value, pickler)
            put = _puts.get(id(value)) if frame.f_code.co_name == "_feed" else None
            emit(
                "pickle failed",
                stage=[os.path.basename(frame.f_code.co_filename), frame.f_code.co_name],
                n=_start_of_thread(),  # the thread of a queue may pickle something else in the meantime
                path=path,
                culprit=culprit,
                value=type(value).__name__,
                task=_task_of(value),
                exception=describe(error),
                at=[put] if put else where(1),
            )

    dumps = pickler.__dict__["dumps"].__func__

    def dumps_recorded(cls, obj, protocol=None):
        try:
            return dumps(cls, obj, protocol)
        except Exception as error:
            failed(obj, error)
            raise

    dumps_recorded.__name__ = "dumps"
    pickler.dumps = classmethod(dumps_recorded)

    def make_dump(original):
        def dump(obj, file, protocol=None):
            try:
                return original(obj, file, protocol)
            except Exception as error:
                failed(obj, error)
                raise

        return dump

    replace(module, "dump", make_dump)

    loads = pickler.loads

    def loads_recorded(*args, **kwargs):
        try:
            value = loads(*args, **kwargs)
            _task_came(value)
            return value
        except Exception as error:
            frame = sys._getframe(1)
            with QUIET:
                emit(
                    "unpickle failed",
                    stage=[os.path.basename(frame.f_code.co_filename), frame.f_code.co_name],
                    exception=describe(error),
                    at=where(),
                )
            raise

    pickler.loads = staticmethod(loads_recorded)


def _task_came(value):
    """Note what a pool's task reads, before it runs."""
    with QUIET:
        if _is_task(value):
            function = value[2]
            if getattr(function, "__name__", "") in ("mapstar", "starmapstar"):
                function = value[3][0][0]
        elif type(value).__name__ == "_CallItem":
            function = value.fn
        else:
            return
        if SPAWNED:
            state_in_child(function)
        _first_task(function)


def _first_task(function):
    """Note the generators that the first task of a worker reads."""
    if _tasks:
        return
    _tasks.append(True)
    generators(function)


def _task_of(value):
    """Return the number of a pool's job, if this is a task or a result of it."""
    if type(value) is tuple and len(value) >= 3 and isinstance(value[0], int):
        return value[0]
    work = getattr(value, "work_id", None)
    return work if isinstance(work, int) else None


_NAMES = {"_target": "target", "_args": "args", "_kwargs": "kwargs"}
_PLAIN = (type, type(_task_of), type(len), str, bytes, int, float, type(None))


def _culprit(value, pickler):
    """Return the path to the innermost part of a value that cannot be pickled, and what that part is."""
    until = time.monotonic() + 0.05
    path, seen = "", set()

    def fails(part):
        try:
            pickler(_Sink()).dump(part)
        except Exception:
            return True
        return False

    for _ in range(12):
        if id(value) in seen:
            break
        seen.add(id(value))
        for name, part in _parts(value, pickler):
            if time.monotonic() > until:
                break
            if id(part) not in seen and fails(part):
                path += name
                value = part
                break
        else:
            break
    own = getattr(value, "__qualname__", None)
    described = value if isinstance(own, str) else type(value)
    module = getattr(described, "__module__", None)
    return path.lstrip("."), {
        "type": type(value).__name__,
        "name": str(getattr(described, "__qualname__", "")),
        "module": module if isinstance(module, str) else None,
    }


class _Sink:
    def write(self, data):
        return len(data)


def _parts(value, pickler):
    """Yield what pickle sends for a value, each part with its name; nothing where pickle refuses the value itself."""
    if _is_task(value):
        yield from _task_parts(value)
    elif isinstance(value, dict):
        for key, part in list(value.items())[:100]:
            yield "[%s]" % (repr(key)[:40] if isinstance(key, (str, int)) else type(key).__name__), part
    elif isinstance(value, (list, tuple)):
        for number, part in enumerate(value[:100]):
            yield "[%d]" % number, part
    elif isinstance(value, (set, frozenset)):
        for part in list(value)[:100]:
            yield "{...}", part
    elif type(value).__name__ == "method":
        yield ".__self__", value.__self__
    elif type(value).__name__ == "partial":
        yield ".func", value.func
        yield ".args", value.args
        yield ".keywords", value.keywords
    elif not isinstance(value, _PLAIN):
        try:
            reduced = value.__reduce_ex__(2)
        except Exception:
            return
        if isinstance(reduced, tuple):
            state = reduced[2] if len(reduced) > 2 else None
            for piece in state if isinstance(state, tuple) else (state,):
                if isinstance(piece, dict):
                    for name, part in list(piece.items())[:100]:
                        yield ".%s" % _NAMES.get(name, name), part
                else:
                    yield "", piece
            yield "", reduced[1]


def _is_task(value):
    """Return whether this is a task of a multiprocessing.Pool: (job, number, function, args, kwargs)."""
    return type(value) is tuple and len(value) == 5 and isinstance(value[0], int) and callable(value[2])


def _task_parts(task):
    function, args = task[2], task[3]
    if (
        getattr(function, "__name__", "") in ("mapstar", "starmapstar")
        and function.__module__ == "multiprocessing.pool"
    ):
        function, batch = args[0]
        yield "target", function
        for number, item in enumerate(batch):
            if task[2].__name__ == "starmapstar":
                for position, part in enumerate(item):
                    yield "items[%d][%d]" % (number, position), part
            else:
                yield "items[%d]" % number, item
    else:
        yield "target", function
        yield "args", args
    yield "kwargs", task[4]


# Locks, semaphores, events


@on_import("multiprocessing.synchronize")
def _synchronize(module):
    lock = module.SemLock

    def make_init(original):
        def __init__(self, *args, **kwargs):
            original(self, *args, **kwargs)
            with QUIET:
                _remember(self)
                inner = self._semlock
                ctx = kwargs.get("ctx")
                emit(
                    "made",
                    what=type(self).__name__,
                    name=getattr(inner, "name", None),
                    handle=inner.handle,
                    context=getattr(ctx, "_name", None),
                    importing_main=_main_import[-1] if _main_import else None,
                    at=where(),
                )

        return __init__

    replace(lock, "__init__", make_init)

    def make_state(original):
        def __setstate__(self, state):
            try:
                original(self, state)
            except BaseException as error:
                with QUIET:
                    emit("open failed", name=state[3] if len(state) > 3 else None, exception=describe(error))
                raise
            with QUIET:
                _remember(self)
                name = state[3] if len(state) > 3 else None
                emit("opened", what=type(self).__name__, name=name, handle=self._semlock.handle)

        return __setstate__

    replace(lock, "__setstate__", make_state)

    def cleanup(name):
        with QUIET:
            emit("dropped", name=name)
        return original(name)

    original = lock.__dict__.get("_cleanup")
    if original is not None:
        original = original.__func__
        lock._cleanup = staticmethod(cleanup)

    for cls, name in ((module.Condition, "wait"), (module.Event, "wait"), (module.Event, "set")):
        replace(cls, name, lambda original, label="%s.%s" % (cls.__name__, name): _waiting(original, label))

    HELD[0] = _held
    FACTS["synchronize.py", "wait"] = _primitive
    FACTS["synchronize.py", "notify"] = _primitive
    FACTS["synchronize.py", "set"] = _primitive

    FACTS["synchronize.py", "__enter__"] = _primitive


def _remember(lock):
    from _weakref import ref

    if len(_primitives) > 2000:
        for key, known in list(_primitives.items()):
            if known() is None:
                del _primitives[key]
    if len(_primitives) < 4000:
        _primitives[id(lock)] = ref(lock)


def _held():
    """Return the identities of the locks that this process holds."""
    found = []
    for known in list(_primitives.values()):
        lock = known()
        inner = getattr(lock, "_semlock", None)
        if inner is not None and (inner.maxvalue == 1 or inner.kind == 0) and inner._count() > 0:
            found.append(_identity(lock))
    return found


def _primitive(local):
    owner = local.get("self")
    return {"class": type(owner).__name__, "object": _identity(owner)}


def _waiting(original, label):
    """Record that a call began and ended: what a killed process was doing is then known."""

    def call(self, *args, **kwargs):
        with QUIET:
            emit("wait", what=label, object=_identity(self), at=where())
        done = None
        try:
            done = original(self, *args, **kwargs)
            return done
        finally:
            with QUIET:
                emit("waited", what=label, object=_identity(self))
                if done is False and label == "Event.wait":
                    emit("gave up", what=label, timeout=args[0] if args else kwargs.get("timeout"), at=where())

    return call


def _identity(owner):
    """Return what names a primitive in all processes: its first semaphore's name, or its address where it has none.

    A semaphore without a name can be inherited by fork only, and keeps its address.
    """
    for name in ("_cond", "_lock", "_rlock"):
        owner = getattr(owner, name, owner)
    inner = getattr(owner, "_semlock", None)
    if inner is None:
        return None
    return getattr(inner, "name", None) or "#%x" % inner.handle


# Managers


@on_import("multiprocessing.managers")
def _managers(module):
    def make_start(original):
        def start(self, *args, **kwargs):
            result = original(self, *args, **kwargs)
            process = getattr(self, "_process", None)
            with QUIET:
                emit("manager", child=getattr(process, "pid", None), at=where())
            return result

        return start

    replace(module.BaseManager, "start", make_start)

    finalize = module.BaseManager.__dict__.get("_finalize_manager")
    if isinstance(finalize, staticmethod):
        end = finalize.__func__

        def _finalize_manager(process, *args, **kwargs):
            with QUIET:
                emit("manager ended", child=getattr(process, "pid", None), at=where())
            return end(process, *args, **kwargs)

        module.BaseManager._finalize_manager = staticmethod(_finalize_manager)

    def make_call(original):
        def _callmethod(self, methodname, *args, **kwargs):
            try:
                return original(self, methodname, *args, **kwargs)
            except (OSError, EOFError) as error:
                manager = getattr(self, "_manager", None)
                process = getattr(manager, "_process", None)
                with QUIET:
                    emit(
                        "proxy failed",
                        method=methodname,
                        child=getattr(process, "pid", None),
                        exception=describe(error),
                        at=where(),
                    )
                raise

        return _callmethod

    replace(module.BaseProxy, "_callmethod", make_call)


# Shared memory


@on_import("multiprocessing.shared_memory")
def _shared_memory(module):
    def make_init(original):
        def __init__(self, *args, **kwargs):
            created = bool(kwargs.get("create", args[1] if len(args) > 1 else False))
            try:
                original(self, *args, **kwargs)
            except OSError as error:
                if not created:
                    with QUIET:
                        name = str(kwargs.get("name", args[0] if args else ""))
                        slash = "/" if self._prepend_leading_slash and not name.startswith("/") else ""
                        emit(
                            "open failed",
                            what="SharedMemory",
                            name=slash + name,
                            exception=describe(error),
                            at=where(),
                        )
                raise
            with QUIET:
                emit("made" if created else "opened", what="SharedMemory", name=self._name, at=where())

        return __init__

    replace(module.SharedMemory, "__init__", make_init)

    def make_unlink(original):
        def unlink(self):
            with QUIET:
                emit("dropped", what="SharedMemory", name=self._name, at=where())
            return original(self)

        return unlink

    replace(module.SharedMemory, "unlink", make_unlink)


@on_import("multiprocessing.resource_tracker")
def _resource_tracker(module):
    def make(original, what):
        def remove(name):
            emit("tracker removed", what=what, name=name)
            return original(name)

        return remove

    # The tracker calls them at its end for what nobody has removed.
    functions = module._CLEANUP_FUNCS
    for what in ("semaphore", "shared_memory"):
        if what in functions:
            functions[what] = make(functions[what], what)


# Queues


@on_import("multiprocessing.queues")
def _queues(module):
    FACTS["queues.py", "get"] = _queue_facts
    FACTS["queues.py", "put"] = _queue_facts
    FACTS["queues.py", "join"] = _queue_facts
    FACTS["queues.py", "_feed"] = lambda local: {"waiting": len(local["buffer"])}

    def make_put(original):
        def put(self, obj, *args, **kwargs):
            if len(_puts) > 1000:
                _puts.clear()
            code = sys._getframe(1).f_code
            _puts[id(obj)] = [code.co_filename, sys._getframe(1).f_lineno, code.co_name]
            return original(self, obj, *args, **kwargs)

        return put

    replace(module.Queue, "put", make_put)

    def make_get(original):
        def get(self, block=True, timeout=None):
            try:
                return original(self, block, timeout)
            except Exception as error:
                if block and timeout:
                    with QUIET:
                        emit("gave up", what="Queue.get", timeout=timeout, exception=describe(error), at=where())
                raise

        return get

    replace(module.Queue, "get", make_get)


def _queue_facts(local):
    queue = local.get("self")
    facts = {"class": type(queue).__name__, "object": _identity(queue)}
    reader = getattr(queue, "_reader", None)
    if reader is not None:
        facts["fd"] = reader.fileno()
    unfinished = getattr(queue, "_unfinished_tasks", None)
    if unfinished is not None:
        facts["unfinished"] = unfinished._semlock._get_value()
    return facts


@on_import("multiprocessing.connection")
def _connections(module):
    def make_pipe(original):
        def Pipe(*args, **kwargs):
            ends = original(*args, **kwargs)
            with QUIET:
                emit("pipe", inodes=[os.fstat(end.fileno()).st_ino for end in ends], at=where())
            return ends

        return Pipe

    replace(module, "Pipe", make_pipe)

    def make_poll(original):
        def poll(self, timeout=0.0):
            ready = original(self, timeout)
            if timeout and not ready:
                with QUIET:
                    emit("gave up", what="Connection.poll", timeout=timeout, at=where())
            return ready

        return poll

    replace(module._ConnectionBase, "poll", make_poll)
    FACTS["connection.py", "_recv"] = lambda local: {"fd": local["self"].fileno()}
    FACTS["connection.py", "_send"] = lambda local: {"fd": local["self"].fileno()}


load("state")
state_in_parent, state_in_child, generators = STATE
