"""Runs fifty processes in several sandboxes until it is killed or interrupted: owner.py MECHANISM (RECORD MARK) ...

Prints a line when it begins to wait, and another one after an orderly end.
"""

import importlib
import os
import sys
import threading
from pathlib import Path

HERE = Path(__file__).parent
sys.path.append(str(HERE.parents[2] / "harness"))

from procsem.containment import Task  # noqa: E402

mechanism, *pairs = sys.argv[1:]
records, marks = pairs[::2], pairs[1::2]


def run(sandbox, record, mark, results):
    name = "anywhere" if sys.platform == "win32" else "posix"
    argv = [sys.executable, "-S", str(HERE / f"{name}.py"), "leave_children", record, mark, "10"]
    environment = {k: v for k, v in os.environ.items() if k.upper() in {"SYSTEMROOT", "PATH"}}
    results.append(
        sandbox.run(Task(argv, str(Path(record).parent), environment, os.urandom(6).hex(), grace_period=60.0))
    )


module = importlib.import_module(mechanism)
sandboxes = [module.open_sandbox() for _ in records]
results = []
threads = [
    threading.Thread(target=run, args=(sandbox, record, mark, results))
    for sandbox, record, mark in zip(sandboxes, records, marks, strict=True)
]
for thread in threads:
    thread.start()
try:
    print("waiting", flush=True)
    sys.stdin.read()
except KeyboardInterrupt:
    for sandbox in sandboxes:
        sandbox.cancel()
    for thread in threads:
        thread.join()
    for sandbox in sandboxes:
        sandbox.close()
    print("ended", *sorted(str(result.status) for result in results), flush=True)
    sys.exit(130)
