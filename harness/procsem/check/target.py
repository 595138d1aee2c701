"""The program to be checked: from the words that the user typed to a command line of an interpreter."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from attrs import frozen

from procsem.errors import ProcsemError

_CONSOLE_SCRIPT = (
    "import re\nimport sys\nfrom pytest import console_main\nif __name__ == '__main__':\n    sys.exit(console_main())\n"
)


class TargetError(ProcsemError):
    """Raised when the words do not name a program that can be run; the message is one line."""


@frozen
class Target:
    """A program and its arguments."""

    words: tuple[str, ...]
    """As the user typed them."""
    kind: str
    """``script``, ``module``, ``code``, ``stdin``, ``folder`` (or zip file) or ``pytest``."""
    arguments: tuple[str, ...]
    """The words after the interpreter on the command line."""
    main_file: str | None
    """The file that runs as ``__main__``, where it is known before the run."""

    def command(self, python: str, scratch: Path) -> list[str]:
        """Return the command line that runs the program under an interpreter."""
        if self.kind == "pytest" and self.arguments[0] == "pytest":
            # The console script, not `python -m pytest`, which puts the working directory on sys.path.
            script = Path(python).parent / "pytest"
            if not script.is_file() or sys.platform == "win32":
                script = scratch / "pytest"
                script.write_text(_CONSOLE_SCRIPT, encoding="utf-8")
            return [python, str(script), *self.arguments[1:]]
        return [python, *self.arguments]


def parse(words: Sequence[str], folder: Path, stdin: bool = False) -> Target:
    """Return the target that the words name, seen from a folder. Raises :class:`TargetError`.

    ``stdin`` says that there is a file for standard input; without other words, the file is the program.
    """
    given = tuple(words)
    rest = list(words)
    if rest and Path(rest[0]).name.removesuffix(".exe") in ("python", "python3") and not Path(rest[0]).is_dir():
        rest = rest[1:]
    if not rest and stdin:
        rest = ["-"]
    if not rest or not rest[0]:
        raise TargetError(
            "no program to check; name a script, -m MODULE, -c CODE, a folder, or pytest with its arguments"
        )
    first = rest[0]
    if first in ("-m", "-c"):
        if len(rest) < 2:
            raise TargetError(f"{first} needs {'the name of a module' if first == '-m' else 'code'}")
        if first == "-c":
            return Target(given, "code", tuple(rest), None)
        kind = "pytest" if rest[1] == "pytest" else "module"
        return Target(given, kind, tuple(rest), _module_file(rest[1], folder))
    if first == "-":
        if not stdin:
            raise TargetError("-: a program on standard input is read once per run; name its file with --stdin FILE")
        return Target(given or ("-",), "stdin", tuple(rest), None)
    if first.startswith("-"):
        raise TargetError(f"{first}: is an option of the interpreter; only -m and -c are supported")
    path = folder / Path(first).expanduser()
    if first == "pytest" and not path.is_file():
        return Target(given, "pytest", tuple(rest), None)
    if path.is_dir():
        if not (path / "__main__.py").is_file():
            raise TargetError(f"{first}: is a folder without a __main__.py; name a script, or use -m")
        return Target(given, "folder", tuple(rest), str(path / "__main__.py"))
    if not path.is_file():
        raise TargetError(f"{first}: there is no such file; name a script, -m MODULE, -c CODE, a folder, or pytest")
    with path.open("rb") as file:
        zipped = file.read(4) == b"PK\x03\x04"
    return Target(given, "folder" if zipped else "script", tuple(rest), None if zipped else str(path))


def _module_file(name: str, folder: Path) -> str | None:
    base = folder.joinpath(*name.split("."))
    for path in (base.with_suffix(".py"), base / "__main__.py"):
        if path.is_file():
            return str(path)
    return None


def default_python() -> str:
    """Return the interpreter of the active virtual environment, or the one that runs procsem."""
    active = os.environ.get("VIRTUAL_ENV")
    if active:
        for name in ("bin/python", "Scripts/python.exe"):
            if (path := Path(active, name)).exists():
                return str(path)
    return sys.executable or shutil.which("python3") or "python3"
