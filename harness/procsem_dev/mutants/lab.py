"""Run claims under mutants, and compare the outcomes with those under the unmodified interpreter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from attrs import define, evolve, field, frozen

from procsem.catalogue import Catalogue
from procsem.containment import Sandbox
from procsem.errors import ProcsemError
from procsem.model import CellKey, CellResult, Claim, EventKind, MismatchSource, Verdict
from procsem.model.comparison import show
from procsem.runner import Cell, Scheduler, ScratchSpace, Target, default_jobs, executions, measure_targets
from procsem_dev.mutants.coverage import Coverage, Plan, measure_coverage, plan
from procsem_dev.mutants.definitions import UNMODIFIED, Mutant, load
from procsem_dev.mutants.tree import Tree, build

T = TypeVar("T")

PROBE = "the probe"
_COVERAGE_RUNS = 2
"""Number of runs of the whole catalogue for the coverage, because a probe may take another path the next time."""


@frozen
class Flip:
    """One cell whose outcome is another one under a mutant."""

    before: str
    """The outcome of the cell in the unmodified tree, or the one that the catalogue expects."""
    after: CellResult

    @property
    def is_verdict(self) -> bool:
        """True for a verdict on the claim, False for a probe that broke."""
        return self.after.verdict is not Verdict.BROKEN

    def __str__(self) -> str:
        after = self.after
        reason = (
            "; ".join(f"{m.arm}: {m.fact} is {show(m.actual)}, not {m.expected}" for m in after.mismatches)
            or after.problem
        )
        return f"{_name(after.key)}: {self.before}, then {outcome(after)} ({reason})"


def outcome(result: CellResult) -> str:
    """Return what a cell says about its claim, as a phrase.

    If a claim is known to be refuted, a mutant can only change how it is refuted. Leaks of a probe and remedies say
    nothing about the claim.
    """
    if result.verdict is Verdict.REFUTED and result.expected is Verdict.REFUTED:
        observed = [m for m in result.mismatches if m.source is MismatchSource.RULE and m.arm not in result.remedies]
        if observed:
            return "refuted in another way"
    return str(result.verdict)


@define
class Trial:
    """The outcomes under one mutant."""

    tree: Tree
    results: dict[CellKey, CellResult] = field(factory=dict)
    flips: dict[CellKey, Flip] = field(factory=dict)

    def flipped_claims(self) -> set[str]:
        """Return the claims of which at least one cell flipped."""
        return {key.claim for key in self.flips}

    def unmutated_processes(self) -> list[str]:
        """Return the processes in the timelines that are not processes of the tree's interpreter, one phrase each.

        With a start method, the probe itself must have loaded the tree's multiprocessing. If another process has loaded
        multiprocessing, it is the tree's as well, because this interpreter finds no other.
        """
        loaded = self.tree.loaded_files()
        unmutated = []
        for result in self.results.values():
            for pid, name in processes(result).items():
                required = {self.tree.first}
                if name == PROBE and result.start_method is not None:
                    required.add(self.tree.package)
                if not required <= loaded.get(pid, set()):
                    unmutated.append(f"{_name(result.key)}: {name} (process {pid})")
        return unmutated

    def problems(self) -> list[str]:
        """Return what contradicts the mutant's definition, one line each: missing flips, other flips, broken probes."""
        mutant, tree = self.tree.mutant, self.tree
        problems = [f"ran outside the tree: {process}" for process in self.unmutated_processes()]
        if not any(files & tree.edited for files in tree.loaded_files().values()):
            problems.append(f"no process loaded an edited file: {', '.join(map(str, tree.edited))}")
        for claim in mutant.flips:
            supported = {
                key.start_method: result
                for key, result in self.results.items()
                if key.claim == claim and result.verdict is not Verdict.UNSUPPORTED
            }
            if supported and claim not in self.flipped_claims():
                outcomes = ", ".join(f"{outcome(result)} under {method}" for method, result in supported.items())
                problems.append(f"should flip, but does not: {claim}, {outcomes}")
        for flip in self.flips.values():
            if flip.after.claim not in mutant.flips:
                problems.append(f"should not flip: {flip}")
            elif not flip.is_verdict:
                problems.append(f"should flip, not break: {flip}")
        return problems


def processes(result: CellResult) -> dict[int, str]:
    """Return the processes in a cell's timelines by pid: the probe, those that checked in, and those that started them.

    The last ones are the fork servers. Other processes of the tree, for example a ``ps`` or a child that was killed
    before it had loaded anything, need not have loaded the tree's files. The timelines of cells without a start method
    include other programs, for example shells.
    """
    started = [event for event in result.watcher if event.event is EventKind.STARTED and event.pid is not None]
    probe = {event.pid: PROBE for event in started[:1] if event.pid is not None}
    if result.start_method is None:
        return probe
    checked_in = {
        event.pid: event.process
        for arm in result.arms.values()
        for event in arm.timeline
        if event.event is EventKind.STARTED and event.pid is not None
    }
    starters = {
        event.other: f"the process that started {checked_in[event.pid]}"
        for event in started
        if event.pid in checked_in and isinstance(event.other, int)
    }
    return {**starters, **checked_in, **probe}


class Lab:
    """Builds trees of one interpreter and runs claims in them."""

    def __init__(self, executable: str, catalogue: Catalogue, folder: Path, jobs: int | None = None) -> None:
        self.executable, self.catalogue, self.folder = executable, catalogue, folder
        self.scratch = ScratchSpace()
        # More than usual: probes of a broken rule mostly wait for something that does not happen.
        self.jobs = jobs or 3 * default_jobs()
        self._scheduler = Scheduler(self.jobs, self.scratch)

    def cancel(self) -> None:
        """Kill what runs; nothing more starts. Any thread may call this."""
        self._scheduler.cancel()

    def __enter__(self) -> Lab:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._scheduler.close()
        self.scratch.close()

    @cached_property
    def unmodified(self) -> Trial:
        """The tree that is built like a mutant's, without an edit. The mutants' results are compared with its own."""
        return self.build(UNMODIFIED)

    @cached_property
    def target(self) -> Target:
        """The measured unmodified tree. A mutant claims to be the same Python, so it is judged by the same rules."""
        return measure_targets([str(self.unmodified.tree.executable)], self._scheduler)[0]

    @property
    def methods(self) -> tuple[str, ...]:
        """The start methods of this Python, the cheapest first."""
        return self.target.environment.start_methods

    def build(self, mutant: Mutant) -> Trial:
        """Build the mutant's tree. Raises MutantError and TreeError."""
        return Trial(build(self.folder / mutant.name, self.executable, mutant))

    def applies(self, mutant: Mutant, method: str | None) -> bool:
        """Return whether the mutant breaks something here under this start method, according to its ``needs``."""
        facts = self.target.environment.facts
        return any(mutant.needs.holds({**facts, "start_method": m}) for m in ([method] if method else self.methods))

    def methods_for(self, mutant: Mutant) -> list[str]:
        """Return the start methods under which the mutant breaks something here, the cheapest first."""
        return [method for method in self.methods if self.applies(mutant, method)]

    def keys(self, claims: Iterable[Claim], methods: Sequence[str] = ()) -> list[CellKey]:
        """Return the cells of these claims under these start methods, or under all."""
        methods = methods or self.methods
        keys = [CellKey(c.id, m) for c in claims for m in (methods if c.per_start_method else [None])]
        return list(dict.fromkeys(keys))

    @cached_property
    def coverage(self) -> Coverage:
        """The sites of all mutants that each cell of the catalogue reaches.

        A cell is uncertain if its probe breaks, or if its outcome is not that in the unmodified tree.
        """
        return self.measure_coverage(plan(load().values(), self.unmodified.tree.original))

    def measure_coverage(self, planned: Plan) -> Coverage:
        """Run the whole catalogue in the tree without an edit, and twice in this instrumented tree."""
        keys = self.keys(self.catalogue.claims)
        self.run(self.unmodified, keys)
        tree = self.build(planned.instrumented).tree
        results = [result for _, result in self._results([(tree, key) for key in keys], _COVERAGE_RUNS)]
        before = self.unmodified.results
        uncertain = [r.key for r in results if r.verdict is Verdict.BROKEN or outcome(r) != outcome(before[r.key])]
        return measure_coverage(planned, tree, results, uncertain)

    def run(self, trial: Trial, keys: Iterable[CellKey]) -> None:
        """Run these cells in the tree of a trial and in the unmodified one, and note which ones flip."""
        self.run_together([(trial, keys)])

    def run_together(
        self, chosen: Iterable[tuple[Trial, Iterable[CellKey]]], with_remedies: bool = True, compare: bool = True
    ) -> None:
        """Do the same for several trials, with the cells of all of them side by side.

        Without ``compare``, a cell flips if its outcome is not the one that the catalogue expects here, and the same
        cell need not run in the unmodified tree.
        """
        trials: dict[Path, Trial] = {self.unmodified.tree.executable: self.unmodified}
        wanted: dict[tuple[Path, CellKey], Tree] = {}
        for trial, keys in chosen:
            trials[trial.tree.executable] = trial
            for key in keys:
                for each in [self.unmodified, trial] if compare else [trial]:
                    if key not in each.results:
                        wanted[each.tree.executable, key] = each.tree
        cells = [(tree, key) for (_, key), tree in wanted.items()]
        for tree, result in self._results(cells, with_remedies=with_remedies):
            trials[tree.executable].results[result.key] = result
        for trial in trials.values():
            for key, result in trial.results.items():
                before = outcome(self.unmodified.results[key]) if compare else str(result.expected)
                if outcome(result) != before:
                    trial.flips[key] = Flip(before, result)

    def try_declared(
        self, mutants: Iterable[Mutant], report: Callable[[str], None] = lambda progress: None
    ) -> Mapping[str, Trial | ProcsemError]:
        """Run the claims that each mutant must flip, under one start method after the other until they flip.

        The mutants must apply here. The cells of all mutants run side by side, because most of them only wait. They run
        without remedies, which have no influence on a verdict; :meth:`run` includes them. They are compared with what
        the catalogue expects, which the tests of the claims compare with this interpreter. In the unmodified tree, one
        cell of each topic runs. Return the trial of each mutant by name, or the error if its tree could not be built.
        """
        mutants = list(mutants)
        report(f"building the trees of {len(mutants)} mutants")
        built = self.build_all(mutants)
        methods = {mutant.name: self.methods_for(mutant) for mutant in mutants}
        for number in range(max(map(len, methods.values()), default=0)):
            chosen: list[tuple[Trial, list[CellKey]]] = []
            for name, trial in built.items():
                if isinstance(trial, Trial) and number < len(methods[name]):
                    flipped = trial.flipped_claims()
                    waiting = [self.catalogue.claim(claim) for claim in trial.tree.mutant.flips if claim not in flipped]
                    chosen.append((trial, self.keys(waiting, [methods[name][number]])))
            total = sum(len(keys) for _, keys in chosen)
            report(f"start method {number + 1} of each mutant: {total} cells")
            if number == 0:
                by_topic = {key.claim.partition("/")[0]: key for _, keys in reversed(chosen) for key in reversed(keys)}
                chosen.append((self.unmodified, list(by_topic.values())))
            self.run_together(chosen, with_remedies=False, compare=False)
        return built

    def build_all(self, mutants: Iterable[Mutant]) -> dict[str, Trial | ProcsemError]:
        """Return the trial of each mutant by name, or the error if its tree could not be built."""
        mutants = list(mutants)
        with ThreadPoolExecutor(default_jobs()) as threads:
            return dict(zip((mutant.name for mutant in mutants), threads.map(self._try_to_build, mutants), strict=True))

    def run_again(self, trial: Trial, keys: Iterable[CellKey]) -> list[CellResult]:
        """Run these cells in the tree of a trial, whether they have run before or not. The trial does not change.

        Any thread may call this.
        """
        return [result for _, result in self._results([(trial.tree, key) for key in keys])]

    def with_sandbox(self, function: Callable[[Sandbox], T]) -> T:
        """Call the function with a sandbox that nothing else uses at the same time."""
        return self._scheduler.with_sandbox(function)

    def _try_to_build(self, mutant: Mutant) -> Trial | ProcsemError:
        try:
            return self.build(mutant)
        except ProcsemError as error:
            return error

    def _results(
        self, chosen: Iterable[tuple[Tree, CellKey]], repeat: int = 1, with_remedies: bool = True
    ) -> Iterator[tuple[Tree, CellResult]]:
        """Run these cells and yield each result with its tree.

        If a probe that serves several cells breaks, they run again one by one, because another claim's arm may have
        broken it.
        """
        trees: dict[int, Tree] = {}
        cells: list[Cell] = []
        for tree, key in chosen:
            target = evolve(self.target, executable=str(tree.executable))
            claim = self.catalogue.claim(key.claim)
            cells.append(Cell(claim if with_remedies else evolve(claim, remedies=()), key.start_method, target))
            trees[id(cells[-1])] = tree
        shared = {id(each) for execution in executions(cells) if len(execution.cells) > 1 for each in execution.cells}
        again: list[Cell] = []
        for cell, result in self._scheduler.results(cells, repeat):
            if result.verdict is Verdict.BROKEN and id(cell) in shared:
                again.append(cell)
            else:
                yield trees[id(cell)], result
        for cell in again:
            for _, result in self._scheduler.results([cell]):
                yield trees[id(cell)], result


def _name(key: CellKey) -> str:
    return f"{key.claim} under {key.start_method}" if key.start_method else key.claim
