"""Turn data from a TOML file into typed values, strictly: every fault names its key."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

import attrs

from procsem.catalogue.errors import Fault, KeyPath, StructureError
from procsem.errors import one_of

T = TypeVar("T")

_WORDS = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "a table",
}
_MISSING = object()


def structure(data: Any, kind: type[T]) -> T:
    """Return the value of that type that the data describes. Raises :class:`StructureError` with all faults."""
    faults: list[Fault] = []
    value: T = _build(data, kind, (), faults)
    if faults:
        raise StructureError(faults)
    return value


def _build(data: Any, kind: Any, path: KeyPath, faults: list[Fault]) -> Any:
    if kind is Any:
        return data
    if get_origin(kind) in (UnionType, Union):
        return _build(data, _alternative(data, get_args(kind)), path, faults)
    if attrs.has(kind):
        return _build_class(data, kind, path, faults)
    plain = get_origin(kind) or kind
    if not _is(data, plain):
        faults.append(Fault(path, f"must be {_WORDS[plain]}, not {_word(data)}"))
        return _MISSING
    if plain is list and get_args(kind):
        (item,) = get_args(kind)
        return [_build(each, item, (*path, number), faults) for number, each in enumerate(data)]
    if plain is dict and get_args(kind):
        _, item = get_args(kind)
        return {key: _build(each, item, (*path, key), faults) for key, each in data.items()}
    return data


def _build_class(data: Any, kind: Any, path: KeyPath, faults: list[Fault]) -> Any:
    if not isinstance(data, Mapping):
        faults.append(Fault(path, f"must be a table, not {_word(data)}"))
        return _MISSING
    fields = _fields(kind)
    before = len(faults)
    faults += [Fault((*path, key), f"unknown key; {one_of(key, fields)}") for key in data if key not in fields]
    values = {}
    for name, field in fields.items():
        if name in data:
            values[name] = _build(data[name], field.type, (*path, name), faults)
        elif field.default is attrs.NOTHING:
            faults.append(Fault((*path, name), "is missing"))
    return kind(**values) if len(faults) == before else _MISSING


@cache
def _fields(kind: Any) -> Mapping[str, Any]:
    return attrs.fields_dict(attrs.resolve_types(kind))


def _alternative(data: Any, kinds: tuple[Any, ...]) -> Any:
    """Return the first of the types that the data can be meant for; the last one if there is none."""
    kinds = tuple(kind for kind in kinds if kind is not NoneType)
    for kind in kinds:
        if _is(data, dict if attrs.has(kind) else get_origin(kind) or kind):
            return kind
    return kinds[-1]


def _is(data: Any, kind: type) -> bool:
    if kind is float:
        return isinstance(data, int | float) and not isinstance(data, bool)
    if kind is dict:
        return isinstance(data, Mapping)
    return isinstance(data, kind) and (kind is bool or not isinstance(data, bool))


def _word(data: Any) -> str:
    return next((word for kind, word in _WORDS.items() if _is(data, kind)), type(data).__name__)
