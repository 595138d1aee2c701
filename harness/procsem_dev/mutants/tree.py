"""Builds a whole interpreter tree around a mutant, from any interpreter.

A tree holds the interpreter's executable (a hard link or a copy: from a symbolic link Python would find its
way back to where it points) and beside it a standard library that is made of links, except for what the
mutant edits and the whole ``multiprocessing`` package, which are the tree's own files. The interpreter finds
its library by looking around its executable, so ``-I``, ``-S``, ``-E``, a cleared environment or a clean
``sys.path`` change nothing; :func:`build` asks the new interpreter where it found everything before it hands
it over.

Each process says what it loaded: each edited file, the package, and the first file that any interpreter loads,
end with a call that adds the process's pid, the token of its task and the file's path to the tree's marks, at the
import and again in every process forked afterwards. An edit may call ``_mutant_reached`` with a word of its own,
which is marked the same way when it is first called.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from procsem.containment.contract import TOKEN_VARIABLE
from procsem.errors import ProcsemError
from procsem_dev.mutants.entries import UNMODIFIED, Mutant

PACKAGE = "multiprocessing"
REACHED = "_mutant_reached"
"""A builtin function of the trees' interpreters: marks the word that it is given, once."""
_INIT = f"{PACKAGE}/__init__.py"
_FIRST = "encodings/__init__.py"
"""What every interpreter loads from its library at its start, whatever its flags."""

_LIBRARIES = ("libpython*", "libpypy*", "*.dll", "DLLs", "python3")
"""What an executable may look for beside itself or in ../lib: its own code, on Windows its extension modules, on
Debian the place of packages that all versions share."""

_SECONDS = 60.0

_WHO = """
import json, os, sys, sysconfig
print(json.dumps({
    "executable": os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable),
    "prefix": os.path.realpath(sys.base_prefix),
    "library": os.path.realpath(os.path.dirname(os.__file__)),
    "framework": sysconfig.get_config_var("PYTHONFRAMEWORK") or "",
}))
"""

_WHERE = """
import json, os, sys, importlib.util
found = {"prefix": sys.prefix, "base_prefix": sys.base_prefix, "library": os.path.dirname(os.__file__)}
for name in sys.argv[1:]:
    spec = importlib.util.find_spec(name)
    found[name] = spec.origin
    if os.path.isfile(spec.origin):
        spec.loader.get_code(name)
print(json.dumps(found))
"""

_MARKS_PACKAGE = "_mutant_marks"
_MARKS_CODE = '''"""Says which process loaded which file of this tree, and what else it is to say."""

try:  # os itself comes later in an interpreter's start than the first file that is marked
    import posix as system
except ImportError:
    import nt as system
import builtins

# As it was at the process's start: what a program changes in os.environ later is not seen here.
_token = system.environ.get({token!r}.encode()) or system.environ.get({token!r}) or "-"
_token = _token.decode() if isinstance(_token, bytes) else _token
_files = []


def _mark(*words, system=system, token=_token):  # the module's own names are gone at the end of an interpreter
    said = "".join("%d %s %s\\n" % (system.getpid(), token, word) for word in words).encode()
    try:
        where = system.open({marks!r}, system.O_WRONLY | system.O_APPEND | system.O_CREAT)
        try:
            return system.write(where, said) == len(said)
        finally:
            system.close(where)
    except OSError:  # no descriptor left, no access any more: the missing mark will be noticed
        return False


def loaded(file):
    _files.append(file)
    _mark(file)


def _reached(word, said=set(), mark=_mark):
    # A forked process has no need to say what the process that it is a copy of has said: they are of one task.
    if word not in said and mark(word):
        said.add(word)


builtins.{reached} = _reached
if hasattr(system, "register_at_fork"):
    system.register_at_fork(after_in_child=lambda: _mark(*_files))
'''
_MARK_LINE = f'\n__import__("{_MARKS_PACKAGE}").loaded(__file__)\n'


class TreeError(ProcsemError):
    """A tree cannot be built from this interpreter; the message says why."""


class FrameworkError(TreeError):
    """A framework build of macOS finds its library from the framework, wherever its executable stands."""


@frozen
class Mark:
    """What one process said."""

    pid: int
    token: str | None
    """Of the task that it was started in; None where its environment was cleared."""
    word: str
    """The path of a file that it has loaded, or what it called ``_mutant_reached`` with."""


@frozen
class Tree:
    """An interpreter that can be given to ``--python``."""

    folder: Path
    executable: Path
    library: Path
    original: Path
    """The library of the interpreter that it was built from."""
    mutant: Mutant
    _marks: Path

    @property
    def first(self) -> Path:
        """The file that every process of this interpreter loads."""
        return self.library / _FIRST

    @property
    def package(self) -> Path:
        """The file that every process which uses multiprocessing loads."""
        return self.library / _INIT

    @property
    def edited(self) -> frozenset[Path]:
        """The files that differ from the unmodified interpreter's."""
        return frozenset(self.library / edit.file for edit in self.mutant.edits)

    def said(self) -> list[Mark]:
        """All marks so far, in their order."""
        lines = (line.split(" ", 2) for line in self._marks.read_text(encoding="utf-8").splitlines())
        return [Mark(int(pid), None if token == "-" else token, word) for pid, token, word in lines]

    def marks(self) -> dict[int, set[Path]]:
        """By pid: which of :attr:`first`, :attr:`package` and :attr:`edited` each process has had loaded so far."""
        seen: dict[int, set[Path]] = {}
        for mark in self.said():
            if (file := Path(mark.word)).is_absolute():
                seen.setdefault(mark.pid, set()).add(file)
        return seen


def build(folder: Path, executable: str = sys.executable, mutant: Mutant = UNMODIFIED) -> Tree:
    """Build the mutant's tree in ``folder``, which must be new or empty, from the interpreter ``executable``.

    A virtual environment's tree is that of the interpreter it was made from. Raises
    :class:`~procsem_dev.mutants.entries.MutantError` where the mutant does not fit this Python, and :class:`TreeError`.
    """
    folder = Path(os.path.realpath(folder))
    if folder.exists() and any(folder.iterdir()):
        raise TreeError(f"{folder}: is not empty; a tree wants a folder of its own")
    base = _ask(executable, _WHO)
    if base["framework"]:
        raise FrameworkError(
            f"{executable}: a macOS framework build, which finds its library by the framework; use another build"
        )
    source, prefix, library = Path(base["executable"]), Path(base["prefix"]), Path(base["library"])
    if not library.is_relative_to(prefix):
        raise TreeError(f"{executable}: its library {library} is not below its prefix {prefix}")
    inside = source.relative_to(prefix) if source.is_relative_to(prefix) else Path("bin", source.name)
    inner = folder / library.relative_to(prefix)
    tree = Tree(folder, folder / inside, inner, library, mutant, folder / "marks.txt")
    _place_executable(source, prefix, tree)
    _place_library(tree)
    tree._marks.touch()
    _check(tree)
    tree._marks.write_bytes(b"")
    return tree


def _place_executable(source: Path, prefix: Path, tree: Tree) -> None:
    tree.executable.parent.mkdir(parents=True)
    _own(source, tree.executable)
    for where in {source.parent, prefix / "lib"}:
        there = tree.folder / where.relative_to(prefix) if where.is_relative_to(prefix) else tree.executable.parent
        there.mkdir(exist_ok=True)
        for pattern in _LIBRARIES:
            for entry in where.glob(pattern):
                _link(entry, there / entry.name)


def _place_library(tree: Tree) -> None:
    library = tree.original
    files = dict.fromkeys([*(edit.file for edit in tree.mutant.edits), _INIT, _FIRST])
    missing = [file for file in files if not (library / file).is_file()]
    if missing:
        raise TreeError(f"{library}: there is no {missing[0]}")
    texts = {file: (library / file).read_text(encoding="utf-8") for file in files}
    edited = {**texts, **tree.mutant.apply(texts)}
    _mirror(library, tree.library, {file: text + _MARK_LINE for file, text in edited.items()})
    marks = tree.library / _MARKS_PACKAGE
    marks.mkdir()
    code = _MARKS_CODE.format(marks=str(tree._marks), token=TOKEN_VARIABLE, reached=REACHED)
    (marks / "__init__.py").write_text(code, encoding="utf-8")


def _mirror(source: Path, target: Path, written: Mapping[str, str]) -> None:
    """Fill ``target`` with links to what is in ``source``, and with files of its own for what is to be ``written``.

    A folder with something to write in it is a real one, and so is its ``__pycache__``, without the caches of what
    is written: nothing stale is loaded, and no cache of a mutant finds its way to where the links lead.
    """
    own = {file: text for file, text in written.items() if "/" not in file}
    deeper = {file.partition("/")[0] for file in written if "/" in file}
    stems = tuple(f"{Path(file).stem}." for file in own)
    target.mkdir(parents=True, exist_ok=True)
    for entry in os.scandir(source):
        at = target / entry.name
        if entry.name in own:
            at.write_bytes(own[entry.name].encode())
        elif entry.name in deeper:
            below = {f.partition("/")[2]: text for f, text in written.items() if f.startswith(f"{entry.name}/")}
            _mirror(Path(entry.path), at, below)
        elif entry.name == "__pycache__" and own:
            at.mkdir()
            for cache in os.scandir(entry.path):
                if not cache.name.startswith(stems) and ".opt-" not in cache.name:  # -O is rare: it makes its own
                    _link(Path(cache.path), at / cache.name)
        elif source.name == PACKAGE and entry.is_file():
            _copy(entry.path, at)
        else:
            _link(Path(entry.path), at)


def _own(source: Path | str, target: Path | str) -> None:
    """A second name of the file, or where that cannot be (another file system, another's file) a copy."""
    try:
        os.link(source, target)
    except OSError:
        _copy(source, target)


def _copy(source: Path | str, target: Path | str) -> None:
    """With its times, so that the caches of a module stay valid. (copy2 needs what Wine lacks.)"""
    shutil.copyfile(source, target)
    shutil.copystat(source, target)


def _link(source: Path, target: Path) -> None:
    if target.exists():
        return
    if sys.platform != "win32":
        target.symlink_to(source)
    elif source.is_dir():  # symbolic links take a privilege there; junctions are for folders alone
        import _winapi

        try:
            _winapi.CreateJunction(str(source), str(target))
        except OSError:  # a file system without them, and Wine; the folder is made by then
            shutil.copytree(source, target, copy_function=_own, dirs_exist_ok=True)
    else:
        _own(source, target)


def _check(tree: Tree) -> None:
    """Ask the new interpreter, from which everything that could redirect it is taken, what it would load."""
    files = [PACKAGE, *(edit.file.removesuffix(".py").removesuffix("/__init__") for edit in tree.mutant.edits)]
    found = _ask(str(tree.executable), _WHERE, *(file.replace("/", ".") for file in files))
    for what, where in found.items():
        if not Path(where).resolve().is_relative_to(tree.folder):
            raise TreeError(f"{tree.executable}: its {what} is {where!r}, which is not in the tree {tree.folder}")


def _ask(executable: str, code: str, *arguments: str) -> dict[str, Any]:
    command = [executable, "-I", "-S", "-c", code, *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=True)
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer
    except subprocess.CalledProcessError as error:
        said = str(error.stderr).strip().splitlines() or ["it said nothing"]
        raise TreeError(f"{executable}: exited with {error.returncode}: {said[-1]}") from error
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        raise TreeError(f"{executable}: cannot be asked about itself: {error}") from error
