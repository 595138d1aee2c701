"""The wording of problems."""

import pytest

from procsem.model import Problem, ProblemKind, Residue

WORDS = [
    (Problem(ProblemKind.EXIT, code=3), "the probe ended with exit code 3"),
    (Problem(ProblemKind.EXIT, code=3, detail="KeyError: 1"), "the probe ended with exit code 3: KeyError: 1"),
    (Problem(ProblemKind.EXIT, code=-15), "the probe was killed by SIGTERM"),
    (Problem(ProblemKind.TIMEOUT, seconds=1.5), "the probe did not end within 1.5 s and was killed"),
    (
        Problem(ProblemKind.TIMEOUT, arm="control", seconds=120.0),
        "the probe was killed because its arm 'control' did not end within 120 s",
    ),
    (
        Problem(ProblemKind.PROCESS_LIMIT, detail="grew past 500 processes after 1.2 s"),
        "the probe started too many processes and was killed: grew past 500 processes after 1.2 s",
    ),
    (Problem(ProblemKind.NOT_STARTED, detail="no such file"), "the probe could not be started: no such file"),
    (Problem(ProblemKind.CANCELLED), "the probe was cancelled"),
    (
        Problem(ProblemKind.LOST, detail="its supervisor did not answer"),
        "the probe was lost: its supervisor did not answer",
    ),
    (Problem(ProblemKind.CONTAINMENT, detail="why"), "the containment of the probe failed: why"),
    (
        Problem(ProblemKind.DISK_FULL),
        "the disk of the probe's files was full while it ran, so some of what it wrote may be missing",
    ),
    (
        Problem(ProblemKind.MEMORY_SHORT, detail="MemoryError"),
        "memory was short while the probe ran, so its processes may have failed; one printed: MemoryError",
    ),
    (Problem(ProblemKind.ARM_ERROR, arm="control", detail="OSError: no"), "the arm 'control' raised OSError: no"),
    (Problem(ProblemKind.NO_REPORT), "the probe reported nothing"),
    (Problem(ProblemKind.DAMAGED_REPORT, detail="why"), "the probe's report is damaged: why"),
    (Problem(ProblemKind.INCOMPLETE_REPORT, detail="control"), "the probe's report is incomplete; it has control"),
    (Problem(ProblemKind.NO_ARM, arm="control"), "the probe reported nothing for the arm 'control'"),
    (Problem(ProblemKind.NO_FACT, arm="control", fact="so"), "the probe reported no fact 'so' in the arm 'control'"),
    (
        Problem(ProblemKind.LEAK, residue=(Residue("file", "x"), Residue("zombie", "python"))),
        "the probe left behind: file x, zombie python",
    ),
    (
        Problem(ProblemKind.DISAGREEMENT, counts={"upheld": 2, "broken": 1}, detail="the probe reported nothing"),
        "repeats disagree: upheld 2 times, broken 1 times; the probe reported nothing",
    ),
    (Problem(ProblemKind.MEASUREMENT, detail="row fork: failed"), "row fork: failed"),
    (Problem(ProblemKind.OTHER, detail="it reported nothing"), "it reported nothing"),
]


@pytest.mark.parametrize(
    ("problem", "words"), WORDS, ids=lambda value: value.kind if isinstance(value, Problem) else ""
)
def test_a_problem_in_words(problem, words):
    assert str(problem) == words


def test_every_kind_has_words():
    assert {problem.kind for problem, _ in WORDS} == set(ProblemKind)
