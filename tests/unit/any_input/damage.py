"""Strategies of Hypothesis that damage what was valid: data, text, and command lines."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import strategies as st

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.sampled_from(
        ["", "fork", "upheld", "linux", "3.13.0", "a" * 5000, "\ud800", "\x00", "\r\n", "../..", "{x}", "%s"]
    )
    | st.text(max_size=20)
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def _paths(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(data, dict):
        for key, value in data.items():
            found += _paths(value, (*path, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            found += _paths(value, (*path, number))
    return found


@st.composite
def damaged_data(draw: st.DrawFn, valid: Any) -> Any:
    """Return a copy of the data in which up to four values are gone, replaced, renamed, repeated or moved."""
    data = copy.deepcopy(valid)
    for _ in range(draw(st.integers(1, 4))):
        paths = _paths(data)
        if not paths:
            break
        *above, last = draw(st.sampled_from(paths))
        parent = data
        for step in above:
            parent = parent[step]
        match draw(st.sampled_from(["delete", "replace", "rename", "repeat", "move", "wrap"])):
            case "delete":
                del parent[last]
            case "replace":
                parent[last] = draw(anything)
            case "rename" if isinstance(parent, dict):
                parent[draw(st.text(max_size=10))] = parent.pop(last)
            case "repeat" if isinstance(parent, list):
                parent.insert(last, copy.deepcopy(parent[last]))
            case "move":
                other = draw(st.sampled_from(paths))
                value: Any = data
                try:
                    for step in other:
                        value = value[step]
                except (KeyError, IndexError, TypeError):
                    continue
                parent[last] = copy.deepcopy(value)
            case "wrap":
                parent[last] = draw(st.sampled_from([[parent[last]], {"value": parent[last]}]))
    return data


@st.composite
def damaged_text(draw: st.DrawFn, valid: str) -> str:
    """Return the text with up to four lines or pieces cut, repeated, exchanged or replaced."""
    text = valid
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 200)))
        match draw(st.sampled_from(["cut", "repeat", "replace", "end"])):
            case "cut":
                text = text[:start] + text[end:]
            case "repeat":
                text = text[:end] + text[start:]
            case "replace":
                text = text[:start] + draw(st.text(max_size=30)) + text[end:]
            case "end":
                text = text[:start]
    return text


def dumps(data: Any) -> str:
    """Return data as JSON, also where the data is not JSON's (a lone surrogate is written as its escape)."""
    return json.dumps(data)
