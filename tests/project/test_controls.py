"""A claim that is upheld somewhere has a control whose prediction excludes that of an experiment.

The predictions of a control are the same everywhere, so each claim is tested once and not once per rule. One control is
enough: others may show that the probe can see the contrary at all.
"""

from collections.abc import Iterator
from math import inf

import pytest

from procsem.model import Claim, Comparison, Verdict
from tests.catalogue import CLAIMS

OTHER_FACTS = {
    "hierarchy/one-parent": "another question about the same processes finds three instead of one",
    "hierarchy/tree-rooted-at-init": "the same paths upwards miss processes if they must lead to another root",
    "process-class/pid": "pids that are not the child's belong to other processes, in facts of their own",
    "queue/faster-than-files": "compared with one file, another file is neither as fast as a queue nor as a pipe",
    "shared-memory/names-in-wrong-states": "the same calls succeed if the names are in the right states",
}
"""The claims whose control shows the contrary in facts that the experiment does not have, and how."""


@pytest.mark.parametrize("claim", [pytest.param(claim, id=claim.id) for claim in CLAIMS])
def test_a_claim_that_is_upheld_somewhere_has_a_control_that_comes_out_the_other_way(claim: Claim) -> None:
    upheld = any(rule.verdict is Verdict.UPHELD for rule in claim.expectations)
    if upheld and claim.id not in OTHER_FACTS:
        assert list(_contradictions(claim)), f"{claim.id}: each control can show what the experiment must show"


def test_every_exception_is_a_claim_that_needs_one() -> None:
    claims = {claim.id: claim for claim in CLAIMS}
    assert not OTHER_FACTS.keys() - claims.keys()
    assert [name for name in OTHER_FACTS if list(_contradictions(claims[name]))] == []


@pytest.mark.parametrize(
    ("one", "other", "excluded"),
    [
        ("ended", "lives", True),
        ("ended", "ended", False),
        (1, True, True),
        (7, {"none": True}, True),
        ({"none": True}, {"none": True}, False),
        ("gone", {"one_of": ["gone", "zombie"]}, False),
        ({"one_of": ["gone", "ended"]}, {"one_of": ["lives", "stopped"]}, True),
        (0, {"at_least": 1}, True),
        ({"one_of": [0, 1]}, {"at_least": 1}, False),
        ({"at_most": 0.9}, {"at_least": 0.95}, True),
        ({"at_most": 0.9}, {"at_least": 0.9}, False),
        ({"ratio_to": "work", "at_least": 0.9}, {"ratio_to": "work", "at_most": 0.8}, True),
        ({"ratio_to": "work", "at_least": 0.9}, {"ratio_to": "play", "at_most": 0.8}, False),
        ({"same_as": "pid"}, {"differs_from": "pid"}, True),
        ({"same_as": "pid"}, {"differs_from": "parent"}, False),
        ({"same_as": "pid"}, 7, False),
        ({"seen": "never"}, {"seen": "sometimes"}, True),
        ({"seen": "never"}, {"seen": "never"}, False),
    ],
)
def test_two_comparisons_exclude_each_other_if_no_fact_satisfies_both(
    one: object, other: object, excluded: bool
) -> None:
    assert _exclude(Comparison(one), Comparison(other)) is excluded
    assert _exclude(Comparison(other), Comparison(one)) is excluded


def _contradictions(claim: Claim) -> Iterator[str]:
    """Yield the facts for which the prediction of a control excludes that of another arm."""
    for arm in claim.arms:
        for control in claim.arms:
            if control.is_control and not arm.is_control:
                for fact in arm.predicts.keys() & control.predicts.keys():
                    if _exclude(arm.predicts[fact], control.predicts[fact]):
                        yield f"{arm.name}, {control.name}: {fact}"


def _exclude(one: Comparison, other: Comparison) -> bool:
    """Return True if no fact satisfies both, and False if that depends on other facts."""
    for this, that in ((one, other), (other, one)):
        values = _values(this)
        if values is not None:
            return not that.refers_to and not any(that.holds(value) for value in values)
    if one.refers_to != other.refers_to:
        return False
    forms = {key for comparison in (one, other) for key in comparison.wanted}
    if forms & {"at_least", "at_most"} and "seen" not in forms:
        bounds = [(c.wanted.get("at_least", -inf), c.wanted.get("at_most", inf)) for c in (one, other)]
        return bool(max(low for low, _ in bounds) > min(high for _, high in bounds))
    return forms == {"same_as", "differs_from"} or (forms == {"seen"} and one.wanted != other.wanted)


def _values(comparison: Comparison) -> list[object] | None:
    """Return all facts that satisfy the comparison, or None if they cannot be listed."""
    wanted = comparison.wanted
    if not isinstance(wanted, dict):
        return [wanted]
    return [None] if "none" in wanted else wanted.get("one_of")
