"""Each mutant flips the verdicts of the claims about the rule that it breaks, and of no other claim.

A claim that no mutant flips would be upheld by any platform, because its probe does not test what the claim says. The
results are valid because the trees' interpreters load multiprocessing only from the tree (test_tree.py), every process
in a timeline did so, and the same tree without an edit has the expected results: in the full run for every claim,
otherwise for one cell of each topic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from procsem.catalogue import Catalogue
from procsem.errors import ProcsemError
from procsem_dev.mutants.definitions import Mutant, load
from procsem_dev.mutants.lab import Lab, Trial

from .conftest import CELLS_RUN, CELLS_SPARED

MUTANTS = load()


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_mutant_flips_the_claims_about_its_rule(
    mutant: str, lab: Lab, trials: Mapping[str, Trial | ProcsemError]
) -> None:
    """The declared claims run under one start method after the other until they flip."""
    _skip_if_nothing_is_broken(MUTANTS[mutant], lab)
    trial = trials[mutant]
    if isinstance(trial, ProcsemError):
        pytest.fail(str(trial), pytrace=False)
    _check(trial, lab)


@pytest.mark.full
@pytest.mark.parametrize("mutant", [pytest.param(mutant, id=name) for name, mutant in MUTANTS.items()])
def test_a_mutant_flips_no_other_claim(
    mutant: Mutant, lab: Lab, record_property: Callable[[str, object], None]
) -> None:
    """The declared claims run, and all cells that reach what the mutant edits."""
    _skip_if_nothing_is_broken(mutant, lab)
    mutant = mutant.for_environment(lab.target.environment.facts)
    trial = lab.build(mutant)
    every = lab.keys(lab.catalogue.claims)
    reaching = [key for key in every if lab.coverage.reaches(key, mutant)]
    declared = lab.keys(lab.catalogue.claim(claim) for claim in mutant.flips)
    lab.run(trial, list(dict.fromkeys([*reaching, *declared])))
    record_property(CELLS_RUN, len(trial.results))
    record_property(CELLS_SPARED, len(every) - len(trial.results))
    _check(trial, lab)
    unreached = [str(flip) for key, flip in trial.flips.items() if key not in reaching]
    _fail_for(unreached, f"{mutant.name} flips these, but they were not seen to reach what it edits:")
    beyond = [
        str(flip)
        for key, flip in trial.flips.items()
        if key.claim not in mutant.everywhere and not lab.applies(mutant, key.start_method)
    ]
    _fail_for(beyond, f"{mutant.name} flips these, where there is nothing to break according to its `needs`:")


@pytest.mark.full
def test_every_claim_is_as_expected_without_an_edit(lab: Lab) -> None:
    lab.run(lab.unmodified, lab.keys(lab.catalogue.claims))
    _check_unmodified(lab)


def test_a_mutant_flips_each_claim_that_multiprocessing_decides(catalogue: Catalogue) -> None:
    flipped = {claim for mutant in MUTANTS.values() for claim in mutant.claims()}
    never = [c.id for c in catalogue.claims if c.decided_by == "multiprocessing" and c.id not in flipped]
    _fail_for(never, "no mutant flips these; break the rule that decides each of them, in TOPIC.toml:")


def test_every_claim_that_a_mutant_flips_exists(catalogue: Catalogue) -> None:
    known = {claim.id for claim in catalogue.claims}
    unknown = [
        f"{mutant.name}: {claim}" for mutant in MUTANTS.values() for claim in mutant.claims() if claim not in known
    ]
    _fail_for(unknown, "these mutants flip claims that do not exist:")


def _skip_if_nothing_is_broken(mutant: Mutant, lab: Lab) -> None:
    if not lab.methods_for(mutant):
        pytest.skip(f"needs {mutant.needs}: {lab.target.environment.label} has no such rule to break")


def _check(trial: Trial, lab: Lab) -> None:
    _check_unmodified(lab)
    mutant = trial.tree.mutant
    _fail_for(trial.problems(), f"{mutant.name}, which breaks this rule: {mutant.breaks}")


_checked: dict[Lab, int] = {}
"""The number of results without an edit that were as expected when they were looked at last."""


def _check_unmodified(lab: Lab) -> None:
    results = lab.unmodified.results.values()
    if _checked.get(lab) == len(results):
        return  # nothing has run since; to read what each process has loaded takes 0.1 s
    unexpected = [
        f"{r.claim} under {r.start_method}: {r.verdict}, {r.problem or r.mismatches}"
        for r in results
        if not r.as_expected
    ]
    _fail_for(unexpected, "not as expected in the tree without an edit:")
    _fail_for(lab.unmodified.unmutated_processes(), "these ran outside the tree without an edit:")
    _checked[lab] = len(results)


def _fail_for(problems: list[str], heading: str) -> None:
    if problems:
        pytest.fail("\n  ".join([heading, *problems]), pytrace=False)
