"""pytest's door: each ``claims.toml`` is a file of test items, one a cell.

``pytest probes --start-method spawn`` runs what ``procsem run --start-method spawn`` runs, by the
same runner: when the first item is reached all selected cells start, side by side, and each item
waits for its own.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from procsem import catalogue
from procsem.environment import CONDITIONS
from procsem.errors import ProcsemError
from procsem.model import START_METHODS, CellResult, Claim, Verdict, short_labels
from procsem.runner import (
    Cell,
    Scheduler,
    ScratchSpace,
    Target,
    default_jobs,
    measure_targets,
    plan,
)
from procsem.views.explain import explain, rerun_command

# Windows does not interrupt a wait without end for Ctrl-C.
_POLL = 0.2


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("procsem", "claims about processes (claims.toml)")
    group.addoption(
        "--start-method",
        action="append",
        default=[],
        choices=[*START_METHODS, "all"],
        help="run the claims under this start method; may be repeated (default: all)",
    )
    group.addoption(
        "--python",
        action="append",
        default=[],
        metavar="EXE",
        help="run the probes under this interpreter; may be repeated (default: the one that runs pytest)",
    )
    group.addoption(
        "--optimize",
        action="count",
        default=0,
        help="run the probes with Python's -O, which takes assertions out; twice for -OO",
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.name != catalogue.FILE:
        return None
    file: pytest.Collector = ClaimsFile.from_parent(parent, path=file_path)
    return file


def pytest_runtest_setup(item: pytest.Item) -> None:
    # A cell that must be alone must not share the CPUs with an ordinary test either.
    door = item.config.stash.get(_DOOR, None)
    if door is not None and not isinstance(item, ClaimItem):
        door.wait()


def pytest_sessionfinish(session: pytest.Session) -> None:
    door = session.config.stash.get(_DOOR, None)
    if door is not None:
        door.close()


class ClaimsFile(pytest.File):
    """A topic's ``claims.toml``."""

    def collect(self) -> Iterator[pytest.Item]:
        try:
            claims = catalogue.load_topic(self.path, CONDITIONS)
        except ProcsemError as error:
            raise self.CollectError(str(error)) from error
        door = _door(self.config)
        for claim in claims:
            for target, label in zip(door.targets, door.labels, strict=True):
                for cell in door.plan(claim, target):
                    words = [word for word in (cell.start_method, label) if word]
                    name = f"{claim.name}[{'-'.join(words)}]" if words else claim.name
                    yield ClaimItem.from_parent(self, name=name, cell=cell)


class UnexpectedVerdictError(ProcsemError):
    """A cell that is not as expected, with its explanation."""


class ClaimItem(pytest.Item):
    """One cell."""

    def __init__(self, *, cell: Cell, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cell = cell

    def runtest(self) -> None:
        result = _door(self.config).result(self)
        self.user_properties.append(("verdict", str(result.verdict)))
        if result.verdict is Verdict.UNSUPPORTED:
            pytest.skip(result.because)
        if not result.as_expected:
            target = self.cell.target
            folder = self.path.parent.parent
            probes = None if folder == catalogue.BUILT_IN.resolve() else folder
            rerun = rerun_command(result, target.environment, target.python, probes)
            lines = explain(self.cell.claim, result, target.environment, rerun, self.cell.command())
            raise UnexpectedVerdictError("\n".join(lines))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, ProcsemError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.cell.claim.line - 1, self.name


class _Door:
    """What one pytest session has of the runner."""

    def __init__(self, config: pytest.Config) -> None:
        methods = config.getoption("--start-method")
        self._methods: Sequence[str] = [] if "all" in methods else methods
        self._stack = ExitStack()
        self._futures: dict[ClaimItem, Future[CellResult]] = {}
        self._thread: threading.Thread | None = None
        scratch = self._stack.enter_context(ScratchSpace())
        self._scheduler = self._stack.enter_context(Scheduler(default_jobs(), scratch))
        self.targets = measure_targets(config.getoption("--python"), self._scheduler, config.getoption("--optimize"))
        several = len(self.targets) > 1
        self.labels = short_labels([t.environment for t in self.targets]) if several else [""]

    def plan(self, claim: Claim, target: Target) -> list[Cell]:
        return plan([claim], self._methods, target)

    def result(self, item: ClaimItem) -> CellResult:
        """The result of this item's cell; the first call starts all that the session selected."""
        if self._thread is None:
            items = [each for each in item.session.items if isinstance(each, ClaimItem)]
            self._futures = {each: Future() for each in items}
            self._thread = threading.Thread(target=self._work, name="cells")
            self._thread.start()
        while True:
            try:
                return self._futures[item].result(timeout=_POLL)
            except NotYet:
                continue

    def _work(self) -> None:
        # One claim may be selected twice (a file named twice on the command line): each item gets a result.
        waiting: dict[int, Future[CellResult]] = {id(item.cell): future for item, future in self._futures.items()}
        try:
            for cell, result in self._scheduler.results([item.cell for item in self._futures]):
                waiting.pop(id(cell)).set_result(result)
            trouble: BaseException = pytest.exit.Exception("the run of the claims was stopped")
        except BaseException as error:
            trouble = error
        for future in waiting.values():
            future.set_exception(trouble)

    def wait(self) -> None:
        """Wait until no cell runs."""
        while self._thread is not None and self._thread.is_alive():
            self._thread.join(_POLL)

    def close(self) -> None:
        """End what runs, and everything that was opened for it."""
        self._scheduler.cancel()
        self.wait()
        self._stack.close()


_DOOR: pytest.StashKey[_Door] = pytest.StashKey()


def _door(config: pytest.Config) -> _Door:
    if _DOOR not in config.stash:
        try:
            config.stash[_DOOR] = _Door(config)
        except ProcsemError as error:
            pytest.exit(f"procsem: {error}", returncode=2)
    return config.stash[_DOOR]
