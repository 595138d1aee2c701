"""Causes in pools and executors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from procsem.check.case import Case
from procsem.check.evidence import Event, Place, Process, Run, open_waits
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


POOL_WORKER_LOST_HANG = Cause(
    "pool-worker-lost-hang",
    explanation="A worker of the pool has ended{how} while it had a task. The pool starts another worker, but the "
    "task is lost, so its result never comes.",
    fix="Use concurrent.futures.ProcessPoolExecutor, which raises BrokenProcessPool, or wait with get(timeout=...).",
    claims=(
        "start-methods/pool-loses-task-of-killed-worker",
        "start-methods/executor-breaks-with-killed-worker",
    ),
    general_explanation="A worker has died while it ran a task. A multiprocessing.Pool replaces the worker, but the "
    "result of its task never comes; a ProcessPoolExecutor fails with BrokenProcessPool.",
    general_fix="Use concurrent.futures.ProcessPoolExecutor, which reports it, and find out what ends the worker "
    "(memory, a signal, a crash in an extension module).",
    look_for="the exit codes of the workers: -9 is SIGKILL, often for lack of memory",
)


@rule(POOL_WORKER_LOST_HANG)
def pool_worker_lost_hang(run: Run, case: Case) -> Iterable[Sighting]:
    for process, job, where in waiting_for_results(run):
        if any(job in ended["open"] for ended in process.of("pool ended")):
            continue
        given = next((e for e in process.of("task") if e["job"] == job), None)
        for worker in run.processes:
            asked = run.start_of(worker)
            if asked is None or asked[0] is not process or asked[1]["target"] != "multiprocessing.pool.worker":
                continue
            if run.is_alive(worker.pid) or (
                given is not None and worker.events[-1].t < given.t and not _ended_after(run, worker, given.t)
            ):
                continue
            how = _how_it_ended(run, worker)
            if how is not None:
                yield from sighting(
                    run,
                    where,
                    also=lines_of(given),
                    values={"how": how},
                    fallback=True,
                    evidence={"worker": worker.pid, "job": job, "how": how.strip()},
                )
                return


def _ended_after(run: Run, worker: Process, moment: float) -> bool:
    """Return whether a worker's end was noticed after a moment."""
    return any(event["child"] == worker.pid and event.t > moment for _, event in run.events("ended"))


def _how_it_ended(run: Run, worker: Process) -> str | None:
    """Return how a worker ended, if that was not the pool's wish."""
    raised = worker.first("child raised")
    if raised is not None:
        return f" by {raised['exception']['type']}"
    left = worker.last("exit")
    own = run.nearest(left.at) if left is not None else None
    code = next((event["code"] for _, event in run.events("ended") if event["child"] == worker.pid), None)
    if left is not None and left["how"] == "_exit" and own is not None and code not in (0, None):
        return f" by os._exit({left['code']})"
    if left is None and code is not None and code < 0:
        return f" by signal {-code}"
    return f" with exit code {code}" if code not in (0, None) else None


TASK_ERROR_NEVER_SEEN = Cause(
    "task-error-never-seen",
    explanation="This task failed with {error}, and the program never asks for its result, so it never learns of the "
    "error.",
    fix="Keep the result and call get() (result() of a Future), or pass error_callback.",
    claims=("pools/error-nobody-asks-for",),
    general_explanation="A task of a pool has raised an error, and the program never asks for its result, so nothing "
    "is printed.",
    general_fix="Ask for the result of every task: get(), result(), or a loop over the results of map().",
)


@rule(TASK_ERROR_NEVER_SEEN)
def task_error_never_seen(run: Run, case: Case) -> Iterable[Sighting]:
    for process in run.processes:
        for failed in process.of("task failed"):
            asked = any(
                e.get("job") == failed["job"] and e.get("pool") == failed.get("pool") for e in process.of("asked")
            )
            given = next((e for e in process.of("task") if _same(e, failed)), None)
            exception = failed["exception"]
            if asked or failed["callback"] or given is None or exception["type"] == "BrokenProcessPool":
                continue
            yield from sighting(
                run,
                given.at,
                values={"error": f"{exception['type']}: {exception['text']}".rstrip(": ")},
                evidence={"error": f"{exception['type']}: {exception['text']}", "job": failed["job"]},
            )


def _same(task: Event, failed: Event) -> bool:
    return bool(task["job"] == failed["job"] and task.get("pool") == failed.get("pool"))
