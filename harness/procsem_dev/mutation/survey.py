"""Try mutants of the interpreter's process code on the cells of the catalogue that reach the changed place.

A mutant is tried on a few cells first: those that reach the fewest places come first, because they are about the code
that changed. As long as everything is as expected, twice as many follow, until all cells that reach the change have
run. A cell counts if it is not as expected in a second run either, and is as expected in a tree without a change.
Cells that need the whole machine are tried at the end, on the survivors.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path

from attrs import evolve, frozen

from procsem.containment import Sandbox, Task
from procsem.model import CellKey, CellResult, ProblemKind, Verdict
from procsem.runner import leaks
from procsem_dev.mutants import coverage
from procsem_dev.mutants.lab import Lab
from procsem_dev.mutants.tree import TreeError
from procsem_dev.mutation.operators import Change, changes
from procsem_dev.mutation.state import Outcome, State, Trial, fingerprint

PARTS = {
    "start": (
        *("multiprocessing/process.py", "multiprocessing/context.py", "multiprocessing/popen_fork.py"),
        *("multiprocessing/popen_spawn_posix.py", "multiprocessing/popen_forkserver.py", "multiprocessing/spawn.py"),
        "multiprocessing/forkserver.py",
    ),
    "connect": (
        *("multiprocessing/util.py", "multiprocessing/synchronize.py", "multiprocessing/queues.py"),
        "multiprocessing/resource_tracker.py",
    ),
    "pool": ("multiprocessing/pool.py", "concurrent/futures/process.py"),
    "managers": ("multiprocessing/managers.py", "multiprocessing/shared_memory.py"),
    "subprocess": ("subprocess.py",),
    "windows": (
        "multiprocessing/popen_spawn_win32.py",
        "multiprocessing/connection.py",
        "multiprocessing/reduction.py",
    ),
}
"""The files of which mutants are made, by what they do. The part ``windows`` can be tried only there."""
CORE = (*PARTS["start"], *PARTS["connect"])
"""The files that create, end and connect processes."""
FILES = tuple(file for part, files in PARTS.items() if part != "windows" or os.name == "nt" for file in files)

VIABLE = """
import multiprocessing, sys

def child():
    pass

if __name__ == "__main__":
    for method in sys.argv[1:]:
        process = multiprocessing.get_context(method).Process(target=child)
        process.start()
        process.join()
        if process.exitcode != 0:
            sys.exit(f"{method}: {process.exitcode}")
"""
_VIABLE_TIMEOUT = 30.0
"""Seconds for one child per start method."""

_FIRST_BATCH = 4
"""The number of executions with which the trial of a mutant begins."""

Report = Callable[[str], None]


@frozen
class Reach:
    """The changes of all files, and the cells that reach each of them."""

    changes: Mapping[str, Change]
    cells: Mapping[str, tuple[CellKey, ...]]
    """The cells that reach a change, by its id, those that are likely to notice it first."""

    def reached(self) -> list[Change]:
        """Return the changes that at least one cell reaches, in the order of the files."""
        return [change for name, change in self.changes.items() if self.cells[name]]

    def sample(self, number: int | None, seed: int, files: Sequence[str] = FILES) -> list[Change]:
        """Return a random sample of the reached changes of these files, in random order; all of them without a number.

        A longer sample with the same seed begins with the shorter one. The order of two changes depends only on them,
        so a sample remains nearly the same when a probe reaches more.
        """
        chosen = [change for change in self.reached() if change.file in files]
        return sorted(chosen, key=lambda change: hashlib.sha256(f"{seed} {change.id}".encode()).digest())[:number]


class Survey:
    """Mutants of one interpreter, tried in trees that are removed after use."""

    def __init__(self, lab: Lab, state: State, report: Report = lambda progress: None) -> None:
        self._lab, self._state, self._report = lab, state, report
        self._lock = threading.Lock()
        self._library = lab.unmodified.tree.original
        self._texts = {
            file: (self._library / file).read_text(encoding="utf-8")
            for file in FILES
            if (self._library / file).is_file()
        }

    @property
    def catalogue_fingerprint(self) -> str:
        """A hash of everything that decides how the cells come out: the library's files and the probes."""
        probes = [path for path in self._lab.catalogue.folder.rglob("*") if path.suffix in {".py", ".toml"}]
        return fingerprint([*(self._library / file for file in self._texts), *probes])

    def reach(self) -> Reach:
        """Return which cells reach which change. The measurement takes three runs of the catalogue, and is kept."""
        every = {change.id: change for file, text in self._texts.items() for change in changes(file, text)}
        key = self.catalogue_fingerprint
        reached = self._state.coverage(key) or self._measure(every.values(), key)
        by_record: dict[str, list[CellKey]] = {}
        uncertain = [cell for cell, records in reached.items() if records is None]
        for cell, records in reached.items():
            for record in records or ():
                by_record.setdefault(record, []).append(cell)
        breadth = {cell: len(records or ()) for cell, records in reached.items()}
        cells = {}
        for name, change in every.items():
            certain = by_record.get(change.site.record(change.file), [])
            ordered = sorted(certain, key=lambda cell: (self._lab.catalogue.claim(cell.claim).alone, breadth[cell]))
            cells[name] = tuple([*ordered, *uncertain] if certain else [])
        return Reach(every, cells)

    def _measure(self, every: Iterable[Change], key: str) -> Mapping[CellKey, frozenset[str] | None]:
        self._report("measuring which cells reach which places: three runs of the catalogue")
        sites: dict[str, set[coverage.Site]] = {}
        for change in every:
            sites.setdefault(change.file, set()).add(change.site)
        planned = coverage.plan_sites(sites, self._texts)
        reached = self._lab.measure_coverage(planned).reached
        self._state.keep_coverage(key, reached)
        return reached

    def run(self, chosen: Sequence[Change], reach: Reach, until: float = float("inf")) -> Iterator[Trial]:
        """Try these mutants and yield each trial. No mutant is begun after ``until``, a monotonic time.

        A mutant that was tried before is skipped, unless it survived and the catalogue has changed since. Its earlier
        trial is yielded.
        """
        before = self._state.trials()
        current = self.catalogue_fingerprint
        todo = []
        for change in chosen:
            trial = before.get(change.id)
            if trial is not None and (trial.outcome is not Outcome.SURVIVED or trial.catalogue == current):
                yield trial
            else:
                todo.append(change)
        self._report(f"{len(todo)} mutants to try")
        survivors = []
        with ThreadPoolExecutor(self._lab.jobs, thread_name_prefix="mutant") as threads:
            futures = {threads.submit(self._try_until, until, change, reach): change for change in todo}
            try:
                for future in as_completed(futures):
                    found = future.result()
                    if found is None:
                        continue
                    trial = evolve(found, catalogue=current)
                    if trial.outcome is Outcome.SURVIVED and self._alone(reach.cells[trial.mutant]):
                        survivors.append((futures[future], trial))
                    else:
                        self._state.add(trial)
                        yield trial
            except BaseException:  # Ctrl-C, for example
                self._lab.cancel()
                threads.shutdown(cancel_futures=True)
                raise
        self._report(f"{len(survivors)} survivors to try on the cells that run alone")
        for change, trial in survivors:
            second = self._try(change, self._alone(reach.cells[change.id]))
            last = evolve(
                second, catalogue=current, ran=trial.ran + second.ran, reaching=trial.reaching + second.reaching
            )
            self._state.add(last)
            yield last

    def _alone(self, cells: Iterable[CellKey]) -> list[CellKey]:
        """Return the cells that need the whole machine, because they compare durations."""
        return [cell for cell in cells if self._lab.catalogue.claim(cell.claim).alone]

    def _try_until(self, until: float, change: Change, reach: Reach) -> Trial | None:
        if time.monotonic() > until:
            return None
        cells = reach.cells[change.id]
        alone = set(self._alone(cells))
        return self._try(change, [cell for cell in cells if cell not in alone])

    def _try(self, change: Change, cells: Sequence[CellKey]) -> Trial:
        """Try one mutant on these cells until one is not as expected."""
        try:
            trial = self._lab.build(change.mutant(self._texts[change.file]))
        except TreeError:  # its interpreter does not even start
            return Trial(change.id, Outcome.NOT_VIABLE)
        try:
            if not self._lab.with_sandbox(partial(self._is_viable, trial.tree.executable)):
                return Trial(change.id, Outcome.NOT_VIABLE)
            waiting, size = self._executions(cells), _FIRST_BATCH
            ran: list[CellResult] = []
            noticed: list[CellResult] = []
            while waiting and not noticed:
                batch, waiting = waiting[:size], waiting[size:]
                size *= 2
                first = self._lab.run_again(trial, [cell for execution in batch for cell in execution])
                suspects = [result.key for result in first if not result.as_expected]
                second = self._lab.run_again(trial, suspects)
                control = self._control(result.key for result in second if not result.as_expected)
                noticed = [r for r in second if not r.as_expected and control[r.key].as_expected]
                ran += [*first, *second]
            return _conclude(change, ran, noticed, len(cells))
        finally:
            shutil.rmtree(trial.tree.folder, ignore_errors=True)

    def _executions(self, cells: Sequence[CellKey]) -> list[list[CellKey]]:
        """Group cells that share a probe and a start method, because they run together.

        The executions of a probe under its other start methods follow after the first one of all probes.
        """
        groups: dict[tuple[Path, str | None], list[CellKey]] = {}
        for cell in cells:
            groups.setdefault((self._lab.catalogue.claim(cell.claim).probe, cell.start_method), []).append(cell)
        rank: dict[Path, int] = {}
        ranked = []
        for (probe, _), group in groups.items():
            rank[probe] = rank.get(probe, -1) + 1
            ranked.append((rank[probe], group))
        return [group for _, group in sorted(ranked, key=lambda pair: pair[0])]

    def _control(self, keys: Iterable[CellKey]) -> Mapping[CellKey, CellResult]:
        """Run these cells in the tree without a change, each once in the survey."""
        with self._lock:
            self._lab.run(self._lab.unmodified, keys)
            return self._lab.unmodified.results

    def _is_viable(self, executable: Path, sandbox: Sandbox) -> bool:
        """Return whether the interpreter starts and joins one child under each start method."""
        with self._lab.scratch.new_dir(windows=False) as scratch_dir:
            program = Path(scratch_dir.folder, "viable.py")
            program.write_text(VIABLE, encoding="utf-8")
            ending = sandbox.run(
                Task(
                    argv=[str(executable), str(program), *self._lab.methods],
                    cwd=str(scratch_dir.folder),
                    env=scratch_dir.env,
                    token=scratch_dir.token,
                    timeout=_VIABLE_TIMEOUT,
                )
            )
            leaks.remove(leaks.find(scratch_dir.token, scratch_dir.folder))
        return ending.returncode == 0


def _conclude(change: Change, ran: Sequence[CellResult], noticed: Sequence[CellResult], reaching: int) -> Trial:
    wrong = [result for result in noticed if result.verdict is not Verdict.BROKEN]
    if wrong:
        outcome = Outcome.KILLED
    elif noticed:
        slow = all(r.problem is not None and r.problem.kind is ProblemKind.TIMEOUT for r in noticed)
        outcome = Outcome.TIMED_OUT if slow else Outcome.BROKEN
    else:
        outcome = Outcome.SURVIVED
    return Trial(
        change.id,
        outcome,
        tuple(dict.fromkeys(_name(result.key) for result in wrong or noticed)),
        ran=len({result.key for result in ran}),
        reaching=reaching,
        seconds=round(sum(result.seconds for result in ran), 2),
    )


def _name(key: CellKey) -> str:
    return f"{key.claim} under {key.start_method}" if key.start_method else key.claim
