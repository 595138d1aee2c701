"""The part for state that a child does not share: globals, attributes of modules, the environment.

What a function reads is found in its code: the names in it, and in the functions of the program that it calls. Parent
and child write what they have under these names; the harness compares. It runs in core.py's namespace.
"""

import builtins
import os
import sys

MAX_NAMES = 60
MAX_FUNCTIONS = 40
MAX_NOTES = 20  # per function and process: after that its state is not looked at again

_readers = {}  # code object: what it reads
_notes = {}  # code object: how often it was noted, and what was written last


# The names that a function reads


def _plain_function(function):
    """Return the function behind a bound method, a partial or a wrapper of a pool."""
    for _ in range(10):
        if hasattr(function, "__func__"):
            function = function.__func__
        elif type(function).__name__ == "partial":
            inner = function.args[0] if function.args and callable(function.args[0]) else None
            function = inner if internal_code(function.func) and inner is not None else function.func
        else:
            break
    return function


def internal_code(function):
    return not _own(getattr(function, "__code__", None))


def _codes(code):
    yield code
    for constant in code.co_consts:
        if type(constant) is type(code):
            yield from _codes(constant)


def _own(code):
    name = getattr(code, "co_filename", None)  # PyPy's built-in functions have code without one
    return name is not None and not internal(name) and "-packages" not in name


def reads(function):
    """Return what a function reads: {"module:names": (where the first name is looked up, names)}.

    For instance "shop:fetch_price" or "app:Config.level". The functions of a child's main file have globals of their
    own, which are not the attributes of its main module, so the dictionary itself is kept.
    """
    known = _readers.get(function.__code__)
    if known is not None:
        return known
    found = {}
    waiting = [function]
    seen = set()
    while waiting and len(seen) < MAX_FUNCTIONS and len(found) < MAX_NAMES:
        current = waiting.pop(0)
        code = getattr(current, "__code__", None)
        if not _own(code) or code in seen:
            continue
        seen.add(code)
        space = current.__globals__
        module = _module_name(space.get("__name__"))
        names = set()
        for part in _codes(code):
            names.update(part.co_names)
        for name in sorted(names):
            if name.startswith("__"):
                continue  # __name__ and the like differ in a child's main module by design
            if name in space:
                value = space[name]
                found["%s:%s" % (module, name)] = _place(space, name)
                _follow(value, names, space, found, waiting)
            elif not hasattr(builtins, name):
                found["%s:%s" % (module, name)] = (space, (name,))
        owner = space.get(current.__qualname__.rpartition(".")[0])
        if isinstance(owner, type):
            _follow(owner, names, space, found, waiting)  # what a method reads of its class, by self or cls
    found = dict(list(found.items())[:MAX_NAMES])
    if "decimal" in sys.modules:
        found["decimal:getcontext"] = (_Decimal(), ("getcontext",))
    _readers[function.__code__] = found
    return found


class _Variable:
    """A context variable as the namespace in which its value is looked up."""

    def __init__(self, variable):
        self._variable = variable

    def __contains__(self, name):
        return self._variable.get(_Variable) is not _Variable

    def __getitem__(self, name):
        return self._variable.get()

    def __setitem__(self, name, value):
        self._variable.set(value)


class _Decimal:
    """The current context of decimal as a namespace; it is not there before the program has used or changed it."""

    _parts = ("prec", "rounding", "Emin", "Emax", "capitals", "clamp")

    def _context(self):
        from contextvars import copy_context

        return next((value for key, value in copy_context().items() if key.name == "decimal_context"), None)

    def __contains__(self, name):
        return self._context() is not None

    def __getitem__(self, name):
        context = self._context()
        return {part: getattr(context, part) for part in self._parts}

    def __setitem__(self, name, value):
        context = sys.modules["decimal"].getcontext()
        for part, known in value.items():
            setattr(context, part, known)


def _follow(value, names, space, found, waiting):
    kind = type(value)
    if kind is type(sys):
        inside = getattr(value, "__dict__", {})
        for name in names:
            if name in inside and not name.startswith("__"):
                found["%s:%s" % (_module_name(value.__name__), name)] = _place(inside, name)
                inner = inside[name]
                if hasattr(inner, "__code__"):
                    waiting.append(inner)
                elif isinstance(inner, type):
                    _follow(inner, names, inside, found, waiting)
    elif isinstance(value, type):
        for owner in type.mro(value)[:6]:
            if not internal_class(owner):
                _follow_class(owner, names, space, found, waiting)
    elif hasattr(value, "__code__"):
        waiting.append(value)


def _follow_class(value, names, space, found, waiting):
    for name, inner in list(vars(value).items()):
        inner = getattr(inner, "__func__", inner)
        if hasattr(inner, "__code__"):
            if name in names:
                waiting.append(inner)
        elif name in names and not name.startswith("__"):
            path = "%s:%s.%s" % (_module_name(value.__module__), value.__qualname__, name)
            found[path] = (vars(sys.modules.get(value.__module__, sys)), (*value.__qualname__.split("."), name))
            if space.get(value.__name__) is value:
                found[path] = (space, (value.__name__, name))


def _place(space, name):
    """Return where a name is looked up: (namespace, names)."""
    value = space.get(name)
    return (_Variable(value) if type(value).__name__ == "ContextVar" else space, (name,))


def _module_name(name):
    return "__main__" if name == "__mp_main__" else str(name)


def lookup(space, names):
    """Return the value of a name: a list with it, or an empty one where there is none."""
    for name in names:
        if name not in space:
            return []
        value = space[name]
        space = getattr(value, "__dict__", {})
    return [value]


# Values, so that they can be compared between two processes


def digest(value, depth=0):
    """Return a short text that is equal for equal values in two processes."""
    kind = type(value)
    if value is None or kind in (bool, int, float, complex):
        return repr(value)[:100]
    if kind in (str, bytes):
        return _short(repr(value))
    if kind in (list, tuple, dict, set, frozenset):
        if depth > 2:
            return "<%s of %d>" % (kind.__name__, len(value))
        if kind is dict:
            items = ["%s: %s" % (digest(a, depth + 1), digest(b, depth + 1)) for a, b in list(value.items())[:20]]
        else:
            items = [digest(item, depth + 1) for item in list(value)[:20]]
        if kind in (set, frozenset):
            items.sort()
        if len(value) > 20:
            items.append("... (%d)" % len(value))
        begin, end = {list: "[]", tuple: "()"}.get(kind, "{}")
        return _short(begin + ", ".join(items) + end)
    if kind is type(sys):
        return "<module %s>" % _module_name(value.__name__)
    name = getattr(value, "__qualname__", None)
    if isinstance(name, str):
        return "<%s.%s>" % (_module_name(getattr(value, "__module__", None)), name)
    if depth < 2 and not internal_class(kind) and isinstance(getattr(value, "__dict__", None), dict):
        return _short("%s %s" % (kind.__qualname__, digest(dict(value.__dict__), depth + 1)))
    return "<%s>" % kind.__qualname__


def internal_class(kind):
    module = sys.modules.get(kind.__module__)
    return internal(getattr(module, "__file__", None) or "<frozen")


def _short(shown):
    if len(shown) <= 200:
        return shown
    return "%s... (%d, %s)" % (shown[:100], len(shown), _hash(shown))


def _hash(shown):
    number = 0
    for letter in shown[:5000]:
        number = (number * 31 + ord(letter)) & 0xFFFFFFFF
    return "%08x" % number


def _values(function):
    values = {}
    for path, (space, names) in reads(function).items():
        found = lookup(space, names)
        values[path] = digest(found[0]) if found else None
    return values


def note(side, function):
    """Write what a function reads as this process has it, when it is not what was written before."""
    function = _plain_function(function)
    code = getattr(function, "__code__", None)
    if not _own(code):
        return
    count, last = _notes.get(code, (0, None))
    if count >= MAX_NOTES:
        return
    values = _values(function)
    if values != last:
        files = {name: _file_of(name) for name in {key.partition(":")[0] for key in values}}
        emit("state", side=side, function=function.__qualname__, values=values, files=files)
    _notes[code] = (count + 1, values)


def _file_of(module):
    return getattr(sys.modules.get(module), "__file__", None)


def in_parent(function):
    """Note the parent's state, and keep what an intervention wants to give to the child."""
    with QUIET:
        for wanted in _wanted("copy"):
            _keep(wanted, _plain_function(function))
    _note_environment("parent")
    with QUIET:
        NOTE_LOGGING[0]()
    note("parent", function)


def in_child(function):
    """Give the child what an intervention wants it to have, and note its state."""
    _note_environment("child")
    note("child", function)
    with QUIET:
        for wanted in _wanted("copy"):
            _give(wanted, _plain_function(function))


STATE[:] = [in_parent, in_child]


# Random generators: two processes whose copies are in the same state get the same numbers


def note_generators(function):
    """Write the states of the generators that a child's function reads, as it has them at its start."""
    function = _plain_function(function)
    random = sys.modules.get("random")
    if random is None or not _own(getattr(function, "__code__", None)):
        return
    for path, (space, names) in reads(function).items():
        found = lookup(space, names)
        if found and isinstance(found[0], random.Random) and not isinstance(found[0], random.SystemRandom):
            emit("generator", name=path, state=hash(found[0].getstate()[1]))
            if path in _wanted("reseed"):
                found[0].seed()
                emit("intervention", what="reseed", name=path)


STATE.append(note_generators)


# The environment: keys, and a number for each value


_environment = None
_OURS = ("PROCSEM_CHECK", "PROCSEM_TOKEN", "PYTHONPATH")


def _note_environment(side):
    global _environment
    # Not os.environ itself: reading it is recorded.
    known = {os.environ.decodekey(key): _hash(repr(value)) for key, value in list(os.environ._data.items())[:300]}
    now = {key: value for key, value in known.items() if key not in _OURS}
    if now != _environment:
        _environment = now
        emit("environment", side=side, values=now)
    if side == "child":
        for key in _wanted("environ"):
            found = _load("environ", key)
            if found:
                if found[0] is None:
                    os.environ.pop(key, None)
                else:
                    os.environ[key] = found[0]
                emit("intervention", what="environ", name=key)
    else:
        for key in _wanted("environ"):
            _save("environ", key, [os.environ.get(key)])


_read = set()


def _wrap_environment():
    cls = type(os.environ)

    def make_set(original):
        def __setitem__(self, key, value):
            with QUIET:
                emit("environment set", key=str(key), at=where())
            return original(self, key, value)

        return __setitem__

    replace(cls, "__setitem__", make_set)

    def make_delete(original):
        def __delitem__(self, key):
            with QUIET:
                emit("environment set", key=str(key), at=where())
            return original(self, key)

        return __delitem__

    replace(cls, "__delitem__", make_delete)

    def make_get(original):
        def __getitem__(self, key):
            if SPAWNED and key not in _read and len(_read) < 300:
                with QUIET:
                    _read.add(key)
                    emit("environment read", key=str(key), at=where())
            return original(self, key)

        return __getitem__

    replace(cls, "__getitem__", make_get)


_wrap_environment()


# Interventions: what the harness has this run do differently, to confirm a cause


def _wanted(what):
    prefix = what + "="
    return [name[len(prefix) :] for name in OPTIONS if name.startswith(prefix)]


def _file(what, name):
    return os.path.join(FOLDER, "%s-%s.pickle" % (what, name.replace(os.sep, "_").replace(":", "_")))


def _save(what, name, value):
    import pickle  # multiprocessing has imported it

    data = pickle.dumps(value)
    own = _file(what, name) + ".%d" % os.getpid()
    with open(own, "wb") as file:
        file.write(data)
    os.replace(own, _file(what, name))


def _load(what, name):
    import pickle

    try:
        with open(_file(what, name), "rb") as file:
            return pickle.loads(file.read())
    except OSError:
        return None


def _entry(wanted, function):
    if not _own(getattr(function, "__code__", None)):
        return None
    return reads(function).get(wanted)


def _keep(wanted, function):
    entry = _entry(wanted, function)
    found = lookup(*entry) if entry else []
    if found:
        try:
            _save("copy", wanted, found)
        except Exception:
            pass  # what cannot be pickled cannot be given to the child, and no event says that it was


def _give(wanted, function):
    entry = _entry(wanted, function)
    found = _load("copy", wanted) if entry else None
    if found:
        space, (*way, name) = entry
        owner = None
        for step in way:
            owner = space[step] if owner is None else getattr(owner, step)
        if owner is None:
            space[name] = found[0]
        else:
            setattr(owner, name, found[0])
        emit("intervention", what="copy", name=wanted)
