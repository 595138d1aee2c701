"""``python -m procsem_dev.mutants`` as a developer uses it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from procsem_dev.mutants import load

MUTANT = "daemons-may-have-children"
START_GRANDCHILD = """
from multiprocessing import Process
def work():
    grandchild = Process(target=print, args=("a grandchild",))
    grandchild.start()
    grandchild.join()
if __name__ == "__main__":
    child = Process(target=work, daemon=True)
    child.start()
    child.join()
    raise SystemExit(child.exitcode)
"""


def mutants(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "procsem_dev.mutants", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120)


def test_the_list_has_every_mutant_with_its_claims() -> None:
    done = mutants("list")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line.partition(":")[0] for line in lines] == [*load(), "unmodified"]
    (line,) = [line for line in lines if line.startswith(f"{MUTANT}: ")]
    assert f"breaks: {load()[MUTANT].breaks}; flips: " in line
    assert all(claim in line for claim in load()[MUTANT].claims())


def test_a_mutant_is_built_and_breaks_its_rule(tmp_path: Path) -> None:
    script = tmp_path / "grandchild.py"
    script.write_text(START_GRANDCHILD)
    outcomes = {}
    for name in (MUTANT, "unmodified"):
        done = mutants("build", name, tmp_path / name)
        if "framework" in done.stderr:
            pytest.skip(f"needs an interpreter that can be copied: {done.stderr.strip()}")
        assert done.returncode == 0, done.stderr
        executable = done.stdout.strip()
        ran = subprocess.run([executable, str(script)], capture_output=True, text=True, timeout=60)
        outcomes[name] = (ran.returncode, "a grandchild" in ran.stdout)
    assert outcomes == {MUTANT: (0, True), "unmodified": (1, False)}


def test_an_unknown_mutant_is_one_line(tmp_path: Path) -> None:
    done = mutants("build", "no-such", tmp_path / "tree")
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("no mutant is called 'no-such'; there are ")


def test_a_folder_that_is_not_empty_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = mutants("build", "unmodified", tmp_path)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "is not empty; a tree needs a folder of its own" in line
