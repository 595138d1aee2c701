"""Find an interpreter and ask it for its version, before anything else is run with it."""

# pathlib would remove the "./" of a path, and its resolve() would follow the links of a virtual environment.
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
"""The beginning of the answer."""

_OUTPUT_TIMEOUT = 5.0
"""Seconds to wait for the answer after the program has ended."""

# Any program may have been named. Python 2 can run this too. A shell cannot parse it, which is on purpose: there,
# `import` may be a program (ImageMagick's takes a screenshot).
_QUESTION = (
    f"__import__('sys').stdout.write('{_MARK.decode()}' + __import__('json').dumps("
    "[__import__('sys').version_info[:3], __import__('sys').platform, __import__('sys').executable]) + '\\n')"
)


class InterpreterError(ProcsemError):
    """Raised when a program is not a Python that probes can run under, or when its environment cannot be measured."""


@frozen
class Identity:
    """A Python that starts and answers."""

    executable: str
    """Its absolute path. Links are not followed, because they distinguish a virtual environment from its base."""
    version: tuple[int, int, int]
    platform: str
    """Its ``sys.platform``, which under Wine differs from ours."""


def identify(executable: str, timeout: float = 30.0) -> Identity:
    """Find a Python by its path or by its name on PATH, and ask it for its version.

    A path means exactly that file, even if it is a wrapper. A name means the Python behind it: the shim of a version
    manager, which starts dozens of processes, is asked once and then not used any more.

    It is started as a plain child, outside the containment, on purpose: a Windows Python under Wine starts Wine's
    server, which must outlive the question and must not belong to a task. Standard streams are pipes, because a Windows
    Python under Wine needs them.

    Raises :class:`InterpreterError` if it does not exist, does not answer within ``timeout`` seconds, or is older than
    :data:`OLDEST`.
    """
    path = _find(executable)
    answer, ended = _ask(path, executable, timeout)
    if answer is None:
        raise InterpreterError(f"{executable}: does not answer as a Python does, but {ended}; {_remedy()}")
    (major, minor, micro), platform, own_path = answer
    if (major, minor) < OLDEST:
        raise InterpreterError(f"{executable}: is Python {major}.{minor}.{micro}, too old; {_remedy()}")
    if not os.path.dirname(executable) and os.path.isfile(own_path) and not os.path.samefile(path, own_path):
        # The shim of a version manager, or Windows' py: use the interpreter that it starts.
        with contextlib.suppress(InterpreterError):
            if _ask(own_path, executable, timeout)[0] == answer:
                path = own_path
    return Identity(path, (major, minor, micro), platform)


def _remedy() -> str:
    return f"pass the path of a Python {OLDEST[0]}.{OLDEST[1]} or newer, or its name on PATH"


def _find(executable: str) -> str:
    name = os.path.expanduser(executable)
    if os.path.dirname(name):
        if os.path.isdir(name):
            raise InterpreterError(f"{executable}: is a folder; {_remedy()}")
        if not os.path.exists(name) and not shutil.which(name):  # on Windows, which() finds it without .exe
            raise InterpreterError(f"{executable}: there is no such file; {_remedy()}")
        if not shutil.which(name):
            raise InterpreterError(f"{executable}: is not executable; {_remedy()}")
    found = shutil.which(name)
    if not found:
        raise InterpreterError(f"{executable or 'no name'}: there is no such program on PATH; {_remedy()}")
    return os.path.abspath(found)


def _ask(path: str, executable: str, timeout: float) -> tuple[_Answer | None, str]:
    """Return the answer, if the program gave one, and a description of how the program ended."""
    try:
        # In its own session, so that the processes that a wrapper started can be killed with it.
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
    try:
        listener = _Listener(process.stdout)
        process.wait(timeout)
        # The output is in the pipe, but the pipe's end may never come, if a process that was started on the way (Wine's
        # server) keeps it open.
        listener.settled.wait(_OUTPUT_TIMEOUT)
    except subprocess.TimeoutExpired:
        raise InterpreterError(
            f"{executable}: did not end within {timeout:g} s when asked for its version; {_remedy()}"
        ) from None
    finally:
        if process.poll() is None:
            kill(process)
    ended = describe_exit(process.returncode)
    return listener.answer, f"{ended}, printing: {listener.gist}" if listener.gist else f"{ended}, printing nothing"


_Answer: TypeAlias = tuple[tuple[int, int, int], str, str]
"""Version, platform, and ``sys.executable``."""


class _Listener:
    """Reads the output in a thread, until the answer has come or the pipe has ended."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self.answer: _Answer | None = None
        self.first = b""
        self.lines: deque[bytes] = deque(maxlen=20)
        self.settled = threading.Event()
        # A daemon thread, because a process may keep the pipe open for ever.
        threading.Thread(target=self._listen, args=(pipe,), daemon=True).start()

    def _listen(self, pipe: IO[bytes]) -> None:
        with pipe:
            while self.answer is None:
                line = pipe.readline(4096)  # bounded, because not every program writes lines
                if not line:
                    break
                self.first = self.first or line.strip()
                self.lines.append(line)
                if line.startswith(_MARK):
                    with contextlib.suppress(ValueError, TypeError):
                        (major, minor, micro), platform, path = json.loads(line[len(_MARK) :])
                        self.answer = (int(major), int(minor), int(micro)), str(platform), path or ""
            self.settled.set()

    @property
    def gist(self) -> str:
        """The most informative line: the last one with the word error, as in a traceback, otherwise the first one."""
        lines = [self.first, *self.lines]
        line = next((line for line in reversed(lines) if b"rror" in line), self.first)
        text = line.decode("utf-8", "replace").strip()
        return "".join(c if c.isprintable() else "?" for c in text)[:120]


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and its process group, which it leads, and reap it."""
    if sys.platform == "win32":
        process.kill()
    else:
        # It has not been reaped yet, so its pid is still the id of the group.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
