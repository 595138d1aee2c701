"""How Linux's /proc is read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

assert sys.platform == "linux"  # conftest.py leaves this module out elsewhere

from procsem.containment.posix import linux

from .miniature import SYSTEM, Miniature, eventually


@pytest.mark.parametrize("state", ["X", "Z"])
def test_a_process_that_is_released_while_it_is_read_counts_as_gone(
    monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    """Seen once in a thousand reads of processes that end and are reaped: neither parent nor group is shown."""
    line = f"4321 (python) {state} 0 -1 -1 " + "0 " * 60
    monkeypatch.setattr(linux, "_read", lambda path: line.encode())
    assert linux.read_stat(4321) is None
    monkeypatch.setattr(linux, "_read", lambda path: line.replace("0 -1 -1", "7 7 7", 1).encode())
    assert linux.read_stat(4321) is not None


def test_a_name_may_contain_parentheses(tmp_path: Path) -> None:
    name = tmp_path / "a) R (1 b"
    name.symlink_to("/bin/sleep")
    with subprocess.Popen([str(name), "60"]) as process:
        try:
            assert eventually(lambda: psutil.Process(process.pid).name() == name.name, within=5.0)
            stat = linux.read_stat(process.pid)
            assert stat is not None
            assert stat[0].name == name.name
            assert (stat[0].parent, stat[0].session) == (os.getpid(), os.getsid(process.pid))
            assert not stat[0].zombie
            process.kill()
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
            stat = linux.read_stat(process.pid)
            assert stat is not None
            assert stat[0].zombie
        finally:
            process.kill()
    assert linux.read_stat(process.pid) is None


def test_a_kernel_without_children_files_is_supported(miniature: Miniature) -> None:
    """The slower way, over all processes, finds the same processes."""
    code = (
        "import json, os, subprocess, sys\n"
        "from procsem.containment.posix.linux import SubreaperTree\n"
        "tree = SubreaperTree()\n"
        "child = subprocess.Popen(sys.argv[1:])\n"
        "child.wait()\n"
        "by_children = sorted(p.pid for p in tree.iter_processes())\n"
        "tree._has_children_files = False\n"
        "by_parent = sorted(p.pid for p in tree.iter_processes())\n"
        "for pid in by_parent: os.kill(pid, 9)\n"
        "for pid in by_parent: os.waitpid(pid, 0)\n"
        "print(json.dumps([by_children, by_parent]))\n"
    )
    root = Path(__file__).parents[2] / "harness"
    done = subprocess.run(
        [sys.executable, "-c", code, *miniature.command("leave_children", 5)],
        cwd=root, env=SYSTEM, capture_output=True, text=True, check=True,
    )  # fmt: skip
    by_children, by_parent = json.loads(done.stdout)
    assert by_children == by_parent
    assert set(by_parent) == set(list(miniature.recorded())[1:])
