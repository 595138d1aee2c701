"""The index of symptoms: what users see, as recorded in runs of the probes, with the claims that explain it.

The index is data, ``symptoms.json`` next to this module, built from result files by ``python -m procsem_dev.symptoms``.
"""

from __future__ import annotations

import functools
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from attrs import asdict, frozen

from procsem.explain.template import template
from procsem.model import START_METHODS, Run, Symptom, SymptomKind

FILE = Path(__file__).with_name("symptoms.json")

NEAREST = 3
"""Number of frames of a traceback that are kept and compared: the innermost ones in the standard library."""
NEAREST_OF_STACK = 5
"""The same for the stack of a thread that hangs, which has no message to be compared."""
_ENTRIES = ("runpy.py:_run_code", "threading.py:run", "multiprocessing/process.py:run")
"""The frames from which a thread enters the program's own code. What is outside of them differs between programs."""


@frozen
class Entry:
    """One symptom of one claim, and where it was seen."""

    claim: str
    kind: SymptomKind
    where: str
    type: str
    template: str
    """The message without what differs from program to program."""
    frames: tuple[str, ...]
    """The innermost frames in the standard library, the outermost first; see :func:`nearest`."""
    start_methods: tuple[str, ...]
    """Empty for a claim that no start method can influence."""
    pythons: tuple[str, ...]
    """Implementation and minor version, such as ``cpython 3.14``, the oldest first."""
    systems: tuple[str, ...]


_Key: TypeAlias = tuple[str, SymptomKind, str, str, str, tuple[str, ...]]


def build(runs: Iterable[Run]) -> tuple[Entry, ...]:
    """Return the entries for all symptoms that the runs recorded, each symptom of a claim once."""
    seen: dict[_Key, list[tuple[str | None, str, str]]] = defaultdict(list)
    for run in runs:
        facts = run.environment.facts
        python = f"{facts['implementation']} {'.'.join(str(facts['python']).split('.')[:2])}"
        for cell in run.cells:
            for observation in cell.arms.values():
                for each in observation.symptoms:
                    key = (cell.claim, each.kind, each.where, each.type, template(each.text), nearest(each))
                    seen[key].append((cell.start_method, python, str(facts["system"])))
    return tuple(_merged(key, places) for key, places in sorted(seen.items()))


def nearest(symptom: Symptom) -> tuple[str, ...]:
    """Return the frames of a symptom that are compared with those of other programs."""
    if symptom.kind is not SymptomKind.STACK:
        return symptom.frames[-NEAREST:]
    entered = max((number for number, frame in enumerate(symptom.frames, 1) if frame in _ENTRIES), default=0)
    return (symptom.frames[entered:] or symptom.frames)[-NEAREST_OF_STACK:]


def _merged(key: _Key, places: Sequence[tuple[str | None, str, str]]) -> Entry:
    claim, kind, where, type_name, text, frames = key
    methods, pythons, systems = (set(values) for values in zip(*places, strict=True))
    return Entry(
        claim,
        kind,
        where,
        type_name,
        text,
        frames,
        start_methods=tuple(method for method in START_METHODS if method in methods),
        pythons=tuple(sorted((str(python) for python in pythons), key=python_order)),
        systems=tuple(sorted(str(system) for system in systems)),
    )


def dumps(entries: Iterable[Entry]) -> str:
    """Return the text of the index file, one entry per line."""
    lines = (json.dumps(asdict(entry), ensure_ascii=False) for entry in entries)
    return '{"schema": 1, "symptoms": [\n' + ",\n".join(lines) + "\n]}\n"


@functools.cache
def load(file: Path = FILE) -> tuple[Entry, ...]:
    """Read the index that is part of the package."""
    data = json.loads(file.read_text(encoding="utf-8"))
    return tuple(_entry(each) for each in data["symptoms"])


def texts(entries: Iterable[Entry]) -> dict[str, str]:
    """Return what users see of each claim, as one text per claim id to search in."""
    found: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        found[entry.claim] += [entry.type, entry.template, *(frame.rpartition(":")[2] for frame in entry.frames[-2:])]
    return {claim: " ".join(dict.fromkeys(parts)) for claim, parts in found.items()}


def _entry(data: Mapping[str, Any]) -> Entry:
    lists = ("frames", "start_methods", "pythons", "systems")
    return Entry(**{**data, "kind": SymptomKind(data["kind"]), **{name: tuple(data[name]) for name in lists}})


def python_order(python: str) -> tuple[str, int, int]:
    """Return the key by which names such as ``cpython 3.14`` are sorted: by implementation, the oldest first."""
    name, _, version = python.partition(" ")
    major, _, minor = version.partition(".")
    return name, int(major), int(minor)
