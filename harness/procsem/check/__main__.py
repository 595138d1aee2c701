"""Print or keep what is recorded of one run: a tool for those who write rules.

python -m procsem.check [--method METHOD] [--python EXE] [--timeout S] [--keep FILE] PROGRAM [ARGUMENT]...
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from procsem.check.case import Case
from procsem.check.diagnose import diagnose
from procsem.check.evidence import to_json
from procsem.check.run import Request, default_method, run_once
from procsem.check.target import parse
from procsem.check.views import terminal
from procsem.environment import identify


def main() -> int:
    """Run the program once and print its events."""
    parser = argparse.ArgumentParser(prog="python -m procsem.check", description=__doc__)
    parser.add_argument("--method", default="spawn")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--timeout", type=float, default=20.0)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("words", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    python = identify(options.python)
    target = parse(options.words, Path.cwd())
    run = run_once(Request(target, python, options.method, default_method(python.executable), options.timeout))
    if options.keep:
        options.keep.write_text(to_json(run), encoding="utf-8")
        return 0
    for process in run.processes:
        print(f"--- {process.role} {process.pid} (parent {process.ppid})")
        for event in process.events:
            print(f"  {event.t - run.processes[0].start:8.4f} {event.kind:<16} {json.dumps(dict(event.data))[:600]}")
    print(f"--- {run.status}, exit code {run.exit_code}, {run.seconds} s, leaks {run.leaks}")
    if run.hang:
        for wait in run.hang.waits:
            print(f"  {wait}")
    print(run.output)
    print(terminal.render(diagnose(Case((run,)))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
