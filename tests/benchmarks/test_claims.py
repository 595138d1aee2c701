"""The claims about cost, judged by the measurements: see ``cost.toml``."""

import pytest

from procsem.bench.measure import claims
from procsem.model import Verdict
from procsem.views import bench_text


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    return claims.measure_environment(tmp_path_factory.mktemp("environment"))


@pytest.mark.parametrize(
    "claim",
    [
        pytest.param(claim, id=claim.name, marks=pytest.mark.needs_groups(*sorted(claims.groups(claim))))
        for claim in claims.load()
    ],
)
def test_a_claim_is_as_expected(record_claim, session, environment, claim):
    """In the quick profile a claim may be inconclusive, because a busy machine needs more batches."""
    judged = claims.judge_claim(claim, environment, session.group)
    record_claim(judged)
    if judged.verdict is Verdict.UNSUPPORTED:
        pytest.skip(judged.because)
    if judged.verdict is Verdict.INCONCLUSIVE and session.quick:
        pytest.skip(f"{bench_text.NOT_DISTINGUISHABLE}: {'; '.join(bench_text.remarks(judged))}")
    assert judged.as_expected, bench_text.claim(judged)
