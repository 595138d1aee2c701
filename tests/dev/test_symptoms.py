"""The tool that builds the index of symptoms: new ones take the place of those of the same claims."""

import subprocess
import sys

import pytest
from attrs import evolve

from procsem import results
from procsem.explain.index import FILE, dumps, load

from .conftest import REPOSITORY

CLAIM = "daemon/no-children"


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A folder with one run of a claim whose probe records a symptom."""
    folder = tmp_path_factory.mktemp("runs")
    words = ["run", CLAIM, "--start-method", "spawn", "--out", str(folder)]
    subprocess.run([sys.executable, "-m", "procsem", *words], capture_output=True, check=True)
    return folder


def build(folder, out, *options):
    words = [*options, str(folder), "--out", str(out)]
    done = subprocess.run(
        [sys.executable, "-m", "procsem_dev.symptoms", *words], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    load.cache_clear()
    return load(out)


def test_only_the_symptoms_of_the_runs_are_in_a_new_index(runs, tmp_path):
    entries = build(runs, tmp_path / "index.json")
    assert {entry.claim for entry in entries} == {CLAIM}
    assert {entry.start_methods for entry in entries} == {("spawn",)}


def test_symptoms_of_other_claims_are_kept_if_asked(runs, tmp_path):
    others = [entry for entry in load(FILE) if entry.claim != CLAIM]
    own = [evolve(entry, template="an old message") for entry in load(FILE) if entry.claim == CLAIM]
    assert own, "the claim is in the index of the package"
    out = tmp_path / "index.json"
    results.write_text(out, dumps([*others, *own]))
    entries = build(runs, out, "--add")
    assert [entry for entry in entries if entry.claim != CLAIM] == others, "in the same order"
    assert {entry.template for entry in entries if entry.claim == CLAIM} == {
        "daemonic processes are not allowed to have children"
    }
