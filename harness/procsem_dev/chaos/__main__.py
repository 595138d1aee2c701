"""``python -m procsem_dev.chaos``: run a random sample of claims in each scenario, and judge the harness.

Each cell must have the expected verdict, or be broken or inconclusive with a reason. After each run, no process, no
temporary file and no shared memory of it may be left. The exit code is 1 if anything is wrong.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from random import Random

import psutil
from attrs import evolve, field, frozen

assert sys.platform != "win32"  # no scenario can be tried there

from procsem.catalogue import BUILT_IN, load, select
from procsem.environment import CONDITIONS
from procsem.errors import ProcsemError
from procsem.model import CellResult, Verdict
from procsem.results import read_all
from procsem_dev.chaos.scenarios import (
    SCENARIOS,
    Disturbed,
    Scenario,
    apply_limits,
    continue_all,
    shared_folder,
    temporary_folder,
)

_INTERVAL = 0.2
"""Seconds between two disturbances."""
_MARK = "PROCSEM_CHAOS"
"""The environment variable by which processes of a run are recognised."""
_SHARED = Path("/dev/shm")
_LONGEST = 900.0
"""Seconds after which a run of a few claims is ended, and counts as one that hangs."""
_LONGEST_PER_CLAIM = 5.0
"""Seconds that each claim adds: on a busy machine, the whole catalogue took 730."""
_TRACEBACK = 3000
"""Characters of a traceback of the harness that are shown."""
_SETTLE = 15.0
"""Seconds that processes may take to end after the run."""


@frozen
class Outcome:
    """The result of one scenario."""

    cells: int
    counts: Counter[str]
    faults: tuple[str, ...]
    seconds: float
    message: str = field(default="")
    """The last line that the run printed, if it ended early."""
    limits: Mapping[str, int] = field(factory=dict)
    """The resource limits of the run."""


def main(words: Sequence[str]) -> int:
    """Return 1 if a scenario shows a fault of the harness, 2 for bad input, else 0."""
    parser = argparse.ArgumentParser(prog="python -m procsem_dev.chaos", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("claims", nargs="*", metavar="PATTERN", help="as for procsem run (default: every claim)")
    parser.add_argument("--scenario", action="append", choices=SCENARIOS, help="may be repeated (default: all)")
    parser.add_argument("--sample", type=int, default=20, help="number of claims per scenario (default: 20)")
    parser.add_argument("--seed", type=int, help="repeat an earlier choice of claims")
    parser.add_argument("--probes", type=Path, default=BUILT_IN, help="as for procsem run")
    given = parser.parse_args(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that nothing is left
    seed = given.seed if given.seed is not None else int(time.time())
    try:
        claims = sorted(claim.id for claim in select(load(given.probes, CONDITIONS).claims, given.claims))
    except ProcsemError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"seed {seed}", flush=True)
    code = 0
    for name in given.scenario or SCENARIOS:
        scenario = SCENARIOS[name]
        random = Random(f"{seed} {name}")
        if why := scenario.unavailable_because():
            print(f"{name}: not tried, because {why}", flush=True)
            continue
        chosen = sorted(random.sample(claims, min(given.sample, len(claims))))
        outcome = try_scenario(scenario, chosen, given.probes, random)
        code = max(code, report(scenario, outcome))
    return code


def report(scenario: Scenario, outcome: Outcome) -> int:
    """Print the outcome of a scenario; return 1 if it has faults."""
    counts = ", ".join(f"{number} {word}" for word, number in sorted(outcome.counts.items())) or "none"
    ended = f"; ended early: {outcome.message}" if outcome.message else ""
    limits = "".join(f" ({name} {value})" for name, value in outcome.limits.items())
    print(f"{scenario.name}{limits}: {outcome.cells} cells in {outcome.seconds:.0f} s: {counts}{ended}")
    for fault in outcome.faults:
        print(f"  {fault}")
    sys.stdout.flush()
    return 1 if outcome.faults else 0


def try_scenario(scenario: Scenario, claims: Sequence[str], probes: Path, random: Random) -> Outcome:
    """Run the claims in a scenario, and say what is wrong with the run."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="chaos-", dir="/tmp") as folder:
        out = Path(folder, "out")
        mark = f"{os.getpid()}-{random.getrandbits(40):010x}"
        before = _shared()
        limits = scenario.chosen_limits(random)
        own = Path(folder, "shm")
        with temporary_folder(Path(folder, "t"), scenario) as temporary, shared_folder(own) as prefix:
            scenario = evolve(scenario, prefix=(*prefix, *scenario.prefix))
            code, printed, tokens = _run(scenario, claims, probes, out, temporary, mark, limits, random)
            faults = [*_left_processes(mark), *_left_files(temporary), *_left_shared(before, tokens, own)]
        runs = [run for file in sorted(out.glob("*.json")) for run in read_all(file)]
        cells = [cell for run in runs for cell in run.cells]
        faults += wrong_cells(cells)
        lines = [line for line in printed.splitlines() if line.strip()]
        last = lines[-1] if lines else ""
        # The traceback of a probe is shown indented, below its cell.
        if found := re.search(r"^(?:Traceback \(most recent|Exception in thread)", printed, re.MULTILINE):
            faults.append(f"the run printed a traceback:\n{printed[found.start() :][:_TRACEBACK]}")
        # A further Ctrl-C ends the interpreter by its signal while it exits, when the run has kept everything.
        was_done = code == -signal.SIGINT and bool(runs) and all(run.complete for run in runs)
        early = code not in (0, 1) and not was_done
        if early and not scenario.may_end_early:
            faults.append(f"the run ended with {code}: {last}")
        elif early and not last.startswith("procsem: "):
            faults.append(f"the run ended with {code} and without a message: {last}")
        if scenario.keeps_cells and not cells:
            faults.append(f"the run kept no cell: {last}")
        counts = Counter(str(cell.verdict) for cell in cells)
        seconds = time.monotonic() - began
        return Outcome(len(cells), counts, tuple(faults), seconds, last if early else "", limits)


def wrong_cells(cells: Iterable[CellResult]) -> list[str]:
    """Return one line for each cell that is neither as expected nor broken or inconclusive with a reason."""
    wrong = []
    for cell in cells:
        where = f"{cell.claim} ({cell.start_method or 'once'})"
        if cell.verdict is Verdict.BROKEN and not cell.problem:
            wrong.append(f"{where} is broken without a reason")
        elif cell.verdict is Verdict.INCONCLUSIVE and not (cell.problem or cell.mismatches):
            wrong.append(f"{where} is inconclusive without a reason")
        elif cell.verdict in (Verdict.UPHELD, Verdict.REFUTED) and not (cell.as_expected or cell.problem):
            seen = ", ".join(f"{m.arm}.{m.fact} is {m.actual!r}, not {m.expected}" for m in cell.mismatches)
            wrong.append(f"{where} is {cell.verdict}, which is false or has false facts: {seen}")
        elif cell.verdict in (Verdict.UPHELD, Verdict.REFUTED) and cell.verdict is not cell.expected:
            wrong.append(f"{where} is {cell.verdict}, expected {cell.expected}; problem: {cell.problem}")
    return wrong


def _run(
    scenario: Scenario,
    claims: Sequence[str],
    probes: Path,
    out: Path,
    temporary: Path,
    mark: str,
    limits: Mapping[str, int],
    random: Random,
) -> tuple[int, str, set[str]]:
    """Run the claims; return the exit code, the output, and the tokens of the probes that were seen."""
    words = [sys.executable, "-m", "procsem", "run", "--out", str(out), "--probes", str(probes), *claims]
    log = out.with_suffix(".log")
    tokens: set[str] = set()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*scenario.prefix, *words],
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            env={**os.environ, _MARK: mark, "TMPDIR": str(temporary)},
            start_new_session=True,
            preexec_fn=partial(apply_limits, limits),
        )
        disturbed = Disturbed(
            psutil.Process(process.pid),
            temporary,
            random,
            printed=lambda: log.read_text(encoding="utf-8", errors="replace"),
        )
        until = time.monotonic() + _LONGEST + _LONGEST_PER_CLAIM * len(claims)
        try:
            while time.monotonic() < until:
                try:
                    process.wait(_INTERVAL)
                    break
                except subprocess.TimeoutExpired:
                    scenario.disturb(disturbed)
                    tokens.update(path.name for path in temporary.glob("procsem-*/*"))
        finally:
            continue_all(disturbed)
            if process.poll() is None:
                process.kill()
                process.wait()
    (temporary / "filler").unlink(missing_ok=True)
    return process.returncode, log.read_text(encoding="utf-8", errors="replace"), tokens


def _left_processes(mark: str, settle: float = _SETTLE) -> list[str]:
    """Return one line per process of the run that is still there after a while, and end it."""
    until = time.monotonic() + settle
    while (left := _marked(mark)) and time.monotonic() < until:
        psutil.wait_procs(left, timeout=0.2)
    lines = [f"the process {process.pid} ({' '.join(_cmdline(process))[:100]}) is left" for process in left]
    for process in left:
        process.kill()
    return lines


def _marked(mark: str) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(_MARK) == mark:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def _cmdline(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _left_files(folder: Path) -> list[str]:
    return [f"the file {path.relative_to(folder)} is left" for path in sorted(folder.rglob("*"))][:5]


def _shared() -> set[str]:
    return {path.name for path in _SHARED.iterdir()} if _SHARED.is_dir() else set()


def _left_shared(before: set[str], tokens: set[str], own: Path) -> list[str]:
    new = [name for name in sorted(_shared() - before) if any(token in name for token in tokens)]
    return [f"/dev/shm/{name} is left" for name in [*new, *sorted(path.name for path in own.iterdir())]]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
