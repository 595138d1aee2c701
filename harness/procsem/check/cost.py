"""The cost of a program under each start method, and the saving of ``set_forkserver_preload``."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from procsem.check.case import Case
from procsem.check.evidence import HELPERS, Process, Run

MOST_IMPORTS = 5
_PRELOAD = "preload="
_OF_MULTIPROCESSING = frozenset({"multiprocessing", "runpy", "pkgutil", "site", "sitecustomize", "encodings"})
"""Top-level modules that a child imports because it is a child."""


@frozen
class MethodCost:
    """The cost of the runs under one start method."""

    start_method: str
    seconds: float
    """Wall time of a run; the median of several."""
    cpu_seconds: float | None
    """CPU time of all processes of a run."""
    children: int
    peak_kib: int | None
    """The most memory that one process had; that of processes which were killed is not known."""
    first_line: float | None
    """Seconds from a call of start() until the child runs its target, the median of all children."""


@frozen
class RepeatedImport:
    """A module that children import again."""

    module: str
    seconds: float
    """Per child, with all that it imports itself; the median."""
    children: int
    """The number of children that import it."""

    @property
    def total(self) -> float:
        """Return the seconds of all children together."""
        return self.seconds * self.children


@frozen
class Saving:
    """A run under forkserver with preloaded modules, compared with a run without them."""

    modules: tuple[str, ...]
    per_start: float | None
    """Seconds that a child reaches its target sooner; the difference of the medians."""
    seconds: float
    """Wall time of the run."""
    cpu_seconds: float | None
    still_imported: tuple[str, ...]
    """Modules that children import although they are preloaded."""


@frozen
class Cost:
    """The cost of a program with one interpreter."""

    python: str
    methods: tuple[MethodCost, ...]
    imports_under: str | None
    """The start method under which the imports were recorded."""
    imports: tuple[RepeatedImport, ...]
    saving: Saving | None


def costs(case: Case) -> tuple[Cost, ...]:
    """Return the cost with each interpreter; nothing where it was not recorded."""
    by_python = (tuple(run for run in case.runs if run.python == python) for python in case.pythons)
    return tuple(_cost(runs) for runs in by_python if any(run.main and run.main.info["cost"] for run in runs))


def preload_of(runs: Sequence[Run]) -> str | None:
    """Return the intervention that preloads what children repeat; None where nothing is repeated under forkserver."""
    found = repeated_imports([run for run in runs if run.start_method == "forkserver" and not run.interventions])
    return _PRELOAD + ",".join(each.module for each in found) if found else None


def _cost(runs: Sequence[Run]) -> Cost:
    plain: dict[str, list[Run]] = {}
    for run in runs:
        if not run.interventions:
            plain.setdefault(run.start_method, []).append(run)
    under = next((method for method in ("forkserver", "spawn") if repeated_imports(plain.get(method, ()))), None)
    preloaded = next((run for run in runs if any(word.startswith(_PRELOAD) for word in run.interventions)), None)
    return Cost(
        python=runs[0].python,
        methods=tuple(_method(method, each) for method, each in plain.items()),
        imports_under=under,
        imports=repeated_imports(plain[under]) if under else (),
        saving=_saving(plain.get("forkserver", ()), preloaded) if preloaded else None,
    )


def _method(method: str, runs: Sequence[Run]) -> MethodCost:
    used = [run.cpu_seconds for run in runs if run.cpu_seconds is not None]
    peaks = [event["peak"] for run in runs for _, event in run.events("exit") if event["peak"]]
    return MethodCost(
        start_method=method,
        seconds=statistics.median(run.seconds for run in runs),
        cpu_seconds=statistics.median(used) if used else None,
        children=max(sum(process.role not in HELPERS for process in run.processes[1:]) for run in runs),
        peak_kib=max(peaks, default=None),
        first_line=_median(seconds for run in runs for seconds in _starts(run)),
    )


def _starts(run: Run) -> Iterator[float]:
    """Yield the seconds between the call of start() and the first line of each child."""
    for process in run.processes:
        asked, begun = run.start_of(process), process.first("child")
        if asked is not None and begun is not None:
            yield begun.t - asked[1].t


def repeated_imports(runs: Iterable[Run]) -> tuple[RepeatedImport, ...]:
    """Return what the children of these runs spend most time to import, the most expensive first.

    The program's own modules are replaced by what they import: a preloaded one would run in the fork server.
    """
    found: dict[str, list[float]] = {}
    number = 0
    for run in runs:
        number += 1
        for process in run.processes:
            if process.role not in HELPERS and run.start_of(process) is not None:
                for module, seconds in _imports(run, process).items():
                    found.setdefault(module, []).append(seconds)
    each = [
        RepeatedImport(module, statistics.median(seconds), max(1, round(len(seconds) / number)))
        for module, seconds in found.items()
    ]
    return tuple(sorted(each, key=lambda one: (-one.total, one.module))[:MOST_IMPORTS])


def _imports(run: Run, process: Process) -> Mapping[str, float]:
    """Return the outermost imports of a child that are not the program's own, each with its seconds."""
    known = {entry[0]: entry for event in process.of("imports") for entry in event["modules"]}

    def is_own(name: str) -> bool:
        file = known[name][3] if name in known else None
        return file is not None and file not in ("built-in", "frozen") and run.is_own(file)

    found = {}
    for name, parent, seconds, _ in known.values():
        if name.partition(".")[0] in _OF_MULTIPROCESSING or is_own(name):
            continue
        above = parent
        while above is not None and is_own(above):
            above = known[above][1]
        if above is None:
            found[name] = seconds
    return found


def _saving(before: Sequence[Run], after: Run) -> Saving | None:
    if not before or after.exit_code is None:
        return None
    modules = tuple(after.interventions[0].removeprefix(_PRELOAD).split(","))
    first, then = (_median(seconds for run in runs for seconds in _starts(run)) for runs in (before, (after,)))
    used = [run.cpu_seconds for run in before if run.cpu_seconds is not None]
    again = {each.module for each in repeated_imports((after,))}
    return Saving(
        modules=modules,
        per_start=first - then if first is not None and then is not None else None,
        seconds=statistics.median(run.seconds for run in before) - after.seconds,
        cpu_seconds=statistics.median(used) - after.cpu_seconds if used and after.cpu_seconds is not None else None,
        still_imported=tuple(module for module in modules if module in again),
    )


def _median(values: Iterable[float]) -> float | None:
    found = list(values)
    return statistics.median(found) if found else None
