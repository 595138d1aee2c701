"""Causes in locks, semaphores, events and queues."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from procsem.check.case import Case
from procsem.check.evidence import HELPERS, Event, Process, Run, Stack, open_waits
from procsem.check.rules.errors import is_uncaught
from procsem.check.rules.registry import Cause, Sighting, kill_of, lines_of, rule, sighting

PRIMITIVE_DROPPED_EARLY = Cause(
    "primitive-dropped-early",
    explanation="The parent keeps no reference to {what} that it passed to this start(), so it is removed while the "
    "child is still starting: the child, which opens it by its name, finds nothing.",
    fix="Keep a reference to it in the parent until the child has ended.",
    claims=(
        "primitives/dropped-before-opened",
        "start-methods/other-locks-work-everywhere",
        "listings/lock-of-unjoined-child",
    ),
    general_explanation="The parent keeps no reference to a lock, a queue or another primitive that it passed to "
    "start(), so it is removed while the child is still starting: the child, which opens it by name, finds nothing.",
    look_for="a primitive that the parent drops after start(): made in the call itself, or local to a function",
)


@rule(PRIMITIVE_DROPPED_EARLY)
def primitive_dropped_early(run: Run, case: Case) -> Iterable[Sighting]:
    for child, event in run.events("open failed"):
        asked = run.start_of(child)
        name = event.get("name")
        if asked is None or not name or event["what"] or event["exception"]["type"] != "FileNotFoundError":
            continue
        parent, start = asked
        dropped = next((e for e in parent.of("dropped") if e["name"] == name and start.t < e.t < event.t), None)
        made = next((e for e in parent.of("made") if e["name"] == name), None)
        if dropped is not None and made is not None:
            yield from sighting(
                run,
                start.at,
                also=lines_of(made),
                values={"what": f"the {made['what']}"},
                evidence={"semaphore": name, "dropped after": dropped.t - start.t, "opened after": event.t - start.t},
            )


EVENT_WAITER_KILLED = Cause(
    "event-waiter-killed",
    explanation="A process was killed while it waited for this {what}. {call}() wakes every sleeper and waits until "
    "each has said that it is awake; the dead one never will.",
    fix="End such a process by setting the {what} instead of a signal, or have it wait in a loop with a timeout; do "
    "not use the {what} any more after its waiter was killed.",
    claims=("primitives/killed-waiter",),
    general_explanation="A process was killed while it waited for an Event or a Condition. set() and notify_all() "
    "wake every sleeper and wait until each has said that it is awake; the dead one never will.",
    general_fix="End such a process by setting the Event instead of a signal, or let it wait in a loop with a "
    "timeout, and do not use the Event any more after its waiter was killed.",
    look_for="terminate(), kill() or a signal for a process that was in wait()",
)


@rule(EVENT_WAITER_KILLED)
def event_waiter_killed(run: Run, case: Case) -> Iterable[Sighting]:
    for stack in run.stacks():
        position = stack.position("synchronize.py", "notify")
        if position is None or _in_own_wait(stack.frames[position:]):
            continue
        identity = stack.fact("notify", "object")
        for killed, wait in _killed_waiters(run, identity):
            kill = kill_of(run, killed)
            is_event = stack.is_in("synchronize.py", "set")
            yield from sighting(
                run,
                stack.frames[position:],
                also=lines_of(wait, kill),
                values={"what": "Event" if is_event else "Condition", "call": "set" if is_event else "notify_all"},
                evidence={
                    "waiter": killed.pid,
                    "waited at": [list(place) for place in wait.at[:1]],
                    "killed at": [list(place) for place in kill.at[:1]] if kill else None,
                },
            )
            return


def _in_own_wait(frames: Iterable[tuple[str, int, str]]) -> bool:
    return any(function == "wait" and file.endswith("synchronize.py") for file, _, function in frames)


def _killed_waiters(run: Run, identity: object) -> Iterator[tuple[Process, Event]]:
    """Yield the processes that died while they waited for a condition, with the wait."""
    for process in run.processes:
        if run.hang is None or process.pid in run.hang.alive or process.first("exit") is not None:
            continue
        waits = open_waits(process, "Event.wait", "Condition.wait")
        if waits and (identity is None or waits[-1]["object"] == identity):
            yield process, waits[0]


EVENT_SET_IN_HANDLER = Cause(
    "event-set-in-handler",
    explanation="A signal handler sets an {what} for which the interrupted code itself was waiting. set() waits "
    "until the sleeper has woken up, and the sleeper goes on only when the handler has returned.",
    fix="Let the handler only note the signal (set a plain variable, or raise), and set the event outside of it; "
    "wait with a timeout in a loop.",
    claims=("primitives/event-set-in-handler",),
    general_explanation="A signal handler sets an Event for which the interrupted code itself waits. set() waits "
    "until the sleeper has woken up, and the sleeper goes on only when the handler has returned.",
    general_fix="Let the handler only note the signal in a plain variable, or raise an exception, and set the event "
    "outside of it; wait with a timeout in a loop.",
    look_for="set() or notify_all() in a function that is given to signal.signal()",
)


@rule(EVENT_SET_IN_HANDLER)
def event_set_in_handler(run: Run, case: Case) -> Iterable[Sighting]:
    for stack in run.stacks():
        position = stack.position("multiprocessing/synchronize.py", "notify", "set")
        if position is None or not _in_own_wait(stack.frames[position:]):
            continue
        outer = next(i for i, (_, _, name) in enumerate(stack.frames) if i > position and name == "wait")
        yield from sighting(
            run,
            stack.frames[position:],
            also=tuple(place[1] for place in stack.frames[outer:] if run.is_own(place[0]))[:1],
            values={"what": "Event" if stack.is_in("multiprocessing/synchronize.py", "set") else "Condition"},
            evidence={"stack": [list(place) for place in stack.frames[:12]]},
        )
        return


LOCK_HELD_AFTER_TERMINATE = Cause(
    "lock-held-after-terminate",
    explanation="This waits for a lock that a process held when it was killed. Nobody releases it any more.",
    fix="End a process that uses locks by a message or an Event, and not by terminate() or kill(); or make new locks "
    "after a kill.",
    claims=("process-class/terminate-keeps-lock", "process-class/terminate-deadlocks-others"),
)

QUEUE_LOCK_HELD_AFTER_TERMINATE = Cause(
    "queue-lock-held-after-terminate",
    explanation="A process was killed while it was in {call}() of this queue, and so held the queue's own lock. "
    "Every later {call}() waits for that lock for ever.",
    fix="End the users of a queue by a sentinel in it, and not by terminate() or kill(); or make a new queue after a "
    "kill.",
    claims=("primitives/reader-killed-in-get",),
    general_explanation="A process was killed while it read from a queue or wrote to it, and so held the queue's own "
    "lock. Every later reader or writer waits for that lock for ever.",
    general_fix="End the users of a queue by a sentinel in it, and not by terminate() or kill(); or make a new queue "
    "after a kill.",
    look_for="terminate(), kill() or a signal for a process that may be in get() or put() of the queue",
)


@rule(LOCK_HELD_AFTER_TERMINATE)
def lock_held_after_terminate(run: Run, case: Case) -> Iterable[Sighting]:
    for stack, killed, dump, call in _dead_holders(run):
        if call is None:
            yield _held_sighting(run, stack, killed, dump, {})
            return


@rule(QUEUE_LOCK_HELD_AFTER_TERMINATE)
def queue_lock_held_after_terminate(run: Run, case: Case) -> Iterable[Sighting]:
    for stack, killed, dump, call in _dead_holders(run):
        if call is not None:
            yield _held_sighting(run, stack, killed, dump, {"call": call})
            return


def _dead_holders(run: Run) -> Iterator[tuple[Stack, Process, Event, str | None]]:
    """Yield the threads that wait for a lock of a killed process: with that process, its stacks, and get or put."""
    for stack in run.stacks():
        wait = run.wait_of(stack.process) if stack.main else None
        known = run.semaphore(stack.process, wait.address) if wait is not None and wait.call == "futex" else None
        identity = known[0] if known else stack.fact("__enter__", "object")
        if identity is None:
            continue
        for killed in run.processes:
            dump = killed.last("stacks")
            if dump is None or run.is_alive(killed.pid) or identity not in (dump["held"] or ()):
                continue
            frames = [place for thread in dump["threads"] for place in thread["frames"]]
            calls = [name for file, _, name in frames if file.endswith("queues.py") and name in ("get", "put", "_feed")]
            mine = [
                name for file, _, name in stack.frames if file.endswith("queues.py") and name in ("get", "put", "_feed")
            ]
            yield stack, killed, dump, ("get" if "get" in calls else "put") if calls and mine else None


def _held_sighting(run: Run, stack: Stack, killed: Process, dump: Event, values: dict[str, str]) -> Sighting:
    place = run.nearest(stack.frames) or stack.frames[0]
    held_at = next((place for t in dump["threads"] for place in t["frames"] if run.is_own(place[0])), None)
    kill = kill_of(run, killed)
    also = (*lines_of(kill), *((int(held_at[1]),) if held_at else ()))
    return Sighting(
        str(run.path(place[0])),
        place[1],
        also=also,
        values=values,
        evidence={
            "holder": killed.pid,
            "held at": held_at,
            "killed at": [list(p) for p in kill.at[:1]] if kill else None,
        },
    )


QUEUE_JOIN_DEADLOCK = Cause(
    "queue-join-deadlock",
    claims=("queue/messages-not-big-data",),
    explanation="This waits for the end of a child that has put more into a queue than a pipe holds. The child does "
    "not end before somebody has read it, and the reader is here, waiting.",
    fix="Read everything from the queue first, and join the child then.",
)


@rule(QUEUE_JOIN_DEADLOCK)
def queue_join_deadlock(run: Run, case: Case) -> Iterable[Sighting]:
    if not run.stands_still:
        return  # another process may be reading
    flushing = {
        stack.process.pid: stack
        for stack in run.stacks()
        if stack.main and stack.is_in("multiprocessing/queues.py", "_finalize_join", "join_thread")
    }
    for process in run.processes:
        for wait in open_waits(process, "join"):
            child = flushing.get(wait["child"])
            if run.is_alive(process.pid) and child is not None:
                asked = run.start_of(child.process)
                yield from sighting(
                    run, wait.at, also=lines_of(asked[1] if asked else None), evidence={"child": wait["child"]}
                )
                return


FULL_PIPE_DEADLOCK = Cause(
    "full-pipe-deadlock",
    explanation="{what}",
    fix="{fix}",
    claims=("life-and-death/wait-with-full-pipe", "life-and-death/join-before-receive"),
    general_explanation="A process waits for the end of another one that has filled a pipe. That one cannot go on "
    "before somebody reads the pipe, and the reader is the one that waits.",
    general_fix="Read before you wait: communicate() or run() for a program, recv() before join() for a child.",
    look_for="wait() or call() for a program with stdout=PIPE, or a read of one of its pipes to the end; join() of a "
    "child before its message is received",
)


@rule(FULL_PIPE_DEADLOCK)
def full_pipe_deadlock(run: Run, case: Case) -> Iterable[Sighting]:
    if run.hang is None or not run.hang.proven:
        return
    writes = {(wait.pid, wait.on) for wait in run.hang.waits if wait.call == "write" and wait.tid == wait.pid}
    for stack in run.stacks():
        process, wait = stack.process, run.wait_of(stack.process) if stack.main else None
        reads = {on for w in run.hang.waits if w.pid == process.pid and w.call != "write" for on in w.on.split()}
        full = [(pid, pipe) for pid, pipe in writes if pid != process.pid and pipe not in reads]
        if wait is None or not full:
            continue
        for started in process.of("program started"):
            pipes = {f"pipe:[{inode}]" for inode in started["inodes"] or ()}
            is_full = any(pipe in pipes for _, pipe in full)
            if is_full and (wait.on == str(started["child"]) or wait.call == "write" or pipes & set(wait.on.split())):
                yield from sighting(
                    run,
                    stack.frames,
                    also=lines_of(started),
                    values={"what": _FULL.get(wait.call, _FULL["read"]), "fix": _READ_ALL},
                    evidence={"program": started["argv"][:2], "waits in": wait.call},
                )
                return
        joined = {each["child"] for each in open_waits(process, "join")}
        joined |= {int(wait.on)} if wait.on.isdigit() else set()
        child = next((run.child(pid, process.start) for pid, _ in full if pid in joined), None)
        asked = run.start_of(child) if child is not None else None
        if child is not None:
            yield from sighting(
                run,
                stack.frames,
                also=lines_of(asked[1] if asked else None),
                values={"what": _FULL["child"], "fix": "Receive everything first, and wait for the child after that."},
                evidence={"child": child.pid},
            )
            return


_READ_ALL = (
    "Use communicate() or subprocess.run(), which serve all pipes of a program at the same time; or let it write to a "
    "file, or to subprocess.DEVNULL."
)
_FULL = {
    "wait4": "This waits for the end of a program that has filled the pipe of its output. The program cannot go on "
    "before somebody reads it, and the reader is here, waiting.",
    "read": "This reads one pipe of a program to its end, but the program has filled the other one. It cannot go on "
    "before somebody reads that, and the reader is here, waiting.",
    "write": "This writes more to a program than a pipe holds, but the program has filled the pipe of its own output. "
    "It reads no further before somebody reads that, and the reader is here, writing.",
    "child": "This waits for the end of a child that has filled a pipe. The child cannot go on before somebody reads "
    "it, and the reader is here, waiting.",
}


QUEUE_GET_FROM_DEAD_CHILD = Cause(
    "queue-get-from-dead-child",
    explanation="This waits for something from a queue or a pipe, but the process that should have sent it has "
    "ended{how}, and no other one will.",
    fix="Have the child send its error too (try/except around the target), or wait with a timeout and look at "
    "exitcode.",
    claims=("primitives/get-from-dead-child", "producer-consumer/hangs-without-sentinel"),
    general_explanation="A process waits in get() or recv() for something that a child should have sent. The child "
    "has ended before, by an error or a signal, and nothing ends such a wait.",
    general_fix="Have the child send its error too (try/except around the target), or wait with a timeout and look at "
    "exitcode.",
    look_for="get() or recv() without a timeout, and how the children ended: their exitcode, a traceback above",
)


@rule(QUEUE_GET_FROM_DEAD_CHILD)
def queue_get_from_dead_child(run: Run, case: Case) -> Iterable[Sighting]:
    if run.hang is None or not run.hang.proven:
        return
    for stack in run.stacks():
        position = stack.position("multiprocessing/queues.py", "get")
        if position is None:
            position = stack.position("multiprocessing/connection.py", "recv", "recv_bytes")
        if position is None or run.start_of(stack.process) or stack.is_in("multiprocessing/pool.py", "wait", "next"):
            continue
        dead = [child for child in _children_of(run, stack.process) if not run.is_alive(child.pid)]
        alive = [child for child in _children_of(run, stack.process) if run.is_alive(child.pid)]
        failed = [child for child in dead if _failed(child)]
        if not dead or (alive and not failed) or not all(_reads(run, other) for other in alive):
            continue  # another child would send something, if it did not wait for something else
        child = (failed or dead)[0]
        asked = run.start_of(child)
        raised = child.first("child raised")
        how = f" by {raised['exception']['type']}" if raised else ""
        yield from sighting(
            run,
            stack.frames[position:],
            also=lines_of(asked[1] if asked else None),
            values={"how": how},
            fallback=True,
            evidence={"child": child.pid, "error": raised["exception"]["text"] if raised else None},
        )
        return


QUEUE_GET_WITHOUT_PUT = Cause(
    "queue-get-without-put",
    explanation="This waits for an item of a queue, and no process is left that would put one: all others wait too, "
    "{others}.",
    fix="Put one end signal (such as None) per consumer, when all producers have ended; count the items that are put, "
    "and get no more than these.",
    claims=("producer-consumer/one-sentinel-each", "producer-consumer/hangs-without-sentinel"),
    general_explanation="A process waits in get() of a queue, and no process is left that would put an item: all "
    "others wait too. Often there are fewer end signals than consumers, or fewer results than the program asks for.",
    look_for="how many end signals are put, and how many consumers there are",
)


@rule(QUEUE_GET_WITHOUT_PUT)
def queue_get_without_put(run: Run, case: Case) -> Iterable[Sighting]:
    if run.hang is None or not run.hang.proven or any(True for _ in queue_get_from_dead_child(run, case)):
        return
    waiting = {stack.process.key: stack for stack in run.stacks() if stack.main and _is_in_get(run, stack)}
    joining = {process.key for process in run.processes if open_waits(process, "join")}
    alive = [run.process(pid, run.hang.t) for pid in run.hang.alive]
    if any(each is None or not (each.role in HELPERS or each.key in {*waiting, *joining}) for each in alive):
        return  # that one might put an item, if it did not wait for something else
    for process in run.processes:
        own = waiting.get(process.key)
        joined = (run.child(wait["child"], process.start) for wait in open_waits(process, "join") if wait.at)
        stack = own or next((waiting[child.key] for child in joined if child and child.key in waiting), None)
        if stack is None or run.start_of(process) or not run.is_alive(process.pid):
            continue
        others = [other for other in waiting.values() if other is not stack]
        at = "the end of this process" if own is None else "an item or for each other" if others else "each other"
        places = [place for other in (stack, *others) if (place := run.nearest(other.frames))]
        yield from sighting(
            run,
            stack.frames[stack.position("multiprocessing/queues.py", "get") or 0 :],
            also=tuple(dict.fromkeys(place[1] for place in places[1:])),
            values={"others": f"for {at}"},
            fallback=True,
            evidence={"waits": stack.process.pid, "others in get()": [other.process.pid for other in others]},
        )
        return


def _is_in_get(run: Run, stack: Stack) -> bool:
    """Return whether the program itself waits in get() of a queue."""
    position = stack.position("multiprocessing/queues.py", "get")
    rest = stack.frames[position + 1 :] if position is not None else ()
    return bool(rest) and run.nearest(rest[:1]) is not None


def _reads(run: Run, process: Process) -> bool:
    """Return whether a process waits for a message itself."""
    reading = (("multiprocessing/queues.py", "get"), ("multiprocessing/connection.py", "recv", "recv_bytes", "poll"))
    stacks = [stack for stack in run.stacks() if stack.process is process and stack.main]
    return not stacks or any(stack.is_in(*where) for stack in stacks for where in reading)


def _children_of(run: Run, parent: Process) -> list[Process]:
    return [child for child in run.processes if (asked := run.start_of(child)) and asked[0] is parent]


def _failed(child: Process) -> bool:
    """Return whether a child ended by an exception, by os._exit() with an error, or without any word."""
    ended = child.last("exit")
    return child.first("child raised") is not None or ended is None or ended.get("code") not in (0, None)


JOINABLEQUEUE_UNFINISHED = Cause(
    "joinablequeue-unfinished",
    explanation="join() of a JoinableQueue waits until task_done() has been called once for every item that was put; "
    "{count} are missing, and no process is left that would call it.",
    fix="Call task_done() after every get(), in a finally clause, so that it is called when the work fails too.",
    claims=("joinable-queue/join-waits-for-all",),
    general_explanation="join() of a JoinableQueue waits until task_done() has been called once for every item that "
    "was put. A consumer that ends by an error, or calls it for some items only, makes join() wait for ever.",
    general_fix="Call task_done() after every get(), also of a sentinel, in a finally clause, so that it is called "
    "when the work fails too.",
    look_for="a way from get() to the next get(), or to the consumer's end, that does not call task_done()",
)


@rule(JOINABLEQUEUE_UNFINISHED)
def joinablequeue_unfinished(run: Run, case: Case) -> Iterable[Sighting]:
    if not run.stands_still:
        return  # a consumer may still be at work
    for stack in run.stacks():
        position = stack.position("multiprocessing/queues.py", "join")
        missing = stack.fact("join", "unfinished")
        if position is not None and missing:
            yield from sighting(
                run, stack.frames[position:], values={"count": str(missing)}, evidence={"unfinished": missing}
            )
            return


LEAKED_SHARED_MEMORY = Cause(
    "leaked-shared-memory",
    explanation="This block of shared memory is never unlinked. The resource tracker has removed it at the program's "
    "end, with a warning; until then it takes memory that no process uses.",
    fix="Call unlink() once, in the process that made the block, in a finally clause.",
    claims=("start-methods/left-shared-memory-is-removed",),
)

LEAKED_SEMAPHORE = Cause(
    "leaked-semaphore",
    claims=("start-methods/left-semaphore-is-removed",),
    explanation="The process that made this {what} has ended by os._exit(), which runs no clean-up, so the semaphore "
    "was left to the resource tracker, which warns of it.",
    fix="End the process by returning or by sys.exit(), so that its primitives are removed.",
    general_explanation="The process that made a lock or another primitive has ended by os._exit(), which runs no "
    "clean-up, so its semaphore was left to the resource tracker, which warns of it.",
)


@rule(LEAKED_SHARED_MEMORY)
def leaked_shared_memory(run: Run, case: Case) -> Iterable[Sighting]:
    unlinked = {event["name"] for _, event in run.events("dropped")}
    for maker, made in _left_to_tracker(run, "shared_memory"):
        name, ended = made["name"], maker.last("exit")
        if ended is not None and name not in unlinked and not _taken_by_other_tracker(run, name):
            # An error may have kept the program from unlinking it, and has a cause of its own.
            failed = ended["uncaught"] is not None
            yield from sighting(run, made.at, fallback=failed, evidence={"name": name})


@rule(LEAKED_SEMAPHORE)
def leaked_semaphore(run: Run, case: Case) -> Iterable[Sighting]:
    for maker, made in _left_to_tracker(run, "semaphore"):
        ended = maker.last("exit")
        # A child of multiprocessing is ended by os._exit() too, after its clean-up.
        if ended is not None and ended["how"] == "_exit" and any(run.is_own(place[0]) for place in ended.at[:1]):
            if ended.at[:1] == maker.events[0].at[:1] and maker.role == "forked":
                continue
            yield from sighting(
                run, made.at, also=lines_of(ended), values={"what": made["what"]}, evidence={"semaphore": made["name"]}
            )
            return


def _left_to_tracker(run: Run, what: str) -> Iterator[tuple[Process, Event]]:
    """Yield what the resource tracker had to remove after a run that ended by itself, with who made it."""
    if run.hang is not None:
        return
    removed = {event["name"] for _, event in run.events("tracker removed") if event["what"] == what}
    for process, made in run.events("made"):
        if made["name"] in removed:
            yield process, made


SHARED_MEMORY_REMOVED_EARLY = Cause(
    "shared-memory-removed-early",
    explanation="This block of shared memory is removed {where}, and only after that a process attaches to it "
    "by its name, so it finds nothing.",
    fix="Wait until every process that uses the block has ended, and unlink it then; so does a SharedMemoryManager if "
    "the processes are joined inside its with block.",
    claims=("shared-memory/names-in-wrong-states",),
    general_explanation="A block of shared memory is removed, by unlink() or by the end of its SharedMemoryManager, "
    "before a process attaches to it by its name, so that finds nothing.",
    look_for="unlink(), or the end of a with block, before the processes that use the block are joined",
    symptom="FileNotFoundError: ",
)


@rule(SHARED_MEMORY_REMOVED_EARLY)
def shared_memory_removed_early(run: Run, case: Case) -> Iterable[Sighting]:
    for process, event in run.events("open failed"):
        if event["what"] != "SharedMemory" or not is_uncaught(run, event["exception"]):
            continue
        made = next((e for _, e in run.events("made") if e["name"] == event["name"]), None)
        unlinks = [pair for pair in run.events("dropped") if pair[1]["name"] == event["name"] and pair[1].t < event.t]
        if made is None or not unlinks:
            continue
        owner, unlink = unlinks[-1]
        ended = next((e for _, e in run.events("manager ended") if e["child"] == owner.pid and e.at), None)
        where = unlink.at if ended is None else ended.at
        asked = run.start_of(process)
        yield from sighting(
            run,
            where or event.at,
            also=lines_of(made, asked[1] if asked else None, event),
            values={"where": "here" if where else "before"},
            evidence={"name": event["name"], "process": process.pid},
        )
        return


SHM_TRACKER_PREMATURE_UNLINK = Cause(
    "shm-tracker-premature-unlink",
    explanation="This program only attaches to a block of shared memory, but its own resource tracker takes the "
    "block for its own and removes it when the program ends, even if others still use it.",
    fix="Attach with SharedMemory(..., track=False) (Python 3.13), or start the program as a child of "
    "multiprocessing, which shares its parent's tracker.",
    claims=("start-methods/attached-block-goes-with-child",),
)


@rule(SHM_TRACKER_PREMATURE_UNLINK)
def shm_tracker_premature_unlink(run: Run, case: Case) -> Iterable[Sighting]:
    if run.hang is not None:
        return
    for tracker, removed in run.events("tracker removed"):
        if removed["what"] != "shared_memory":
            continue
        maker = next((p for p, e in run.events("made") if e["name"] == removed["name"]), None)
        user = next((p for p, e in run.events("spawned") if e["child"] == tracker.pid), None)
        opened = next((e for e in user.of("opened") if e["name"] == removed["name"]), None) if user else None
        if maker is not None and user is not None and opened is not None and maker is not user:
            yield from sighting(run, opened.at, evidence={"name": removed["name"], "tracker of": user.pid})
            return


def _taken_by_other_tracker(run: Run, name: object) -> bool:
    return any(s.evidence["name"] == name for s in shm_tracker_premature_unlink(run, Case((run,))))
