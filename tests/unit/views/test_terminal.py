"""The matrix on terminals of several widths."""

import io
import re

import pytest
from attrs import evolve
from rich.console import Console

from procsem.model import CellResult, Column, Effect, Environment, Matrix, Run, Verdict
from procsem.views import terminal

NAMES = ("short", "a-name-of-many-words-that-is-long", "another-long-name-with-unbreakablelongword")


@pytest.fixture
def claims(make_claim):
    return [evolve(make_claim(), id=f"daemon/{name}") for name in NAMES]


@pytest.fixture
def matrix(claims, environment):
    def make(*changes):
        columns = []
        for facts in changes:
            where = Environment({**environment.facts, **facts})
            cells = tuple(
                CellResult(claim.id, method, Verdict.UPHELD, Verdict.UPHELD, as_expected, "", 1.0, {})
                for claim in claims
                for method, as_expected in (("fork", True), ("spawn", False), ("forkserver", True))
            )
            columns.append(Column(where.label, Run(where, "2026-01-02T03:04:05+00:00", 1.0, cells)))
        return Matrix(tuple(columns))

    return make


def shown(matrix, claims, width):
    console = Console(width=width, file=io.StringIO(), color_system=None, legacy_windows=False)
    for part in terminal.show(matrix, claims, console):
        console.print(part)
    return console.file.getvalue().splitlines()


def test_one_column_is_shown_in_words_if_they_fit(matrix, claims):
    lines = shown(matrix({}), claims, 100)
    assert any(re.match(r" +short +\+ upheld +\+\* upheld +\+ upheld", line) for line in lines), lines
    assert not any("f fork" in line for line in lines), "words need no letters"


def test_in_signs_the_letters_and_the_signs_are_explained(matrix, claims):
    lines = shown(matrix({}), claims, 60)
    assert any(re.match(r" +short +\+ \+\*\+ *$", line) for line in lines), lines
    assert "f fork, s spawn, k forkserver" in lines
    assert any(line.startswith("+ upheld, - refuted") for line in lines)


@pytest.mark.parametrize("width", [40, 60, 100, 200])
def test_no_line_is_wider_than_the_terminal_and_no_environment_is_left_out(matrix, claims, width):
    changes = [{"python_release": f"3.14.{n}", "gil": n % 2 == 0, "musl": n % 3 == 0} for n in range(7)]
    lines = shown(matrix(*changes), claims, width)
    assert max(map(len, lines)) <= width
    words = " ".join(lines).split()
    assert all(words.count(f"3.14.{n}") == 1 for n in range(7))
    assert words.count("free-threaded") == 3
    tables = sum("claim" in line for line in lines)
    assert sum("short" in line for line in lines) == tables


def test_a_long_name_continues_after_a_hyphen(matrix, claims):
    lines = shown(matrix({}), claims, 40)
    start = next(number for number, line in enumerate(lines) if line.startswith("   a-name"))
    names = [re.split(" {3,}| [+]", line.strip())[0] for line in lines[start : start + 2]]
    assert "".join(names) == NAMES[1]
    assert names[0].endswith("-")


def test_a_verdict_has_the_colour_of_what_it_means_for_a_program(matrix, claims):
    effects = {Verdict.UPHELD: Effect.BREAKS, Verdict.REFUTED: Effect.WORKS}
    console = Console(width=100, file=io.StringIO(), force_terminal=True, color_system="standard", legacy_windows=False)
    for part in terminal.show(matrix({}), [evolve(claims[0], effects=effects), *claims[1:]], console):
        console.print(part)
    printed = console.file.getvalue()
    assert "\x1b[33m+ upheld" in printed, "yellow: code like this breaks here"
    assert "\x1b[32m+ upheld" in printed, "green: the other claims do not say what it means"
    assert "colours: green code like this works, yellow code like this breaks" in re.sub(r"\x1b\[\d*m", "", printed)
    assert not any("colours:" in line for line in shown(matrix({}), claims, 100)), "there are none"
