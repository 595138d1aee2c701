"""Causes in time: what a child's start costs, and who does not wait long enough."""

from __future__ import annotations

from collections.abc import Iterable

from procsem.check.case import Case
from procsem.check.evidence import Process, Run
from procsem.check.rules.errors import is_uncaught
from procsem.check.rules.registry import Cause, Sighting, lines_of, rule, sighting

SLOW_CHILD_START = Cause(
    "slow-child-start",
    explanation="This call gave up before the child had begun its work: under {method} a child starts a new "
    "interpreter and imports the main file again, which took {seconds} here.",
    fix="Wait longer, or first for a sign that the child is ready; and keep heavy imports out of the main file, or "
    "name them in set_forkserver_preload().",
    claims=("main-file/slow-start", "main-file/imports-repeated"),
    general_explanation="A call gave up before the child had begun its work: under spawn and forkserver a child "
    "imports the main file again, which may take longer than the timeout.",
)


@rule(SLOW_CHILD_START)
def slow_child_start(run: Run, case: Case) -> Iterable[Sighting]:
    if not case.works_elsewhere(run):
        return
    for process, event in run.events("gave up"):
        exception = event.get("exception")
        if exception is not None and not is_uncaught(run, exception):
            continue
        children = [child for child in run.processes if (asked := run.start_of(child)) and asked[0] is process]
        if any(_ended_before(child, event.t) for child in children):
            continue  # they have not begun late: they have failed
        for child in children:
            asked = run.start_of(child)
            if asked is None or asked[1].t > event.t:
                continue
            begun = child.first("child")
            if begun is None or begun.t > event.t:
                seconds = (begun.t if begun else event.t) - asked[1].t
                yield from sighting(
                    run,
                    event.at,
                    also=lines_of(asked[1]),
                    fallback=exception is None,  # what gave up has raised nothing, so something else may have failed
                    values={"method": run.start_method, "seconds": f"{seconds:.1f} s" + ("" if begun else " and more")},
                    evidence={"seconds": seconds, "timeout": event["timeout"], "main import": _import_time(child)},
                )
                return


def _ended_before(child: Process, moment: float) -> bool:
    """Return whether a child ended without beginning its work."""
    ends = child.of("child raised", "main import failed", "exit")
    return child.first("child") is None and any(event.t < moment for event in ends)


def _import_time(child: Process) -> float | None:
    """Return how long the import of the main file took in a child."""
    begun, ended = child.first("main import"), child.first("main imported")
    return round(ended.t - begun.t, 3) if begun is not None and ended is not None else None
