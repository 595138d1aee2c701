"""A claim about cost as it is stored, read, and put into words."""

import pytest

from procsem.bench import results
from procsem.views import bench_text

FACT = {"file_over_queue": {"value": 3.14159, "low": 3.0, "high": 3.25}}
MISMATCH = {
    "arm": "experiment",
    "fact": "file_over_queue",
    "expected": {"at_least": 1},
    "actual": {"value": 1.0, "low": 0.9, "high": 1.1},
}


@pytest.fixture
def words(bench_files):
    """A function that puts a changed claim into words."""

    def words(**changes):
        kept = bench_files.claim("queue-beats-file", says="A queue is faster.", **changes)
        return bench_text.claim(results.read_claim(kept))

    return words


def test_a_claim_is_read_and_shown(bench_files, words):
    kept = bench_files.claim("queue-beats-file", says="A queue is faster.", line=560, facts=FACT)
    run = results.read(bench_files.run(claims=[kept]))
    assert [(claim.claim, claim.verdict, claim.line) for claim in run.claims] == [
        ("cost/queue-beats-file", "upheld", 560)
    ]
    line = "cost/queue-beats-file: upheld. A queue is faster. file_over_queue 3.14 (3 to 3.25)"
    assert words(facts=FACT) == line
    assert f"  {line}" in list(bench_text.plain(run))
    assert f"### Claims about cost\n\n- {line}\n" in bench_text.markdown(run)
    assert "Claims about cost" not in bench_text.markdown(results.read(bench_files.run()))


@pytest.mark.parametrize("problem", [None, "a minimal parent ended"])
def test_a_claim_survives_storing_and_reading(bench_files, problem):
    kept = bench_files.claim("a", facts=FACT, mismatches=[MISMATCH], problem=problem, verdict="inconclusive")
    assert results.stored_claim(results.read_claim(kept)) == kept


def test_an_unexpected_verdict_is_shown_as_such(words):
    assert "cost/queue-beats-file: refuted, which is not as expected. " in words(verdict="refuted", as_expected=False)


def test_an_inconclusive_verdict_is_shown_with_the_facts_that_leave_it_open(words):
    line = words(verdict="inconclusive", as_expected=False, mismatches=[MISMATCH])
    assert line.startswith("cost/queue-beats-file: inconclusive. ")
    assert line.endswith("Not distinguishable here: file_over_queue is 1 (0.9 to 1.1), not at least 1")


def test_an_unsupported_claim_is_shown_with_the_reason(words):
    assert words(verdict="unsupported", because="needs two CPUs").endswith("A queue is faster. needs two CPUs")


@pytest.mark.parametrize("changes", [{"verdict": "fine"}, {"facts": None}, {"facts": {"a": {"value": 1}}}])
def test_a_damaged_claim_makes_a_damaged_file(bench_files, changes):
    with pytest.raises(results.BenchmarkFileError):
        results.read(bench_files.run(claims=[bench_files.claim("a", **changes)]))
