"""Options of every folder of tests, and benchmark files made by hand: pytest-benchmark's JSON as far as it is read."""

import os
import random
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest


def pytest_addoption(parser):
    parser.addoption("--bench-quick", action="store_true", help="Measure for two minutes, not half an hour.")
    parser.addoption(
        "--dist-dir", type=Path, metavar="DIR", help="Keep the wheel and the sdist that are tested in DIR."
    )
    parser.addoption("--release-tag", metavar="TAG", help="Test that TAG is the tag of this version: v1.2.0.")


def pytest_configure(config):
    # pytest-xdist registers it too, but the tests run without it as well.
    config.addinivalue_line("markers", "xdist_group(name): tests that share what is costly to make, so one worker")
    # A pytest that a test starts is not one of our workers.
    for name in [name for name in os.environ if name.startswith("PYTEST_XDIST_")]:
        del os.environ[name]


def pytest_terminal_summary(terminalreporter):
    """Print why tests were skipped, with their number, and whether this system lacks something that they need."""
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in terminalreporter.getreports("skipped"))
    for title, absence in (("skipped because this system lacks something", True), ("skipped for other reasons", False)):
        lines = [
            f"{count:4}  {reason}" for reason, count in reasons.most_common() if reason.startswith("needs ") is absence
        ]
        if lines:
            terminalreporter.section(title)
            for line in lines:
                terminalreporter.write_line(line)


def row(name, passes, *, group="ladder", limit=None, series="", x=0.0, unit="", context=None):
    """A benchmark of that file. ``passes`` are durations in seconds; ``limit`` the ratio with its interval."""
    info = {"group": group, "row": name, "rounds_by_pass": [len(each) for each in passes], "context": context or {}}
    info["limit"] = dict(zip(("ratio", "low", "high"), limit, strict=True)) if limit else None
    if series:
        info |= {"series": series, "x": x, "unit": unit}
    return {"extra_info": info, "stats": {"data": [duration for each in passes for duration in each]}}


def run(*rows, **ours):
    """The whole file."""
    procsem = {"profile": "quick", "left_out": {}, "checks": {}, "machine": {"system": "Linux", "cpus": 2}, **ours}
    return {"benchmarks": list(rows), "procsem": procsem, "datetime": "2026-01-02T03:04:05.678+00:00"}


def noisy(cost, seed, passes=12, rounds=3, noise=0.05):
    """Passes of a cost that each pass and each round disturbs by a few per cent, up or down alike."""
    chance = random.Random(seed)

    def disturbed(value):
        return value * (1 + noise * chance.uniform(-1, 1))

    return [[disturbed(by_pass) for _ in range(rounds)] for by_pass in (disturbed(cost) for _ in range(passes))]


@pytest.fixture(scope="session")
def bench_files():
    """What makes such files: ``row``, ``run`` and ``noisy``."""
    return SimpleNamespace(row=row, run=run, noisy=noisy)


@pytest.fixture(scope="session")
def bench_run():
    """A small run with everything that the page shows: made with a name that may be hostile."""

    def make(name="a row"):
        def points(group, unit, series, at_zero, slope):
            for x in (0, 100, 400):
                passes = [[at_zero + slope * x] * 2] * 5
                yield row(f"{series}, {group} {x}", passes, group=group, series=series, x=x, unit=unit)

        times = {"times": 1.5321, "times_low": 1.25, "times_high": 2.0}
        claims = [
            (
                "cost/dear",
                "A process is dear.",
                "costs",
                7,
                "upheld",
                "it is",
                times | {name: name},
            ),
            ("cost/pool", "A pool saves.", name, 9, "inconclusive", name, {}),
        ]
        keys = ("claim", "says", "section", "line", "verdict", "because", "facts")
        context = {"rss_kib": 9012, "regions": 38, "descriptors": 3, "threads": 1, "modules": 34}
        children = {"child_cpu_seconds": 0.0012, "child_minor_faults": 54.25, "child_major_faults": 0.0}
        return run(
            row("limit", noisy(0.001, "limit"), limit=(1, 1, 1)),
            row("Process, fork", [[0.002, 0.004]] * 12, limit=(3, 2.5, 3.5), context=context | children),
            row(name, noisy(0.2, "hostile"), limit=(200, 190, 210)),
            row("drifting", noisy(0.01, "a", 6) + noisy(0.02, "b", 6), limit=(15, 10, 20)),
            *points("memory", "MB", "Process, fork", 0.001, 0.0001),
            *points("memory", "MB", "Process, spawn", 0.011, 0.00005),
            *points(name, "", name, 0.001, 0.0001),
            row("a queue", noisy(0.00002, "queue"), group="messages"),
            row("a locked file", noisy(0.00008, "file"), group="messages"),
            left_out={"row": "takes 9 MB", "other row": "takes 9 MB", name: name},
            checks={"limit < fork": "yes", "fork < spawn": "not distinguishable here", name: "no"},
            machine={"system": "Linux", "kernel": name, "cpu": None, "cpus": 2, "python": "CPython 3.13.0"},
            claims=[dict(zip(keys, claim, strict=True)) for claim in claims],
        )

    return make
