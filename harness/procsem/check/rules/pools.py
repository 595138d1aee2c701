"""Causes in pools and executors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from procsem.check.case import Case
from procsem.check.evidence import Place, Process, Run, open_waits
from procsem.check.rules.registry import Cause, Sighting, lines_of, rule, sighting

POOL_ENDED_BEFORE_RESULT = Cause(
    "pool-ended-before-result",
    explanation="This call waits for the result of a task whose pool has been terminated: the end of `with Pool` "
    "terminates the workers, whether they have finished or not. The result never comes.",
    fix="Fetch the result inside the with block, or call close() and join() before its end.",
    claims=("pools/result-after-with-block",),
    general_explanation="The program waits for the result of a task whose pool has been terminated: the end of `with "
    "Pool` terminates the workers, whether they have finished or not. The result never comes.",
    look_for="a call of get(), or a loop over imap(), after the with block of the pool",
)


@rule(POOL_ENDED_BEFORE_RESULT)
def pool_ended_before_result(run: Run, case: Case) -> Iterable[Sighting]:
    for process, job, where in waiting_for_results(run):
        for ended in process.of("pool ended"):
            if job in ended["open"]:
                given = next((e for e in process.of("task") if e["job"] == job), None)
                evidence = {"job": job, "ended at": [list(place) for place in ended.at[:1]]}
                yield from sighting(run, where, also=lines_of(ended, given), evidence=evidence)
                return


def waiting_for_results(run: Run) -> Iterator[tuple[Process, int, tuple[Place, ...]]]:
    """Yield who was waiting for which job of a pool when the run was ended, and where."""
    seen = set()
    for stack in run.stacks():
        position = stack.position("multiprocessing/pool.py", "wait", "next")
        job = next((stack.fact(name, "job") for name in ("wait", "next") if stack.fact(name, "job") is not None), None)
        if position is not None and job is not None:
            seen.add(stack.process.key)
            yield stack.process, job, stack.frames[position:]
    for process in run.processes if run.hang else ():
        if process.key not in seen:
            for wait in open_waits(process, "ApplyResult.get", "IMapIterator.next"):
                yield process, wait["job"], wait.at
