"""``python -m procsem_dev.mutation.suites``: run CPython's own test suites under the mutants that a survey has tried.

Each suite runs in a sandbox with the mutant's interpreter, and ends at its first failure. The suites of a mutant run
one after another, the fastest first, until one of them fails twice. A suite must pass without a change.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path
from shutil import rmtree

from attrs import asdict, frozen

from procsem.catalogue import BUILT_IN
from procsem.catalogue import load as load_catalogue
from procsem.containment import Ending, Sandbox, Status, Task
from procsem.environment import FACTS
from procsem.errors import ProcsemError
from procsem.runner import leaks
from procsem_dev.mutants.definitions import Mutant, MutantError
from procsem_dev.mutants.lab import Lab
from procsem_dev.mutation.operators import changes
from procsem_dev.mutation.state import Outcome, State, Trial
from procsem_dev.mutation.survey import FILES

SUITES = (
    *("test_multiprocessing_main_handling", "test_multiprocessing_fork", "test_multiprocessing_spawn"),
    *("test_concurrent_futures", "test_multiprocessing_forkserver", "test_subprocess"),
)
"""The suites of the package ``test``, the fastest first; the last one only for mutants of subprocess."""
_TIMEOUT = 900.0
"""Seconds for one suite. Without a change, the slowest takes about 200 on a busy machine."""
_TEST_TIMEOUT = 840
"""Seconds after which a suite ends itself and prints its stacks."""


@frozen
class SuiteTrial:
    """The result of CPython's suites under one mutant."""

    mutant: str
    """The id of its change."""
    failed: str
    """The suite that failed or did not end, twice; empty if all passed."""
    timed_out: bool
    seconds: float
    """The time that the suites took, without the repetition that confirms a failure."""
    cpu_seconds: float
    """The CPU time of the same runs."""


def main(words: Sequence[str]) -> int:
    """Return the exit code: 0, or 2 for bad input."""
    parser = argparse.ArgumentParser(prog="python -m procsem_dev.mutation.suites", description=__doc__.split("\n\n")[0])
    parser.add_argument("--folder", type=Path, default=Path("build/mutation"), help="the folder of the survey")
    parser.add_argument("--sample", type=int, default=40, metavar="N", help="the first N viable mutants (default: 40)")
    parser.add_argument("--python", default=sys.executable, metavar="EXE", help="the interpreter of the survey")
    parser.add_argument("--jobs", type=int, help="suites at the same time (default: six per CPU)")
    parser.add_argument("--minutes", type=float, default=60.0, help="begin no mutant after this time (default: 60)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the results to FILE")
    options = parser.parse_args(words)
    try:
        viable = [t for t in State(options.folder).trials().values() if t.outcome is not Outcome.NOT_VIABLE]
        if not viable:
            raise MutantError(f"{options.folder}: no viable mutant was tried there; run procsem_dev.mutation first")
        found: list[tuple[Trial, SuiteTrial]] = []
        with (
            tempfile.TemporaryDirectory(prefix="procsem-mutation-") as folder,
            Lab(options.python, load_catalogue(BUILT_IN, FACTS), Path(folder), options.jobs) as lab,
        ):
            _check_unmodified(lab)
            until = time.monotonic() + 60 * options.minutes
            for trial, result in run(lab, viable[: options.sample], until):
                found.append((trial, result))
                noticed = result.failed or "no suite"
                print(f"{result.seconds:4.0f} s, {noticed}; claims: {trial.outcome}: {result.mutant}", flush=True)
    except ProcsemError as error:
        print(error, file=sys.stderr)
        return 2
    _report(found)
    if options.json:
        text = json.dumps([{"claims": trial.outcome, **asdict(result)} for trial, result in found], indent=1)
        options.json.write_text(text + "\n", encoding="utf-8")
    return 0


def run(lab: Lab, trials: Iterable[Trial], until: float) -> Iterator[tuple[Trial, SuiteTrial]]:
    """Run the suites under each of these mutants. No mutant is begun after ``until``, a monotonic time."""
    library = lab.unmodified.tree.original
    texts = {file: (library / file).read_text("utf-8") for file in FILES if (library / file).is_file()}
    mutants = {change.id: change.mutant(text) for file, text in texts.items() for change in changes(file, text)}
    with ThreadPoolExecutor(lab.jobs, thread_name_prefix="mutant") as threads:
        futures = {
            threads.submit(_run_suites, lab, trial.mutant, mutants[trial.mutant], until): trial
            for trial in trials
            if trial.mutant in mutants
        }
        try:
            for future in as_completed(futures):
                if (result := future.result()) is not None:
                    yield futures[future], result
        except BaseException:  # Ctrl-C, for example
            lab.cancel()
            threads.shutdown(cancel_futures=True)
            raise


def _run_suites(lab: Lab, name: str, mutant: Mutant, until: float) -> SuiteTrial | None:
    if time.monotonic() > until:
        return None
    tree = lab.build(mutant).tree
    own = name.startswith("subprocess.py")
    suites = [suite for suite in SUITES if own or suite != "test_subprocess"]
    endings = []
    try:
        for suite in suites:
            run_suite = partial(_run_suite, lab, tree.executable, suite)
            endings.append(lab.with_sandbox(run_suite))
            # A failure is confirmed, as for the claims: some tests depend on the load of the machine.
            if endings[-1].returncode != 0 and lab.with_sandbox(run_suite).returncode != 0:
                return _result(name, suite, endings)
        return _result(name, "", endings)
    finally:
        rmtree(tree.folder, ignore_errors=True)


def _result(name: str, failed: str, endings: Sequence[Ending]) -> SuiteTrial:
    return SuiteTrial(
        name,
        failed,
        timed_out=bool(failed) and endings[-1].status is Status.TIMED_OUT,
        seconds=round(sum(ending.seconds for ending in endings), 1),
        cpu_seconds=round(sum(ending.cpu_seconds or 0.0 for ending in endings), 1),
    )


def _run_suite(lab: Lab, executable: Path, suite: str, sandbox: Sandbox) -> Ending:
    with lab.scratch.new_dir() as scratch_dir:
        ending = sandbox.run(
            Task(
                argv=[str(executable), "-m", "test", "-q", "-W", "-G", f"--timeout={_TEST_TIMEOUT}", f"test.{suite}"],
                cwd=str(scratch_dir.folder),
                env=scratch_dir.env,
                token=scratch_dir.token,
                timeout=_TIMEOUT,
            )
        )
        leaks.remove(leaks.find(scratch_dir.token, scratch_dir.folder))
    return ending


def _check_unmodified(lab: Lab) -> None:
    """Run each suite without a change. Raises MutantError if one fails."""
    tree = lab.build(Mutant("suites", "nothing", (), ())).tree
    with ThreadPoolExecutor(lab.jobs) as threads:
        endings = threads.map(lambda suite: lab.with_sandbox(partial(_run_suite, lab, tree.executable, suite)), SUITES)
        for suite, ending in zip(SUITES, endings, strict=True):
            if ending.returncode != 0:
                last = ending.output.decode("utf-8", "backslashreplace").strip().splitlines()[-8:]
                raise MutantError(f"{suite} fails without a change: {' | '.join(last)}")
            print(f"{suite}: passes without a change in {ending.seconds:.0f} s", flush=True)


def _report(found: Sequence[tuple[Trial, SuiteTrial]]) -> None:
    claims = sum(trial.outcome.noticed for trial, _ in found)
    suites = sum(bool(result.failed) for _, result in found)
    both = sum(trial.outcome.noticed and bool(result.failed) for trial, result in found)
    neither = sum(not trial.outcome.noticed and not result.failed for trial, result in found)
    print(
        f"\n{len(found)} mutants: the claims notice {claims}, CPython's suites {suites}, both {both}, neither {neither}"
    )
    time_of_claims = sum(trial.seconds for trial, _ in found)
    time_of_suites = sum(result.seconds for _, result in found)
    cpu = sum(result.cpu_seconds for _, result in found)
    print(
        f"one after another, the cells took {time_of_claims:.0f} s, the suites {time_of_suites:.0f} s ({cpu:.0f} s CPU)"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
