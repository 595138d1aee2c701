"""Which interpreters are mutated, and how much is run under each mutant."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from procsem.catalogue import Catalogue
from procsem.catalogue import load as load_catalogue
from procsem.environment import FACTS
from procsem.runner import default_jobs
from procsem_dev.mutants.lab import Lab
from procsem_dev.mutants.tree import FrameworkError

PROBES = Path(__file__).parents[2] / "probes"
_PATIENCE = "8"
"""Seconds. Where a broken rule makes something hang, its probe waits for as long as the kit has patience."""
CELLS_RUN, CELLS_SPARED = "cells run", "cells spared"
"""The properties of a full test's report."""
_FULL = "every claim that reaches what a mutant edits, for every mutant: run it with -m full"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--mutate", default=sys.executable, metavar="EXE", help="the interpreter of which mutants are made"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"full: {_FULL}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "full" not in str(config.getoption("-m")):
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("full")])
        items[:] = [item for item in items if not item.get_closest_marker("full")]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How much was run under the mutants, in all, and with -v under each."""
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.getreports(kind)]
    said = {r.nodeid: dict(r.user_properties) for r in reports if CELLS_RUN in dict(r.user_properties)}
    if not said:
        return
    terminalreporter.section("mutants")
    if terminalreporter.verbosity > 0:
        for test, cells in said.items():
            terminalreporter.line(f"{cells[CELLS_RUN]:5} cells run, {cells[CELLS_SPARED]:5} spared: {test}")
    run, spared = (sum(cells[which] for cells in said.values()) for which in (CELLS_RUN, CELLS_SPARED))
    terminalreporter.line(
        f"{len(said)} mutants: {run} cells run, {spared} spared, which do not reach what the mutant edits"
    )


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue(PROBES, FACTS)


@pytest.fixture(scope="session")
def lab(
    request: pytest.FixtureRequest, catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lab]:
    executable = request.config.getoption("--mutate", default=sys.executable)
    folder = tmp_path_factory.mktemp("trees")
    workers = getattr(request.config, "workerinput", {"workercount": 1})["workercount"]
    jobs = max(1, 2 * default_jobs() // workers)  # together as many as one session without pytest-xdist has
    with pytest.MonkeyPatch.context() as patched, Lab(executable, catalogue, folder, jobs) as lab:
        patched.setenv("PROCSEM_PATIENCE", _PATIENCE)
        try:
            lab.unmodified  # noqa: B018  built here, so that a system that cannot have trees says so once
        except FrameworkError as error:
            pytest.skip(f"needs an interpreter that can be copied: {error}")
        yield lab
