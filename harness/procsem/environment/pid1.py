"""Does process 1 reap what it adopts? Found out beside a run, and outside of any containment."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from typing import Self

from procsem.environment.interpreter import end
from procsem.environment.report import command_for_process_1
from procsem.model import Environment

_FACT = "process_1_reaps"
_DEADLINE = 15.0
"""Seconds. The trial gives process 1 five of them, and ten where a zombie is there already."""


_LEAVE = 1.0
"""Seconds that it has to leave by itself; it takes some milliseconds, and its start some more."""


class Pid1Check:
    """Asks, while its block runs, on Linux. Elsewhere a measured interpreter tells by itself, in a containment too.

    What asks is a plain child, whose orphan goes to process 1. A probe's orphans do not: the containment adopts them,
    or the probe's own stand-in for init. So nothing has to wait for the answer, which may take seconds.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._reaps: bool | None = None

    def __enter__(self) -> Self:
        if sys.platform == "linux":
            with contextlib.suppress(OSError):  # no process is to be had: then this is not known
                self._process = subprocess.Popen(
                    command_for_process_1(sys.executable),
                    stdin=subprocess.PIPE,  # by its end the child knows ours, whatever that was
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
        return self

    def __exit__(self, *exc: object) -> None:
        self._close()

    def reaps(self, patience: float = _DEADLINE) -> bool | None:
        """What was found out by now or within this time; None for nothing, also where another adopts our orphans."""
        if self._process is not None:
            try:
                self._process.wait(patience)
            except subprocess.TimeoutExpired:
                return None
            self._reaps = self._close()
        return self._reaps

    def complete(self, environment: Environment) -> Environment:
        """This environment with what was found out by now, where it is of this system and lacks it."""
        if environment.facts["system"] != "linux" or environment.facts[_FACT] is not None:
            return environment
        return Environment({**environment.facts, _FACT: self.reaps(0)})

    def _close(self) -> bool | None:
        process, self._process = self._process, None
        if process is None:
            return None
        assert process.stdin
        assert process.stdout
        with process.stdout:
            process.stdin.close()
            # It is not killed in the middle of its trial, where a second process may be left to process 1.
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_LEAVE)
            if process.poll() is None:
                end(process)
            answer = json.loads(process.stdout.readline() or "null")
        return None if answer is None else bool(answer)
