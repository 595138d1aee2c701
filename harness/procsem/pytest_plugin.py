"""A pytest plugin that turns each cell into a test: ``pytest -p procsem.pytest_plugin probes --start-method spawn``.

It is used only if a project asks for it: with ``-p procsem.pytest_plugin``, or with the line
``pytest_plugins = ["procsem.pytest_plugin"]`` in the ``conftest.py`` of the root directory. It collects the files
``DIR/TOPIC/claims.toml`` for each directory DIR in the ini option ``procsem_probes``, and files that are named on the
command line.

The cells run as in ``procsem run``: when the first of them is reached, all selected cells start, several at the same
time, and each item waits for its own result.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from procsem import catalogue
from procsem.environment import CONDITIONS, identify
from procsem.errors import ProcsemError
from procsem.model import CellResult, Claim, Document, Verdict, short_labels
from procsem.runner import (
    START_METHOD_CHOICES,
    Cell,
    Scheduler,
    ScratchSpace,
    Target,
    default_jobs,
    measure_targets,
    plan,
)
from procsem.views.explain import explain, rerun_command

_POLL_INTERVAL = 0.2
"""Seconds. On Windows, Ctrl-C does not interrupt a wait without a timeout."""

_NOT_UNDER_XDIST = (
    "the claims do not run under pytest-xdist, whose workers would disturb each other's measurements; run them with "
    "-n 0: procsem itself runs several probes at the same time"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of ``procsem run`` that select environments, and the ini option for the folders of probes."""
    group = parser.getgroup("procsem", "claims about processes (claims.toml)")
    group.addoption(
        "--start-method",
        action="append",
        default=[],
        choices=START_METHOD_CHOICES,
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
        help="run the probes under python -O, which removes all assert statements; twice: -OO",
    )
    parser.addini(
        "procsem_probes",
        "folders with topics of claims (default: procsem's own, and the folder probes in the root directory)",
        type="paths",
        default=None,
    )


def pytest_configure(config: pytest.Config) -> None:
    """Check the interpreters once, before anything else happens."""
    if hasattr(config, "workerinput"):
        return  # a worker of pytest-xdist
    try:
        for executable in config.getoption("--python"):
            identify(executable)
    except ProcsemError as error:
        pytest.exit(f"procsem: {error}", returncode=2)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the claims of the configured folders, and a file that is named on the command line."""
    if file_path.name != catalogue.FILE:
        return None
    if not parent.session.isinitpath(file_path) and file_path.parent.parent.resolve() not in _folders(parent.config):
        return None
    file: pytest.Collector = ClaimsFile.from_parent(parent, path=file_path)
    return file


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let other tests wait until no cell runs: an exclusive cell must not share the CPUs with them."""
    session = item.config.stash.get(_SESSION, None)
    if session is not None and not isinstance(item, ClaimItem):
        session.wait()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Kill what still runs."""
    claims = session.config.stash.get(_SESSION, None)
    if claims is not None:
        claims.close()


def _folders(config: pytest.Config) -> list[Path]:
    configured = config.getini("procsem_probes")
    folders = [catalogue.BUILT_IN, config.rootpath / "probes"] if configured is None else configured
    return [Path(folder).resolve() for folder in folders]


class ClaimsFile(pytest.File):
    """The ``claims.toml`` of a topic."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield an item per cell."""
        if getattr(self.config, "workerinput", {}).get("workercount", 1) > 1:
            raise self.CollectError(f"procsem: {_NOT_UNDER_XDIST}")
        if _FAILED in self.config.stash:
            return  # this has been reported once
        folder = self.path.parent.parent
        documents = self.config.stash.setdefault(_DOCUMENTS, {})
        try:
            document = documents[folder] = documents.get(folder) or catalogue.read_document(folder)
            claims = catalogue.load_topic(self.path, CONDITIONS, document)
        except ProcsemError as error:
            raise self.CollectError(str(error)) from error
        try:
            session = _claim_session(self.config)
        except ProcsemError as error:
            self.config.stash[_FAILED] = True
            raise self.CollectError(f"procsem: {error}") from error
        for claim in claims:
            for target, label in zip(session.targets, session.labels, strict=True):
                for cell in session.plan(claim, target):
                    words = [word for word in (cell.start_method, label) if word]
                    name = f"{claim.name}[{'-'.join(words)}]" if words else claim.name
                    yield ClaimItem.from_parent(self, name=name, cell=cell)


class UnexpectedVerdictError(ProcsemError):
    """Raised by an item whose cell is not as expected; the message explains the cell."""


class ClaimItem(pytest.Item):
    """One cell."""

    def __init__(self, *, cell: Cell, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cell = cell

    def runtest(self) -> None:
        """Wait for the result of the cell; fail if it is not as expected, skip if the claim is not supported here."""
        result = _claim_session(self.config).result(self)
        self.user_properties.append(("verdict", str(result.verdict)))
        if result.verdict is Verdict.UNSUPPORTED:
            pytest.skip(result.because)
        if not result.as_expected:
            raise UnexpectedVerdictError("\n".join(self._explanation(result)))

    def _explanation(self, result: CellResult) -> list[str]:
        target = self.cell.target
        folder = self.path.parent.parent.resolve()
        probes = None if folder == catalogue.BUILT_IN.resolve() else folder
        rerun = rerun_command(result, target.environment, target.python, probes)
        return explain(self.cell.claim, result, target.environment, rerun, self.cell.command())

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the message of an error of ours without a traceback."""
        if isinstance(excinfo.value, ProcsemError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return the file and line of the claim."""
        return self.path, self.cell.claim.line - 1, self.name


class _ClaimSession:
    """The targets and the scheduler of a pytest session that has claims."""

    def __init__(self, config: pytest.Config) -> None:
        self._start_methods = config.getoption("--start-method")
        self._futures: dict[ClaimItem, Future[CellResult]] = {}
        self._thread: threading.Thread | None = None
        with ExitStack() as stack:
            scratch = stack.enter_context(ScratchSpace())
            self._scheduler = stack.enter_context(Scheduler(default_jobs(), scratch))
            self.targets = measure_targets(
                config.getoption("--python"), self._scheduler, config.getoption("--optimize")
            )
            for target in self.targets:
                plan([], self._start_methods, target)  # raises an error if the target lacks a start method
            self._stack = stack.pop_all()
        several = len(self.targets) > 1
        self.labels = short_labels([target.environment for target in self.targets]) if several else [""]

    def plan(self, claim: Claim, target: Target) -> list[Cell]:
        """Return the cells of a claim under the selected start methods."""
        return plan([claim], self._start_methods, target)

    def result(self, item: ClaimItem) -> CellResult:
        """Return the result of this item's cell. The first call starts all cells of the session."""
        if self._thread is None:
            items = [each for each in item.session.items if isinstance(each, ClaimItem)]
            self._futures = {each: Future() for each in items}
            self._thread = threading.Thread(target=self._run, name="cells")
            self._thread.start()
        while True:
            try:
                return self._futures[item].result(timeout=_POLL_INTERVAL)
            except NotYet:
                continue

    def _run(self) -> None:
        # A claim may be selected twice, if a file is named twice on the command line. Each item gets a result.
        waiting: dict[int, Future[CellResult]] = {id(item.cell): future for item, future in self._futures.items()}
        try:
            for cell, result in self._scheduler.results([item.cell for item in self._futures]):
                waiting.pop(id(cell)).set_result(result)
            error: BaseException = pytest.exit.Exception("the run of the claims was stopped")
        except BaseException as raised:
            error = raised
        for future in waiting.values():
            future.set_exception(error)

    def wait(self) -> None:
        """Wait until no cell runs."""
        while self._thread is not None and self._thread.is_alive():
            self._thread.join(_POLL_INTERVAL)

    def close(self) -> None:
        """Kill what runs, and close everything that was opened."""
        self._scheduler.cancel()
        self.wait()
        self._stack.close()


_SESSION: pytest.StashKey[_ClaimSession] = pytest.StashKey()
_FAILED: pytest.StashKey[bool] = pytest.StashKey()
"""Set if the session could not be opened."""
_DOCUMENTS: pytest.StashKey[dict[Path, Document]] = pytest.StashKey()
"""The document of each folder, which all topics of the folder share."""


def _claim_session(config: pytest.Config) -> _ClaimSession:
    if _SESSION not in config.stash:
        config.stash[_SESSION] = _ClaimSession(config)
    return config.stash[_SESSION]
