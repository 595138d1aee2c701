"""The sample tool: one interpreter and one claim measured for real, and what is removed from the matrix."""

import copy
import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from attrs import evolve

from procsem import results
from procsem_dev.sample import __main__ as sample
from procsem_dev.sample.matrix import tidy
from procsem_dev.sample.pictures import CLAIMS_SHOWN, choose
from procsem_dev.sample.update import UnknownColumnError, judge_again, update
from tests.catalogue import CLAIMS

CLAIM = "daemon/no-children"


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """A folder like docs/, with the sample of one claim in it."""
    docs = tmp_path_factory.mktemp("docs")
    words = ["--docs", str(docs), sys.executable, "--", CLAIM, "--start-method", "spawn"]
    done = subprocess.run(
        [sys.executable, "-m", "procsem_dev.sample", *words], capture_output=True, text=True, encoding="utf-8"
    )
    no_browser = "were not drawn" in done.stderr
    assert done.returncode == (2 if no_browser else 0), done.stdout + done.stderr
    return docs


def test_the_sample_belongs_to_the_documentation():
    assert (sample.DOCS / "sample" / "matrix.json").is_file()
    assert (sample.DOCS / "pictures" / "terminal.svg").is_file()


def test_every_cell_of_the_sample_is_judged_by_the_present_catalogue():
    claims = {claim.id: claim for claim in CLAIMS}
    for column in results.merge([sample.DOCS / "sample" / "matrix.json"]).matrix.columns:
        assert {cell.claim for cell in column.run.cells} <= set(claims), column.label
        for cell in column.run.cells:
            assert judge_again(cell, claims[cell.claim], column.run.environment) == cell


def test_new_cells_take_the_place_of_old_ones(measured):
    matrix = results.merge([measured / "sample" / "matrix.json"]).matrix
    (claim,) = (claim for claim in CLAIMS if claim.id == CLAIM)
    old = evolve(matrix, columns=tuple(with_cell(column, because="an old reason") for column in matrix.columns))
    new = evolve(matrix, columns=tuple(with_cell(column, seconds=77.0) for column in matrix.columns[:1]))
    first, second = update(old, new, [claim]).columns
    assert [cell.seconds for cell in first.run.cells] == [77.0]
    assert second.run.cells == matrix.columns[1].run.cells, "judged again, and not measured again"
    assert update(old, new, []).columns[0].run.cells == (), "a claim that the catalogue lacks is left out"
    with pytest.raises(UnknownColumnError, match="is not a column of the sample"):
        update(evolve(old, columns=old.columns[1:]), new, [claim])


def with_cell(column, **changes):
    return evolve(column, run=evolve(column.run, cells=tuple(evolve(cell, **changes) for cell in column.run.cells)))


def test_the_matrix_has_the_interpreter_with_and_without_assertions(measured):
    matrix = results.merge([measured / "sample" / "matrix.json"]).matrix
    assert sorted(column.run.environment.facts["own_assertions"] for column in matrix.columns) == [False, True]
    assert {cell.claim for column in matrix.columns for cell in column.run.cells} == {CLAIM}


def test_the_matrix_has_one_line_per_cell_and_no_private_path(measured):
    text = (measured / "sample" / "matrix.json").read_text(encoding="utf-8")
    assert sum(line.startswith('{"claim":') for line in text.splitlines()) == 2
    for folder in (Path.home(), Path(sys.prefix), Path(__file__).parents[2]):
        assert str(folder) not in text


def test_the_terminal_is_drawn_with_the_claim(measured):
    svg = ElementTree.parse(measured / "pictures" / "terminal.svg").getroot()
    text = "".join(svg.itertext()).replace("\xa0", " ")
    assert "no-children" in text
    assert "1 cell: 1 upheld; all as expected" in text


def test_paths_and_events_of_the_machine_are_removed():
    home = Path.home() / "project" / "probe.py"
    cell = {
        "claim": "a/b",
        "output": f"File {home}, /usr/lib/python3/x.py and ./home/y.py",
        "watcher": [{"event": "started"}, {"event": "adopted"}],
    }
    environment = {"executable": str(home.parent / "bin" / "python3"), "prefix": str(home.parent)}
    matrix = {"columns": [{"label": "L", "environment": environment, "files": [str(home)], "cells": [cell]}]}
    (column,) = json.loads(tidy(copy.deepcopy(matrix)))["columns"]
    assert column["environment"] == {"executable": "python3", "prefix": None}
    assert column["files"] == ["probe.py"]
    assert column["cells"][0]["output"] == "File probe.py, /usr/lib/python3/x.py and ./home/y.py"
    assert column["cells"][0]["watcher"] == [{"event": "adopted"}]


def test_the_claims_of_the_picture_are_of_many_topics_and_differ_first():
    matrix = results.merge([sample.DOCS / "sample" / "matrix.json"]).matrix
    column = max(matrix.columns, key=lambda column: len(column.start_methods))
    measured = {cell.claim for cell in column.run.cells}
    claims = [claim for claim in CLAIMS if claim.id in measured]
    chosen = choose(claims, column)
    assert len(chosen) == CLAIMS_SHOWN
    topics = {claim.topic for claim in claims}
    assert len({claim.topic for claim in chosen}) == min(CLAIMS_SHOWN, len(topics))
    for topic in {claim.topic for claim in chosen}:
        differ = [
            claim for claim in claims if claim.topic == topic and len({c.verdict for c in column.row(claim.id)}) > 1
        ]
        picked = [claim for claim in chosen if claim.topic == topic]
        assert not differ or any(claim in differ for claim in picked)
