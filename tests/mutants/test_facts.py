"""A broken rule of multiprocessing changes no fact that a claim names.

Otherwise the interpreter would be taken for another one, in which the refutation is expected or the claim is
unsupported, and the broken rule would not be seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from procsem.environment import FACTS, MEASUREMENTS
from procsem.model import Facts
from procsem.runner import Scheduler, ScratchSpace, default_jobs, measure_targets
from procsem_dev.mutants.definitions import Edit, Mutant, load
from procsem_dev.mutants.lab import Lab
from procsem_dev.mutants.tree import build

NAMED = [*(fact for fact in MEASUREMENTS if fact in FACTS), "start_methods"]
"""The last one decides which cells there are."""


def _measure(lab: Lab, mutants: Sequence[Mutant], folder: Path) -> dict[str, Facts]:
    with ThreadPoolExecutor(default_jobs()) as threads:
        trees = list(threads.map(lambda mutant: build(folder / mutant.name, lab.executable, mutant), mutants))
    with ScratchSpace() as scratch, Scheduler(default_jobs(), scratch) as scheduler:
        targets = measure_targets([str(tree.executable) for tree in trees], scheduler)
    return {mutant.name: t.environment.facts for mutant, t in zip(mutants, targets, strict=True)}


def _changes(before: Facts, after: Facts) -> list[str]:
    def comparable(value: object) -> object:
        return sorted(value) if isinstance(value, list) else value

    return [fact for fact in NAMED if comparable(before[fact]) != comparable(after[fact])]


@pytest.mark.full
def test_no_mutant_changes_a_fact_that_a_claim_names(lab: Lab, tmp_path: Path) -> None:
    mutants = [mutant for mutant in load().values() if lab.methods_for(mutant)]
    before = lab.target.environment.facts
    changed = {name: _changes(before, after) for name, after in _measure(lab, mutants, tmp_path).items()}
    assert {name: facts for name, facts in changed.items() if facts} == {}


def test_a_changed_fact_is_detected(lab: Lab, tmp_path: Path) -> None:
    find = "assert isinstance(name, str), 'name must be a string'"
    without = Mutant("no-name", "a name is a string", (), (Edit("multiprocessing/process.py", find, "pass"),))
    if find not in (lab.unmodified.tree.library / "multiprocessing/process.py").read_text(encoding="utf-8"):
        pytest.skip("needs the assertion by which assertions are measured")
    assert _changes(lab.target.environment.facts, _measure(lab, [without], tmp_path)["no-name"]) == ["assertions"]
