"""Whatever sandboxes, folders and signals do: no cell is lost or judged twice, and nothing is left running."""

from __future__ import annotations

import json
import threading
from collections import Counter
from pathlib import Path

import pytest
from attrs import define, evolve, field, frozen
from hypothesis import given
from hypothesis import strategies as st

from procsem.catalogue.claims_toml import read_claim
from procsem.containment import ContainmentError, Ending, Status, Task
from procsem.environment import CONDITIONS
from procsem.model import Environment, Verdict
from procsem.runner import Cell, Scheduler, ScratchSpace, ScratchSpaceError, Target, plan
from tests.unit.conftest import FACTS, WRITTEN

METHODS = ("fork", "spawn", "forkserver")
_TIMEOUT = 60.0
"""Seconds after which a scheduler that does not end is reported."""
FACTS_SEEN = {"experiment": {"started": False, "error": "AssertionError"}, "control": {"started": True}}
GOOD = "good"
BAD = ("containment fails", "no room", "no memory", "no report", "damaged report", "lost", "not started", "deep report")
"""The ways in which the run of a probe can fail; each breaks its cells, and no others."""


@frozen
class Failures:
    """The fate of each task, of each opened sandbox and of each folder, by number."""

    tasks: tuple[str, ...]
    openings: tuple[bool, ...]
    folders: int | None
    """The number of the folder that cannot be made."""
    cancel_at: int | None
    """The number of the task at whose start the run is cancelled."""
    interrupt_at: int | None
    """The number of the result after which the program gets Ctrl-C."""


failures = st.builds(
    Failures,
    tasks=st.lists(st.sampled_from([GOOD, GOOD, *BAD]), max_size=30).map(tuple),
    openings=st.lists(st.booleans(), max_size=8).map(tuple),
    folders=st.none() | st.none() | st.integers(0, 20),
    cancel_at=st.none() | st.none() | st.integers(0, 20),
    interrupt_at=st.none() | st.none() | st.integers(0, 20),
)


@define
class World:
    """All sandboxes of a scheduler, and what they have been asked to do."""

    plan: Failures
    lock: threading.Lock = field(factory=threading.Lock)
    opened: list[Sandbox] = field(factory=list)
    started: int = 0
    running: int = 0
    folders: int = 0
    openings: int = 0
    cancel: object = None
    faults: list[str] = field(factory=list)

    def open(self) -> Sandbox:
        with self.lock:
            number, self.openings = self.openings, self.openings + 1
        if number and number <= len(self.plan.openings) and not self.plan.openings[number - 1]:
            raise ContainmentError("A supervisor cannot be started: no more processes")
        self.opened.append(Sandbox(self))
        return self.opened[-1]


class Sandbox:
    """A sandbox whose tasks end as the plan says."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.busy = self.cancelled = self.closed = False
        self.dead = threading.Event()

    def run(self, task: Task) -> Ending:
        world = self.world
        with world.lock:
            if self.busy or self.closed:
                world.faults.append("a sandbox is used by two threads, or after its end")
            self.busy = True
            number, world.started = world.started, world.started + 1
            world.running += 1
            if "alone.py" in str(task.argv) and world.running > 1:
                world.faults.append("something runs beside an exclusive probe")
        try:
            if number == world.plan.cancel_at:
                world.cancel()
            if self.cancelled:
                return Ending.cancelled_before_start()
            return self._end(task, world.plan.tasks[number] if number < len(world.plan.tasks) else GOOD)
        finally:
            with world.lock:
                self.busy = False
                world.running -= 1

    def _end(self, task: Task, how: str) -> Ending:
        words = list(task.argv)
        report = Path(words[words.index("--report") + 1])
        arms = {
            arm: {"facts": facts, "timeline": [], "seconds": 0.1, "error": None} for arm, facts in FACTS_SEEN.items()
        }
        text = json.dumps({"arms": arms, "done": True})
        match how:
            case "containment fails":
                raise ContainmentError("processes could not be killed")
            case "no room":
                raise OSError(28, "No space left on device")
            case "no memory":
                raise MemoryError
            case "lost":
                return Ending(Status.LOST, None, 1.0, None, b"", reason="its supervisor was killed")
            case "not started":
                return Ending.not_run(Status.NOT_STARTED, "Resource temporarily unavailable")
            case "damaged report":
                report.write_text(text[: len(text) // 2], encoding="utf-8")
            case "deep report":
                report.write_text("[" * 100_000, encoding="utf-8")
            case "good":
                report.write_text(text, encoding="utf-8")
        return Ending(Status.EXITED, 0, 1.0, None, b"")

    def cancel(self) -> None:
        self.cancelled = True

    def close(self) -> None:
        if self.busy:
            self.world.faults.append("a sandbox is closed while it runs a task")
        self.closed = True


class Folders(ScratchSpace):
    """Scratch space in which one folder cannot be made."""

    world: World

    def new_dir(self, windows: bool = False):
        with self.world.lock:
            number, self.world.folders = self.world.folders, self.world.folders + 1
        if number == self.world.plan.folders:
            raise ScratchSpaceError("no space left on device")
        return super().new_dir(windows)


@pytest.fixture(scope="module")
def cells() -> list[Cell]:
    """Cells of six probes, one of them exclusive, under three start methods."""
    claims = []
    for number, name in enumerate(["one", "two", "three", "four", "five", "alone"]):
        claim = read_claim(f"daemon/{name}", WRITTEN, Path("claims.toml"), 1, CONDITIONS)
        claims.append(evolve(claim, probe=Path(f"{name}.py"), alone=name == "alone"))
        if number == 0:
            claims.append(evolve(claims[0], id="daemon/shares-the-probe"))
    return plan(claims, [], Target("python3", Environment({**FACTS, "start_methods": list(METHODS)})))


@given(plan=failures, jobs=st.integers(1, 4), repeat=st.integers(1, 2))
def test_no_cell_is_lost_or_judged_twice(plan, jobs, repeat, cells):
    world = World(plan)
    results: list[tuple[Cell, object]] = []
    ended: list[BaseException | None] = []

    def work() -> None:
        error = None
        try:
            with Folders() as scratch:
                scratch.world = world
                with Scheduler(jobs, scratch, opener=world.open) as scheduler:
                    world.cancel = scheduler.cancel
                    for pair in scheduler.results(cells, repeat):
                        results.append(pair)
                        if len(results) == plan.interrupt_at:
                            raise KeyboardInterrupt
        except BaseException as caught:
            error = caught
        ended.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(_TIMEOUT)
    assert not thread.is_alive(), "the scheduler does not end"
    (error,) = ended
    assert error is None or isinstance(error, ScratchSpaceError | KeyboardInterrupt), error
    assert not world.faults
    assert all(sandbox.closed for sandbox in world.opened)
    assert world.running == 0

    assert all(cell.key == result.key for cell, result in results)
    times = Counter(cell.key for cell, _ in results)
    stopped = error is not None or (plan.cancel_at is not None and world.started > plan.cancel_at)
    if stopped:
        assert max(times.values(), default=0) <= repeat
    else:
        assert times == {cell.key: repeat for cell in cells}
    for _, result in results:
        assert result.verdict in (Verdict.UPHELD, Verdict.BROKEN)
        assert (result.problem is None) == (result.verdict is Verdict.UPHELD)
    if not stopped:
        # The first probe has two claims, so each failure breaks at most two cells.
        wrong = sum(how != GOOD for how in plan.tasks[: world.started]) + sum(not good for good in plan.openings)
        assert sum(result.verdict is Verdict.BROKEN for _, result in results) <= 2 * wrong
