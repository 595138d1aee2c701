"""Causes in pools and executors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from procsem.check.case import Case
from procsem.check.evidence import Event, Place, Process, Run, open_waits
from procsem.check.rules.errors import frames, uncaught
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
                where = _in_function_of_task(where, given)
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


def _in_function_of_task(where: tuple[Place, ...], given: Event | None) -> tuple[Place, ...]:
    """Return the callers of a loop over results, from the function that gave the task.

    Between them may be generators that show the progress of whatever they are given, and know nothing of a pool.
    """
    if where[:1] and where[0][2] == "next" and given is not None and given.at:
        file, _, function = given.at[0]
        for number, place in enumerate(where):
            if (place[0], place[2]) == (file, function):
                return where[number:]
    return where


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
                    _in_function_of_task(where, given),
                    also=tuple(place[1] for place in (run.nearest(where),) if place) + lines_of(given),
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
    if run.hang is not None:
        return  # the program might still have asked
    for process in run.processes:
        ended = process.last("exit")
        if ended is None or ended["uncaught"] is not None:
            continue  # nor could it ask
        known = [(failed, _given(process, failed), _is_asked(process, failed)) for failed in process.of("task failed")]
        # Who has got one error of a batch, such as that of map(), does not ask for the others.
        seen = {given.at[:1] for _, given, asked in known if given is not None and asked}
        for failed, given, _ in known:
            exception = failed["exception"]
            if given is None or given.at[:1] in seen or exception["type"] == "BrokenProcessPool" or failed["callback"]:
                continue
            yield from sighting(
                run,
                given.at,
                values={"error": f"{exception['type']}: {exception['text']}".rstrip(": ")},
                evidence={"error": f"{exception['type']}: {exception['text']}", "job": failed["job"]},
            )


def _given(process: Process, failed: Event) -> Event | None:
    """Return the event by which a task that failed was given to its pool."""
    return next((event for event in process.of("task") if _same(event, failed)), None)


def _is_asked(process: Process, failed: Event) -> bool:
    return any(_same(event, failed) for event in process.of("asked"))


def _same(task: Event, failed: Event) -> bool:
    return bool(task["job"] == failed["job"] and task.get("pool") == failed.get("pool"))


POOL_INITIALIZER_FAILS = Cause(
    "pool-initializer-fails",
    explanation="The initializer of this pool raises {error} in each worker, {effect}.",
    fix="Repair the initializer; its own error is printed by the worker on standard error.",
    claims=("pools/pool-restarts-failing-initializer", "pools/executor-breaks-on-failing-initializer"),
    general_explanation="The initializer of the pool raises an error in each worker. A multiprocessing.Pool starts "
    "new workers for ever, and a ProcessPoolExecutor breaks.",
    general_fix="Repair the initializer; its own error is printed by the worker on standard error.",
    look_for="a traceback of the initializer above, printed by a worker",
)


@rule(POOL_INITIALIZER_FAILS)
def pool_initializer_fails(run: Run, case: Case) -> Iterable[Sighting]:
    for process in run.processes:
        errors: list[dict[str, Any]] = []
        pool = None
        for worker in run.processes:
            asked = run.start_of(worker)
            if asked is not None and asked[0] is process:
                events = worker.of("initializer failed", "child raised")
                failed = [error for event in events if (error := _initializer_error(event))]
                if failed and pool is None:
                    pool = next((e for e in reversed(tuple(process.of("pool"))) if e.t <= asked[1].t), None)
                errors += failed
        broken = any(p is process and e["type"] == "BrokenProcessPool" for p, _, e in uncaught(run))
        endless = run.hang is not None and len(errors) > 2
        if errors and pool is not None and (broken or endless):
            effect = "so the executor is broken" if broken else "and the pool starts a new worker each time, for ever"
            shown = f"{errors[0]['type']}: {errors[0]['text']}".rstrip(": ")
            yield from sighting(
                run,
                pool.at,
                values={"error": shown, "effect": effect},
                evidence={"error": shown, "workers": len(errors)},
            )
            return


def _initializer_error(event: Event) -> dict[str, Any] | None:
    """Return the exception of an initializer; None where something else in a worker has failed."""
    exception: dict[str, Any] = event["exception"]
    if event.kind == "initializer failed":
        return exception
    functions = [(place[0].replace("\\", "/"), place[2]) for place in frames(exception)]
    worker = next((n for n, (file, name) in enumerate(functions) if file.endswith("multiprocessing/pool.py")), None)
    if not worker or functions[worker][1] != "worker":
        return None
    # The error of a task never leaves worker(); one of reading a task does, and comes out of get().
    return None if functions[worker - 1][0].endswith("multiprocessing/queues.py") else exception


EXECUTOR_STOPS_REPLACING = Cause(
    "executor-stops-replacing",
    explanation="Every worker of this executor has ended after max_tasks_per_child={limit} tasks, and this release "
    "of Python does not start new ones, so the remaining tasks wait for ever.",
    fix="Use a release that replaces workers, or multiprocessing.Pool with maxtasksperchild.",
    claims=("pools/max-tasks-per-child",),
    general_explanation="A ProcessPoolExecutor with max_tasks_per_child does not replace a worker that has ended, in "
    "some releases of Python, so the remaining tasks wait for ever.",
    general_fix="Use a release that replaces workers, or multiprocessing.Pool with maxtasksperchild.",
    look_for="max_tasks_per_child in the call that makes the executor",
)


@rule(EXECUTOR_STOPS_REPLACING)
def executor_stops_replacing(run: Run, case: Case) -> Iterable[Sighting]:
    for process in run.processes if run.hang else ():
        pool = next((event for event in process.of("pool") if event["max_tasks"]), None)
        workers = [w for w in run.processes if (asked := run.start_of(w)) and asked[0] is process]
        if pool is None or not workers or not run.is_alive(process.pid):
            continue
        if not any(run.is_alive(worker.pid) for worker in workers) and all(_ended_well(run, w) for w in workers):
            tasks = tuple(process.of("task"))
            yield from sighting(
                run,
                pool.at,
                also=lines_of(*tasks[:1]),
                values={"limit": str(pool["max_tasks"])},
                evidence={"workers": len(workers), "tasks": len(tasks)},
            )
            return


def _ended_well(run: Run, worker: Process) -> bool:
    return worker.first("child raised") is None and _how_it_ended(run, worker) is None
