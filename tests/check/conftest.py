"""Programs with a known cause, and how they are run.

A program in ``programs/`` marks the line that a finding must name: ``# cause: NAME under METHOD, METHOD``. One whose
name ends in ``_ok`` has no mark: it is the same program without the cause, and has no findings.
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

PROGRAMS = Path(__file__).parent / "programs"
_MARK = re.compile(r"# cause: ([a-z0-9-]+)(?: under ([a-z, ]+))?")


def expected(path):
    """Return what the marks of a program say: {(cause, line): methods}."""
    found = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if mark := _MARK.search(line):
            methods = mark[2].strip().split(", ") if mark[2] else ["fork", "spawn", "forkserver"]
            found[mark[1], number] = set(methods)
    return found


@pytest.fixture(scope="session")
def default():
    return default_method(sys.executable)


@pytest.fixture
def check(tmp_path, monkeypatch, default):
    """Run a program under start methods, in an empty folder, and return the diagnosis."""

    def run(program, methods, timeout=20.0, words=()):
        monkeypatch.chdir(tmp_path)
        target = parse([*words, str(program)], tmp_path)
        python = identify(sys.executable)
        return diagnose(Case(tuple(run_once(Request(target, python, method, default, timeout)) for method in methods)))

    return run
