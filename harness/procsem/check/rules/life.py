"""Causes in how processes begin and end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from procsem.check.case import Case
from procsem.check.evidence import HELPERS, Event, Place, Process, Run, open_waits
from procsem.check.rules.errors import frames, is_uncaught, raised_in, uncaught
from procsem.check.rules.registry import Cause, Sighting, kill_of, lines_of, rule, sighting

EXIT_STATUS_STOLEN = Cause(
    "exit-status-stolen",
    explanation="{how}. The Process or Popen object of the child then never learns how it has ended: exitcode of a "
    "Process stays None and is_alive() True, and returncode of a Popen is 0.",
    fix="Wait only for the pids that this code has started itself, and leave SIGCHLD alone.",
    claims=("life-and-death/taken-status-is-never-known", "life-and-death/taken-status-of-command-is-zero"),
    general_explanation="Some code waits for any child, and takes the exit status of a multiprocessing child or of a "
    "subprocess, or the program ignores SIGCHLD, so that the system keeps no status. The "
    "Process or Popen object of the child then never learns how it has ended.",
    look_for="a call of os.wait(), os.waitpid(-1, ...) or os.waitid(os.P_ALL, ...), often in a handler of SIGCHLD; or "
    "signal.signal(signal.SIGCHLD, signal.SIG_IGN)",
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
            missed = next((e for e in process.of("no child") if e["pid"] == pid and e.t > event.t and _asks(e)), None)
            if started is not None and missed is not None:
                start = next(e for e in process.of("start") if e["n"] == started["n"])
                yield from sighting(
                    run,
                    event.at,
                    also=lines_of(start, missed),
                    values={
                        "how": "This call waits for any child, and took the exit status of a multiprocessing child"
                    },
                    evidence={
                        "pid": pid,
                        "status": event["status"],
                        "missed by": [list(place) for place in missed.at[:1]],
                    },
                )
                return


@rule(EXIT_STATUS_STOLEN)
def exit_status_thrown_away(run: Run, case: Case) -> Iterable[Sighting]:
    """Find a program that ignores SIGCHLD: the system then keeps no exit status of its children."""
    for process in run.processes:
        ignored = [e for e in process.of("signal") if e["signal"] in _SIGCHLD and e["handler"] == "SIG_IGN" and e.at]
        for event in process.of("no child") if ignored else ():
            known = {e["child"] for e in process.of("started", "program started")}
            asks = str((event["by"] or [""])[0]).endswith("subprocess.py") or {"exitcode", "is_alive"} & set(
                event["through"] or ()
            )
            if event.t < ignored[0].t or event["pid"] not in known or not event.at or not asks:
                continue
            if run.exit_code != 0 or {"exitcode", "is_alive"} & set(event["through"] or ()):
                yield from sighting(
                    run,
                    ignored[0].at,
                    also=lines_of(event),
                    values={"how": "With SIGCHLD ignored, the system throws the exit status of every child away"},
                    evidence={"pid": event["pid"], "missed by": [list(place) for place in event.at[:1]]},
                )
                return


_SIGCHLD = (17, 20)
"""The number of SIGCHLD on Linux and on macOS."""


def _asks(event: Event) -> bool:
    """Return whether the program asked how a child ended; multiprocessing itself asks for all of them at times."""
    through = set(event["through"] or ())
    return bool(event.at and {"exitcode", "is_alive", "join"} & through) and "_cleanup" not in through


ATEXIT_SKIPPED_IN_CHILD = Cause(
    "atexit-skipped-in-child",
    explanation="{function} is registered with atexit in a child that multiprocessing has forked. Such a child ends "
    "by os._exit(), which runs no exit handlers before Python 3.13, so it is never called.",
    fix="Call it in a finally clause of the child's target, or register it with multiprocessing.util.Finalize.",
    claims=("start-methods/childs-own-exit-handlers-run",),
    general_explanation="A function is registered with atexit in a child that multiprocessing has forked. Such a "
    "child ends by os._exit(), which runs no exit handlers before Python 3.13, so it is never called.",
)


@rule(ATEXIT_SKIPPED_IN_CHILD)
def atexit_skipped_in_child(run: Run, case: Case) -> Iterable[Sighting]:
    for process in run.processes:
        begun, ended = process.first("child"), process.last("exit")
        if begun is None or ended is None or ended["how"] != "_exit" or ended.at[:1] != begun_at(process):
            continue
        if any(event.t > begun.t for event in process.of("atexit run")):
            continue
        for event in process.of("atexit"):
            if event.t > begun.t and event.at and _called_by_program(event) and run.is_own(event.at[0][0]):
                start = run.start_of(process)
                yield from sighting(
                    run,
                    event.at,
                    also=lines_of(start[1] if start else None),
                    values={"function": f"{event['function']}()"},
                    evidence={"function": event["function"], "process": process.pid},
                )


def begun_at(process: Process) -> tuple[tuple[str, int, str], ...]:
    """Return from where a forked child was started, which is also where its os._exit() by multiprocessing is."""
    first = process.events[0]
    return first.at[:1]


def _called_by_program(event: Event) -> bool:
    by = event["by"]
    return (by[0], by[1]) == (event.at[0][0], event.at[0][1])


SIGNAL_HANDLER_INHERITED = Cause(
    "signal-handler-inherited",
    explanation="This handler is meant for the main process, but a forked child inherits it: {signal}, which was "
    "sent to end a child, runs it there.",
    fix="Reset the signal in the child (signal.signal({signal}, signal.SIG_DFL) in the pool's initializer or at the "
    "start of the target), or let the handler compare os.getpid() with the pid of the process that installed it.",
    claims=(
        "start-methods/handler-reaches-child",
        "life-and-death/terminated-child-runs-programs-handler",
        "life-and-death/pool-block-hangs-if-programs-handler-returns",
        "life-and-death/terminate-fails-if-programs-handler-returns",
    ),
    general_explanation="A forked child inherits the signal handlers of its program. A signal that is sent to end "
    "the child runs the program's handler there.",
    general_fix="Reset the signal in the child (signal.signal(number, signal.SIG_DFL) in the pool's initializer or "
    "at the start of the target), or let the handler compare os.getpid() with the pid of the process that installed "
    "it.",
)


@rule(SIGNAL_HANDLER_INHERITED)
def signal_handler_inherited(run: Run, case: Case) -> Iterable[Sighting]:
    if not case.works_elsewhere(run):
        return
    for process, event in run.events("handler"):
        child = process.first("child")
        if child is None or event["installed_by"] == process.pid or event.t < child.t:
            continue
        kill = kill_of(run, process)
        if kill is None:
            continue
        installed = [tuple(place) for place in event["installed_at"]]
        yield from sighting(
            run,
            installed,
            also=lines_of(kill),
            values={"signal": _SIGNALS.get(event["signal"], str(event["signal"]))},
            evidence={"signal": event["signal"], "process": process.pid, "sent at": list(map(list, kill.at[:1]))},
        )
        return


_SIGNALS = {1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 10: "SIGUSR1", 12: "SIGUSR2", 15: "SIGTERM"}


MANAGER_DIED = Cause(
    "manager-died",
    explanation="The manager's own process has died ({how}), so every call of a proxy fails with a connection error. "
    "All that the manager held is lost.",
    fix="Keep what must survive outside the manager, and treat a connection error of a proxy as the manager's end.",
    claims=("primitives/manager-gone",),
    general_explanation="The manager's own process has died, so every call of a proxy fails with a connection error. "
    "All that the manager held is lost.",
    symptom=r"(?!FileNotFoundError: \[Errno)",  # a manager that ends by itself removes its socket
)


@rule(MANAGER_DIED)
def manager_died(run: Run, case: Case) -> Iterable[Sighting]:
    managers = {event["child"]: event for _, event in run.events("manager")}
    for _, event in run.events("proxy failed"):
        pid = event.get("child")
        server = run.process(pid, event.t) if pid is not None else _only(run, list(managers))
        if server is None or server.pid not in managers or server.first("exit") is not None:
            continue
        if not is_uncaught(run, event["exception"]):
            continue
        kill = kill_of(run, server, event.t)
        how = f"signal {kill['signal']} was sent to it" if kill else "something killed it"
        yield from sighting(
            run,
            event.at,
            also=lines_of(kill, managers[server.pid]),
            values={"how": how},
            evidence={"manager": server.pid, "error": f"{event['exception']['type']}: {event['exception']['text']}"},
        )
        return


def _only(run: Run, pids: list[int]) -> Process | None:
    """Return the manager's process, where the program has only one."""
    return run.process(pids[0], float("inf")) if len(pids) == 1 else None


MANAGER_ENDED_EARLY = Cause(
    "manager-ended-early",
    explanation="{what}, but {user} still uses what it holds. A call of a proxy then fails with a connection error.",
    fix="Join every process that uses the manager's objects first, and let the manager end after that.",
    claims=("primitives/manager-gone",),
    general_explanation="The manager has ended (by the end of its with block, by shutdown(), or with the program), but "
    "a process still uses what it holds. A call of a proxy then fails with a connection error.",
    look_for="a child that is joined after the with block of the manager, or not at all",
)


@rule(MANAGER_ENDED_EARLY)
def manager_ended_early(run: Run, case: Case) -> Iterable[Sighting]:
    for process, event, exception in uncaught(run):
        files = [file.replace("\\", "/") for file, _, _ in frames(exception)]
        in_proxy = any(file.endswith("multiprocessing/managers.py") for file in files)
        if exception["type"] not in _CONNECTION_LOST or not in_proxy or _about(run, "manager", process.pid):
            continue  # the manager's own process sees its users go
        # An error that leaves the manager's with block ends the manager after the call has failed.
        calls = [each.t for other, each in run.events("proxy failed") if other is process and each.t <= event.t]
        ends = [pair for pair in run.events("manager ended") if pair[1].t < max(calls, default=event.t)]
        asked = run.start_of(process)
        if not ends or len(ends) < len(list(run.events("manager"))):
            continue  # another one may be meant
        owner, ended = ends[-1]
        if run.nearest(ended.at) is not None:
            what, where = "The manager ends here", ended.at
        elif asked is not None and asked[0] is owner:
            what, where = "The program ends, and its manager with it, without a join() of the child", asked[1].at
        else:
            continue
        yield from sighting(
            run,
            where,
            also=lines_of(asked[1] if asked else None, *_about(run, "manager", ended["child"])),
            values={"what": what, "user": "this process" if process is owner else "another process"},
            evidence={"process": process.pid, "error": f"{exception['type']}: {exception['text']}"},
        )
        return


_CONNECTION_LOST = (
    "BrokenPipeError",
    "ConnectionRefusedError",
    "ConnectionResetError",
    "EOFError",
    "FileNotFoundError",
)


def _about(run: Run, kind: str, child: int) -> list[Event]:
    """Return the events of a kind that are about a child."""
    return [event for _, event in run.events(kind) if event["child"] == child]


DAEMON_HAS_CHILDREN = Cause(
    "daemon-has-children",
    explanation="This code runs in a daemonic process (a worker of multiprocessing.Pool is one), and such a process "
    "may not start children.",
    fix="Use concurrent.futures.ProcessPoolExecutor, whose workers may have children, or do not make the process a "
    "daemon.",
    claims=("daemon/no-children",),
    general_explanation="A daemonic process of multiprocessing may not start children of its own. The workers of a "
    "multiprocessing.Pool are daemonic.",
    general_fix="Start the process with daemon=False, or use ProcessPoolExecutor, whose workers are not daemonic.",
    look_for="daemon=True, or a task of a multiprocessing.Pool that starts processes",
)


@rule(DAEMON_HAS_CHILDREN)
def daemon_has_children(run: Run, case: Case) -> Iterable[Sighting]:
    for process, event in run.events("start failed"):
        exception = event["exception"]
        if exception["type"] == "AssertionError" and raised_in(exception, "multiprocessing/process.py", "start"):
            start = next((e for e in process.of("start") if e["n"] == event["n"]), None)
            if "daemonic" in exception["text"] and start is not None and _lost_in(run, process, exception):
                asked = run.start_of(process)
                yield from sighting(
                    run,
                    start.at,
                    also=lines_of(asked[1] if asked else None),
                    evidence={"process": process.pid, "error": exception["text"]},
                )
                return


def _lost_in(run: Run, process: Process, exception: dict[str, Any]) -> bool:
    """Return whether an error ended its process, or came back from a task and ended the program."""
    if is_uncaught(run, exception):
        return True
    return any(
        other["type"] == exception["type"] and other["text"] == exception["text"] for _, _, other in uncaught(run)
    )


NOT_A_CHILD_OF_THIS_PROCESS = Cause(
    "not-a-child-of-this-process",
    explanation="{call} works only in the parent of a process, and {why}.",
    fix="Use join() and exitcode of the Process object, in the process that has started it.",
    claims=(
        "life-and-death/os-wait-sees-childs-end",
        "life-and-death/os-waitpid-knows-childs-pid",
    ),
    general_explanation="Under forkserver a multiprocessing child is a child of the fork server, and only its parent "
    "can wait for a process.",
    general_fix="Use Process.join() and Process.exitcode instead of os.wait() and os.waitpid().",
    look_for="os.wait() or os.waitpid() for a child that multiprocessing has started",
)


@rule(NOT_A_CHILD_OF_THIS_PROCESS)
def not_a_child_of_this_process(run: Run, case: Case) -> Iterable[Sighting]:
    for process, _, exception in uncaught(run):
        calls = ("join", "is_alive", "exitcode", "close", "terminate", "kill", "_check_closed", "start")
        if exception["type"] != "AssertionError" or "child process" not in exception["text"]:
            continue
        if raised_in(exception, "multiprocessing/process.py", *calls):
            stack = frames(exception)
            yield from sighting(
                run,
                stack[1:],
                values={"call": f"Process.{stack[0][2]}()", "why": "this code runs in another process"},
                evidence={"process": process.pid, "error": exception["text"]},
            )
            return


@rule(NOT_A_CHILD_OF_THIS_PROCESS)
def waits_for_a_child_of_the_fork_server(run: Run, case: Case) -> Iterable[Sighting]:
    for process in run.processes:
        for event in process.of("no child"):
            by = event["by"]
            started = next((e for e in process.of("started") if e["child"] == event["pid"] and e.t < event.t), None)
            if started is None or started["method"] != "forkserver":
                continue
            if event.at and (by[0], by[1]) == (event.at[0][0], event.at[0][1]) and case.unlike(run):
                start = next(e for e in process.of("start") if e["n"] == started["n"])
                yield from sighting(
                    run,
                    event.at,
                    also=lines_of(start),
                    values={"call": "os.waitpid()", "why": _OF_FORK_SERVER},
                    evidence={"child": event["pid"]},
                )
                return


_OF_FORK_SERVER = "the parent of this child is the fork server"


WAITS_FOR_HELPER_PROCESS = Cause(
    "waits-for-helper-process",
    explanation="This call waits for any child. multiprocessing has helpers of its own ({helper}), which are "
    "children of this process too and end only with it, so the call {effect}.",
    fix="Wait for the pids that this code has started, not for any child.",
    claims=(
        "life-and-death/os-wait-loop-meets-helpers",
        "life-and-death/shared-memory-starts-a-helper",
    ),
    general_explanation="os.wait() waits for any child, and multiprocessing has started processes of its own (the "
    "resource tracker, the fork server), which end only with the program.",
    general_fix="Wait only for the pids that this code has started itself.",
    look_for="a loop over os.wait() that ends only at ChildProcessError",
)


@rule(WAITS_FOR_HELPER_PROCESS)
def waits_for_helper_process(run: Run, case: Case) -> Iterable[Sighting]:
    helpers = {process.pid: process for process in run.processes if process.role in HELPERS}
    for stack in run.stacks():
        wait = run.wait_of(stack.process) if stack.main else None
        place = run.nearest(stack.frames[:1])
        if wait is None or place is None or wait.call not in ("wait4", "waitid") or not run.is_own(place[0]):
            continue
        alive = [p for p in helpers.values() if p.ppid == stack.process.pid and run.is_alive(p.pid)]
        others = [p for p in run.processes if p.ppid == stack.process.pid and p not in alive and run.is_alive(p.pid)]
        if wait.on in ("-1", "") and alive and not others:
            values = {"helper": f"the {alive[0].role}", "effect": "never returns"}
            yield from sighting(run, stack.frames, values=values, evidence={"helpers": [p.role for p in alive]})
            return
    if not case.works_elsewhere(run):
        return
    for process in run.processes:
        for event in process.of("reaped"):
            by = event["by"]
            if event["pid"] in helpers and event.at and (by[0], by[1]) == (event.at[0][0], event.at[0][1]):
                values = {"helper": f"the {helpers[event['pid']].role}", "effect": "may return one of them"}
                yield from sighting(run, event.at, values=values, evidence={"pid": event["pid"]})
                return


EXIT_WAITS_FOR_CHILD = Cause(
    "exit-waits-for-child",
    explanation="The main program has ended, and at its exit multiprocessing joins every child that is not a daemon. "
    "The child that is started here does not end.",
    fix="Tell the child to end before the program does (an Event, a sentinel), terminate() it, or make it a daemon.",
    claims=("process-class/daemon-default-false", "join/code-end-is-not-process-end"),
)


@rule(EXIT_WAITS_FOR_CHILD)
def exit_waits_for_child(run: Run, case: Case) -> Iterable[Sighting]:
    for stack in run.stacks():
        if not stack.main or not stack.is_in("multiprocessing/util.py", "_exit_function"):
            continue
        for wait in open_waits(stack.process, "join"):
            child = run.child(wait["child"], stack.process.start)
            asked = run.start_of(child) if child else None
            if child is None or asked is None or asked[0] is not stack.process or run.computes(child.pid):
                continue
            if run.is_alive(child.pid):
                yield from sighting(run, asked[1].at, fallback=True, evidence={"child": child.pid})
                return


ORPHAN_LEFT_BEHIND = Cause(
    "orphan-left-behind",
    explanation="The program has ended without waiting for the child that is started here, and the child is still "
    "there.",
    fix="Join or terminate the child before the program ends; after os._exit(), os.execv() or a signal nobody does it.",
    claims=("join/early-end-makes-orphans",),
)


@rule(ORPHAN_LEFT_BEHIND)
def orphan_left_behind(run: Run, case: Case) -> Iterable[Sighting]:
    if run.hang is not None or run.main is None:
        return
    left = {leak.pid for leak in run.leaks if not leak.zombie}
    for process in run.processes:
        asked = run.start_of(process) if process.pid in left else None
        if asked is not None:
            yield from sighting(run, asked[1].at, evidence={"child": process.pid, "parent": asked[0].pid})


ZOMBIE_LEFT_BEHIND = Cause(
    "zombie-left-behind",
    explanation="The child that is started here has ended, and its parent goes on without waiting for it. It stays a "
    "zombie, with an entry in the process table, until the parent ends ({seconds} s in this run).",
    fix="Wait for each child: join() of a Process, wait() or poll() of a Popen, os.waitpid(pid, 0) after os.fork().",
    claims=("join/unjoined-is-zombie",),
    general_explanation="A child has ended, and its parent goes on without waiting for it. It stays a zombie, with an "
    "entry in the process table, until the parent ends.",
    look_for="os.fork() without os.waitpid(), or a Popen that is never waited for",
)
_LONG = 1.0
"""Seconds for which a child may be a zombie while its parent goes on."""


@rule(ZOMBIE_LEFT_BEHIND)
def zombie_left_behind(run: Run, case: Case) -> Iterable[Sighting]:
    if run.hang is not None and run.hang.proven:
        return  # a parent that hangs cannot wait for anybody
    for zombie in run.zombies:
        parent = run.process(zombie.parent, float("inf"))
        if parent is None or parent.role in HELPERS or zombie.until - zombie.since < _LONG:
            continue
        # After its exit handlers a program drops its Popen objects, which then ask for their processes.
        ended = parent.last("exit")
        end = ended.t if ended is not None else run.hang.t if run.hang is not None else float("inf")
        # Nor does a program wait for a process whose Popen object it drops later: its end has been noticed too late.
        known = (e for e in parent.of("reaped", "ended") if not e["dropped"])
        waits = (e for e in known if zombie.pid in (e["pid"], e["child"]))
        if any(event.t <= end for event in waits) or (end - zombie.until > _LONG and end != float("inf")):
            continue
        start = _start_of_pid(run, parent, zombie.pid)
        if start is not None:
            yield from sighting(
                run,
                start,
                values={"seconds": f"{zombie.until - zombie.since:.1f}"},
                fallback=True,
                evidence={"child": zombie.pid, "parent": parent.pid, "seconds": zombie.until - zombie.since},
            )
            return


def _start_of_pid(run: Run, parent: Process, pid: int) -> tuple[Place, ...] | None:
    """Return where a process has started a child, of whatever kind."""
    child = run.process(pid, float("inf"))
    asked = run.start_of(child) if child is not None else None
    if asked is not None:
        return asked[1].at if asked[0] is parent else None
    started = next((event for event in parent.of("program started") if event["child"] == pid), None)
    if started is not None:
        return started.at
    return child.events[0].at if child is not None and child.role == "forked" else None


INTERRUPT_HANG_AT_EXIT = Cause(
    "interrupt-hang-at-exit",
    claims=("life-and-death/interrupted-program-waits-for-children",),
    explanation="The program was interrupted (KeyboardInterrupt) here and wants to end, but its exit waits for a "
    "child that goes on running.",
    fix="Catch KeyboardInterrupt where the children are managed and terminate() them, or make them daemons.",
    general_explanation="The program was interrupted (KeyboardInterrupt) and wants to end, but its exit waits for a "
    "child that goes on running.",
)


@rule(INTERRUPT_HANG_AT_EXIT)
def interrupt_hang_at_exit(run: Run, case: Case) -> Iterable[Sighting]:
    for process, event, exception in uncaught(run):
        if event.kind != "stacks" or exception["type"] != "KeyboardInterrupt" or not run.is_alive(process.pid):
            continue
        waits = [child for wait in open_waits(process, "join") if (child := run.child(wait["child"], process.start))]
        starts = [asked[1] for child in waits if (asked := run.start_of(child))]
        yield from sighting(
            run, frames(exception), also=lines_of(*starts), evidence={"waits for": [child.pid for child in waits]}
        )
        return
