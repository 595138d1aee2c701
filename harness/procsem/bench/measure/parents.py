"""Minimal parents, driven over their pipes, and the programs that they run."""

from __future__ import annotations

import ast
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import psutil

from procsem.errors import ProcsemError
from procsem.exit_status import describe_exit

MINIMAL = Path(__file__).parent / "minimal"
"""The folder of the scripts that run inside the measured interpreters."""
TIMEOUT = 60
"""Seconds to wait for one answer."""
PARENT_FACTS = ("rss_kib", "regions", "descriptors", "threads", "modules")
CHILD_FACTS = ("child_cpu_seconds", "child_minor_faults", "child_major_faults")


class MinimalParentError(ProcsemError):
    """Raised when a minimal parent ended, did not answer in time, or printed something that is not an answer."""


class Programs:
    """The programs that the benchmarks run: two that the system's C compiler builds in ``folder``, and ``true``."""

    def __init__(self, folder: Path) -> None:
        self.baseline: str | None = None
        self.empty: str | None = None
        self.unavailable_because = self._build(folder)
        """Why there is no ``baseline`` and no ``empty``; None if there are."""
        # Windows has no program as small as true; its shell comes nearest.
        self.true = shutil.which("true") or f"{os.environ.get('COMSPEC', 'cmd.exe')}|/d|/c|exit 0"

    def path(self, program: str) -> str | None:
        """Return the path of ``empty`` or ``true``, or None if it could not be built."""
        return self.empty if program == "empty" else self.true

    def _build(self, folder: Path) -> str | None:
        compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
        if os.name != "posix":
            return "the baseline needs fork and vfork, which this system does not have"
        if compiler is None:
            return "the baseline needs a C compiler (cc), and none is installed"
        static = [] if sys.platform == "darwin" else ["-static", "-nostdlib"]
        for name, options in (("empty", static), ("baseline", [])):
            source = Path(__file__).with_name(f"{name}.c")
            command = [compiler, "-O2", *options, "-o", str(folder / name), str(source)]
            built = subprocess.run(command, capture_output=True, text=True)
            if built.returncode:
                return f"cc cannot build {name}.c: {built.stderr.strip().splitlines()[:1]}"
        self.empty, self.baseline = str(folder / "empty"), str(folder / "baseline")
        return None


class MinimalParent:
    """A minimal parent, started for one batch and ended after it: ``with MinimalParent(command) as parent``.

    It leads a process group of its own, so that Ctrl-C reaches only the measuring process, which ends it in order.
    """

    process: subprocess.Popen[str]
    unavailable_because: str | None
    """The reason that the parent gave for not measuring, if it did."""

    def __init__(self, command: Sequence[str]) -> None:
        self.command = command
        self._cleanup = ExitStack()

    def __enter__(self) -> MinimalParent:
        with ExitStack() as stack:
            self._errors: IO[str] = stack.enter_context(tempfile.TemporaryFile(mode="w+", errors="replace"))
            self.process = self._start()
            stack.callback(self._end)
            hello = self._answer()
            self.unavailable_because = hello["unavailable"] if isinstance(hello, dict) else None
            self._cleanup = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._cleanup.close()

    def run(self, rounds: int) -> list[float]:
        """Run the operation, and return the duration of each round in seconds. Raises MinimalParentError."""
        return [nanoseconds / 1e9 for nanoseconds in self._ask(f"go {rounds}")]

    def context(self) -> dict[str, float | None]:
        """Return the facts about the parent and its children; None for an unknown fact. Raises MinimalParentError."""
        unknown = dict.fromkeys((*PARENT_FACTS, *CHILD_FACTS))
        return {**unknown, **parent_facts(self.process.pid), **self._ask("context")}

    def _start(self) -> subprocess.Popen[str]:
        def popen(**group: Any) -> subprocess.Popen[str]:
            return subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                text=True,
                **group,
            )

        if sys.platform == "win32":
            return popen(creationflags=subprocess.CREATE_NEW_PROCESS_GROUP)
        return popen(process_group=0)

    def _end(self) -> None:
        """Close the parent's standard input, which ends it and what it started, and kill it if that fails."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            with suppress(OSError):
                self.process.stdin.close()
            self.process.wait(TIMEOUT)
        finally:
            if self.process.poll() != 0:
                self._kill()
            self.process.wait()
            self.process.stdout.close()

    def _kill(self) -> None:
        """Kill the parent and what it started; on Windows only the parent."""
        if sys.platform == "win32":
            self.process.kill()
        else:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def _ask(self, request: str) -> Any:
        assert self.process.stdin is not None
        with suppress(OSError):  # the parent has ended, and the missing answer is reported below
            self.process.stdin.write(request + "\n")
            self.process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self.process.stdout is not None
        timer = threading.Timer(TIMEOUT, self._kill)
        timer.daemon = True  # Ctrl-C may come before the timer is cancelled
        try:
            timer.start()
            line = self.process.stdout.readline()
        finally:
            timed_out = not timer.is_alive()
            timer.cancel()
        try:
            return ast.literal_eval(line)
        except (SyntaxError, ValueError):
            raise MinimalParentError(self._describe_failure(line, timed_out)) from None

    def _describe_failure(self, line: str, timed_out: bool) -> str:
        if line:
            self._kill()
        failure = describe_exit(self.process.wait(TIMEOUT))
        if timed_out:
            failure = f"did not answer within {TIMEOUT} s"
        elif line:
            failure = f"printed {line.strip()!r}, which is not an answer"
        self._errors.seek(0)
        last = self._errors.read().strip().splitlines()[-1:]
        said = f"; its last line: {last[0]}" if last else ""
        return f"a minimal parent {failure}{said}. Run it by hand and type `go 1`: {' '.join(self.command)}"


def parent_facts(pid: int) -> dict[str, float]:
    """Return what can be seen of a process from outside, so that the process itself imports nothing for it."""
    process = psutil.Process(pid)
    known: dict[str, float] = {"rss_kib": process.memory_info().rss >> 10, "threads": process.num_threads()}
    if hasattr(process, "num_fds"):
        known["descriptors"] = process.num_fds()
    with suppress(OSError), Path(f"/proc/{pid}/maps").open() as maps:
        known["regions"] = sum(1 for _ in maps)
    return known
