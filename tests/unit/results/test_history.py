"""The history of a claim over time and versions."""

from procsem import results
from procsem.model import CellResult, Environment, Run, Verdict


def point(environment, day, verdict, method="forkserver", **facts):
    cell = CellResult("a/b", method, Verdict(verdict), None, False, "", 1, {})
    return Run(Environment({**environment.facts, **facts}), f"2026-01-{day:02}T00:00:00+00:00", 1, (cell,))


def summary(found):
    return [
        (
            step.along,
            step.start_method,
            *(
                (p.environment.facts["python_release"], p.started[8:10], str(p.cell.verdict))
                for p in (step.last, step.first)
            ),
        )
        for step in found.steps
    ]


def releases(environment, *pairs):
    return [point(environment, 1, verdict, python=v, python_release=v) for v, verdict in pairs]


def test_a_change_between_versions_names_the_last_before_and_the_first_after_it(environment):
    runs = releases(
        environment, ("3.14.0", "refuted"), ("3.13.0", "upheld"), ("3.13.18", "refuted"), ("3.9.2", "upheld")
    )
    versions = [step for step in summary(results.history("a/b", runs)) if step[0] == "version"]
    assert versions == [("version", "forkserver", ("3.13.0", "01", "upheld"), ("3.13.18", "01", "refuted"))]


def test_a_change_over_time_is_one_of_the_same_environment(environment):
    runs = [point(environment, 3, "refuted"), point(environment, 1, "upheld"), point(environment, 2, "upheld")]
    (step,) = results.history("a/b", runs).steps
    assert summary(results.history("a/b", runs)) == [
        ("time", "forkserver", ("3.14.0", "02", "upheld"), ("3.14.0", "03", "refuted"))
    ]
    assert "linux" in step.column


def test_other_claims_systems_and_methods_are_not_mixed_up(environment):
    runs = [
        point(environment, 1, "upheld"),
        point(environment, 2, "refuted", method="spawn"),
        point(environment, 3, "refuted", system="windows"),
    ]
    found = results.history("a/b", runs)
    assert (found.measured, found.steps) == (3, ())
    assert results.history("a/c", runs).measured == 0
