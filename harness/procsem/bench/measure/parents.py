"""The lean parents at the other end of their pipes, and the programs that they run."""

import ast
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil

from procsem.errors import ProcsemError
from procsem.exit_status import describe_exit

HERE = Path(__file__).parent
PARENT = HERE / "minimal" / "parent.py"
BY_HAND = HERE / "minimal" / "by_hand.py"
PATIENCE = 60  # seconds for one answer
# What a context always has; None for what is not known.
CARRIED = ("rss_kib", "regions", "descriptors", "threads", "modules")
CHILDREN = ("child_cpu_seconds", "child_minor_faults", "child_major_faults")


class MinimalParentError(ProcsemError):
    """A lean parent ended, said nothing in time, or said something that is not an answer."""


class Programs:
    """The programs that are run: what the system's compiler makes of ours, and the system's own."""

    def __init__(self, folder):
        self.limit = self.empty = None
        self.lacks = self._build(folder)
        true = shutil.which("true")
        self.true = true or f"{os.environ.get('COMSPEC', 'cmd.exe')}|/d|/c|exit 0"

    def _build(self, folder):
        """Returns what is lacking, if anything is."""
        compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
        if os.name != "posix":
            return "the limit is measured by fork and vfork, which this system has not"
        if compiler is None:
            return "no C compiler (cc) is here to build the limit with"
        static = [] if sys.platform == "darwin" else ["-static", "-nostdlib"]
        for name, options in (("empty", static), ("limit", [])):
            built = subprocess.run(
                [compiler, "-O2", *options, "-o", str(folder / name), str(HERE / f"{name}.c")],
                capture_output=True,
                text=True,
            )
            if built.returncode:
                return f"cc cannot build {name}.c: {built.stderr.strip().splitlines()[:1]}"
        self.empty, self.limit = str(folder / "empty"), str(folder / "limit")
        return None


class Parent:
    """A lean parent, started anew for each pass and ended after it: ``with Parent(command) as parent``.

    It leads a process group of its own, so Ctrl-C reaches pytest alone, which ends it in order.
    """

    def __init__(self, command):
        self.command = command

    def __enter__(self):
        apart = {"process_group": 0} if os.name == "posix" else {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        with ExitStack() as stack:
            self.errors = stack.enter_context(tempfile.TemporaryFile(mode="w+", errors="replace"))
            self.process = subprocess.Popen(self.command, **pipes, stderr=self.errors, text=True, **apart)
            stack.callback(self._end)
            hello = self._answer()
            self.lacks = hello["lacks"] if isinstance(hello, dict) else None
            self._at_the_end = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._at_the_end.close()

    def go(self, rounds):
        return [duration / 1e9 for duration in self._ask(f"go {rounds}")]

    def context(self):
        """What it carries, seen from here, and what it knows itself; None for what is not known."""
        return {**dict.fromkeys((*CARRIED, *CHILDREN)), **carried(self.process.pid), **self._ask("context")}

    def _end(self):
        """The parent ends with its standard input. What it started ends with it, or is of one round."""
        try:
            with suppress(OSError):
                self.process.stdin.close()
            self.process.wait(PATIENCE)
        finally:
            if self.process.poll() != 0:
                self._kill()
            self.process.wait()
            self.process.stdout.close()

    def _kill(self):
        """It and what it started, which an orderly end would have ended."""
        if os.name == "posix":
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        else:
            self.process.kill()

    def _ask(self, what):
        with suppress(OSError):  # it has ended: the answer that does not come says so
            self.process.stdin.write(what + "\n")
            self.process.stdin.flush()
        return self._answer()

    def _answer(self):
        out_of_patience = threading.Timer(PATIENCE, self._kill)
        out_of_patience.daemon = True  # Ctrl-C may come before the line that cancels it is reached
        try:
            out_of_patience.start()
            line = self.process.stdout.readline()
        finally:
            late = not out_of_patience.is_alive()
            out_of_patience.cancel()
        try:
            return ast.literal_eval(line)
        except (SyntaxError, ValueError):
            raise MinimalParentError(self._what_became_of_it(line, late)) from None

    def _what_became_of_it(self, line, late):
        if line:
            self._kill()
        ended = describe_exit(self.process.wait(PATIENCE))
        if late:
            ended = f"did not answer within {PATIENCE} s"
        elif line:
            ended = f"said {line.strip()!r}, which is no answer"
        self.errors.seek(0)
        words = self.errors.read().strip().splitlines()[-1:]
        last = f"; its last words: {words[0]}" if words else ""
        return f"a lean parent {ended}{last}. Run it by hand and type `go 1`: {' '.join(self.command)}"


def carried(pid):
    """What a process is like, seen from outside, so that it imports nothing for it."""
    process = psutil.Process(pid)
    known = {"rss_kib": process.memory_info().rss >> 10, "threads": process.num_threads()}
    if hasattr(process, "num_fds"):
        known["descriptors"] = process.num_fds()
    with suppress(OSError), Path(f"/proc/{pid}/maps").open() as maps:
        known["regions"] = sum(1 for _ in maps)
    return known
