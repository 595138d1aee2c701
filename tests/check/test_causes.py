"""The causes that the check and `procsem explain` share."""

import pytest

from procsem.check.rules import CAUSES
from tests.catalogue import CLAIMS
from tests.check.conftest import MARK, PROGRAMS


@pytest.mark.parametrize("cause", CAUSES.values(), ids=lambda cause: cause.name)
def test_general_texts_need_no_evidence(cause):
    for text in (cause.general_explanation, cause.general_fix, cause.look_for):
        assert "{" not in text
    for text in (cause.general_explanation, cause.general_fix):
        assert text.endswith(".")


def test_every_claim_of_a_cause_exists():
    known = {claim.id for claim in CLAIMS}
    claims = [claim for cause in CAUSES.values() for claim in cause.claims]
    assert set(claims) <= known


def test_each_cause_has_three_programs():
    marks = [mark[1] for path in PROGRAMS.rglob("*.py") for mark in MARK.finditer(path.read_text(encoding="utf-8"))]
    too_few = {name: marks.count(name) for name in CAUSES if marks.count(name) < 3}
    assert not too_few, "add variations to programs/"
