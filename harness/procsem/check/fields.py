"""The types of the fields that the recorder writes. An event with another type is damaged, and rules never see it.

Any process of the checked program may write to these files, be killed while it writes, or fill the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Check: TypeAlias = Callable[[Any], bool]


def _one_of(*types: type) -> Check:
    return lambda value: isinstance(value, types)


def _list_of(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(map(check, value))


def _maps_to(check: Check) -> Check:
    return lambda value: isinstance(value, dict) and all(map(check, value.values()))


def _optional(check: Check) -> Check:
    return lambda value: value is None or check(value)


_TEXT, _NUMBER, _WHOLE = _one_of(str), _one_of(int, float), _one_of(int)


def _place(value: Any) -> bool:
    match value:
        case [str(), int(), str()]:
            return True
    return False


def _exception(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and {"type", "text", "id", "frames"} <= set(value)
        and isinstance(value["type"], str)
        and isinstance(value["text"], str)
        and isinstance(value["id"], int)
        and _PLACES(value["frames"])
        and ("cause" not in value or _exception(value["cause"]))
    )


def _stack(value: Any) -> bool:
    match value:
        case {"name": str(), "main": bool(), "frames": frames, "facts": facts}:
            return _PLACES(frames) and _list_of(_fact)(facts)
    return False


def _fact(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2


def _import(value: Any) -> bool:
    match value:
        case [str(), str() | None, int() | float(), str() | None]:
            return True
    return False


_PLACES = _list_of(_place)
_TYPES: Mapping[str, Check] = {
    **dict.fromkeys(("pid", "ppid", "child", "n", "asked", "status", "code", "signal", "installed_by"), _WHOLE),
    **dict.fromkeys(("job", "pool", "task", "size", "port", "handle", "max_tasks", "peak"), _WHOLE),
    **dict.fromkeys(("cpu", "began", "timeout"), _NUMBER),
    **dict.fromkeys(("role", "kind", "how", "what", "side", "function", "key", "stdlib", "id", "outcome"), _TEXT),
    **dict.fromkeys(("name", "owner", "path", "value", "test", "message", "main", "context", "of"), _TEXT),
    **dict.fromkeys(("method", "target", "importing_main", "implementation", "platform", "cwd", "object"), _TEXT),
    **dict.fromkeys(("at", "user", "installed_at", "inside"), _PLACES),
    **dict.fromkeys(("argv", "stage", "held", "through"), _list_of(_TEXT)),
    **dict.fromkeys(("holders", "inodes", "open", "passed", "version"), _list_of(_WHOLE)),
    **dict.fromkeys(("exception", "uncaught"), _exception),
    **dict.fromkeys(("callback", "group", "present", "recorded"), _one_of(bool)),
    "unflushed": _maps_to(_TEXT),
    "offsets": _maps_to(_WHOLE),
    "culprit": _maps_to(_optional(_TEXT)),
    "files": _maps_to(_optional(_TEXT)),
    "values": _maps_to(_optional(_TEXT)),
    "modules": _list_of(_import),
    "by": _place,
}
"""The type of a field, whatever the kind of the event; each may also be null."""

_TYPES_OF_KIND: Mapping[tuple[str, str], Check] = {
    ("stacks", "threads"): _list_of(_stack),
    ("fork", "threads"): _list_of(_maps_to(lambda value: isinstance(value, str) or _PLACES(value))),
    ("patched", "by"): _TEXT,
    ("signal", "handler"): _TEXT,
}

_REQUIRED: Mapping[str, tuple[str, ...]] = {
    "process": ("pid", "ppid", "role"),
    "exit": ("how",),
    "start": ("n",),
    "started": ("n",),
    "start failed": ("n", "exception"),
    "child raised": ("exception",),
    "thread raised": ("exception",),
    "task raised": ("exception",),
    "task failed": ("exception",),
    "initializer failed": ("exception",),
    "main import failed": ("exception",),
    "import changed": ("what", "path"),
    "ended": ("child",),
    "reaped": ("pid", "by"),
    "no child": ("by",),
    "wait": ("what",),
    "waited": ("what",),
    "pickle failed": ("stage", "exception"),
    "unpickle failed": ("stage", "exception"),
    "made": ("what",),
    "opened": ("what",),
    "open failed": ("exception",),
    "manager": ("child",),
    "manager ended": ("child",),
    "proxy failed": ("exception",),
    "state": ("side", "function", "values", "files"),
    "environment": ("values",),
    "environment set": ("key",),
    "environment read": ("key",),
    "handler": ("signal", "installed_at"),
    "kill": ("pid", "signal"),
    "program started": ("argv",),
    "pipe": ("inodes",),
    "port busy": ("port", "exception"),
    "atexit": ("function", "by"),
    "stacks": ("threads",),
    "test begun": ("id",),
    "test": ("id", "outcome", "began"),
    "collection failed": ("id",),
    "test raised": ("test", "exception"),
    "tracker removed": ("name",),
    "imports": ("modules",),
    "recorder failed": ("exception",),
}
"""The fields without which an event of a kind says nothing."""


def is_sound(kind: str, data: Mapping[str, Any]) -> bool:
    """Return whether an event has the fields that rules read, and whether they have their types."""
    if any(data.get(name) is None for name in _REQUIRED.get(kind, ())):
        return False
    if kind == "pipe" and len(data["inodes"]) != 2:
        return False
    for name, value in data.items():
        check = _TYPES_OF_KIND.get((kind, name)) or _TYPES.get(name)
        if value is not None and check is not None and not check(value):
            return False
    return True
