"""A run as text and as Markdown."""

import re

import pytest

from procsem.bench import results as stored
from procsem.views import bench_text as text


@pytest.mark.parametrize(
    ("value", "said"),
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
def test_a_time_is_said_in_the_unit_that_suits_it(value, said):
    assert text.seconds(value) == said


@pytest.fixture
def bench(bench_files):
    def points(series, at_zero, slope):
        for x in (0, 100, 400):
            passes = [[at_zero + slope * x] * 2] * 5
            yield bench_files.row(f"{series} {x}", passes, group="memory", series=series, x=x, unit="MB")

    return stored.read(
        bench_files.run(
            bench_files.row("a | b", [[0.002, 0.004]] * 4, limit=(3, 2.5, 3.5)),
            bench_files.row("no | limit", [[0.001, 0.001]] * 4),
            *points("fork", 0.001, 0.0001),
            *points("spawn", 0.011, 0.00005),
            left_out={"row | out": "takes 9 MB"},
            checks={"fork < spawn": "yes"},
        )
    )


@pytest.mark.parametrize(
    ("value", "said"),
    [(7.6512, "7.65"), (99.96, "100"), (374.4, "374"), (1012.0, "1,010"), (3, "3"), (0.0123, "0.0123")],
)
def test_a_number_has_three_figures(value, said):
    assert text.number(value) == said


def test_plain_text_has_a_line_for_each_row(bench):
    lines = list(text.plain(bench))
    heads, *rows = lines[:3]
    assert heads.split("  ")[0] == ""
    assert [row.split("  ")[0] for row in rows] == ["no | limit", "a | b"]
    assert re.split(" {2,}", rows[1]) == ["a | b", "2 ms", "2 ms", "3", "2.5 to 3.5", "3 ms", "4 ms"]
    assert "no limit here" in rows[0]
    assert len({row.index(" ms") for row in rows}) == 1, "the figures stand below one another"


def test_growth_and_crossings_are_sentences(bench):
    lines = list(text.plain(bench))
    assert "  fork: 1 ms and 100 us for each MB (100 us to 100 us)" in lines
    assert "  from 200 (200 to 200) MB on, spawn is cheaper than fork" in lines
    assert "  row | out: takes 9 MB" in lines
    assert "  fork < spawn: yes" in lines
    assert "  cpus: 2" in lines


def test_a_pipe_in_a_name_is_no_column(bench):
    lines = text.markdown(bench).splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert len(table) == 4
    assert {line.count("|") for line in table} == {8}
    assert "a &#124; b" in table[3]
    assert "- from 200 (200 to 200) MB on, spawn is cheaper than fork" in lines
