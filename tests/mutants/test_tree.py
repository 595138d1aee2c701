"""The mutants' trees: what their interpreters load, and that nothing leads out of them or back into the original."""

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
from procsem_dev.mutants.entries import UNMODIFIED, Edit, Mutant, MutantError, load
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


def edit(find: str, replace: str = "", file: str = "a.py") -> Edit:
    return Edit(file, find, replace)


def mutant(*edits: Edit) -> Mutant:
    return Mutant("m", "a rule", (), edits)


@pytest.fixture(scope="module")
def liar(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    try:
        return build(tmp_path_factory.mktemp("liar") / "tree", sys.executable, LIAR)
    except FrameworkError as error:
        pytest.skip(f"needs an interpreter that can be copied: {error}")


def ask(executable: Path | str, code: str, *flags: str, env: Mapping[str, str] | None = None) -> Any:
    """The value of an expression, in a process of its own."""
    command = [str(executable), *flags, "-c", f"import json, os, sys; print(json.dumps({code}))"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=env)
    return json.loads(done.stdout)


def original(code: str) -> Any:
    return ask(sys.executable, code, "-I")


# -------------------------------------------------------------------- edits


def test_an_edit_is_made() -> None:
    assert mutant(edit("b", "x")).apply({"a.py": "abc"}) == {"a.py": "axc"}


def test_edits_of_one_file_are_alternatives_in_order() -> None:
    either = mutant(edit("old words", "1"), edit("b", "2"), edit("c", "3"))
    assert either.apply({"a.py": "abc"}) == {"a.py": "a2c"}


def test_each_file_is_edited() -> None:
    both = mutant(edit("a", "1"), edit("b", "2", "b.py"))
    assert both.apply({"a.py": "a", "b.py": "b"}) == {"a.py": "1", "b.py": "2"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bob", "m: the text to find stands 2 times in a.py"),
        ("xyz", "m: none of its texts stands in a.py of this Python"),
    ],
)
def test_a_text_that_is_not_there_once_is_an_error(text: str, said: str) -> None:
    with pytest.raises(MutantError, match=said):
        mutant(edit("b")).apply({"a.py": text})


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[m", "is not valid TOML"),
        ("[m]\nbreaks = 'b'\nturns = []", r"\[m\].*edit"),
        ("[m]\nbreaks = 'b'\nturns = []\nedit = []", "edits nothing"),
        ("[m]\nbreaks = 'b'\nturns = []\nedit = [{ file = 'a', find = 'x', replace = 'x' }]", "changes nothing"),
        ("[m]\nbreaks = 'b'\nturns = []\nedit = [{ file = 'a', find = 'x', wrong = 'y' }]", "wrong"),
        (
            "[m]\nbreaks = 'b'\nturns = []\nneeds = { python = 'new' }\nedit = [{ file='a', find='x', replace='y' }]",
            "needs",
        ),
        (
            "[m]\nbreaks = 'b'\nturns = []\neverywhere = ['t/c']\nedit = [{ file='a', find='x', replace='y' }]",
            "everywhere names 't/c', which `turns` does not",
        ),
        ("[unmodified]\nbreaks = 'b'\nturns = []\nedit = [{ file='a', find='x', replace='y' }]", "another mutant"),
    ],
)
def test_a_mutant_that_is_written_wrongly_is_an_error(tmp_path: Path, written: str, said: str) -> None:
    (tmp_path / "bad.toml").write_text(written)
    with pytest.raises(MutantError, match=said) as error:
        load(tmp_path)
    assert "bad.toml" in str(error.value)


# -------------------------------------------------------------------- trees


@pytest.mark.parametrize("flags", [(), ("-I",), ("-I", "-S"), ("-E", "-s"), ("-O",), ("-I", "-S", "-B")], ids=" ".join)
def test_no_flag_leads_out_of_the_tree(liar: Tree, flags: tuple[str, ...]) -> None:
    assert ask(liar.executable, LIE, *flags) == 1
    for where in ("sys.prefix", "sys.base_prefix", "sys.exec_prefix", "__import__('sysconfig').get_path('stdlib')"):
        assert Path(ask(liar.executable, where, *flags)).is_relative_to(liar.folder), where


def test_no_environment_leads_out_of_the_tree(liar: Tree, tmp_path: Path) -> None:
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
def test_a_tree_that_leads_out_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the executable a symbolic link, Python would follow it home."""
    monkeypatch.setattr(tree, "_own", lambda source, target: target.symlink_to(source))
    with pytest.raises(TreeError, match=r"its prefix is .* which is not in the tree"):
        build(tmp_path / "tree", sys.executable, LIAR)


def test_the_original_is_not_touched(tmp_path: Path) -> None:
    """A module beside which the original keeps its caches is edited, loaded, and leaves no trace there."""
    subprocesses = Edit("subprocess.py", "import builtins\n", "import builtins\nlie = 1\n")
    package = Path(original("os.path.dirname(__import__('multiprocessing').__file__)"))

    def census() -> dict[str, tuple[int, int]]:
        found = {}
        for folder in (package, package.parent):
            for file in [*folder.glob("*.py"), *folder.glob(f"__pycache__/*{sys.implementation.cache_tag}*")]:
                found[str(file)] = (file.stat().st_mtime_ns, file.stat().st_size)
        return found

    original(
        "[__import__(name) for name in ('multiprocessing', 'subprocess')] and 0"
    )  # its caches are written, if ever
    before = census()
    both = build(tmp_path / "tree", sys.executable, mutant(subprocesses, *LIAR.edits))
    assert ask(both.executable, f"[{LIE}, __import__('subprocess').lie]") == [1, 1]
    assert census() == before
    assert original("hasattr(__import__('subprocess'), 'lie')") is False


def test_no_stale_cache_is_used(liar: Tree) -> None:
    """A cache of an edited file is the tree's own; those of the other files are taken over."""
    caches = (liar.library / PACKAGE / "__pycache__").glob(f"*.{sys.implementation.cache_tag}*.pyc")
    lead_out = {file.name.partition(".")[0] for file in caches if not file.resolve().is_relative_to(liar.folder)}
    assert not lead_out & {"process", "__init__"}


def test_a_virtual_environment_gives_the_tree_of_its_base(tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=False, symlinks=sys.platform != "win32")
    inside = "Scripts/python.exe" if sys.platform == "win32" else "bin/python"
    based = build(tmp_path / "tree", str(tmp_path / "venv" / inside), LIAR)
    assert ask(based.executable, LIE, "-I") == 1


def test_a_module_that_the_executable_carries_cannot_be_edited_unnoticed(tmp_path: Path) -> None:
    """From 3.11 on, ``os`` is frozen: it is loaded from the executable, whatever stands in the library."""
    frozen = mutant(Edit("os.py", "import abc\n", "import abc\nlie = 1\n"))
    if sys.version_info >= (3, 11) and sys.implementation.name == "cpython":
        with pytest.raises(TreeError, match="its os is 'frozen'"):
            build(tmp_path / "tree", sys.executable, frozen)
    else:
        assert ask(build(tmp_path / "tree", sys.executable, frozen).executable, "os.lie") == 1


def test_what_cannot_be_built_is_said_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    for folder, executable, what, said in [
        ("full", sys.executable, UNMODIFIED, "is not empty"),
        ("a", str(tmp_path / "no-such-python"), UNMODIFIED, "no-such-python: cannot be asked"),
        ("b", sys.executable, mutant(Edit("no_such.py", "a", "b")), "there is no no_such.py"),
        ("c", sys.executable, mutant(Edit(f"{PACKAGE}/process.py", "import itertools\n", "import\n")), "SyntaxError"),
    ]:
        with pytest.raises(TreeError, match=said) as error:
            build(tmp_path / folder, executable, what)
        assert "\n" not in str(error.value)


# -------------------------------------------------------------------- marks


def test_every_process_says_what_it_loaded(liar: Tree, tmp_path: Path) -> None:
    """The program, its child and its grandchild, and with a fork server, their parent, that one too."""
    script = tmp_path / "family.py"
    script.write_text(FAMILY)
    for method in ask(liar.executable, "__import__('multiprocessing').get_all_start_methods()"):
        command = [str(liar.executable), str(script), method]
        said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=60).stdout.split()
        pids = {int(pid) for pid in said}
        assert len(pids) == (4 if method == "forkserver" else 3)
        marks = liar.marks()
        assert all(marks[pid] == {liar.first, liar.package, *liar.edited} for pid in pids)


def test_a_process_of_another_interpreter_leaves_no_mark(liar: Tree) -> None:
    before = liar.marks()
    original("__import__('multiprocessing') and 0")
    assert liar.marks() == before
    pid = ask(liar.executable, "os.getpid()", "-I", "-S")
    assert {pid: liar.marks()[pid] for pid in liar.marks() if pid not in before} == {pid: {liar.first}}
