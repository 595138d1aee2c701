"""Is this a Python, and which? Asked of a program before anything is run with it."""

# pathlib would take the "./" off a path, and its resolve() would follow the links of a virtual environment.
# ruff: noqa: PTH100, PTH110, PTH111, PTH112, PTH113, PTH120, PTH121
from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections import deque
from typing import IO, TypeAlias

from attrs import frozen

from procsem.errors import ProcsemError
from procsem.exit_status import describe_exit

OLDEST = (3, 9)
"""The oldest Python that probes run under."""

_MARK = b"procsem-python "

# Read by whatever program was named: by Python 2 as well, and by a shell, where `import` may be a program
# (ImageMagick's takes a picture of the screen), so it begins with what no shell can parse.
_QUESTION = (
    f"__import__('sys').stdout.write('{_MARK.decode()}' + __import__('json').dumps("
    "[__import__('sys').version_info[:3], __import__('sys').platform, __import__('sys').executable]) + '\\n')"
)


class InterpreterError(ProcsemError):
    """No Python that probes can run under; the message is one line: what, why, and what to do."""


@frozen
class Identity:
    """A Python that starts and answers."""

    executable: str
    """Its absolute path. Links are not followed: they tell a virtual environment from its base."""
    version: tuple[int, int, int]
    platform: str
    """Its ``sys.platform``, which is not ours under Wine."""


def identify(executable: str, timeout: float = 30.0) -> Identity:
    """Find a Python by its path or by its name on PATH, and ask it for its version.

    A path means that very file, be it a wrapper; a name means the Python that it stands for, so that the shim of
    a version manager, which starts dozens of processes of its own, is asked once and then passed over.

    It is started as a plain child, outside any containment, on purpose: a Windows Python under Wine brings up
    Wine's server, which is to outlive the question and to belong to nobody's tree. Standard streams are pipes,
    as a Windows Python under Wine demands.

    Raises :class:`InterpreterError` when there is none, when it does not answer within ``timeout`` seconds, and
    when it is older than :data:`OLDEST`.
    """
    path = _find(executable)
    answer, instead = _ask(path, executable, timeout)
    if answer is None:
        raise InterpreterError(f"{executable}: does not answer as a Python does, but {instead}; {_remedy()}")
    (major, minor, micro), platform, its_own_name = answer
    if (major, minor) < OLDEST:
        raise InterpreterError(f"{executable}: is Python {major}.{minor}.{micro}, too old; {_remedy()}")
    if not os.path.dirname(executable) and os.path.isfile(its_own_name) and not os.path.samefile(path, its_own_name):
        # A version manager's shim, or Windows' py: dozens of processes before each start of what it stands for.
        with contextlib.suppress(InterpreterError):
            if _ask(its_own_name, executable, timeout)[0] == answer:
                path = its_own_name
    return Identity(path, (major, minor, micro), platform)


def _remedy() -> str:
    return f"give the path of a Python {OLDEST[0]}.{OLDEST[1]} or newer, or its name on PATH"


def _find(executable: str) -> str:
    name = os.path.expanduser(executable)
    if os.path.dirname(name):
        if os.path.isdir(name):
            raise InterpreterError(f"{executable}: is a folder; {_remedy()}")
        if not os.path.exists(name) and not shutil.which(name):  # on Windows, which() finds it without its .exe
            raise InterpreterError(f"{executable}: there is no such file; {_remedy()}")
        if not shutil.which(name):
            raise InterpreterError(f"{executable}: is not executable; {_remedy()}")
    found = shutil.which(name)
    if not found:
        raise InterpreterError(f"{executable or 'no name'}: there is no such program on PATH; {_remedy()}")
    return os.path.abspath(found)


def _ask(path: str, executable: str, timeout: float) -> tuple[_Answer | None, str]:
    """The answer's words if it came, and in a phrase what the program did."""
    try:
        # A session of its own, so that what a wrapper started can be ended with it.
        process = subprocess.Popen(
            [path, "-E", "-c", _QUESTION],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        raise InterpreterError(f"{executable}: does not start: {error.strerror or error}; {_remedy()}") from error
    assert process.stdout
    listener = _Listener(process.stdout)
    try:
        process.wait(timeout)
        # What was said before the end is in the pipe; the pipe's own end may never come, when something that
        # was started on the way (Wine's server) holds it open.
        listener.settled.wait(5.0)
    except subprocess.TimeoutExpired:
        raise InterpreterError(f"{executable}: was asked and did not end within {timeout:g} s; {_remedy()}") from None
    finally:
        if process.poll() is None:
            end(process)
    ended = describe_exit(process.returncode)
    return listener.answer, f"{ended}, saying: {listener.gist}" if listener.gist else f"{ended}, saying nothing"


_Answer: TypeAlias = tuple[tuple[int, int, int], str, str]
"""Version, platform, and the path by which it knows itself."""


class _Listener:
    """Reads what is said, in a thread of its own, until the answer came or the pipe ended."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self.answer: _Answer | None = None
        self.first = b""
        self.lines: deque[bytes] = deque(maxlen=20)
        self.settled = threading.Event()
        # Daemonic, because whoever holds the pipe open may do so for ever.
        threading.Thread(target=self._listen, args=(pipe,), daemon=True).start()

    def _listen(self, pipe: IO[bytes]) -> None:
        with pipe:
            while self.answer is None:
                line = pipe.readline(4096)  # bounded: not every program that can be named writes lines
                if not line:
                    break
                self.first = self.first or line.strip()
                self.lines.append(line)
                if line.startswith(_MARK):
                    with contextlib.suppress(ValueError, TypeError):
                        (major, minor, micro), platform, name = json.loads(line[len(_MARK) :])
                        self.answer = (int(major), int(minor), int(micro)), str(platform), name or ""
            self.settled.set()

    @property
    def gist(self) -> str:
        """The line that says most: the last that speaks of an error, as a traceback's does, else the first."""
        lines = [self.first, *self.lines]
        line = next((line for line in reversed(lines) if b"rror" in line), self.first)
        text = line.decode("utf-8", "replace").strip()
        return "".join(c if c.isprintable() else "?" for c in text)[:120]


def end(process: subprocess.Popen[bytes]) -> None:
    """End it and its session's first group, and reap it."""
    if sys.platform == "win32":
        process.kill()
    else:
        # Not reaped yet, so the group's number is still its own.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
