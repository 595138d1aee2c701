"""Many runs as one matrix: found, read, joined where they are parts of one run, told apart where they are not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from attrs import evolve, frozen

from procsem.model import Column, Environment, Matrix, Run
from procsem.results.files import ResultFileError, read_all

_PASSING = frozenset(
    {
        "adopter_reaps_after",
        "executable",
        "file_limit",
        "memory_total",
        "prefix",
        "process_1_reaps",
        "process_limit",
    }
)
"""Facts that vary between two machines of one kind, or from one minute to the next: no other environment for that.

Whether process 1 reaps makes no difference to a probe, and a short run may not have come to know it."""


@frozen
class Merged:
    """What was read, and what could not be."""

    matrix: Matrix
    faults: tuple[str, ...] = ()
    """One line a file that could not be read."""
    notes: tuple[str, ...] = ()
    """One line for each environment that several files speak of: how they were joined or told apart."""


def merge(paths: Iterable[Path]) -> Merged:
    """Read the runs that these files and folders hold, and set them side by side.

    Runs of one environment whose cells do not overlap are parts of one column, as tox leaves them, a
    file a start method. Where two measured the same cell they stay two columns, each with the time
    at which it began. Raises :class:`ResultFileError` when there is nothing to read at all.
    """
    runs, faults = read_runs(paths)
    by_identity: dict[tuple[str, ...], list[Column]] = defaultdict(list)
    for run, name in sorted(runs, key=lambda pair: pair[0].started):
        _put(by_identity[identity(run.environment)], Column("", run, (name,)))
    columns = [column for group in by_identity.values() for column in group]
    labels = label(columns)
    notes = [
        f"{column_label}: joined from {len(column.files)} files: {', '.join(column.files)}"
        for column, column_label in zip(columns, labels, strict=True)
        if len(column.files) > 1
    ]
    notes += [
        f"{group[0].run.environment.label}: measured {len(group)} times, and shown as so many columns"
        for group in by_identity.values()
        if len(group) > 1
    ]
    named = [evolve(column, label=name) for column, name in zip(columns, labels, strict=True)]
    return Merged(Matrix(tuple(sorted(named, key=_order))), tuple(faults), tuple(notes))


def read_runs(paths: Iterable[Path]) -> tuple[list[tuple[Run, str]], list[str]]:
    """Every run in these files and folders with the file it came from, and a line for each file that cannot be read.

    Raises :class:`ResultFileError` when none can.
    """
    runs: list[tuple[Run, str]] = []
    faults: list[str] = []
    for file in find(paths):
        try:
            runs += [(run, str(file)) for run in read_all(file)]
        except ResultFileError as error:
            faults.append(str(error))
    if not runs:
        raise ResultFileError("\n".join(faults))
    return runs, faults


def find(paths: Iterable[Path]) -> list[Path]:
    """Return the files that these paths name, and every ``.json`` file in the folders.

    Raises :class:`ResultFileError`.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(file for file in path.rglob("*.json") if not file.name.startswith("."))
            if not inside:
                raise ResultFileError(
                    f"{path}: no result file (*.json) in it; name a folder that `procsem run` wrote to"
                )
            found += inside
        elif path.exists():
            found.append(path)
        else:
            raise ResultFileError(
                f"{path}: no such file or folder; name a result file or a folder that `procsem run` wrote to"
            )
    return list(dict.fromkeys(found))


def identity(environment: Environment) -> tuple[str, ...]:
    """What makes it this environment and no other."""
    return tuple(sorted(f"{name}={value!r}" for name, value in environment.facts.items() if name not in _PASSING))


def label(columns: Sequence[Column]) -> list[str]:
    """As few words for each as tell them all apart: the usual ones, then what differs, then when it was measured."""
    labels = [column.run.environment.label for column in columns]
    for fact in ("libc", "kernel", "system_name", "build"):
        for twins in _twins(labels):
            values = [columns[index].run.environment.facts.get(fact) for index in twins]
            if len(set(map(repr, values))) > 1:
                for index, value in zip(twins, values, strict=True):
                    labels[index] += f", {value}"
    for twins in _twins(labels):
        for number, index in enumerate(twins, 1):
            labels[index] += f", run {number} of {len(twins)} ({columns[index].run.started})"
    return labels


def _twins(labels: Sequence[str]) -> list[list[int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for index, name in enumerate(labels):
        places[name].append(index)
    return [indexes for indexes in places.values() if len(indexes) > 1]


def _put(columns: list[Column], part: Column) -> None:
    """Join the part to a column of its environment with which it shares no cell, or let it be a column of its own."""
    for index, column in enumerate(columns):
        there = column.run.by_key
        shared = [cell for cell in part.run.cells if cell.key in there]
        # A claim that no start method can influence runs with each part; where they agree, one of them stands for all.
        if all(cell.start_method is None and cell.verdict is there[cell.key].verdict for cell in shared):
            more = tuple(cell for cell in part.run.cells if cell.key not in there)
            if not more:
                continue
            run = evolve(
                column.run,
                seconds=round(column.run.seconds + part.run.seconds, 3),
                cells=column.run.cells + more,
                complete=column.run.complete and part.run.complete,
            )
            columns[index] = evolve(column, run=run, files=column.files + part.files)
            return
    columns.append(part)


def _order(column: Column) -> tuple[object, ...]:
    """Return the sort key of a column: by system and implementation, the newest Python first."""
    facts = column.run.environment.facts
    version = tuple(-int(part) for part in str(facts["python"]).split(".") if part.isdigit())
    return (str(facts["system"]), str(facts["machine"]), str(facts["implementation"]), version, column.label)
