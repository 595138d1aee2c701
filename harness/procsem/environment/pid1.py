"""A check, in the background and outside the containment, whether process 1 reaps orphans."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from typing import Self

from procsem.environment.interpreter import kill
from procsem.environment.report import command_for_process_1
from procsem.model import Environment

_FACT = "process_1_reaps"

_ANSWER_TIMEOUT = 15.0
"""Seconds to wait for the answer. The check gives process 1 five of them, and ten if there already is a zombie."""

_EXIT_TIMEOUT = 1.0
"""Seconds that the check may take to exit by itself; it needs milliseconds."""


class Pid1Check:
    """Context manager that checks in the background whether process 1 reaps orphans.

    On Linux only. Elsewhere ``measure.py`` finds out itself, also in a sandbox. On Linux it cannot, because the
    containment adopts the orphans of a sandbox, or a probe's own stand-in for init does. So nothing depends on the
    answer, which may take seconds.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._reaps: bool | None = None

    def __enter__(self) -> Self:
        if sys.platform == "linux":
            with contextlib.suppress(OSError):  # if no process can be started, the answer is not known
                self._process = subprocess.Popen(
                    command_for_process_1(sys.executable),
                    stdin=subprocess.PIPE,  # its end tells the child that this process has ended, in whatever way
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
        return self

    def __exit__(self, *exc: object) -> None:
        self._close()

    def reaps(self, timeout: float = _ANSWER_TIMEOUT) -> bool | None:
        """Return the answer; None if there is none within the timeout, or if process 1 does not get our orphans."""
        if self._process is not None:
            try:
                self._process.wait(timeout)
            except subprocess.TimeoutExpired:
                return None
            self._reaps = self._close()
        return self._reaps

    def complete(self, environment: Environment) -> Environment:
        """Return the environment with the answer, if there is one by now and the environment is one of this system."""
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
            # Do not kill it in the middle of its check: that may leave a second zombie to process 1.
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_EXIT_TIMEOUT)
            if process.poll() is None:
                kill(process)
            answer = None
            with contextlib.suppress(ValueError):  # it may have been killed while it wrote
                answer = json.loads(process.stdout.readline() or "null")
        return None if answer is None else bool(answer)
