"""The causes that the check and `procsem explain` share."""

import pytest

from procsem.catalogue import BUILT_IN, load
from procsem.check.rules import ALL_CAUSES, CAUSES
from procsem.check.rules.no_rule import NO_RULE
from procsem.environment import CONDITIONS


@pytest.mark.parametrize("cause", ALL_CAUSES.values(), ids=lambda cause: cause.name)
def test_general_texts_need_no_evidence(cause):
    for text in (cause.general_explanation, cause.general_fix, cause.look_for):
        assert "{" not in text
    for text in (cause.general_explanation, cause.general_fix):
        assert text.endswith(".")


def test_every_claim_of_a_cause_exists():
    known = {claim.id for claim in load(BUILT_IN, CONDITIONS).claims}
    claims = [claim for cause in ALL_CAUSES.values() for claim in cause.claims]
    assert set(claims) <= known


def test_a_cause_that_a_rule_finds_is_not_listed_as_one_without():
    assert not {cause.name for cause in NO_RULE} & set(CAUSES), "delete it from no_rule.py, and keep its texts"
