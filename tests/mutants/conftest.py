"""Which interpreters are mutated, and how much is run under each mutant."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.catalogue import Catalogue
from harness.catalogue import load as load_catalogue
from harness.environment import FACTS

from .lab import Lab
from .tree import FrameworkError

PROBES = Path(__file__).parents[2] / "probes"
_PATIENCE = "8"
"""Seconds. Where a broken rule makes something hang, its probe waits for as long as the kit has patience."""
_FULL = "every claim under every mutant: run it with -m full"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--mutate", default=sys.executable, metavar="EXE", help="the interpreter of which mutants are made"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"full: {_FULL}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "full" not in str(config.getoption("-m")):
        for item in items:
            if item.get_closest_marker("full"):
                item.add_marker(pytest.mark.skip(reason=_FULL))


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
            pytest.skip(str(error))
        yield lab
