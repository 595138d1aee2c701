"""The sample: one merged matrix of several interpreters, without the paths of the machine that measured it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from procsem import results
from procsem.model import Matrix

_HOMES = "|".join(re.escape(path.relative_to(path.anchor).parts[0]) for path in (Path(__file__), Path.home()))
_PRIVATE_PATH = re.compile(rf"(?<![\w/\\])(?:[A-Z]:)?[/\\]+(?:{_HOMES})(?:[/\\]+[\w.-]+)*[/\\]+([\w.-]+)")
"""A path inside the folder tree of this project or of the user's home; the group is its last part."""


def measure(pythons: Sequence[str], options: Sequence[str], file: Path) -> int:
    """Measure every interpreter, the first also with -O, and write the merged matrix to ``file``.

    ``options`` are passed on to ``procsem run``. Return the exit code of the runs: 0, or 1 for unexpected results.
    """
    with tempfile.TemporaryDirectory() as runs:
        chosen = [word for python in pythons for word in ("--python", python)]
        code = procsem("run", *chosen, "--out", runs, *options, accepted=(0, 1))
        code |= procsem("run", "-O", "--python", pythons[0], "--out", runs, *options, accepted=(0, 1))
        procsem("report", runs, "--json", str(file))
    write(results.merge([file]).matrix, file)
    return code


def write(matrix: Matrix, file: Path) -> None:
    """Write the tidy matrix to the file."""
    file.write_text(tidy(json.loads(results.dumps_matrix(matrix))), encoding="utf-8", newline="\n")


def tidy(matrix: dict[str, Any]) -> str:
    """Return the matrix as JSON with one line per cell, without private paths.

    Of the supervisor's events only the adoptions stay, because the page draws them. The others would be two fifths of
    the file.
    """
    for column in matrix["columns"]:
        facts = column["environment"]
        facts["executable"] = re.split(r"[/\\]", facts["executable"])[-1]
        facts["prefix"] = None
        column["files"] = [Path(file).name for file in column["files"]]
        for cell in column["cells"]:
            cell["watcher"] = [event for event in cell["watcher"] if event["event"] == "adopted"]
    text = json.dumps(matrix, ensure_ascii=False, separators=(",", ":"))
    text = _PRIVATE_PATH.sub(lambda found: found[1], text)
    return re.sub(r'(?<=[\[,])\{"(?=claim"|label")', '\n{"', text) + "\n"


def procsem(*words: str, accepted: Sequence[int] = (0,)) -> int:
    """Run one command of procsem and return its exit code; exit with that code if it is not an accepted one."""
    code = subprocess.run([sys.executable, "-m", "procsem", *words]).returncode
    if code not in accepted:
        sys.exit(code)
    return code
