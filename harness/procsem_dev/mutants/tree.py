"""Build the interpreter tree of a mutant from any interpreter.

A tree contains the interpreter's executable and a standard library. The executable is a hard link or a copy, because
Python would follow a symbolic link back to the original. The library consists of links, except for the edited files and
the whole ``multiprocessing`` package, which are files of the tree. The interpreter finds its library next to its
executable, so ``-I``, ``-S``, ``-E``, a cleared environment or a clean ``sys.path`` change nothing; :func:`build` asks
the new interpreter where it found everything before it returns.

Each process records what it loaded: every edited file, the package, and the first file that any interpreter loads end
with a call that appends the time, the token of its task and the path of the file to the process's file in the tree's
trace. The record is made at import, and again in every process that is forked later. An edit can call
``_mutant_reached`` with a text, which is recorded in the same way at its first call.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from attrs import frozen

from procsem.containment.contract import TOKEN_VARIABLE
from procsem.errors import ProcsemError
from procsem_dev.mutants.definitions import UNMODIFIED, Mutant

PACKAGE = "multiprocessing"
REACHED = "_mutant_reached"
"""The name of a builtin function of the trees' interpreters, which records its argument once."""
_INIT = f"{PACKAGE}/__init__.py"
_FIRST = "encodings/__init__.py"
"""A file that every interpreter loads from its library when it starts, whatever its flags are."""

_LIBRARIES = ("libpython*", "libpypy*", "*.dll", "DLLs", "python3")
"""Patterns of the files that an executable may look for in its folder or in ../lib: its own code, on Windows its
extension modules, on Debian the folder of packages that all versions share."""

_PACKAGES = ("site-packages", "dist-packages")
"""Folders of installed packages, which are empty in a tree: no probe imports one, and their .pth files run whenever an
interpreter starts. Where an interpreter of the system had many packages, each start took 23 ms longer for them."""

_TIMEOUT = 60.0
"""Seconds for an interpreter to answer."""

_WHICH_INTERPRETER = """
import json, os, sys, sysconfig
print(json.dumps({
    "executable": os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable),
    "prefix": os.path.realpath(sys.base_prefix),
    "library": os.path.realpath(os.path.dirname(os.__file__)),
    "framework": sysconfig.get_config_var("PYTHONFRAMEWORK") or "",
}))
"""

_WHICH_FILES = """
import json, os, sys, importlib.util
found = {"prefix": sys.prefix, "base_prefix": sys.base_prefix, "library": os.path.dirname(os.__file__)}
for name in sys.argv[1:]:
    spec = importlib.util.find_spec(name)
    found[name] = spec.origin
    if os.path.isfile(spec.origin):
        spec.loader.get_code(name)
print(json.dumps(found))
"""

_TRACE_PACKAGE = "_mutant_trace"
_TRACE_CODE = '''"""Record which process loaded which file of this tree."""

try:  # os is imported later than the first file that records itself
    import posix as system
except ImportError:
    import nt as system
import _thread
import builtins
import time

# The environment at the start of the process: later changes of os.environ do not appear in it.
_token = system.environ.get({token!r}.encode()) or system.environ.get({token!r}) or "-"
_token = _token.decode() if isinstance(_token, bytes) else _token
_files = []
# Windows mixes up what is appended at the same time. Elsewhere a lock could be held while the process is forked.
_lock = _thread.allocate_lock() if system.__name__ == "nt" else None


# The defaults are there because the names of a module are gone when its interpreter ends.
def _record(*texts, system=system, now=time.monotonic_ns, token=_token, lock=_lock):
    lines = "".join("%d %s %s\\n" % (now(), token, text) for text in texts).encode()
    if lock:
        lock.acquire()
    try:  # each process has a file of its own
        trace = system.open({trace!r} + str(system.getpid()), system.O_WRONLY | system.O_APPEND | system.O_CREAT)
        try:
            return system.write(trace, lines) == len(lines)
        finally:
            system.close(trace)
    except OSError:  # no descriptor left, or no access any more: the missing record will be noticed
        return False
    finally:
        if lock:
            lock.release()


def loaded(file):
    _files.append(file)
    _record(file)


def _reached(text, recorded=set(), record=_record):
    # A forked process need not record again what its parent has recorded, because both belong to the same task.
    if text not in recorded and record(text):
        recorded.add(text)


builtins.{reached} = _reached
if hasattr(system, "register_at_fork"):
    system.register_at_fork(after_in_child=lambda: _record(*_files))
'''
_TRACE_LINE = f'\n__import__("{_TRACE_PACKAGE}").loaded(__file__)\n'


class TreeError(ProcsemError):
    """A tree cannot be built from this interpreter; the message says why."""


class FrameworkError(TreeError):
    """Raised for a framework build of macOS, which always finds the library of its framework."""


@frozen
class TraceEntry:
    """One record of one process."""

    pid: int
    token: str | None
    """The token of its task, or None if its environment was cleared."""
    text: str
    """The path of a file that it has loaded, or the argument of ``_mutant_reached``."""


@frozen
class Tree:
    """An interpreter with its own library, usable as ``--python``."""

    folder: Path
    executable: Path
    library: Path
    original: Path
    """The library of the interpreter that it was built from."""
    mutant: Mutant
    _trace: Path
    """The folder with the records of each process, in a file that has its pid as its name."""

    @property
    def first(self) -> Path:
        """A file that every process of this interpreter loads."""
        return self.library / _FIRST

    @property
    def package(self) -> Path:
        """A file that every process that uses multiprocessing loads."""
        return self.library / _INIT

    @property
    def edited(self) -> frozenset[Path]:
        """The files that differ from the original ones."""
        return frozenset(self.library / edit.file for edit in self.mutant.edits)

    def trace(self) -> list[TraceEntry]:
        """Return all records so far, in order."""
        records = [
            (int(when), int(file.name), token, text)
            for file in self._trace.iterdir()
            for when, token, text in (line.split(" ", 2) for line in file.read_text(encoding="utf-8").splitlines())
        ]
        return [TraceEntry(pid, None if token == "-" else token, text) for _, pid, token, text in sorted(records)]

    def loaded_files(self) -> dict[int, set[Path]]:
        """Return which of :attr:`first`, :attr:`package` and :attr:`edited` each process has loaded so far, by pid."""
        loaded: dict[int, set[Path]] = {}
        for entry in self.trace():
            if (file := Path(entry.text)).is_absolute():
                loaded.setdefault(entry.pid, set()).add(file)
        return loaded


def build(folder: Path, executable: str = sys.executable, mutant: Mutant = UNMODIFIED) -> Tree:
    """Build the mutant's tree in ``folder``, which must be new or empty, from the interpreter ``executable``.

    For a virtual environment, the tree is that of its base interpreter. Raises
    :class:`~procsem_dev.mutants.definitions.MutantError` if the mutant does not fit this Python, and
    :class:`TreeError`.
    """
    folder = Path(os.path.realpath(folder))
    if folder.exists() and any(folder.iterdir()):
        raise TreeError(f"{folder}: is not empty; a tree needs a folder of its own")
    base = _which_interpreter(executable)
    if base["framework"]:
        raise FrameworkError(
            f"{executable}: a macOS framework build, which always finds the library of its framework; use another build"
        )
    source, prefix, library = Path(base["executable"]), Path(base["prefix"]), Path(base["library"])
    if not library.is_relative_to(prefix):
        raise TreeError(f"{executable}: its library {library} is not below its prefix {prefix}")
    inside = source.relative_to(prefix) if source.is_relative_to(prefix) else Path("bin", source.name)
    inner = folder / library.relative_to(prefix)
    tree = Tree(folder, folder / inside, inner, library, mutant, folder / "trace")
    _place_executable(source, prefix, tree)
    _place_library(tree)
    tree._trace.mkdir()
    _check(tree)
    for records in tree._trace.iterdir():
        records.unlink()
    return tree


@cache
def _which_interpreter(executable: str) -> dict[str, Any]:
    return _ask(executable, _WHICH_INTERPRETER)


def _place_executable(source: Path, prefix: Path, tree: Tree) -> None:
    tree.executable.parent.mkdir(parents=True)
    _link_file(source, tree.executable)
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
    _mirror(library, tree.library, {file: text + _TRACE_LINE for file, text in edited.items()})
    package = tree.library / _TRACE_PACKAGE
    package.mkdir()
    code = _TRACE_CODE.format(trace=f"{tree._trace}{os.sep}", token=TOKEN_VARIABLE, reached=REACHED)
    (package / "__init__.py").write_text(code, encoding="utf-8")


def _mirror(source: Path, target: Path, written: Mapping[str, str]) -> None:
    """Fill ``target`` with links to the entries of ``source``, and with new files that have the ``written`` texts.

    A folder with new files is a real folder, and so is its ``__pycache__``, which has no caches of the new files: no
    stale cache is loaded, and no cache of a mutant is written through a link.
    """
    own = {file: text for file, text in written.items() if "/" not in file}
    deeper = {file.partition("/")[0] for file in written if "/" in file}
    stems = tuple(f"{Path(file).stem}." for file in own)
    target.mkdir(parents=True, exist_ok=True)
    for entry in os.scandir(source):
        at = target / entry.name
        if entry.name in own:
            at.write_bytes(own[entry.name].encode())
        elif entry.name in _PACKAGES:
            at.mkdir()
        elif entry.name in deeper:
            below = {f.partition("/")[2]: text for f, text in written.items() if f.startswith(f"{entry.name}/")}
            _mirror(Path(entry.path), at, below)
        elif entry.name == "__pycache__" and own:
            at.mkdir()
            for cache in os.scandir(entry.path):
                if not cache.name.startswith(stems) and ".opt-" not in cache.name:  # -O is rare, and writes its own
                    _link(Path(cache.path), at / cache.name)
        elif source.name == PACKAGE and entry.is_file():
            _copy(entry.path, at)
        else:
            _link(Path(entry.path), at)


def _hard_link(source: Path | str, target: Path | str) -> None:
    """Make a hard link to the file, or a copy if that is impossible (another file system, another owner)."""
    try:
        os.link(source, target)
    except OSError:
        _copy(source, target)


def _copy(source: Path | str, target: Path | str) -> None:
    """Copy a file with its times, so that the caches of a module stay valid. (Wine cannot run shutil.copy2.)"""
    shutil.copyfile(source, target)
    shutil.copystat(source, target)


def _link(source: Path, target: Path) -> None:
    if target.exists():
        return
    if sys.platform != "win32":
        target.symlink_to(source)
    elif source.is_dir():  # symbolic links need a privilege there; junctions exist only for folders
        import _winapi

        try:
            _winapi.CreateJunction(str(source), str(target))
        except OSError:  # a file system without junctions, or Wine; the folder exists by now
            shutil.copytree(source, target, copy_function=_link_file, dirs_exist_ok=True)
    else:
        _link_file(source, target)


def _link_file(source: Path | str, target: Path | str) -> None:
    """Make a hard link to the file. Windows removes no link to a file that any process executes: copy those."""
    if Path(source).suffix.lower() in (".exe", ".dll", ".pyd"):
        _copy(source, target)
    else:
        _hard_link(source, target)


def _check(tree: Tree) -> None:
    """Ask the new interpreter, without anything that could redirect it, what it would load. Raises TreeError."""
    files = [PACKAGE, *(edit.file.removesuffix(".py").removesuffix("/__init__") for edit in tree.mutant.edits)]
    found = _ask(str(tree.executable), _WHICH_FILES, *(file.replace("/", ".") for file in files))
    for name, path in found.items():
        if not Path(path).resolve().is_relative_to(tree.folder):
            raise TreeError(f"{tree.executable}: its {name} is {path!r}, which is not in the tree {tree.folder}")


def _ask(executable: str, code: str, *arguments: str) -> dict[str, Any]:
    command = [executable, "-I", "-S", "-c", code, *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT, check=True)
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer
    except subprocess.CalledProcessError as error:
        lines = str(error.stderr).strip().splitlines() or ["it printed no error"]
        raise TreeError(f"{executable}: exited with {error.returncode}: {lines[-1]}") from error
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        raise TreeError(f"{executable}: does not report its paths: {error}") from error
