"""Claims turn with the figures: each is judged by figures that are made up, in seconds, among the ordinary tests."""

import pytest

from procsem.bench.measure import claims
from procsem.bench.measure.lab import Measured
from procsem.bench.measure.rows import GROUPS
from procsem.catalogue import CatalogueError, load_claims

pytestmark = pytest.mark.seconds_long

HERE = {"system": "linux", "family": "posix", "cpus_usable": 2, "semaphores": True, "shared_memory": True, "gil": True}
SMALL, BIG = "600 of 100 B", "12 of 1 MB"
QUEUE, FILE, MEMORY = (f"{way}, {SMALL}, 1 producer" for way in ("Queue", "file and lock", "shared memory"))
QUEUE_3, FILE_3, MANAGER_3 = (f"{way}, {SMALL}, 3 producers" for way in ("Queue", "file and lock", "Manager().Queue"))
BIG_QUEUE, BIG_FILE = (f"{way}, {BIG}, 1 producer" for way in ("Queue", "file and lock"))
NO_LOCK, ONE_LOCK, LOCK_EACH = (f"2 workers, {lock}" for lock in ("no lock", "one lock", "a lock each"))
ONE_WORKER = "1 worker for both, no lock"
TURNS, THREADS, PROCESSES = (f"pure Python, {by}" for by in ("one after the other", "2 threads", "2 processes"))
HASH_TURNS, HASH_THREADS = (f"hashing, {by}" for by in ("one after the other", "2 threads"))
ALL, ONE_BY_ONE, LONGEST = (
    "4 sleepers, all started, then joined",
    "4 sleepers, one by one",
    "the longest sleeper alone",
)
EACH, POOL, FORK = "a process each", "a pool", "os.fork, beside the servers"

MILLISECONDS = (
    {QUEUE: 3, QUEUE_3: 3, FILE: 16, FILE_3: 17, MEMORY: 1.5, MANAGER_3: 40, BIG_QUEUE: 18, BIG_FILE: 4}
    | {NO_LOCK: 4.6, ONE_LOCK: 9.4, LOCK_EACH: 4.7, ONE_WORKER: 9.2, TURNS: 24, THREADS: 24, PROCESSES: 11.5}
    | {HASH_TURNS: 17, HASH_THREADS: 9, ALL: 22.5, ONE_BY_ONE: 50, LONGEST: 22, FORK: 0.6}
    | {EACH: 0.6, POOL: 0.06}  # for each client
)
"""What a quiet machine was seen to give; of a series, for each point's x."""

UNEXPECTED, KNOWN = False, True


def measured(changes=(), swing=()):
    """Groups of which each row takes what is above; what is changed, and what swings from pass to pass."""
    seconds = {name: value / 1000 for name, value in MILLISECONDS.items()} | dict(changes)

    def group(name):
        found = {}
        for row in GROUPS[name].rows:
            at = row.name if row.name in seconds else row.series
            if at not in seconds:
                continue
            taken = seconds[at] * (row.x or 1)
            other = dict(swing).get(at, seconds[at]) * (row.x or 1)
            passes = [[(other if number % 2 else taken) * (1 + number / 1000)] * 3 for number in range(12)]
            found[row.name] = Measured(row, passes=passes)
        return found

    return group


def as_fast_as(one, other):
    return {one: MILLISECONDS[other] / 1000}


def test_the_figures_that_were_seen_are_those_that_are_expected():
    kept = [claims.put_to_the_test(claim, HERE, measured()) for claim in claims.claims()]
    assert [each["claim"] for each in kept if not each["as_expected"]] == []
    assert {each["claim"] for each in kept if each["verdict"] == "refuted"} == {
        "cost/queue-beats-file-for-big-messages"
    }
    assert set(claims.FIGURES) == {fact for claim in claims.claims() for fact in claims.facts(claim)}


MUTANTS = [
    ("queue-beats-file", FILE, MEMORY, "refuted"),
    ("queue-beats-file", FILE_3, MEMORY, "refuted"),
    ("queue-beats-file", MANAGER_3, QUEUE_3, "inconclusive"),  # the control's
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
    return next(claim for claim in claims.claims() if claim.name == name)


@pytest.mark.parametrize(("name", "row", "like", "verdict"), MUTANTS)
def test_a_verdict_turns_when_a_row_is_as_fast_as_another(name, row, like, verdict):
    kept = claims.put_to_the_test(the_claim(name), HERE, measured(as_fast_as(row, like)))
    assert (kept["verdict"], kept["as_expected"]) == (verdict, False)
    assert kept["against"] or verdict == "upheld"


@pytest.mark.parametrize(("name", "row", "like", "verdict"), MUTANTS)
def test_what_swings_between_the_two_is_inconclusive(name, row, like, verdict):
    kept = claims.put_to_the_test(the_claim(name), HERE, measured(swing=as_fast_as(row, like)))
    assert (kept["verdict"], kept["as_expected"]) == ("inconclusive", False)
    assert kept["against"]


def test_every_claim_has_a_mutant_of_its_experiment_and_one_of_its_control():
    turned = {(name, verdict == "inconclusive") for name, _, _, verdict in MUTANTS}
    assert turned == {(claim.name, control) for claim in claims.claims() for control in (True, False)}


def test_threads_that_do_scale_are_expected_where_there_is_no_global_lock():
    claim = the_claim("processes-use-cores-where-threads-cannot")
    free = {**HERE, "gil": False}
    kept = claims.put_to_the_test(claim, free, measured(as_fast_as(THREADS, PROCESSES)))
    assert (kept["verdict"], kept["as_expected"]) == ("refuted", True)
    kept = claims.put_to_the_test(claim, free, measured())
    assert (kept["verdict"], kept["as_expected"]) == ("upheld", False)


def test_what_is_lacking_is_said_and_nothing_is_judged():
    claim = the_claim("lock-costs-throughput")
    kept = claims.put_to_the_test(claim, {**HERE, "cpus_usable": 1}, measured())
    assert (kept["verdict"], kept["as_expected"], kept["facts"]) == ("unsupported", True, {})
    assert kept["because"] == "requirement not met: cpus_usable is 1, not at least 2"

    def without_a_lock(name):
        group = measured()(name)
        group[ONE_LOCK].lacks = "this system has no semaphores"
        return group

    kept = claims.put_to_the_test(claim, HERE, without_a_lock)
    assert kept["verdict"] == "unsupported"
    assert kept["because"] == f"requirement not met: {ONE_LOCK}: this system has no semaphores"


def test_what_failed_is_broken_and_no_verdict():
    def failing(name):
        group = measured()(name)
        group[ONE_LOCK].failed = "a lean parent ended with exit code 1"
        return group

    kept = claims.put_to_the_test(the_claim("lock-costs-throughput"), HERE, failing)
    assert (kept["verdict"], kept["as_expected"], kept["facts"]) == ("broken", False, {})
    assert kept["against"] == [f"{ONE_LOCK}: a lean parent ended with exit code 1"]


def test_a_figure_that_nobody_measures_is_a_fault_of_the_file(tmp_path):
    file = tmp_path / "cost.toml"
    written = claims.FILE.read_text(encoding="utf-8")
    file.write_text(written.replace("one_lock_over_none = {", "one_lock_over_all = {"), encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"lock-costs-throughput\] predicts.one_lock_over_all: no such figure"):
        load_claims(file, "cost", claims.FACTS, claims._unknown_figures)
