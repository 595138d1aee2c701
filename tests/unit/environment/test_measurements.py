"""No fact is measured by the code that a claim judges, if the claim names the fact."""

import pytest

from procsem.bench.measure import claims as cost
from procsem.environment import CONDITIONS, MEASUREMENTS, Mechanism
from procsem.environment.measurements import facts_named, faults
from procsem.model import DECIDERS
from tests import catalogue

CLAIMS = [*catalogue.CLAIMS, *cost.load()]


def test_every_fact_that_a_claim_names_is_measured_independently():
    assert faults(CLAIMS) == []


def test_every_measurement_is_of_a_condition():
    assert set(MEASUREMENTS) <= {*CONDITIONS, "start_method"}


def test_every_decider_can_measure():
    assert set(DECIDERS) <= {str(mechanism) for mechanism in Mechanism}


def test_facts_are_named_in_needs_rules_and_failures_of_remedies(make_claim):
    remedy = {
        "says": "Wait.",
        "predicts": {"started": True},
        "fails": [{"when": {"musl": True}, "because": "the C library", "see": "https://example.org/musl"}],
    }
    refuted = {"verdict": "refuted", "because": "the check is an assertion", "see": "https://example.org/assert"}
    rules = [
        {"verdict": "upheld", "because": "there is a check", "see": "https://example.org/check"},
        {**refuted, "when": {"any": [{"assertions": False}, {"gil": False}]}, "observes": {"started": True}},
    ]
    claim = make_claim(needs={"semaphores": True}, expect=rules, remedies={"wait": remedy}, effect={"upheld": "breaks"})
    assert facts_named(claim) == {"semaphores", "assertions", "gil", "musl"}


@pytest.mark.parametrize(
    ("needs", "decided_by", "fault"),
    [
        ({"pty": True}, "system", "pty: measured by the system's kernel and C library, which also decides daemon/no-"),
        ({"pty": True}, "interpreter", None),
        ({"libc": "glibc 2.36"}, "multiprocessing", "libc: daemon/no-children names it; say in MEASUREMENTS how it"),
    ],
)
def test_a_claim_that_newly_names_a_fact_needs_a_reason_if_the_same_part_decides_it(
    needs, decided_by, fault, make_claim
):
    others = [claim for claim in CLAIMS if claim.id != "daemon/no-children"]
    found = faults([*others, make_claim(needs=needs, decided_by=decided_by)])
    assert [line for line in found if line.startswith(tuple(needs))] == ([] if fault is None else found[:1])
    assert fault is None or any(line.startswith(fault) for line in found)


def test_a_reason_that_no_claim_needs_is_a_fault():
    others = [claim for claim in CLAIMS if claim.id != "hierarchy/pidfd-controls-child"]
    assert faults(others) == ["pidfd: hierarchy/pidfd-controls-child is in `shared`, but need not be"]
    assert "pidfd: no claim names it; remove its entry" in faults(c for c in CLAIMS if "pidfd" not in facts_named(c))
