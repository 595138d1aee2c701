"""What is read of a stored run, and what is no run."""

import pytest

from procsem.bench import results as stored
from procsem.bench.results import BenchmarkFileError
from procsem.model import Verdict

CLAIM = {
    "claim": "cost/dear",
    "says": "A process is dear.",
    "section": "costs",
    "line": 7,
    "verdict": "refuted",
    "because": "it is not",
    "facts": {"times": 1.5, "rows": "thread"},
}


def points(files, series, at_zero, slope, xs=(0, 100, 400), group="memory"):
    return [
        files.row(f"{series} {x}", [[at_zero + slope * x] * 2] * 5, group=group, series=series, x=x, unit="MB")
        for x in reversed(xs)
    ]


@pytest.fixture
def data(bench_files):
    row = bench_files.row
    return bench_files.run(
        *points(bench_files, "fork", 1, 0.1),
        row("slow", [[4.0, 2.0, 3.0], [3.0]], limit=(3, 2.5, 3.5), context={"modules": 34}),
        row("quick", [[1.0], [1.0]], limit=(1, 1, 1)),
        *points(bench_files, "spawn", 11, 0.05),
        row("queue", [[2.0], [2.0]], group="messages"),
        row("file", [[1.0], [1.0]], group="messages"),
    )


def test_a_figure_has_its_durations_by_pass(data):
    figure = next(each for each in stored.read(data).figures if each.row == "slow")
    assert figure.passes == ((4.0, 2.0, 3.0), (3.0,))
    assert figure.durations == (4.0, 2.0, 3.0, 3.0)
    assert figure.medians == [3.0, 3.0]
    assert (figure.median, figure.p10, figure.p90) == (3.0, 2.0, 4.0)
    assert figure.quartiles == (2.0, 4.0)
    assert figure.cost.value == figure.quartiles[0], "what is compared"
    assert (figure.ratio.value, figure.limit) == (3, pytest.approx(2 / 3))
    assert figure.context == {"modules": 34}


def test_figures_are_found_by_what_they_are(data):
    bench = stored.read(data)
    assert [each.row for each in bench.ladder] == ["quick", "slow"], "the cheapest first"
    assert list(bench.groups) == ["ladder", "memory", "messages"]
    assert {name: [each.row for each in group] for name, group in bench.comparisons.items()} == {
        "messages": ["file", "queue"]
    }
    assert bench.comparisons["messages"][0].limit is None
    (curve,) = bench.curves
    assert (curve.name, curve.unit) == ("memory", "MB")
    assert {series: [point.x for point in group] for series, group in curve.series.items()} == {
        "fork": [0, 100, 400],
        "spawn": [0, 100, 400],
    }, "by x, in whatever order they were run"
    assert curve.lines["fork"].slope.value == pytest.approx(0.1)
    assert bench.when.startswith("2026-01-02")


def test_crossings_name_the_dearer_first(data):
    (curve,) = stored.read(data).curves
    ((dear, cheap, at),) = curve.crossings()
    assert (dear, cheap) == ("fork", "spawn")
    assert at.value == pytest.approx(200)


@pytest.mark.parametrize(("at_zero", "seen"), [(31, 1), (51, 0)])
def test_a_crossing_is_told_within_twice_what_was_measured(bench_files, at_zero, seen):
    """They cross at 600 and at 1000; 400 was measured."""
    data = bench_files.run(*points(bench_files, "fork", 1, 0.1), *points(bench_files, "spawn", at_zero, 0.05))
    (curve,) = stored.read(data).curves
    assert len(list(curve.crossings())) == seen


def test_a_single_point_has_no_line(bench_files):
    (curve,) = stored.read(bench_files.run(*points(bench_files, "fork", 1, 0.1, xs=(5,)))).curves
    assert list(curve.series) == ["fork"]
    assert curve.lines == {}


def test_benchmarks_of_other_kinds_are_passed_over(data):
    data["benchmarks"].append({"extra_info": {"cells": 5}, "stats": {"data": [1.0]}})
    assert len(stored.read(data).figures) == 10


def test_claims_on_cost_are_read_where_there_are_any(data):
    assert stored.read(data).claims == ()
    data["procsem"]["claims"] = [{**CLAIM, "more": "than we know"}]
    (claim,) = stored.read(data).claims
    assert (claim.claim, claim.line, claim.verdict) == ("cost/dear", 7, Verdict.REFUTED)
    assert claim.facts == {"times": 1.5, "rows": "thread"}


@pytest.mark.parametrize("data", [None, 5, [], "text", {}, {"benchmarks": []}, {"benchmarks": [], "procsem": None}])
def test_what_is_no_run_is_said_with_what_to_do(data):
    with pytest.raises(BenchmarkFileError, match="--benchmark-json FILE"):
        stored.read(data)


def first(data):
    return data["benchmarks"][0]


SPOILT = {
    "without durations": lambda data: first(data)["stats"].pop("data"),
    "a duration too few": lambda data: first(data)["stats"]["data"].pop(),
    "no passes": lambda data: first(data)["extra_info"].update(rounds_by_pass=[]),
    "an empty pass": lambda data: first(data)["extra_info"]["rounds_by_pass"].append(0),
    "one pass of its own": lambda data: first(data)["extra_info"].update(rounds_by_pass=[10]),
    "no machine": lambda data: data["procsem"].pop("machine"),
    "an unknown verdict": lambda data: data["procsem"].update(claims=[{**CLAIM, "verdict": "perhaps"}]),
    "half a claim": lambda data: data["procsem"].update(claims=[{"claim": "cost/dear"}]),
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_damaged_run_is_none(data, how):
    stored.read(data)
    SPOILT[how](data)
    with pytest.raises(BenchmarkFileError):
        stored.read(data)
