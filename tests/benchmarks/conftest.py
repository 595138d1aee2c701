"""Benchmarks run when they are asked for, and not among the tests; the lab that measures them, once a session.

``--bench-quick`` takes fewer points and less time: within two minutes.
"""

from contextlib import nullcontext
from pathlib import Path

import pytest

from procsem.bench import results as stored
from procsem.bench.measure.lab import Lab, replay
from procsem.bench.measure.parents import Programs
from procsem.bench.measure.rows import GROUPS
from procsem.views import bench_text as text

HERE = Path(__file__).parent
LAB = pytest.StashKey()
CHECKED = pytest.StashKey()
JUDGED = pytest.StashKey()
OVERHEAD = "test_overhead.py"


def pytest_configure(config):
    config.addinivalue_line("markers", "needs_groups(*names): a check of what was measured of these groups")
    config.addinivalue_line("markers", "seconds_long: a test of the machinery, run among the tests")


def pytest_collection_modifyitems(config, items):
    """Leave out the benchmarks unless they are asked for, and what the quick profile has no time for."""

    def left_out(item):
        if HERE not in item.path.parents or "seconds_long" in item.keywords:
            return False
        return not config.getoption("benchmark_only") or (
            config.getoption("bench_quick") and item.path.name == OVERHEAD
        )

    config.hook.pytest_deselected(items=[item for item in items if left_out(item)])
    items[:] = [item for item in items if not left_out(item)]


@pytest.fixture(scope="session")
def lab(request, tmp_path_factory):
    """What measures; says beforehand how long it is going to take, and shows progress."""
    config = request.config
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    asked = {
        item.callspec.params["group"]
        for item in request.session.items
        if hasattr(item, "callspec") and "group" in item.callspec.params
    }
    asked |= {
        name for item in request.session.items for mark in item.iter_markers("needs_groups") for name in mark.args
    }
    say = _progress(terminal, config.pluginmanager.get_plugin("capturemanager"))
    lab = Lab(GROUPS, Programs(tmp_path_factory.mktemp("programs")), config.getoption("bench_quick"), say)
    seconds = sum(GROUPS[name].seconds(lab.quick) for name in asked)
    overhead = [] if lab.quick else [item for item in request.session.items if item.path.name == OVERHEAD]
    more = ", and what the harness does: some 8 more" if overhead else ""
    say(f"measuring: {len(asked)} groups, about {1.1 * seconds / 60:.1f} minutes where nothing else runs{more}")
    config.stash[LAB] = lab
    return lab


def _progress(terminal, capture):
    """Says each line on a terminal, in the place of the last of its group; elsewhere the first of each group."""
    said = set()

    def say(text):
        group = text.partition(":")[0]
        if terminal is None or not (terminal.isatty or group not in said):
            return
        with capture.global_and_fixture_disabled() if capture else nullcontext():
            if group not in said:
                terminal.ensure_newline()
            if terminal.isatty:
                terminal.rewrite(text, erase=True)
            else:
                terminal.write_line(text)
            terminal.flush()
        said.add(group)

    return say


@pytest.fixture
def keep(lab, benchmark):
    """Gives a row's durations to pytest-benchmark, with what is kept beside them; skips a row that is left out."""

    def keep(group, row):
        measured = lab.row(group, row)
        if measured.failed:
            pytest.fail(measured.failed, pytrace=False)
        if measured.lacks:
            pytest.skip(measured.lacks)
        replay(benchmark, measured.passes)
        benchmark.extra_info.update(lab.notes(group, measured))
        return measured

    yield keep
    benchmark.skipped = True  # says nothing where there are durations, and lets a row that failed be without


@pytest.fixture
def check(request, lab, benchmark):
    """Judges what must hold: fails on a plain no, and tells where the intervals leave it open."""

    def check(says, answer, seen=""):
        word = {True: "yes", False: "no", None: "not distinguishable here"}[answer] + seen
        request.config.stash.setdefault(CHECKED, {})[says] = word
        assert answer is not False, f"{says}: {word}"

    yield check
    benchmark.skipped = True  # a check uses the measurements alone; without the fixture --benchmark-only leaves it out


@pytest.fixture
def keep_judged(request, benchmark):
    """Keeps what was judged of a claim, to be stored and told."""
    yield request.config.stash.setdefault(JUDGED, []).append
    benchmark.skipped = True  # as for a check


def pytest_benchmark_update_json(config, output_json):
    lab = config.stash.get(LAB, None)
    if lab is not None:
        output_json["procsem"] = {
            "profile": "quick" if lab.quick else "full",
            "left_out": lab.left_out,
            "checks": config.stash.get(CHECKED, {}),
            "claims": config.stash.get(JUDGED, []),
            "machine": lab.machine,
        }


def pytest_terminal_summary(terminalreporter, config):
    lab = config.stash.get(LAB, None)
    if lab is None:
        return
    checks = config.stash.get(CHECKED, {})
    if checks:
        terminalreporter.section("checks of the figures")
        for says, word in checks.items():
            terminalreporter.write_line(f"{says}: {word}")
    judged = config.stash.get(JUDGED, [])
    if judged:
        terminalreporter.section("claims about cost")
        for kept in judged:
            terminalreporter.write_line(text.claim(stored.claim(kept)))
        if any(kept["verdict"] == "inconclusive" for kept in judged):
            terminalreporter.write_line(
                "inconclusive: a figure lies on both sides of what decides, or the control did not show what it must. "
                "The full profile measures longer; nothing else should run meanwhile."
            )
    if lab.left_out:
        terminalreporter.section("left out")
        for row, why in lab.left_out.items():
            terminalreporter.write_line(f"{row}: {why}")
