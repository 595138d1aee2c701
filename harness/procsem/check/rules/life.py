"""Causes in how processes begin and end."""

from __future__ import annotations

from collections.abc import Iterable

from procsem.check.case import Case
from procsem.check.evidence import Run
from procsem.check.rules.registry import Cause, Sighting, rule, sighting

EXIT_STATUS_STOLEN = Cause(
    "exit-status-stolen",
    explanation="This call waits for any child, and took the exit status of a multiprocessing child. The Process "
    "object then never learns that the child has ended: exitcode stays None, and is_alive() stays True.",
    fix="Wait only for the pids that this code has started itself.",
    claims=(),
)


@rule(EXIT_STATUS_STOLEN)
def exit_status_stolen(run: Run, case: Case) -> Iterable[Sighting]:
    for process in run.processes:
        for event in process.of("reaped"):
            by = event["by"]
            if not event.at or (by[0], by[1]) != (event.at[0][0], event.at[0][1]):
                continue  # multiprocessing or subprocess itself
            pid = event["pid"]
            started = next(
                (e for e in process.of("started") if e["child"] == pid and e["method"] != "forkserver"), None
            )
            missed = next((e for e in process.of("no child") if e["pid"] == pid and e.t > event.t), None)
            if started is not None and missed is not None and "multiprocessing" in missed["by"][0]:
                start = next(e for e in process.of("start") if e["n"] == started["n"])
                yield from sighting(
                    run,
                    event.at,
                    also=tuple(place[1] for place in (*start.at[:1], *missed.at[:1])),
                    evidence={
                        "pid": pid,
                        "status": event["status"],
                        "missed by": [list(place) for place in missed.at[:1]],
                    },
                )
                return
