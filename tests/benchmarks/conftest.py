"""Benchmarks run when they are asked for, and not among the tests."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(config, items):
    if config.getoption("benchmark_only"):
        return
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(
                pytest.mark.skip(reason="a benchmark: run it by `tox -e bench` or `pytest --benchmark-only`")
            )
