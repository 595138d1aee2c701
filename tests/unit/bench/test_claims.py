"""A claim about cost as it is stored, and as it is told."""

import pytest

from procsem.bench import results as stored
from procsem.views import bench_text as text

KEPT = {
    "claim": "cost/queue-beats-file",
    "says": "A queue is faster.",
    "section": "queues",
    "line": 560,
    "verdict": "upheld",
    "expected": "upheld",
    "as_expected": True,
    "because": "it is",
    "against": [],
    "facts": {"file_over_queue": 3.14159, "file_over_queue_low": 3.0, "file_over_queue_high": 3.25},
}
RUN = {"left_out": {}, "checks": {}, "machine": {"cpus": 2}, "profile": "quick", "claims": [KEPT]}


def told(**changes):
    return text.claim(stored.claim({**KEPT, **changes}))


def test_a_run_tells_its_claims_and_an_older_one_has_none():
    bench = stored.read({"benchmarks": [], "procsem": RUN})
    assert [(each.claim, each.verdict, each.line) for each in bench.claims] == [
        ("cost/queue-beats-file", "upheld", 560)
    ]
    said = "cost/queue-beats-file: upheld. A queue is faster. file_over_queue 3.14 (3 to 3.25)"
    assert f"  {said}" in list(text.plain(bench))
    assert f"### Claims about cost\n\n- {said}\n" in text.markdown(bench)
    older = stored.read({"benchmarks": [], "procsem": {key: RUN[key] for key in RUN if key != "claims"}})
    assert older.claims == ()
    assert "Claims about cost" not in text.markdown(older)


def test_what_is_unexpected_or_open_is_told_so():
    assert "cost/queue-beats-file: refuted, which is not as expected. " in told(verdict="refuted", as_expected=False)
    against = ["file_over_queue is 1 (0.9 to 1.1), not at least 1"]
    opened = told(verdict="inconclusive", as_expected=False, against=against)
    assert opened.startswith("cost/queue-beats-file: inconclusive. ")
    assert opened.endswith(f"Not distinguishable here: {against[0]}")


def test_what_was_not_judged_says_why():
    assert told(verdict="unsupported", facts={}, because="needs two CPUs").endswith("A queue is faster. needs two CPUs")


@pytest.mark.parametrize("changes", [{"verdict": "fine"}, {"claim": None, "facts": None, "verdict": None}])
def test_a_verdict_that_is_none_makes_no_run(changes):
    with pytest.raises(stored.BenchmarkFileError):
        stored.read({"benchmarks": [], "procsem": {**RUN, "claims": [{**KEPT, **changes}]}})
