"""The comparison of two matrices."""

import pytest
from attrs import evolve

from procsem import results
from procsem.model import Residue
from procsem.views import changes


@pytest.fixture
def compared(make_run, folder, make_claim):
    """Compares two lists of cells; the keywords are facts of the new environment."""

    def compare(old, new, claims=("a/b",), **facts):
        known = [evolve(make_claim(), id=claim) for claim in claims]
        before, after = folder("old", make_run(*old)), folder("new", make_run(*new, **facts))
        return results.compare(results.merge([before]).matrix, results.merge([after]).matrix, known)

    return compare


def kinds(comparison):
    return [(str(change.kind), change.claim, change.start_method) for change in comparison.changes]


def details(comparison):
    """The lines that are printed, without the totals."""
    return list(changes.lines(comparison))[:-1]


def test_equal_runs_have_no_changes(compared):
    found = compared([("a/b", "spawn")], [("a/b", "spawn")])
    assert (found.changes, found.compared, found.alarms) == ((), 1, ())
    assert list(changes.lines(found)) == ["1 cell compared, 0 changes"]


def test_a_changed_verdict_is_an_alarm(compared):
    found = compared([("a/b", "spawn")], [("a/b", "spawn", "refuted")])
    assert kinds(found) == [("verdict", "a/b", "spawn")]
    assert found.alarms == found.changes
    assert details(found) == ["verdict: a/b under spawn in CPython 3.14.0 on linux x86_64: upheld -> refuted"]


def test_a_missing_cell_is_an_alarm(compared):
    both = [("a/b", "spawn"), ("a/b", "fork")]
    gone = compared([*both, ("a/c", "spawn")], both, claims=("a/b", "a/c"))
    assert kinds(gone) == [("missing", "a/c", "spawn")]
    assert gone.alarms == gone.changes
    assert details(gone) == ["missing: a/c under spawn in CPython 3.14.0 on linux x86_64: was upheld"]


def test_a_new_cell_is_no_alarm(compared):
    found = compared([("a/b", "spawn")], [("a/b", "spawn"), ("a/c", "spawn")])
    assert kinds(found) == [("new", "a/c", "spawn")]
    assert found.alarms == ()


def test_a_missing_start_method_is_one_change_that_counts_its_cells(compared):
    claims = ("a/b", "a/c")
    spawn, fork = ([(claim, method) for claim in claims] for method in ("spawn", "fork"))
    found = compared(spawn + fork, spawn, claims=claims)
    assert kinds(found) == [("missing", None, "fork")]
    assert details(found) == ["missing: everything under fork in CPython 3.14.0 on linux x86_64: 2 cells"]
    assert list(changes.lines(found))[-1] == "2 cells compared, 1 change, 2 cells missing"
    assert len(found.alarms) == 1


def test_a_claim_that_the_catalogue_no_longer_has_is_no_alarm(compared):
    found = compared([("a/b", "spawn"), ("a/gone", "spawn")], [("a/b", "spawn")])
    assert kinds(found) == [("removed", "a/gone", "spawn")]
    assert found.alarms == ()


def test_a_changed_observation_under_the_same_verdict_is_no_alarm(compared, result):
    found = compared([result("a/b", error="AssertionError")], [result("a/b", error="TypeError")])
    assert kinds(found) == [("observation", "a/b", "spawn")]
    assert found.alarms == ()
    (line,) = details(found)
    assert line.endswith(": experiment.error AssertionError -> TypeError")


def test_a_fact_that_no_prediction_names_may_differ(compared, result):
    assert compared([result("a/b", pid=1)], [result("a/b", pid=2)]).changes == ()


def test_a_changed_residue_is_reported(compared, result):
    found = compared([result("a/b")], [result("a/b", residue=(Residue("zombie", "python"),))])
    assert kinds(found) == [("residue", "a/b", "spawn")]
    (line,) = details(found)
    assert line.endswith(": none -> zombie")


def test_a_slower_machine_changes_nothing(compared, result):
    old = [result(f"a/c{n}", seconds=1 + n / 100) for n in range(12)]
    assert compared(old, [evolve(cell, seconds=cell.seconds * 2) for cell in old]).changes == ()


def test_a_cell_that_takes_longer_than_the_others_suggest_is_reported(compared, result):
    old = [result(f"a/c{n}", seconds=1 + n / 100) for n in range(12)]
    found = compared(old, [evolve(cell, seconds=cell.seconds * (9 if cell.claim == "a/c3" else 2)) for cell in old])
    assert kinds(found) == [("time", "a/c3", "spawn")]
    (line,) = details(found)
    assert line.endswith(": 1.03 s -> 9.27 s, while the others took 2.00 times as long")


def test_a_patch_release_has_the_same_column_and_is_named(compared):
    found = compared([("a/b", "spawn")], [("a/b", "spawn", "refuted")], python="3.14.1", python_release="3.14.1")
    assert kinds(found) == [("fact", None, None), ("verdict", "a/b", "spawn")]
    verdict, fact = details(found)
    assert verdict.startswith("verdict: "), "what needs attention comes first"
    assert fact == "fact: CPython 3.14.1 on linux x86_64: python_release 3.14.0 -> 3.14.1"


def test_two_single_runs_are_compared_even_if_their_environments_differ(compared):
    found = compared([("a/b", "spawn")], [("a/b", "spawn", "refuted")], python="3.15.0", python_release="3.15.0")
    assert kinds(found) == [("fact", None, None), ("verdict", "a/b", "spawn")]


def among_several(make_run, folder, before, after):
    def write(name, releases):
        runs = [make_run(("a/b", "spawn", verdict), python=v, python_release=v) for v, verdict in releases]
        return results.merge([folder(name, *runs)]).matrix

    return results.compare(write("old", before), write("new", after), [])


def test_among_several_runs_another_version_is_another_column_and_a_missing_one_is_an_alarm(make_run, folder):
    found = among_several(
        make_run, folder, [("3.13.0", "upheld"), ("3.14.0", "upheld")], [("3.14.0", "upheld"), ("3.15.0", "refuted")]
    )
    assert found.compared == 1
    assert details(found) == [
        "missing: CPython 3.13.0 on linux x86_64: 1 cell",
        "new: CPython 3.15.0 on linux x86_64: 1 cell",
    ]
    assert [change.column for change in found.alarms] == ["CPython 3.13.0 on linux x86_64"]


def test_an_environment_that_was_measured_twice_before_and_once_now_is_not_missing(make_run, folder):
    def run(day):
        return make_run(("a/b", "spawn"), started=f"2026-01-0{day}T00:00:00+00:00")

    before = folder("old", run(1), run(2), make_run(("a/b", "spawn"), system="windows"))
    after = folder("new", run(3), make_run(("a/b", "spawn"), system="windows"))
    found = results.compare(results.merge([before]).matrix, results.merge([after]).matrix, [])
    assert (found.compared, found.alarms) == (2, ())
