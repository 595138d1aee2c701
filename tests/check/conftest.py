"""Programs with a known cause, and how they are run.

A program in ``programs/`` marks the line that a finding must name: ``# cause: NAME under METHOD, METHOD``, followed by
``if python < 3.13`` where it depends on the version (``forkserver[<3.14]`` where it does so for one method), or by
``if cpython``. One whose name ends in ``_ok`` has no mark:
it is the same program without the cause, and has no findings.
"""

import re
import sys
from pathlib import Path

import pytest

from procsem.check.case import Case
from procsem.check.diagnose import diagnose
from procsem.check.run import Request, default_method, run_once
from procsem.check.target import parse
from procsem.environment import identify

collect_ignore = ["programs"]  # some of them are tests of pytest, with faults
PROGRAMS = Path(__file__).parent / "programs"
EVIDENCE = Path(__file__).parent / "evidence"
MARK = re.compile(r"# cause: ([a-z0-9-]+)(?: under ([a-z]+[^ ]*(?:, [a-z]+[^ ]*)*))?(?: if (.+))?$", re.MULTILINE)
METHODS = ("fork", "spawn", "forkserver")


def files_of(path):
    """Return the Python files of a program."""
    return sorted(path.rglob("*.py")) if path.is_dir() else [path]


def expected(path, version, implementation):
    """Return what the marks of a program say for an interpreter: {(cause, file name, line): methods}."""
    found = {}
    for file in files_of(path):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            mark = MARK.search(line)
            if mark and _applies(mark[3], version, implementation):
                methods = mark[2].split(", ") if mark[2] else METHODS
                found[mark[1], file.name, number] = {name for method in methods for name in _method(method, version)}
    return found


def _method(word, version):
    """Return the start method of a word like ``spawn`` or ``forkserver[<3.14]``, if it is meant for this version."""
    name, _, condition = word.rstrip("]").partition("[")
    if not condition:
        return [name]
    operator, release = re.fullmatch(r"(<|>=)([\d.]+)", condition).groups()
    wanted = tuple(map(int, release.split(".")))
    return [name] if (version < wanted if operator == "<" else version >= wanted) else []


def _applies(condition, version, implementation):
    if condition is None:
        return True
    if condition == "cpython":
        return implementation == "cpython"
    operator, release = re.fullmatch(r"python (<|>=) ([\d.]+)", condition).groups()
    wanted = tuple(map(int, release.split(".")))
    return version < wanted if operator == "<" else version >= wanted


def found(diagnosis):
    """Return the findings in the same form."""
    return {(f.cause.name, Path(f.file).name, f.line): set(f.start_methods) for f in diagnosis.findings}


@pytest.fixture(scope="session")
def default():
    return default_method(sys.executable)


@pytest.fixture
def check(tmp_path, monkeypatch, default):
    """Run a program once per start method, in an empty folder, and return the diagnosis."""

    def run(program, methods=METHODS, timeout=20.0, words=()):
        monkeypatch.chdir(tmp_path)
        target = parse([*words, str(program)], tmp_path)
        python = identify(sys.executable)
        return diagnose(Case(tuple(run_once(Request(target, python, method, default, timeout)) for method in methods)))

    return run
