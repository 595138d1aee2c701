"""``python -m procsem_dev.run_tests``: nothing is left out, and a failure of either part is a failure."""

import pytest

from procsem_dev import run_tests


@pytest.fixture
def pytests(monkeypatch):
    """Record the arguments of each pytest that would be started; ``codes`` are their exit codes."""
    started, codes = [], []

    def run(*arguments):
        started.append(arguments)
        return codes[len(started) - 1] if codes else 0

    monkeypatch.setattr(run_tests, "_pytest", run)
    return started, codes


def test_every_folder_of_tests_and_the_claims_run_in_one_of_the_two_parts(pytests):
    started, _ = pytests
    assert run_tests.main([]) == 0
    folders = [argument for arguments in started for argument in arguments if argument.startswith(("tests/", "probes"))]
    tests = run_tests.REPOSITORY / "tests"
    containing = {f"tests/{file.relative_to(tests).parts[0]}" for file in tests.rglob("test_*.py")}
    assert sorted(folders) == sorted({*containing, "probes"})


def test_what_measures_or_fills_the_machine_is_not_run_side_by_side(pytests):
    started, _ = pytests
    run_tests.main([])
    (alone,) = [arguments for arguments in started if "-n" not in arguments]
    assert {"tests/containment", "tests/benchmarks", "probes"} <= set(alone)


@pytest.mark.parametrize(("codes", "code"), [((0, 0), 0), ((1, 0), 1), ((0, 1), 1), ((2, 1), 2)])
def test_a_failure_of_either_part_is_a_failure(pytests, codes, code):
    pytests[1].extend(codes)
    assert run_tests.main([]) == code


def test_with_arguments_it_is_plain_pytest(pytests):
    run_tests.main(["-k", "word"])
    assert pytests[0] == [("-k", "word")]
