"""``python counting.py FILE ARGUMENT...`` runs procsem, and writes the CPU time of its probes to FILE, in seconds."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import NoReturn
from unittest import mock

from procsem import cli
from procsem.containment import Ending, Sandbox, Task
from procsem.model import CellResult
from procsem.runner import schedule
from procsem.runner.execution import Execution, run
from procsem.runner.scratch import ScratchSpace

_seconds: list[float] = []
"""The CPU time of each probe."""


def main() -> NoReturn:
    """Run procsem, which ends the process."""
    file, *arguments = sys.argv[1:]
    try:
        with mock.patch.object(schedule, "run", _run_counted):  # not every task: some measure the environment
            cli.main(arguments)
    finally:
        Path(file).write_text(json.dumps(sum(_seconds)), encoding="utf-8")


def _run_counted(execution: Execution, sandbox: Sandbox, scratch: ScratchSpace) -> list[CellResult]:
    run_task = sandbox.run

    def counted(task: Task) -> Ending:
        ending = run_task(task)
        _seconds.append(ending.cpu_seconds or 0.0)
        return ending

    with mock.patch.object(sandbox, "run", counted):  # nothing else uses the sandbox at the same time
        return run(execution, sandbox, scratch)


if __name__ == "__main__":
    main()
