"""Several runs merged into one matrix: parts of one run become one column, repeated runs stay separate columns."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from attrs import evolve, frozen

from procsem.model import Column, Environment, Matrix, Run
from procsem.results.files import ResultFileError, read_all

VOLATILE_FACTS = frozenset(
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
"""Facts that may differ between two runs of one environment.

They vary between two machines of one kind or from one minute to the next. Whether process 1 reaps orphans makes no
difference to a probe, and a short run may end before it is known.
"""


@frozen
class Merged:
    """The matrix, and what was noticed when the files were read and merged."""

    matrix: Matrix
    faults: tuple[str, ...] = ()
    """One line per file that could not be read."""
    notes: tuple[str, ...] = ()
    """One line per environment that is in several files: whether they were merged or kept apart."""


def merge(paths: Iterable[Path]) -> Merged:
    """Read the runs in these files and folders, and merge them into one matrix.

    Runs of one environment whose cells do not overlap become one column; tox, for example, writes one file per start
    method. Runs that measured the same cell stay separate columns, each with its start time in the label. Raises
    :class:`ResultFileError` if no file can be read.
    """
    runs, faults = read_runs(paths)
    by_identity: dict[tuple[str, ...], list[Column]] = defaultdict(list)
    for run, name in sorted(runs, key=lambda pair: pair[0].started):
        _add_part(by_identity[identity(run.environment)], Column("", run, (name,)))
    columns = [column for group in by_identity.values() for column in group]
    labels = label(columns)
    notes = [
        f"{column_label}: merged from {len(column.files)} files: {', '.join(column.files)}"
        for column, column_label in zip(columns, labels, strict=True)
        if len(column.files) > 1
    ]
    notes += [
        f"{group[0].run.environment.label}: measured {len(group)} times and shown as {len(group)} columns"
        for group in by_identity.values()
        if len(group) > 1
    ]
    named = [evolve(column, label=name) for column, name in zip(columns, labels, strict=True)]
    return Merged(Matrix(tuple(named)), tuple(faults), tuple(notes))


def read_runs(paths: Iterable[Path]) -> tuple[list[tuple[Run, str]], list[str]]:
    """Return the runs in these files and folders, each with its file, and one line per file that cannot be read.

    Raises :class:`ResultFileError` if no file can be read.
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
            inside = sorted(_result_files(path))
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


def _result_files(folder: Path) -> Iterator[Path]:
    """Yield the files in a folder and below that may be result files. A folder that cannot be read is left out.

    Path.rglob() leaves out only what is forbidden: a folder of a process below /proc may fail in other ways.
    """
    for place, _, names in os.walk(folder):
        yield from (Path(place, name) for name in names if name.endswith(".json") and not name.startswith("."))


def identity(environment: Environment) -> tuple[str, ...]:
    """Return a key that is equal for two runs of the same environment."""
    return tuple(sorted(f"{name}={value!r}" for name, value in environment.facts.items() if name not in VOLATILE_FACTS))


def label(columns: Sequence[Column]) -> list[str]:
    """Return a unique label per column: the environment's label, then the fact that differs, then the start time."""
    labels = [column.run.environment.label for column in columns]
    for fact in ("libc", "kernel", "system_name", "build"):
        for duplicates in _duplicates(labels):
            values = [columns[index].run.environment.facts.get(fact) for index in duplicates]
            if len(set(map(repr, values))) > 1:
                for index, value in zip(duplicates, values, strict=True):
                    labels[index] += f", {value}"
    for duplicates in _duplicates(labels):
        for number, index in enumerate(duplicates, 1):
            labels[index] += f", run {number} of {len(duplicates)} ({columns[index].run.started})"
    return labels


def _duplicates(labels: Sequence[str]) -> list[list[int]]:
    """Return the numbers of the columns that share a label, for each label that is not unique."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for number, name in enumerate(labels):
        numbers[name].append(number)
    return [shared for shared in numbers.values() if len(shared) > 1]


def _add_part(columns: list[Column], part: Column) -> None:
    """Merge a part into a column of its environment with which it shares no cell, or add it as a separate column."""
    for index, column in enumerate(columns):
        known = column.run.by_key
        shared = [cell for cell in part.run.cells if cell.key in known]
        # A claim that no start method can influence runs in each part. If the parts agree, one of its cells is kept.
        if all(cell.start_method is None and cell.verdict is known[cell.key].verdict for cell in shared):
            more = tuple(cell for cell in part.run.cells if cell.key not in known)
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
