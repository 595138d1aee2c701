"""``python -m procsem_dev.mutation``: change the interpreter's process code, and count what the claims notice.

A random sample of the mutants that any claim reaches is tried, each on the cells that reach it. Trials are kept, so the
next run with the same folder continues. The exit code is 0, or 1 if a mutant survives that an earlier run noticed
(``--compare``), or 2 for bad input.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import evolve

from procsem.catalogue import BUILT_IN, Catalogue, select
from procsem.catalogue import load as load_catalogue
from procsem.environment import FACTS
from procsem.errors import ProcsemError
from procsem_dev.mutants.definitions import MutantError
from procsem_dev.mutants.lab import Lab
from procsem_dev.mutation import triage
from procsem_dev.mutation.operators import Change
from procsem_dev.mutation.score import Score, lost, scores
from procsem_dev.mutation.state import Outcome, State, Trial
from procsem_dev.mutation.survey import CORE, FILES, PARTS, Survey

_TIMEOUT = 20.0
"""Seconds for one claim."""
_PATIENCE = "8"
"""Seconds that a probe waits for its processes: under a mutant, what it waits for often never happens."""


def main(words: Sequence[str]) -> int:
    """Return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m procsem_dev.mutation", description=__doc__.split("\n\n")[0])
    parser.add_argument("files", nargs="*", metavar="FILE", help="only mutants of this file (default: all)")
    parser.add_argument("--part", choices=PARTS, help="only mutants of these files, see README.md")
    parser.add_argument("--sample", type=int, default=200, metavar="N", help="the size of the sample (default: 200)")
    parser.add_argument("--seed", type=int, default=1, help="the seed of the sample (default: 1)")
    parser.add_argument(
        "--claim", action="append", default=[], metavar="PATTERN", help="only what these claims notice (default: all)"
    )
    parser.add_argument("--mutant", action="append", default=[], metavar="TEXT", help="try all whose id contains TEXT")
    parser.add_argument("--python", default=sys.executable, metavar="EXE", help="the interpreter to change")
    parser.add_argument("--minutes", type=float, default=30.0, help="begin nothing after this time (default: 30)")
    parser.add_argument("--jobs", type=int, help="executions at the same time (default: six per CPU)")
    parser.add_argument("--folder", type=Path, default=Path("build/mutation"), help="where trials are kept")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the score and the trials to FILE")
    parser.add_argument("--compare", type=Path, metavar="FILE", help="compare with a file of --json")
    parser.add_argument("--list", action="store_true", help="list the mutants that would be tried")
    options = parser.parse_args(words)
    began = time.monotonic()
    os.environ.setdefault("PROCSEM_PATIENCE", _PATIENCE)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that the trees are removed
    try:
        last = _read(options.compare) if options.compare else {}
        files = options.files or (PARTS[options.part] if options.part else FILES)
        if unknown := [file for file in files if file not in FILES]:
            raise MutantError(f"{unknown[0]}: no mutants are made of it; choose from {', '.join(FILES)}")
        readings = triage.load()
        catalogue = with_timeouts(load_catalogue(BUILT_IN, FACTS))
        catalogue = evolve(catalogue, claims=select(catalogue.claims, options.claim))
        with (
            tempfile.TemporaryDirectory(prefix="procsem-mutation-") as folder,
            Lab(options.python, catalogue, Path(folder), options.jobs) as lab,
        ):
            survey = Survey(lab, State(options.folder), lambda progress: print(f"... {progress}", flush=True))
            reach = survey.reach()
            chosen = reach.sample(None if options.mutant else options.sample, options.seed, files)
            if options.mutant:
                chosen = [change for change in chosen if any(text in change.id for text in options.mutant)]
            if options.list:
                for change in chosen:
                    print(f"{change.id} -> {change.after} ({len(reach.cells[change.id])} cells)")
                return 0
            trials = []
            for trial in survey.run(chosen, reach, began + 60 * options.minutes):
                trials.append(trial)
                print(_line(trial, reach.changes[trial.mutant]), flush=True)
            by_file = scores(reach.changes, reach.reached(), trials, readings)
    except ProcsemError as error:
        print(error, file=sys.stderr)
        return 2
    _report(by_file, trials, reach.changes, readings)
    if options.json:
        _write(options.json, by_file, trials)
    forgotten = lost(last, trials)
    for name in forgotten:
        print(f"was {last[name]} in {options.compare}, and survives now: {name}", file=sys.stderr)
    return int(bool(forgotten))


def with_timeouts(catalogue: Catalogue) -> Catalogue:
    """Return the catalogue with shorter timeouts. They are for a busy machine; a mutant that hangs would take them."""
    claims = tuple(evolve(claim, seconds=min(claim.seconds, _TIMEOUT)) for claim in catalogue.claims)
    return evolve(catalogue, claims=claims)


def _line(trial: Trial, change: Change) -> str:
    noticed = f" by {trial.noticed_by[0]}" if trial.noticed_by else ""
    more = f" and {len(trial.noticed_by) - 1} more" if len(trial.noticed_by) > 1 else ""
    return f"{trial.outcome}{noticed}{more}: {change.id} -> {change.after} (line {change.line})"


def _report(
    by_file: Mapping[str, Score],
    trials: Sequence[Trial],
    changes: Mapping[str, Change],
    readings: Mapping[str, triage.Entry],
) -> None:
    survivors = [trial for trial in trials if trial.outcome is Outcome.SURVIVED]
    if survivors:
        print("\nsurvivors:")
    for trial in sorted(survivors, key=lambda trial: (changes[trial.mutant].file, changes[trial.mutant].line)):
        entry = readings.get(trial.mutant)
        reading = f"{entry.reading}: {entry.why}" if entry else "not read yet"
        print(f"  {trial.mutant} -> {changes[trial.mutant].after} (line {changes[trial.mutant].line}; {reading})")
    print()
    row = "{:36} {:>9} {:>7} {:>10} {:>6} {:>6} {:>9} {:>8} {:>10} {:>6}"
    outcomes = (Outcome.NOT_VIABLE, Outcome.KILLED, Outcome.BROKEN, Outcome.TIMED_OUT, Outcome.SURVIVED)
    print(row.format("file", "generated", "reached", *outcomes, "equivalent", "score"))
    core = sum((by_file[file] for file in CORE if file in by_file), Score())
    total = sum(by_file.values(), Score())
    for name, score in [*by_file.items(), ("the files that create processes", core), ("all files", total)]:
        share = "" if score.share is None else f"{score.share:.0%}"
        numbers = [score.outcomes.get(outcome, 0) for outcome in outcomes]
        print(row.format(name, score.generated, score.reached, *numbers, score.equivalent, share))


def _read(file: Path) -> dict[str, Outcome]:
    try:
        return {trial["mutant"]: Outcome(trial["outcome"]) for trial in json.loads(file.read_text("utf-8"))["trials"]}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise MutantError(f"{file}: not the score of a survey, as --json writes it: {error}") from None


def _write(file: Path, by_file: Mapping[str, Score], trials: Sequence[Trial]) -> None:
    data = {
        "schema": 1,
        "files": {
            name: {"generated": s.generated, "reached": s.reached, "counted": s.counted, "noticed": s.noticed}
            for name, s in by_file.items()
        },
        "trials": [
            {"mutant": t.mutant, "outcome": t.outcome, "noticed_by": t.noticed_by, "ran": t.ran, "reaching": t.reaching}
            for t in trials
        ],
    }
    file.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
