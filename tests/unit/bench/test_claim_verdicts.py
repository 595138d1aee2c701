"""The verdicts of the claims about cost depend on the measurements: each claim is judged by ones that are made up."""

import pytest

from procsem.bench.measure import claims
from procsem.bench.measure.batches import Measurement
from procsem.bench.measure.groups import GROUPS
from procsem.catalogue import CatalogueError, load_claims

HERE = {"system": "linux", "family": "posix", "cpus_usable": 2, "semaphores": True, "shared_memory": True, "gil": True}
SMALL, BIG = "600 of 100 B", "12 of 1 MB"
QUEUE, FILE, MEMORY = (f"{channel}, {SMALL}, 1 producer" for channel in ("Queue", "file and lock", "shared memory"))
QUEUE_3, FILE_3, MANAGER_3 = (
    f"{channel}, {SMALL}, 3 producers" for channel in ("Queue", "file and lock", "Manager().Queue")
)
BIG_QUEUE, BIG_FILE = (f"{channel}, {BIG}, 1 producer" for channel in ("Queue", "file and lock"))
NO_LOCK, ONE_LOCK, LOCK_EACH = (f"2 workers, {lock}" for lock in ("no lock", "one lock", "one lock per worker"))
ONE_WORKER = "1 worker, no lock"
TURNS, THREADS, PROCESSES = (f"pure Python, {by}" for by in ("one after the other", "2 threads", "2 processes"))
HASH_TURNS, HASH_THREADS = (f"hashing, {by}" for by in ("one after the other", "2 threads"))
ALL, ONE_BY_ONE, LONGEST = (
    "4 sleepers, all started, then joined",
    "4 sleepers, one by one",
    "only the longest sleeper",
)
EACH, POOL, FORK = "one process per client", "a pool", "os.fork, measured with the servers"

MILLISECONDS = (
    {QUEUE: 3, QUEUE_3: 3, FILE: 16, FILE_3: 17, MEMORY: 1.5, MANAGER_3: 40, BIG_QUEUE: 18, BIG_FILE: 4}
    | {NO_LOCK: 4.6, ONE_LOCK: 9.4, LOCK_EACH: 4.7, ONE_WORKER: 9.2, TURNS: 24, THREADS: 24, PROCESSES: 11.5}
    | {HASH_TURNS: 17, HASH_THREADS: 9, ALL: 22.5, ONE_BY_ONE: 50, LONGEST: 22, FORK: 0.6}
    | {EACH: 0.6, POOL: 0.06}  # per client
)
"""Measured on a quiet machine; for a series, per unit of x."""


def measured(changes=(), swing=()):
    """Groups with the durations above, except for ``changes``; ``swing`` has what alternates from batch to batch."""
    seconds = {name: value / 1000 for name, value in MILLISECONDS.items()} | dict(changes)

    def group(name):
        found = {}
        for benchmark in GROUPS[name].benchmarks:
            key = benchmark.name if benchmark.name in seconds else benchmark.series
            if key not in seconds:
                continue
            even = seconds[key] * (benchmark.x or 1)
            odd = dict(swing).get(key, seconds[key]) * (benchmark.x or 1)
            batches = [[(odd if number % 2 else even) * (1 + number / 1000)] * 3 for number in range(12)]
            found[benchmark.name] = Measurement(benchmark, batches=batches)
        return found

    return group


def as_fast_as(one, other):
    return {one: MILLISECONDS[other] / 1000}


def judge(claim, here=HERE, group=None):
    return claims.judge_claim(claim, here, group or measured())


def test_every_claim_is_as_expected_on_a_quiet_machine():
    judged = [judge(claim) for claim in claims.load()]
    assert [each.claim for each in judged if not each.as_expected] == []
    assert {each.claim for each in judged if each.verdict == "refuted"} == {"cost/queue-beats-file-for-big-messages"}


def test_every_cost_fact_is_used():
    assert set(claims.COST_FACTS) == {fact for claim in claims.load() for fact in claims.facts(claim)}


CHANGES = [
    ("queue-beats-file", FILE, MEMORY, "refuted"),
    ("queue-beats-file", FILE_3, MEMORY, "refuted"),
    ("queue-beats-file", MANAGER_3, QUEUE_3, "inconclusive"),  # a change of the control
    ("queue-beats-file-for-big-messages", BIG_QUEUE, QUEUE, "upheld"),
    ("queue-beats-file-for-big-messages", FILE, MEMORY, "inconclusive"),
    ("shared-memory-beats-file", MEMORY, MANAGER_3, "refuted"),
    ("shared-memory-beats-file", MANAGER_3, QUEUE_3, "inconclusive"),
    ("lock-costs-throughput", ONE_LOCK, NO_LOCK, "refuted"),
    ("lock-costs-throughput", LOCK_EACH, ONE_LOCK, "inconclusive"),
    ("lock-costs-throughput", ONE_WORKER, NO_LOCK, "inconclusive"),
    ("processes-use-cores-where-threads-cannot", THREADS, PROCESSES, "refuted"),
    ("processes-use-cores-where-threads-cannot", PROCESSES, THREADS, "refuted"),
    ("processes-use-cores-where-threads-cannot", HASH_THREADS, HASH_TURNS, "inconclusive"),
    ("sleepers-take-the-longest", ALL, ONE_BY_ONE, "refuted"),
    ("sleepers-take-the-longest", ONE_BY_ONE, ALL, "inconclusive"),
    ("sleepers-take-the-longest", LONGEST, ONE_BY_ONE, "inconclusive"),
    ("process-per-client-does-not-scale", EACH, POOL, "refuted"),
    ("process-per-client-does-not-scale", POOL, EACH, "inconclusive"),
]


def the_claim(name):
    return next(claim for claim in claims.load() if claim.name == name)


@pytest.mark.parametrize(("name", "changed", "like", "verdict"), CHANGES)
def test_a_verdict_changes_if_a_benchmark_is_as_fast_as_another(name, changed, like, verdict):
    judged = judge(the_claim(name), group=measured(as_fast_as(changed, like)))
    assert (judged.verdict, judged.as_expected) == (verdict, False)
    assert judged.mismatches or verdict == "upheld"


@pytest.mark.parametrize(("name", "changed", "like", "verdict"), CHANGES)
def test_a_verdict_is_inconclusive_if_a_benchmark_alternates_between_the_two(name, changed, like, verdict):
    judged = judge(the_claim(name), group=measured(swing=as_fast_as(changed, like)))
    assert (judged.verdict, judged.as_expected) == ("inconclusive", False)
    assert judged.mismatches


def test_every_claim_has_a_change_of_its_experiment_and_one_of_its_control():
    changed = {(name, verdict == "inconclusive") for name, _, _, verdict in CHANGES}
    assert changed == {(claim.name, control) for claim in claims.load() for control in (True, False)}


def test_threads_that_scale_are_expected_without_a_global_lock():
    claim = the_claim("processes-use-cores-where-threads-cannot")
    free = {**HERE, "gil": False}
    judged = judge(claim, free, measured(as_fast_as(THREADS, PROCESSES)))
    assert (judged.verdict, judged.as_expected) == ("refuted", True)
    judged = judge(claim, free)
    assert (judged.verdict, judged.as_expected) == ("upheld", False)


def test_a_claim_whose_needs_are_not_met_is_unsupported():
    claim = the_claim("lock-costs-throughput")
    judged = judge(claim, {**HERE, "cpus_usable": 1})
    assert (judged.verdict, judged.as_expected, judged.facts) == ("unsupported", True, {})
    assert judged.because == "requirement not met: cpus_usable is 1, not at least 2"

    def without_a_lock(name):
        group = measured()(name)
        group[ONE_LOCK].unavailable_because = "this system has no semaphores"
        return group

    judged = judge(claim, group=without_a_lock)
    assert judged.verdict == "unsupported"
    assert judged.because == f"requirement not met: {ONE_LOCK}: this system has no semaphores"


def test_a_claim_whose_benchmark_failed_is_broken():
    def failing(name):
        group = measured()(name)
        group[ONE_LOCK].failure = "a minimal parent ended with exit code 1"
        return group

    judged = judge(the_claim("lock-costs-throughput"), group=failing)
    assert (judged.verdict, judged.as_expected, judged.facts) == ("broken", False, {})
    assert judged.problem == f"{ONE_LOCK}: a minimal parent ended with exit code 1"


def test_a_fact_that_is_not_measured_is_a_fault_of_the_file(tmp_path):
    file = tmp_path / "cost.toml"
    written = claims.FILE.read_text(encoding="utf-8")
    file.write_text(written.replace("one_lock_over_none = {", "one_lock_over_all = {"), encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"lock-costs-throughput\] predicts.one_lock_over_all: no such fact"):
        load_claims(file, "cost", claims.FACTS, claims.unknown_facts)
