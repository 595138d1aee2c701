"""The mutants' trees: their interpreters load nothing from outside, and the original is never written to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from procsem_dev.mutants import tree
from procsem_dev.mutants.definitions import UNMODIFIED, Edit, Mutant
from procsem_dev.mutants.tree import PACKAGE, FrameworkError, Tree, TreeError, build

FAMILY = """
import os, sys
from multiprocessing import Process, set_start_method

def person(descendants):
    print(os.getpid(), flush=True)
    if descendants:
        child = Process(target=person, args=(descendants - 1,))
        child.start()
        child.join()

def child():
    print(os.getppid(), flush=True)
    person(1)

if __name__ == "__main__":
    set_start_method(sys.argv[1])
    print(os.getpid(), flush=True)
    first = Process(target=child)
    first.start()
    first.join()
"""
LIAR = Mutant(
    "liar", "nothing", (), (Edit(f"{PACKAGE}/process.py", "import itertools\n", "import itertools\nlie = 1\n"),)
)
LIE = "__import__('multiprocessing.process').process.lie"


def mutant(*edits: Edit) -> Mutant:
    return Mutant("m", "a rule", (), edits)


@pytest.fixture(scope="module")
def liar(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    try:
        return build(tmp_path_factory.mktemp("liar") / "tree", sys.executable, LIAR)
    except FrameworkError as error:
        pytest.skip(f"needs an interpreter that can be copied: {error}")


def ask(executable: Path | str, code: str, *flags: str, env: Mapping[str, str] | None = None) -> Any:
    """Return the value of an expression in a new process."""
    command = [str(executable), *flags, "-c", f"import json, os, sys; print(json.dumps({code}))"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=env)
    return json.loads(done.stdout)


def original(code: str) -> Any:
    return ask(sys.executable, code, "-I")


@pytest.mark.parametrize("flags", [(), ("-I",), ("-I", "-S"), ("-E", "-s"), ("-O",), ("-I", "-S", "-B")], ids=" ".join)
def test_no_flag_makes_it_load_other_files(liar: Tree, flags: tuple[str, ...]) -> None:
    assert ask(liar.executable, LIE, *flags) == 1
    for path in ("sys.prefix", "sys.base_prefix", "sys.exec_prefix", "__import__('sysconfig').get_path('stdlib')"):
        assert Path(ask(liar.executable, path, *flags)).is_relative_to(liar.folder), path


def test_no_environment_variable_makes_it_load_other_files(liar: Tree, tmp_path: Path) -> None:
    essential = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    assert ask(liar.executable, LIE, env=essential) == 1
    elsewhere = {
        **essential,
        "PYTHONPATH": str(tmp_path),
        "HOME": str(tmp_path),
        "PATH": str(Path(sys.executable).parent),
    }
    assert ask(liar.executable, LIE, env=elsewhere) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="needs the right to make symbolic links")
def test_a_tree_that_loads_other_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the executable were a symbolic link, Python would follow it to the original."""
    monkeypatch.setattr(tree, "_hard_link", lambda source, target: target.symlink_to(source))
    with pytest.raises(TreeError, match=r"its prefix is .* which is not in the tree"):
        build(tmp_path / "tree", sys.executable, LIAR)


def test_the_original_is_not_changed(tmp_path: Path) -> None:
    """A module is edited and loaded whose caches the original keeps next to it."""
    subprocesses = Edit("subprocess.py", "import builtins\n", "import builtins\nlie = 1\n")
    package = Path(original("os.path.dirname(__import__('multiprocessing').__file__)"))

    def snapshot() -> dict[str, tuple[int, int]]:
        found = {}
        for folder in (package, package.parent):
            for file in [*folder.glob("*.py"), *folder.glob(f"__pycache__/*{sys.implementation.cache_tag}*")]:
                found[str(file)] = (file.stat().st_mtime_ns, file.stat().st_size)
        return found

    # Now its caches are written, if they ever are.
    original("[__import__(name) for name in ('multiprocessing', 'subprocess')] and 0")
    before = snapshot()
    both = build(tmp_path / "tree", sys.executable, mutant(subprocesses, *LIAR.edits))
    assert ask(both.executable, f"[{LIE}, __import__('subprocess').lie]") == [1, 1]
    assert snapshot() == before
    assert original("hasattr(__import__('subprocess'), 'lie')") is False


def test_a_tree_has_no_installed_packages(liar: Tree) -> None:
    """Their .pth files would run in every process of every probe."""
    folders = [Path(folder) for folder in ask(liar.executable, "__import__('site').getsitepackages()")]
    assert [entry for folder in folders if folder.is_dir() for entry in folder.iterdir()] == []


def test_no_stale_cache_is_used(liar: Tree) -> None:
    """The caches of edited files are the tree's own; those of the other files are shared."""
    caches = (liar.library / PACKAGE / "__pycache__").glob(f"*.{sys.implementation.cache_tag}*.pyc")
    shared = {file.name.partition(".")[0] for file in caches if not file.resolve().is_relative_to(liar.folder)}
    assert not shared & {"process", "__init__"}


def test_a_virtual_environment_has_the_tree_of_its_base(tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=False, symlinks=sys.platform != "win32")
    inside = "Scripts/python.exe" if sys.platform == "win32" else "bin/python"
    based = build(tmp_path / "tree", str(tmp_path / "venv" / inside), LIAR)
    assert ask(based.executable, LIE, "-I") == 1


def test_editing_a_frozen_module_is_an_error(tmp_path: Path) -> None:
    """From 3.11 on, ``os`` is frozen: it is loaded from the executable, not from the library."""
    frozen = mutant(Edit("os.py", "import abc\n", "import abc\nlie = 1\n"))
    if sys.version_info >= (3, 11) and sys.implementation.name == "cpython":
        with pytest.raises(TreeError, match="its os is 'frozen'"):
            build(tmp_path / "tree", sys.executable, frozen)
    else:
        assert ask(build(tmp_path / "tree", sys.executable, frozen).executable, "os.lie") == 1


def test_a_tree_that_cannot_be_built_is_reported_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    for folder, executable, what, message in [
        ("full", sys.executable, UNMODIFIED, "is not empty"),
        ("a", str(tmp_path / "no-such-python"), UNMODIFIED, "no-such-python: does not report its paths"),
        ("b", sys.executable, mutant(Edit("no_such.py", "a", "b")), "there is no no_such.py"),
        ("c", sys.executable, mutant(Edit(f"{PACKAGE}/process.py", "import itertools\n", "import\n")), "SyntaxError"),
    ]:
        with pytest.raises(TreeError, match=message) as error:
            build(tmp_path / folder, executable, what)
        assert "\n" not in str(error.value)


def test_every_process_records_what_it_loaded(liar: Tree, tmp_path: Path) -> None:
    """The program, its child and its grandchild, and the fork server if there is one."""
    script = tmp_path / "family.py"
    script.write_text(FAMILY)
    for method in ask(liar.executable, "__import__('multiprocessing').get_all_start_methods()"):
        command = [str(liar.executable), str(script), method]
        output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=60).stdout.split()
        pids = {int(pid) for pid in output}
        assert len(pids) == (4 if method == "forkserver" else 3)
        loaded = liar.loaded_files()
        assert all(loaded[pid] == {liar.first, liar.package, *liar.edited} for pid in pids)


def test_a_process_of_another_interpreter_records_nothing(liar: Tree) -> None:
    before = liar.loaded_files()
    original("__import__('multiprocessing') and 0")
    assert liar.loaded_files() == before
    pid = ask(liar.executable, "os.getpid()", "-I", "-S")
    new = {pid: files for pid, files in liar.loaded_files().items() if pid not in before}
    assert new == {pid: {liar.first}}
