"""The claims about cost, judged by the figures: see ``cost.toml``."""

import pytest

from procsem.bench.measure.claims import claims, groups, here, put_to_the_test
from procsem.model import Verdict


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    return here(tmp_path_factory.mktemp("environment"))


@pytest.mark.parametrize(
    "claim",
    [pytest.param(claim, id=claim.name, marks=pytest.mark.needs_groups(*sorted(groups(claim)))) for claim in claims()],
)
def test_a_claim_is_as_expected(keep_judged, lab, environment, claim):
    """In the quick profile a claim may be inconclusive: so few passes on a busy machine do not tell."""
    kept = put_to_the_test(claim, environment, lab.group)
    keep_judged(kept)
    if kept["verdict"] == Verdict.UNSUPPORTED:
        pytest.skip(kept["because"])
    if kept["verdict"] == Verdict.INCONCLUSIVE and lab.quick:
        pytest.skip(f"not distinguishable here: {'; '.join(kept['against'])}")
    assert kept["as_expected"], f"{claim.id} is {kept['verdict']}, {kept['expected']} was expected: {kept['against']}"
