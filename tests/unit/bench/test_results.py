"""Reading benchmark files: the current format, the old one, and files that are something else."""

import pytest

from procsem.bench import results
from procsem.bench.results import BenchmarkFileError, CheckResult
from procsem.bench.statistics import Interval
from procsem.model import Verdict


def points(files, series, at_zero, slope, xs=(0, 100, 400), group="memory"):
    return [
        files.benchmark(f"{series} {x}", [[at_zero + slope * x] * 2] * 5, group=group, series=series, x=x, unit="MB")
        for x in reversed(xs)
    ]


@pytest.fixture
def data(bench_files):
    benchmark = bench_files.benchmark
    return bench_files.run(
        *points(bench_files, "fork", 1, 0.1),
        benchmark("slow", [[4.0, 2.0, 3.0], [3.0]], ratio=(3, 2.5, 3.5), context={"modules": 34}),
        benchmark("quick", [[1.0], [1.0]], ratio=(1, 1, 1)),
        *points(bench_files, "spawn", 11, 0.05),
        benchmark("queue", [[2.0], [2.0]], group="messages"),
        benchmark("file", [[1.0], [1.0]], group="messages"),
    )


def test_a_benchmark_has_its_durations_by_batch(data):
    slow = next(each for each in results.read(data).benchmarks if each.name == "slow")
    assert slow.batches == ((4.0, 2.0, 3.0), (3.0,))
    assert slow.durations == (4.0, 2.0, 3.0, 3.0)
    assert slow.medians == [3.0, 3.0]
    assert (slow.median, slow.p10, slow.p90) == (3.0, 2.0, 4.0)
    assert slow.quartiles == (2.0, 4.0)
    assert slow.cost.value == slow.quartiles[0], "the value that is compared"
    assert (slow.ratio.value, slow.baseline) == (3, pytest.approx(2 / 3))
    assert slow.context == {"modules": 34}


def test_the_cost_is_computed_once(data, monkeypatch):
    calls = []
    monkeypatch.setattr(results.statistics, "cost", lambda batches: calls.append(batches) or Interval(1, 1, 1))
    result = results.read(data).benchmarks[0]
    assert result.cost is result.cost
    assert len(calls) == 1


def test_benchmarks_are_grouped(data):
    run = results.read(data)
    assert [each.name for each in run.ranking] == ["quick", "slow"], "the fastest first"
    assert list(run.groups) == ["ranking", "memory", "messages"]
    assert {name: [each.name for each in group] for name, group in run.comparisons.items()} == {
        "messages": ["file", "queue"]
    }
    assert run.comparisons["messages"][0].baseline is None
    (curve,) = run.curves
    assert (curve.name, curve.unit) == ("memory", "MB")
    assert {series: [point.x for point in group] for series, group in curve.series.items()} == {
        "fork": [0, 100, 400],
        "spawn": [0, 100, 400],
    }, "by x, in whatever order they were run"
    assert curve.lines["fork"].slope.value == pytest.approx(0.1)
    assert run.when.startswith("2026-01-02")


def test_crossings_name_the_slower_series_first(data):
    (curve,) = results.read(data).curves
    ((slower, faster, at),) = curve.crossings()
    assert (slower, faster) == ("fork", "spawn")
    assert at.value == pytest.approx(200)


@pytest.mark.parametrize(("at_zero", "found"), [(31, 1), (51, 0)])
def test_a_crossing_is_shown_up_to_twice_the_measured_range(bench_files, at_zero, found):
    """They cross at 600 and at 1000; the range ends at 400."""
    data = bench_files.run(*points(bench_files, "fork", 1, 0.1), *points(bench_files, "spawn", at_zero, 0.05))
    (curve,) = results.read(data).curves
    assert len(list(curve.crossings())) == found


def test_a_single_point_has_no_line(bench_files):
    (curve,) = results.read(bench_files.run(*points(bench_files, "fork", 1, 0.1, xs=(5,)))).curves
    assert list(curve.series) == ["fork"]
    assert curve.lines == {}


@pytest.mark.parametrize(
    ("elsewhere", "cost", "factor"), [(0, 1.0, 1.0), (1, 1.0, 1.0), (3, 1.0, 2.0), (3, 1e-4, 1.0), (None, 1.0, 1.0)]
)
def test_interference_is_the_share_of_a_cpu_that_others_take(bench_files, elsewhere, cost, factor):
    benchmark = bench_files.benchmark("a", [[cost, cost]], context={"running_elsewhere": elsewhere})
    run = results.read(bench_files.run(benchmark))
    assert run.benchmarks[0].interference == factor
    assert run.interference == factor


def test_other_benchmarks_are_ignored(data):
    data["benchmarks"].append({"extra_info": {"cells": 5}, "stats": {"data": [1.0]}})
    assert len(results.read(data).benchmarks) == 10


def test_checks_and_claims_are_read(bench_files):
    ratio = {"value": 1.0, "low": 0.9, "high": 1.1}
    run = results.read(
        bench_files.run(
            checks=[{"statement": "a < b", "holds": None, "ratio": ratio}],
            claims=[bench_files.claim("slow", verdict="refuted", facts={"times": ratio}, unknown_key="ignored")],
        )
    )
    assert run.checks == (CheckResult("a < b", None, Interval(1.0, 0.9, 1.1)),)
    (claim,) = run.claims
    assert (claim.claim, claim.line, claim.verdict) == ("cost/slow", 7, Verdict.REFUTED)
    assert claim.facts == {"times": Interval(1.0, 0.9, 1.1)}


def test_a_run_knows_what_failed_in_it(bench_files):
    run = results.read(
        bench_files.run(
            checks=[
                {"statement": word, "holds": holds, "ratio": None}
                for word, holds in (("yes", True), ("no", False), ("open", None))
            ],
            claims=[
                bench_files.claim("expected"),
                bench_files.claim("surprising", verdict="refuted", as_expected=False),
                bench_files.claim("open", verdict="inconclusive", as_expected=False),
            ],
        )
    )
    assert run.failures == ["no", "cost/surprising"]


@pytest.mark.parametrize("data", [None, 5, [], "text", {}, {"benchmarks": []}, {"benchmarks": [], "procsem": None}])
def test_other_data_is_refused_with_what_to_do(data):
    with pytest.raises(BenchmarkFileError, match=r"procsem bench FILE --measure.*--benchmark-json FILE"):
        results.read(data)


@pytest.mark.parametrize("number", [0, 3, "2", None])
def test_an_unknown_format_is_refused(data, number):
    data["procsem"]["format"] = number
    with pytest.raises(BenchmarkFileError, match="reads formats up to 2; use a newer procsem"):
        results.read(data)


def first(data):
    return data["benchmarks"][0]


DAMAGE = {
    "no durations": lambda data: first(data)["stats"].pop("data"),
    "a duration is missing": lambda data: first(data)["stats"]["data"].pop(),
    "no batches": lambda data: first(data)["extra_info"].update(rounds_by_batch=[]),
    "an empty batch": lambda data: first(data)["extra_info"]["rounds_by_batch"].append(0),
    "other batches than its group": lambda data: first(data)["extra_info"].update(rounds_by_batch=[10]),
    "half a ratio": lambda data: first(data)["extra_info"].update(ratio_to_baseline={"value": 1}),
    "no machine": lambda data: data["procsem"].pop("machine"),
    "half a check": lambda data: data["procsem"].update(checks=[{"statement": "a"}]),
    "half a claim": lambda data: data["procsem"].update(claims=[{"claim": "cost/slow"}]),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_refused(data, damage):
    results.read(data)
    DAMAGE[damage](data)
    with pytest.raises(BenchmarkFileError):
        results.read(data)


OLD = {
    "benchmarks": [
        {
            "extra_info": {
                "group": "ladder",
                "row": "limit: vfork",
                "p10": 1.0,
                "rounds_by_pass": [2, 1],
                "limit": {"ratio": 1.0, "low": 0.9, "high": 1.1},
                "context": {"modules": None, "cpus": 2},
            },
            "stats": {"data": [1.0, 2.0, 3.0]},
        },
        {
            "extra_info": {
                "group": "clients",
                "row": "a process each, clients 1",
                "rounds_by_pass": [1, 1],
                "limit": None,
                "context": {"running_elsewhere": 3.0},
                "curve": "clients",
                "series": "a process each",
                "x": 1,
                "unit": "",
            },
            "stats": {"data": [1.0, 2.0]},
        },
        {"extra_info": {"cells": 5}, "stats": {"data": [1.0]}},
    ],
    "datetime": "2026-01-02T03:04:05",
    "procsem": {
        "profile": "quick",
        "left_out": {"limit: fork": "takes 9 MB"},
        "checks": {
            "limit: vfork < bare interpreter": "yes",
            "b": "no (0.8, 0.7 to 0.9)",
            "c": "not distinguishable here",
        },
        "claims": [
            {
                "claim": "cost/a",
                "says": "So.",
                "section": "s",
                "line": 7,
                "verdict": "inconclusive",
                "because": "it is",
                "against": ["times is 1 (0.9 to 1.1), not at least 1"],
                "facts": {"times": 1.0, "times_low": 0.9, "times_high": 1.1},
            }
        ],
        "machine": {"system": "Linux", "cpus": 2},
    },
}


def test_a_file_of_the_first_format_is_read():
    run = results.read(OLD)
    clients, baseline = run.benchmarks
    assert (baseline.group, baseline.name, baseline.batches) == ("ranking", "baseline: vfork", ((1.0, 2.0), (3.0,)))
    assert baseline.ratio == Interval(1.0, 0.9, 1.1)
    assert (clients.name, clients.series) == ("one process per client, clients 1", "one process per client")
    assert (clients.ratio, clients.interference) == (None, 2.0)
    assert run.unavailable == {"baseline: fork": "takes 9 MB"}
    assert [(check.statement, check.holds) for check in run.checks] == [
        ("baseline: vfork < bare interpreter", True),
        ("b", False),
        ("c", None),
    ]
    (claim,) = run.claims
    assert (claim.facts, claim.problem) == (
        {"times": Interval(1.0, 0.9, 1.1)},
        "times is 1 (0.9 to 1.1), not at least 1",
    )


def test_a_file_of_the_first_format_may_have_no_claims():
    run = results.read({**OLD, "procsem": {key: value for key, value in OLD["procsem"].items() if key != "claims"}})
    assert run.claims == ()
