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
    code = getattr(function, "__code__", None)
    return code is not None and internal(code.co_filename)


def _codes(code):
    yield code
    for constant in code.co_consts:
        if type(constant) is type(code):
            yield from _codes(constant)


def _own(code):
    return not internal(code.co_filename) and "-packages" not in code.co_filename


def reads(function):
    """Return what a function reads, as {(module, path of names)}: ("shop", "fetch_price"), ("app", "Config.level")."""
    known = _readers.get(function.__code__)
    if known is not None:
        return known
    found = {}
    waiting = [function]
    seen = set()
    while waiting and len(seen) < MAX_FUNCTIONS and len(found) < MAX_NAMES:
        current = waiting.pop(0)
        code = getattr(current, "__code__", None)
        if code is None or code in seen or not _own(code):
            continue
        seen.add(code)
        space = current.__globals__
        module = _module_name(space.get("__name__"))
        names = set()
        for part in _codes(code):
            names.update(part.co_names)
        for name in sorted(names):
            if name in space:
                value = space[name]
                found[module, name] = None
                _follow(value, names, found, waiting)
            elif not hasattr(builtins, name) and not name.startswith("__"):
                found[module, name] = None
    _readers[function.__code__] = tuple(found)[:MAX_NAMES]
    return _readers[function.__code__]


def _follow(value, names, found, waiting):
    kind = type(value)
    if kind is type(sys):
        space = getattr(value, "__dict__", {})
        for name in names:
            if name in space and not name.startswith("__"):
                found[_module_name(value.__name__), name] = None
                inner = space[name]
                if hasattr(inner, "__code__"):
                    waiting.append(inner)
    elif isinstance(value, type):
        for name, inner in list(vars(value).items()):
            inner = getattr(inner, "__func__", inner)
            if hasattr(inner, "__code__"):
                if name in names:
                    waiting.append(inner)
            elif name in names and not name.startswith("__"):
                found[_module_name(value.__module__), "%s.%s" % (value.__qualname__, name)] = None
    elif hasattr(value, "__code__"):
        waiting.append(value)


def _module_name(name):
    return "__main__" if name == "__mp_main__" else str(name)


def lookup(module, path):
    """Return the value of a name: a list with it, or an empty one where there is none."""
    value = sys.modules.get(module)
    for name in path.split("."):
        space = getattr(value, "__dict__", None)
        if space is None or name not in space:
            return []
        value = space[name]
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
        return _short("%s of %d: %s" % (kind.__name__, len(value), ", ".join(items)))
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
    for module, path in reads(function):
        found = lookup(module, path)
        values["%s:%s" % (module, path)] = digest(found[0]) if found else None
    return values


def note(side, function):
    """Write what a function reads as this process has it, when it is not what was written before."""
    function = _plain_function(function)
    code = getattr(function, "__code__", None)
    if code is None or not _own(code):
        return None
    count, last = _notes.get(code, (0, None))
    if count >= MAX_NOTES:
        return function
    values = _values(function)
    if values != last:
        files = {name: _file_of(name) for name in {key.partition(":")[0] for key in values}}
        emit("state", side=side, function=function.__qualname__, values=values, files=files)
    _notes[code] = (count + 1, values)
    return function


def _file_of(module):
    return getattr(sys.modules.get(module), "__file__", None)


def in_parent(function):
    """Note the parent's state, and keep what an intervention wants to give to the child."""
    noted = note("parent", function)
    for wanted in _wanted("copy"):
        _keep(wanted)
    _note_environment("parent")
    return noted


def in_child(function):
    """Give the child what an intervention wants it to have, and note its state."""
    for wanted in _wanted("copy"):
        _give(wanted)
    _note_environment("child")
    return note("child", function)


STATE[:] = [in_parent, in_child]


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
            value = _load("environ", key)
            if value is not None:
                os.environ[key] = value
    else:
        for key in _wanted("environ"):
            _save("environ", key, os.environ.get(key))


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


def _keep(wanted):
    module, _, path = wanted.partition(":")
    found = lookup(module, path)
    with QUIET:
        if found:
            _save("copy", wanted, found)


def _give(wanted):
    module, _, path = wanted.partition(":")
    with QUIET:
        found = _load("copy", wanted)
        owner = sys.modules.get(module)
        *way, name = path.split(".")
        for step in way:
            owner = getattr(owner, step)
        if found and owner is not None:
            setattr(owner, name, found[0])
            emit("intervention", what="copy", name=wanted)
