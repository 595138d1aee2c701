"""Causes in pools and executors."""

from __future__ import annotations

from collections.abc import Iterable

from procsem.check.case import Case
from procsem.check.evidence import Run, open_waits
from procsem.check.rules.registry import Cause, Sighting, lines_of, rule, sighting

POOL_ENDED_BEFORE_RESULT = Cause(
    "pool-ended-before-result",
    explanation="This call waits for the result of a task whose pool has been terminated: the end of `with Pool` "
    "terminates the workers, whether they have finished or not. The result never comes.",
    fix="Fetch the result inside the with block, or call close() and join() before its end.",
    claims=(),
)


@rule(POOL_ENDED_BEFORE_RESULT)
def pool_ended_before_result(run: Run, case: Case) -> Iterable[Sighting]:
    for process in run.processes:
        for ended in process.of("pool ended"):
            for wait in open_waits(process, "ApplyResult.get", "IMapIterator.next"):
                if run.hang is None or wait["job"] not in ended["open"]:
                    continue
                given = next((e for e in process.of("task") if e["job"] == wait["job"]), None)
                yield from sighting(
                    run,
                    wait.at,
                    also=lines_of(ended, given),
                    evidence={"job": wait["job"], "ended at": [list(place) for place in ended.at[:1]]},
                )
                return
