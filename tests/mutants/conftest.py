"""The interpreter that is mutated, and how much runs under each mutant."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from procsem.catalogue import Catalogue
from procsem.catalogue import load as load_catalogue
from procsem.environment import FACTS
from procsem.errors import ProcsemError
from procsem_dev.mutants.definitions import Mutant, load, share_out
from procsem_dev.mutants.lab import Lab, Trial
from procsem_dev.mutants.tree import FrameworkError

PROBES = Path(__file__).parents[2] / "probes"
_PATIENCE = "8"
"""Seconds that the kit waits for a process. Where a broken rule makes a process hang, its probe waits that long."""
CELLS_RUN, CELLS_SPARED = "cells run", "cells spared"
"""Properties of the report of a test in the full run."""
_FULL = "tries every mutant against every claim that reaches what it edits: run it with -m full"
FLIP_TEST = "test_a_mutant_flips_the_claims_about_its_rule"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--mutate", default=sys.executable, metavar="EXE", help="The interpreter that mutants are made of."
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"full: {_FULL}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # Deselected and not skipped, because a skip says that this system lacks something.
    if "full" not in str(config.getoption("-m")):
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("full")])
        items[:] = [item for item in items if not item.get_closest_marker("full")]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many cells ran under the mutants, with -v for each mutant."""
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.getreports(kind)]
    counts = {r.nodeid: dict(r.user_properties) for r in reports if CELLS_RUN in dict(r.user_properties)}
    if not counts:
        return
    terminalreporter.section("mutants")
    if terminalreporter.verbosity > 0:
        for test, cells in counts.items():
            terminalreporter.line(f"{cells[CELLS_RUN]:5} cells run, {cells[CELLS_SPARED]:5} spared: {test}")
    run, spared = (sum(cells[kind] for cells in counts.values()) for kind in (CELLS_RUN, CELLS_SPARED))
    terminalreporter.line(
        f"{len(counts)} mutants: {run} cells run, {spared} spared because they do not reach what the mutant edits"
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
    with pytest.MonkeyPatch.context() as patched, Lab(executable, catalogue, folder) as lab:
        patched.setenv("PROCSEM_PATIENCE", _PATIENCE)
        try:
            lab.unmodified  # noqa: B018  built here, so that a system that cannot have trees says so once
        except FrameworkError as error:
            pytest.skip(f"needs an interpreter that can be copied: {error}")
        yield lab


@pytest.fixture(scope="session")
def trials(request: pytest.FixtureRequest, lab: Lab) -> Mapping[str, Trial | ProcsemError]:
    """The trials of all mutants that are tested in this session, by name.

    Each claim runs under one of the mutants that flip it; the full run tries every pair. Who tests one mutant alone
    sees all of its claims.

    They run in one go, because most cells of a mutant only wait, and the cells of many mutants can wait together. A
    worker of pytest-xdist does not know which tests it will get, so it tries each mutant when it is asked for.
    """
    facts = lab.target.environment.facts
    chosen = {
        item.callspec.params["mutant"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.originalname == FLIP_TEST
    }
    mutants = [mutant for name, mutant in load().items() if name in chosen and lab.methods_for(mutant)]
    terminal = request.config.pluginmanager.get_plugin("terminalreporter")
    capture = request.config.pluginmanager.get_plugin("capturemanager")

    def report(progress: str) -> None:
        if terminal is not None and capture is not None:
            with capture.global_and_fixture_disabled():
                terminal.ensure_newline()
                terminal.write_line(f"mutants: {progress}")

    mutants = [mutant.for_environment(facts) for mutant in mutants]
    if hasattr(request.config, "workerinput"):
        return _TriedWhenAskedFor(lab, mutants)
    return lab.try_declared(share_out(mutants), report)


class _TriedWhenAskedFor(dict[str, Trial | ProcsemError]):
    def __init__(self, lab: Lab, mutants: Sequence[Mutant]) -> None:
        self._lab, self._mutants = lab, {mutant.name: mutant for mutant in mutants}

    def __missing__(self, name: str) -> Trial | ProcsemError:
        self.update(self._lab.try_declared([self._mutants[name]]))
        return self[name]
