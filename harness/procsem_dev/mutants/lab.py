"""Runs claims under trees, and compares what comes out with what comes out under the unmodified interpreter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType

from attrs import define, evolve, field, frozen

from procsem.catalogue import Catalogue
from procsem.model import CellResult, Claim, Verdict
from procsem.model.comparison import show
from procsem.runner import Cell, Scheduler, ScratchSpace, Target, default_jobs, executions, measure_targets
from procsem_dev.mutants.entries import UNMODIFIED, Mutant, load
from procsem_dev.mutants.reach import Place, Survey, plan, survey
from procsem_dev.mutants.tree import Tree, build

PROBE = "the probe"
_ROUNDS = 2
"""How often the whole catalogue is run to learn what it reaches: chance may lead a probe another way the next time."""


@frozen
class Turn:
    """One cell that came out differently under a mutant."""

    before: CellResult
    after: CellResult

    @property
    def real(self) -> bool:
        """Whether it is a verdict on the claim, and not a probe that broke."""
        return self.after.verdict is not Verdict.BROKEN

    def __str__(self) -> str:
        after = self.after
        why = (
            "; ".join(f"{m.arm}: {m.fact} is {show(m.actual)}, not {m.expected}" for m in after.mismatches)
            or after.problem
        )
        where = f"{after.claim} under {after.start_method}" if after.start_method else after.claim
        return f"{where}: {outcome(self.before)}, then {outcome(after)} ({why})"


def outcome(result: CellResult) -> str:
    """What a cell says of its claim, in a phrase.

    A claim may be expected to be refuted: then only what is seen instead can change. What a probe leaves behind is
    another matter, and says nothing of the claim.
    """
    if result.verdict is Verdict.REFUTED and not result.as_expected and result.problem is None:
        return "refuted in another way" if result.expected is Verdict.REFUTED else "refuted"
    return str(result.verdict)


@define
class Trial:
    """What came out under one mutant."""

    tree: Tree
    results: dict[Place, CellResult] = field(factory=dict)
    turned: dict[Place, Turn] = field(factory=dict)

    def turned_claims(self) -> set[str]:
        return {claim for claim, _ in self.turned}

    def strangers(self) -> list[str]:
        """The processes of the stories that are no processes of the tree's interpreter, each as a phrase.

        With a start method the probe itself has loaded the tree's multiprocessing; what another process has of it,
        if any, can only be the tree's as well, for this interpreter finds no other.
        """
        marks = self.tree.marks()
        strangers = []
        for result in self.results.values():
            for pid, who in timeline(result).items():
                owed = {self.tree.first}
                if who == PROBE and result.start_method is not None:
                    owed.add(self.tree.package)
                if not owed <= marks.get(pid, set()):
                    strangers.append(f"{result.claim} under {result.start_method}: {who} (process {pid})")
        return strangers

    def faults(self) -> list[str]:
        """What is not as the mutant says, each in a line: what did not turn, what else did, what broke."""
        mutant, tree = self.tree.mutant, self.tree
        faults = [f"ran outside the tree: {stranger}" for stranger in self.strangers()]
        if not any(files & tree.edited for files in tree.marks().values()):
            faults.append(f"no process loaded what is edited: {', '.join(map(str, tree.edited))}")
        for claim in mutant.turns:
            seen = {m: r for (c, m), r in self.results.items() if c == claim and r.verdict is not Verdict.UNSUPPORTED}
            if seen and claim not in self.turned_claims():
                said = ", ".join(f"{outcome(result)} under {method}" for method, result in seen.items())
                faults.append(f"is to turn, but does not: {claim}, {said}")
        for turn in self.turned.values():
            if turn.after.claim not in mutant.turns:
                faults.append(f"is not to turn: {turn}")
            elif not turn.real:
                faults.append(f"is to turn, not to break: {turn}")
        return faults


def timeline(result: CellResult) -> dict[int, str]:
    """The processes that have a part in a cell's timeline, by pid: the probe, those that checked in, who started those.

    The last are the fork servers. What else a tree holds, a ``ps`` or a child that was ended before it had loaded
    anything, proves nothing by having no mark. Cells without a start method tell of other programs too, of shells.
    """
    born = [event for event in result.watcher if event.event == "started" and event.pid is not None]
    probe = {event.pid: PROBE for event in born[:1] if event.pid is not None}
    if result.start_method is None:
        return probe
    peers = {
        event.pid: event.process
        for arm in result.arms.values()
        for event in arm.timeline
        if event.event == "started" and event.pid is not None
    }
    starters = {
        event.other: f"who started {peers[event.pid]}"
        for event in born
        if event.pid in peers and isinstance(event.other, int)
    }
    return {**starters, **peers, **probe}


class Lab:
    """Where trees of one interpreter are built and tried."""

    def __init__(self, executable: str, catalogue: Catalogue, folder: Path, jobs: int | None = None) -> None:
        self.executable, self.catalogue, self.folder = executable, catalogue, folder
        self._workplace = ScratchSpace()
        # Twice as many as else: where a rule is broken, probes wait for what does not come.
        self._scheduler = Scheduler(jobs or 2 * default_jobs(), self._workplace)

    def __enter__(self) -> Lab:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._scheduler.close()
        self._workplace.close()

    @cached_property
    def unmodified(self) -> Trial:
        """The tree that is built like a mutant's, with no edit. Its results are what the mutants' are held against."""
        return self.start(UNMODIFIED)

    @cached_property
    def target(self) -> Target:
        """The unmodified tree, measured. A mutant pretends to be the same Python: it is judged by the same rules."""
        executable = str(self.unmodified.tree.executable)
        return measure_targets([executable], self._scheduler)[0]

    @property
    def methods(self) -> tuple[str, ...]:
        return self.target.environment.start_methods

    def start(self, mutant: Mutant) -> Trial:
        """Build the mutant's tree."""
        return Trial(build(self.folder / mutant.name, self.executable, mutant))

    def applies(self, mutant: Mutant, method: str | None) -> bool:
        """Whether the mutant says that it breaks something under this start method, here."""
        facts = self.target.environment.facts
        return any(mutant.needs.holds({**facts, "start_method": m}) for m in ([method] if method else self.methods))

    def places(self, claims: Iterable[Claim], methods: Sequence[str] = ()) -> list[Place]:
        """The cells of these claims, under these start methods or all that there are."""
        methods = methods or self.methods
        return list(dict.fromkeys((c.id, m) for c in claims for m in (methods if c.per_start_method else [None])))

    @cached_property
    def survey(self) -> Survey:
        """What each cell of the catalogue reaches of what any mutant edits.

        There is doubt of a cell whose probe breaks, or that does not come out as it does in the unmodified tree.
        """
        places = self.places(self.catalogue.claims)
        self._run_unmodified(places)
        planned = plan(load().values(), self.unmodified.tree.original)
        tree = self.start(planned.telling).tree
        results = list(self._results(tree, places, _ROUNDS))
        before = self.unmodified.results
        doubtful = [
            (r.claim, r.start_method)
            for r in results
            if r.verdict is Verdict.BROKEN or outcome(r) != outcome(before[r.claim, r.start_method])
        ]
        return survey(planned, tree, results, doubtful)

    def run(self, trial: Trial, places: Sequence[Place]) -> None:
        """Run these cells in the trial's tree and in the unmodified one, and note what turns."""
        self._run_unmodified(places)
        for result in self._results(trial.tree, [place for place in places if place not in trial.results]):
            place = result.claim, result.start_method
            trial.results[place] = result
            if outcome(result) != outcome(self.unmodified.results[place]):
                trial.turned[place] = Turn(self.unmodified.results[place], result)

    def _run_unmodified(self, places: Iterable[Place]) -> None:
        done = self.unmodified.results
        for result in self._results(self.unmodified.tree, [place for place in places if place not in done]):
            done[result.claim, result.start_method] = result

    def _results(self, tree: Tree, places: Iterable[Place], repeat: int = 1) -> Iterable[CellResult]:
        target = evolve(self.target, executable=str(tree.executable))
        cells = [Cell(self.catalogue.claim(claim), method, target) for claim, method in places]
        shared = [cell for execution in executions(cells) if len(execution.cells) > 1 for cell in execution.cells]
        again = []
        for cell, result in self._scheduler.results(cells, repeat):
            if result.verdict is Verdict.BROKEN and cell in shared:
                again.append(cell)  # it may be another claim's arm that broke: each is run by itself
            else:
                yield result
        for cell in again:
            yield from (result for _, result in self._scheduler.results([cell]))
