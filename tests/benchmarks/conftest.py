"""Benchmarks through pytest-benchmark: they run if they are asked for, in one measuring session.

``--bench-quick`` takes fewer benchmarks and less time: two minutes.
"""

from contextlib import nullcontext
from pathlib import Path

import pytest

from procsem.bench import results
from procsem.bench.measure.parents import Programs
from procsem.bench.measure.session import Session
from procsem.views import bench_text

HERE = Path(__file__).parent
SESSION = pytest.StashKey()
CHECKS = pytest.StashKey()
CLAIMS = pytest.StashKey()
OVERHEAD = "test_overhead.py"
SLOW = {OVERHEAD, "test_recorder.py"}


def pytest_configure(config):
    config.addinivalue_line("markers", "needs_groups(*names): judges the measurements of these groups")


def pytest_collection_modifyitems(config, items):
    """Leave out the benchmarks unless they are asked for, and what runs every claim several times if time is short."""

    def left_out(item):
        if HERE not in item.path.parents:
            return False
        quick = config.getoption("bench_quick") and item.path.name in SLOW
        return not config.getoption("benchmark_only") or quick

    config.hook.pytest_deselected(items=[item for item in items if left_out(item)])
    items[:] = [item for item in items if not left_out(item)]


def pytest_report_collectionfinish(config):
    if not config.getoption("benchmark_only"):
        return "benchmarks are left out: run them with `tox -e bench` or `pytest --benchmark-only`"
    return None


@pytest.fixture(scope="session")
def session(request, tmp_path_factory):
    """The measuring session. Prints first how long it will take, and then its progress."""
    config = request.config
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    report = _progress(terminal, config.pluginmanager.get_plugin("capturemanager"))
    programs = Programs(tmp_path_factory.mktemp("programs"))
    session = Session(programs, quick=config.getoption("bench_quick"), report=report)
    needed = {
        item.callspec.params["group"]
        for item in request.session.items
        if hasattr(item, "callspec") and "group" in item.callspec.params
    }
    needed |= {
        name for item in request.session.items for mark in item.iter_markers("needs_groups") for name in mark.args
    }
    overhead = any(item.path.name == OVERHEAD and not item.get_closest_marker("skip") for item in request.session.items)
    more = ", and about 8 more for the overhead of the harness" if overhead else ""
    minutes = session.estimate(needed) / 60
    report("measuring", f"{len(needed)} groups, about {minutes:.1f} minutes on a quiet machine{more}")
    config.stash[SESSION] = session
    return session


def _progress(terminal, capture):
    """Show one line per group: on a terminal the latest, elsewhere the first."""
    shown = set()

    def report(group, text):
        if terminal is None or not (terminal.isatty or group not in shown):
            return
        with capture.global_and_fixture_disabled() if capture else nullcontext():
            if group not in shown:
                terminal.ensure_newline()
            if terminal.isatty:
                terminal.rewrite(f"{group}: {text}", erase=True)
            else:
                terminal.write_line(f"{group}: {text}")
            terminal.flush()
        shown.add(group)

    return report


@pytest.fixture
def record(session, benchmark):
    """A function that passes the durations of a benchmark on to pytest-benchmark; skips an unavailable one."""

    def record(group, operation):
        measurement = session.measurement(group, operation)
        if measurement.failure:
            pytest.fail(measurement.failure, pytrace=False)
        if measurement.unavailable_because:
            pytest.skip(f"needs what is missing here: {measurement.unavailable_because}")
        replay(benchmark, measurement.batches)
        benchmark.extra_info.update(session.benchmark_info(group, measurement))
        return measurement

    yield record
    benchmark.skipped = True  # no warning that the fixture was not used, for a benchmark that failed or was skipped


@pytest.fixture
def record_check(request, benchmark):
    """A function that keeps the result of a check, to be stored and shown.

    --benchmark-only skips tests without the benchmark fixture, so this fixture requests it.
    """
    yield request.config.stash.setdefault(CHECKS, []).append
    benchmark.skipped = True


@pytest.fixture
def record_claim(request, benchmark):
    """A function that keeps a judged claim, to be stored and shown."""
    yield request.config.stash.setdefault(CLAIMS, []).append
    benchmark.skipped = True


_now = 0.0


def clock():
    """Return the sum of the durations that were replayed: the timer of the benchmarks."""
    return _now


def replay(benchmark, batches):
    """Give pytest-benchmark one round per duration."""
    durations = iter([duration for batch in batches for duration in batch])

    def next_round():
        global _now
        _now += next(durations)

    benchmark.pedantic(next_round, rounds=sum(map(len, batches)), iterations=1)


def pytest_benchmark_update_json(config, output_json):
    session = config.stash.get(SESSION, None)
    if session is not None:
        output_json["procsem"] = session.run_info(config.stash.get(CHECKS, []), config.stash.get(CLAIMS, []))


def pytest_terminal_summary(terminalreporter, config):
    session = config.stash.get(SESSION, None)
    if session is None:
        return
    data = {"benchmarks": [], "procsem": session.run_info(config.stash.get(CHECKS, []), config.stash.get(CLAIMS, []))}
    run = results.read(data)
    if run.checks:
        terminalreporter.section("checks of the measurements")
        for check in run.checks:
            terminalreporter.write_line(f"{check.statement}: {bench_text.answer(check)}")
    if run.claims:
        terminalreporter.section("claims about cost")
        for claim in run.claims:
            terminalreporter.write_line(bench_text.claim(claim))
        if any(claim.verdict == "inconclusive" for claim in run.claims):
            terminalreporter.write_line(
                "inconclusive: a bound is inside an interval, or the control did not show what it must. "
                "The full profile measures longer; stop other programs in the meantime."
            )
    if run.unavailable:
        terminalreporter.section("not measured")
        for line in bench_text.unavailable(run):
            terminalreporter.write_line(line)
