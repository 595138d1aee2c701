"""``python -m procsem_dev.run_tests``: nothing is left out, and a failure of any part is a failure."""

import subprocess

import pytest

from procsem_dev import run_tests


@pytest.fixture
def pytests(monkeypatch):
    """Record the arguments of each pytest that would be started; ``codes`` are exit codes by the last argument."""
    started, codes = [], {}

    def run(command, **_):
        arguments = tuple(command[3:])
        started.append(arguments)
        return subprocess.CompletedProcess(command, codes.get(arguments[-1], 0), b"")

    monkeypatch.setattr(subprocess, "run", run)
    return started, codes


def test_every_folder_of_tests_and_the_claims_run_in_one_part(pytests):
    started, _ = pytests
    assert run_tests.main([]) == 0
    ignored = [arguments[at + 1] for arguments in started for at, word in enumerate(arguments) if word == "--ignore"]
    paths = [word for arguments in started for word in arguments if word.startswith(("tests/", "probes"))]
    tests = run_tests.REPOSITORY / "tests"
    containing = {f"tests/{file.relative_to(tests).parts[0]}" for file in tests.rglob("test_*.py")}
    assert sorted(paths) == sorted([*containing, "probes", *ignored, *ignored]), "what one part ignores, another runs"


def test_what_measures_or_fills_the_machine_is_not_run_side_by_side(pytests):
    started, _ = pytests
    run_tests.main([])
    (side_by_side,) = [arguments for arguments in started if "-n" in arguments]
    assert not {"tests/containment", "tests/benchmarks", "probes"} & set(side_by_side)
    assert "--ignore tests/mutants/test_mutants.py" in " ".join(side_by_side)
    assert {"tests/benchmarks", "probes"} <= set(started[-1]), "when the other parts have ended"


@pytest.mark.parametrize("part", ["tests/unit", "tests/containment", "tests/mutants/test_mutants.py", "probes"])
def test_a_failure_of_any_part_is_a_failure(pytests, part):
    pytests[1][part] = 3
    assert run_tests.main([]) == 3
    assert len(pytests[0]) == 4, "the others run nevertheless"


def test_the_output_of_a_part_beside_is_printed_when_it_has_ended(monkeypatch, capfdbinary):
    monkeypatch.setattr(run_tests, "WAITING", ("tests/no-such-folder",))
    monkeypatch.setattr(run_tests, "PARALLEL", ("--version",))
    monkeypatch.setattr(run_tests, "_alone", lambda: ["--version"])
    assert run_tests.main([]) == 4, "pytest's code for a wrong argument"
    output = capfdbinary.readouterr().out
    assert b"+ pytest --durations=10 tests/no-such-folder\n" in output
    assert b"file or directory not found: tests/no-such-folder" in output


def test_with_arguments_it_is_plain_pytest(pytests):
    run_tests.main(["-k", "word"])
    assert pytests[0] == [("-k", "word")]
