"""Each mutant turns the verdicts of the claims about the rule that it breaks, and of no other claim.

A claim that no wrong interpreter can turn would be upheld by any platform: its probe does not look at what it
speaks of. What is guaranteed: the trees' interpreters load nothing of multiprocessing but the tree's (test_tree.py),
every process that has a part in a timeline did so, and the same tree without an edit comes out as expected.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from procsem.catalogue import Catalogue
from procsem.environment import FACTS
from procsem_dev.mutants.entries import Mutant, load
from procsem_dev.mutants.lab import Lab, Trial

from .conftest import CELLS_RUN, CELLS_SPARED

MUTANTS = load()

each_mutant = pytest.mark.parametrize("mutant", [pytest.param(m, id=name) for name, m in MUTANTS.items()])


@each_mutant
def test_a_mutant_turns_the_claims_about_its_rule(mutant: Mutant, lab: Lab) -> None:
    """Run: the declared claims under one start method after the other until they turn."""
    methods = _methods(mutant, lab)
    mutant = mutant.here(lab.target.environment.facts)
    trial = lab.start(mutant)
    waiting = [lab.catalogue.claim(claim) for claim in mutant.turns]
    for method in methods:
        lab.run(trial, lab.places(waiting, [method]))
        waiting = [claim for claim in waiting if claim.id not in trial.turned_claims()]
    _check(trial, mutant, lab)


@pytest.mark.full
@each_mutant
def test_a_mutant_turns_no_other_claim(
    mutant: Mutant, lab: Lab, record_property: Callable[[str, object], None]
) -> None:
    """Run: the cells that reach what is edited, and those of the declared claims in any case."""
    _methods(mutant, lab)
    mutant = mutant.here(lab.target.environment.facts)
    trial = lab.start(mutant)
    every = lab.places(lab.catalogue.claims)
    reaching = [place for place in every if lab.survey.reaches(place, mutant)]
    declared = lab.places(lab.catalogue.claim(claim) for claim in mutant.turns)
    lab.run(trial, list(dict.fromkeys([*reaching, *declared])))
    record_property(CELLS_RUN, len(trial.results))
    record_property(CELLS_SPARED, len(every) - len(trial.results))
    _check(trial, mutant, lab)
    unseen = [str(turn) for place, turn in trial.turned.items() if place not in reaching]
    _fail_for(unseen, f"{mutant.name} turns these, though they were not seen to reach what it edits:")
    beyond = [
        str(turn)
        for (claim, method), turn in trial.turned.items()
        if claim not in mutant.everywhere and not lab.applies(mutant, method)
    ]
    _fail_for(beyond, f"{mutant.name} turns these where its `needs` say that there is nothing to break:")


@pytest.mark.full
def test_without_an_edit_every_claim_comes_out_as_expected(lab: Lab) -> None:
    lab.run(lab.unmodified, lab.places(lab.catalogue.claims))
    _check_unmodified(lab)


def test_each_claim_that_multiprocessing_decides_is_turned_by_a_mutant(catalogue: Catalogue) -> None:
    turned = {claim for mutant in MUTANTS.values() for claim in mutant.claims()}
    never = [c.id for c in catalogue.claims if c.decided_by == "multiprocessing" and c.id not in turned]
    _fail_for(never, "no mutant turns these; break the rule that decides each, in TOPIC.toml:")


def test_each_mutant_speaks_of_claims_and_facts_that_there_are(catalogue: Catalogue) -> None:
    known = {claim.id for claim in catalogue.claims}
    faults = [
        f"{m.name} turns {claim!r}, which there is not"
        for m in MUTANTS.values()
        for claim in m.claims()
        if claim not in known
    ]
    faults += [
        f"{m.name} turns nothing; a rule that no claim speaks of needs no mutant"
        for m in MUTANTS.values()
        if not m.claims()
    ]
    faults += [
        f"{m.name} needs {fact!r}, which is no fact of an environment"
        for m in MUTANTS.values()
        for condition in (m.needs, *(also.when for also in m.also))
        for fact in set(condition.wanted) - set(FACTS) - {"start_method"}
    ]
    _fail_for(faults, "mutants speak of what there is not:")


def _methods(mutant: Mutant, lab: Lab) -> list[str]:
    """The start methods under which the mutant breaks something here, the cheapest first; skips where there is none."""
    methods = [method for method in lab.methods if lab.applies(mutant, method)]
    if not methods:
        pytest.skip(f"needs {mutant.needs}: {lab.target.environment.label} has no such rule to break")
    return methods


def _check(trial: Trial, mutant: Mutant, lab: Lab) -> None:
    _check_unmodified(lab)
    _fail_for(trial.faults(), f"{mutant.name}, which breaks: {mutant.breaks}")


def _check_unmodified(lab: Lab) -> None:
    results = lab.unmodified.results.values()
    odd = [
        f"{r.claim} under {r.start_method}: {r.verdict}, {r.problem or r.mismatches}"
        for r in results
        if not r.as_expected
    ]
    _fail_for(odd, "not as expected in the tree without an edit:")
    _fail_for(lab.unmodified.strangers(), "these ran outside the tree without an edit:")


def _fail_for(faults: list[str], heading: str) -> None:
    if faults:
        pytest.fail("\n  ".join([heading, *faults]), pytrace=False)
