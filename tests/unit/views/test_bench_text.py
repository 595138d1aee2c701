"""Benchmark runs as text and as Markdown."""

import re

import pytest

from procsem.bench import results
from procsem.views import bench_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0 ns"),
        (4.2e-10, "0.42 ns"),
        (1.5e-7, "150 ns"),
        (1e-6, "1 us"),
        (123.4e-6, "123 us"),
        (0.0025, "2.5 ms"),
        (-0.0025, "-2.5 ms"),
        (1, "1 s"),
        (75, "75 s"),
    ],
)
def test_a_duration_is_shown_in_the_unit_that_suits_it(value, text):
    assert bench_text.seconds(value) == text


@pytest.fixture
def bench(bench_files):
    def points(series, at_zero, slope):
        for x in (0, 100, 400):
            batches = [[at_zero + slope * x] * 2] * 5
            yield bench_files.benchmark(f"{series} {x}", batches, group="memory", series=series, x=x, unit="MB")

    return results.read(
        bench_files.run(
            bench_files.benchmark("a | b", [[0.002, 0.004]] * 4, ratio=(3, 2.5, 3.5)),
            bench_files.benchmark("no | baseline", [[0.001, 0.001]] * 4),
            *points("fork", 0.001, 0.0001),
            *points("spawn", 0.011, 0.00005),
            unavailable={"row | out": "needs 9 MB", "another": "needs 9 MB", "third": "needs fork"},
            checks=[
                {"statement": "fork < spawn", "holds": True, "ratio": None},
                {"statement": "as fast", "holds": None, "ratio": {"value": 1.0, "low": 0.9, "high": 1.2}},
            ],
        )
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [(7.6512, "7.65"), (99.96, "100"), (374.4, "374"), (1012.0, "1,010"), (3, "3"), (0.0123, "0.0123")],
)
def test_a_number_has_three_significant_figures(value, text):
    assert bench_text.number(value) == text


def test_plain_text_has_one_line_per_benchmark(bench):
    lines = list(bench_text.plain(bench))
    heading, *rows = lines[:3]
    assert heading.split("  ")[0] == ""
    assert [row.split("  ")[0] for row in rows] == ["no | baseline", "a | b"]
    assert re.split(" {2,}", rows[1]) == ["a | b", "2 ms", "2 ms", "3", "2.5 to 3.5", "3 ms", "4 ms"]
    assert "no baseline" in rows[0]
    assert len({row.index(" ms") for row in rows}) == 1, "the columns are aligned"


def test_the_sections_below_the_ranking(bench):
    lines = list(bench_text.plain(bench))
    assert "  fork: 1 ms, and 100 us for each MB (100 us to 100 us)" in lines
    assert "  from 200 (200 to 200) MB on, spawn is faster than fork" in lines
    assert lines[lines.index("Not measured") :][1:3] == ["  needs 9 MB: row | out, and 1 more", "  needs fork: third"]
    assert lines[lines.index("Checks") :][1:3] == [
        "  fork < spawn: yes",
        "  as fast: not distinguishable here, 1 (0.9 to 1.2)",
    ]
    assert "  cpus: 2" in lines


def test_a_pipe_in_a_name_does_not_start_a_column(bench):
    lines = bench_text.markdown(bench).splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert len(table) == 4
    assert {line.count("|") for line in table} == {8}
    assert "a &#124; b" in table[3]
    assert "- from 200 (200 to 200) MB on, spawn is faster than fork" in lines
