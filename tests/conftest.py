"""Options of every folder of tests, and functions that make benchmark files."""

import os
import random
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest

ABSENCES = ("needs ", "requirement not met")
"""How a reason to skip begins if this system lacks something. The second is that of an unsupported claim."""


def pytest_addoption(parser):
    parser.addoption("--bench-quick", action="store_true", help="Measure for two minutes, not half an hour.")
    parser.addoption(
        "--dist-dir", type=Path, metavar="DIR", help="Keep the wheel and the sdist that are tested in DIR."
    )
    parser.addoption("--release-tag", metavar="TAG", help="Test that TAG is the tag of this version: v1.2.0.")


def pytest_configure(config):
    # A pytest that a test starts is not one of our workers.
    for name in [name for name in os.environ if name.startswith("PYTEST_XDIST_")]:
        del os.environ[name]


@pytest.fixture(scope="session", autouse=True)
def root_of_other_pytests(tmp_path_factory):
    """Give each pytest that a test starts another root for its folders: it removes older ones there, such as ours."""
    os.environ["PYTEST_DEBUG_TEMPROOT"] = str(tmp_path_factory.mktemp("other-pytests"))


def pytest_terminal_summary(terminalreporter):
    """Print why tests were skipped, with their number, and whether this system lacks something that they need."""
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in terminalreporter.getreports("skipped"))
    for title, absence in (("skipped because this system lacks something", True), ("skipped for other reasons", False)):
        lines = [
            f"{count:4}  {reason}" for reason, count in reasons.most_common() if reason.startswith(ABSENCES) is absence
        ]
        if lines:
            terminalreporter.section(title)
            for line in lines:
                terminalreporter.write_line(line)


def benchmark(name, batches, *, group="ranking", ratio=None, series="", x=0.0, unit="", context=None):
    """An entry of a benchmark file. ``batches`` are durations in seconds; ``ratio`` is (value, low, high)."""
    info = {
        "group": group,
        "name": name,
        "rounds_by_batch": [len(batch) for batch in batches],
        "context": context or {},
        "ratio_to_baseline": dict(zip(("value", "low", "high"), ratio, strict=True)) if ratio else None,
    }
    if series:
        info |= {"series": series, "x": x, "unit": unit}
    return {"extra_info": info, "stats": {"data": [duration for batch in batches for duration in batch]}}


def run(*benchmarks, **changes):
    """The data of a whole benchmark file."""
    procsem = {
        "format": 2,
        "profile": "quick",
        "unavailable": {},
        "checks": [],
        "claims": [],
        "machine": {"system": "Linux", "cpus": 2},
        **changes,
    }
    return {"benchmarks": list(benchmarks), "procsem": procsem, "datetime": "2026-01-02T03:04:05.678+00:00"}


def claim(name, **changes):
    """A claim about cost, as it is stored."""
    stored = {
        "claim": f"cost/{name}",
        "says": "It is so.",
        "section": "costs",
        "line": 7,
        "verdict": "upheld",
        "expected": "upheld",
        "as_expected": True,
        "because": "it is",
        "facts": {},
        "mismatches": [],
        "problem": None,
    }
    return {**stored, **changes}


def noisy(cost, seed, batches=12, rounds=3, noise=0.05):
    """Batches in which each batch and each round is a few per cent faster or slower at random."""
    generator = random.Random(seed)

    def disturbed(value):
        return value * (1 + noise * generator.uniform(-1, 1))

    return [[disturbed(by_batch) for _ in range(rounds)] for by_batch in (disturbed(cost) for _ in range(batches))]


@pytest.fixture(scope="session")
def bench_files():
    """The functions that make benchmark files: ``benchmark``, ``claim``, ``run`` and ``noisy``."""
    return SimpleNamespace(benchmark=benchmark, claim=claim, run=run, noisy=noisy)


@pytest.fixture(scope="session")
def bench_run():
    """A function that makes a small run with everything that the page shows; ``name`` may be hostile."""

    def make(name="a benchmark"):
        def points(group, unit, series, at_zero, slope):
            for x in (0, 100, 400):
                batches = [[at_zero + slope * x] * 2] * 5
                yield benchmark(f"{series}, {group} {x}", batches, group=group, series=series, x=x, unit=unit)

        facts = {"times": {"value": 1.5321, "low": 1.25, "high": 2.0}, name: {"value": 1.0, "low": 1.0, "high": 1.0}}
        context = {"rss_kib": 9012, "regions": 38, "descriptors": 3, "threads": 1, "modules": 34}
        children = {"child_cpu_seconds": 0.0012, "child_minor_faults": 54.25, "child_major_faults": 0.0}
        return run(
            benchmark("baseline", noisy(0.001, "baseline"), ratio=(1, 1, 1)),
            benchmark("Process, fork", [[0.002, 0.004]] * 12, ratio=(3, 2.5, 3.5), context=context | children),
            benchmark(name, noisy(0.2, "hostile"), ratio=(200, 190, 210)),
            benchmark("drifting", noisy(0.01, "a", 6) + noisy(0.02, "b", 6), ratio=(15, 10, 20)),
            *points("memory", "MB", "Process, fork", 0.001, 0.0001),
            *points("memory", "MB", "Process, spawn", 0.011, 0.00005),
            *points(name, "", name, 0.001, 0.0001),
            benchmark("a queue", noisy(0.00002, "queue"), group="messages"),
            benchmark("a locked file", noisy(0.00008, "file"), group="messages"),
            unavailable={"one": "needs 9 MB", "another": "needs 9 MB", name: name},
            checks=[
                {"statement": "baseline < fork", "holds": True, "ratio": None},
                {"statement": "fork < spawn", "holds": None, "ratio": None},
                {"statement": name, "holds": False, "ratio": {"value": 1.5, "low": 1.25, "high": 2.0}},
            ],
            machine={"system": "Linux", "kernel": name, "cpu": None, "cpus": 2, "python": "CPython 3.13.0"},
            claims=[
                claim("slow", says="A process is slow.", facts=facts),
                claim(
                    "pool",
                    says="A pool saves time.",
                    section=name,
                    verdict="inconclusive",
                    as_expected=False,
                    because=name,
                    problem=name,
                ),
            ],
        )

    return make
