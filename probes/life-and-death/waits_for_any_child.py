"""A program waits for its children with os.wait() or os.waitpid(): which processes do these calls meet?

multiprocessing starts helpers, the resource tracker and the fork server, which are children of the program too and live
as long as the program. A child of the fork server is not a child of the program.

Each arm is a separate program, because helpers stay until their program ends.
"""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, blocking_calls, check_in, main, symptoms, table


def program(address, starts):
    """Start children, and make the calls that the probe asks for. ``starts`` says which children."""
    forked, processes = [], []
    if "process" in starts:
        process = Process(target=leave_with, args=(address, "process"))
        process.start()
        processes.append(process)
    if "forked" in starts:
        forked.append(fork(leave_with, address, "forked"))
    if "shared memory" in starts:
        make_shared_memory()

    def wait_for_all():
        ended = []
        try:
            while True:
                pid, _ = os.wait()
                ended.append(pid)
        except ChildProcessError:  # no child is left
            return ended

    def wait_for_own():
        # --8<-- [start:own-children]
        for process in processes:
            process.join()
        for pid in forked:
            os.waitpid(pid, 0)
        # --8<-- [end:own-children]

    def wait_for_one():
        pid, status = os.wait()
        return [pid, os.waitstatus_to_exitcode(status)]

    def wait_for_sentinel():
        # --8<-- [start:sentinels]
        from multiprocessing.connection import wait

        waiting = {process.sentinel: process for process in processes}
        ended = wait(list(waiting))  # at least one of them
        first = waiting[ended[0]]
        first.join()
        # --8<-- [end:sentinels]
        return [first.pid, first.exitcode]

    def wait_for_pid(pid):
        try:
            _, status = os.waitpid(pid, 0)
        except ChildProcessError as error:
            return symptoms.raised(error, "parent")
        return os.waitstatus_to_exitcode(status)

    def join():
        process = processes[0]
        # --8<-- [start:join]
        process.join()
        failed = process.exitcode != 0
        # --8<-- [end:join]
        return process.exitcode if failed else 0

    blocking_calls.serve(
        address,
        "program",
        helpers=helpers,
        wait_for_all=wait_for_all,
        wait_for_own=wait_for_own,
        wait_for_one=wait_for_one,
        wait_for_sentinel=wait_for_sentinel,
        wait_for_pid=wait_for_pid,
        join=join,
    )


def leave_with(address, name):
    sys.exit(check_in(address, name).serve())


def fork(function, *args):
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        function(*args)
    except SystemExit as end:
        code = end.code
    finally:
        os._exit(code)


def make_shared_memory():
    from multiprocessing.shared_memory import SharedMemory

    block = SharedMemory(create=True, size=1)
    block.close()
    block.unlink()


def helpers():
    """Return the pids of the helpers that multiprocessing has started for this process, by name."""
    from multiprocessing import forkserver, resource_tracker

    pids = {
        "fork server": forkserver._forkserver._forkserver_pid,
        "resource tracker": resource_tracker._resource_tracker._pid,
    }
    return {name: pid for name, pid in pids.items() if pid is not None}


class Program:
    """The program of one arm, its children and its helpers."""

    def __init__(self, arm, *starts):
        self.arm = arm
        arm.launch(program, starts)
        self.peer = arm.expect("program")
        self.children = [arm.expect(name) for name in starts if name != "shared memory"]
        pids = blocking_calls.call(self.peer, "helpers")
        self.helpers = [arm.observe(pid, name) for name, pid in pids.items()]

    def begin(self, call, *args):
        blocking_calls.begin(self.peer, call, *args)

    def outcome(self, expected_to_wait=False):
        return blocking_calls.outcome(self.peer, QUIET_TIME if expected_to_wait else TIMEOUT)

    def end_children(self):
        for child in self.children:
            child.leave(7)
            child.wait_end()

    def end_helpers(self):
        for helper in self.helpers:
            table.kill(helper.pid, helper.started)
            self.arm.event(helper.name, "signalled", helper.pid, "SIGKILL", other="probe")

    def end(self):
        self.peer.leave()
        self.peer.wait_end()


# The program calls os.wait() until it has no more children.


def with_process(arm):
    wait_for_all(arm, "process", "forked")


def with_shared_memory(arm):
    wait_for_all(arm, "shared memory", "forked")


def only_forked(arm):
    wait_for_all(arm, "forked")


def own_children(arm):
    wait_for_all(arm, "process", "forked", call="wait_for_own")


def own_children_with_shared_memory(arm):
    wait_for_all(arm, "shared memory", "forked", call="wait_for_own")


def wait_for_all(arm, *starts, call="wait_for_all"):
    run = Program(arm, *starts)
    run.begin(call)
    run.end_children()
    for child in run.children:
        child.wait_state("gone")  # the program, or the fork server, has collected its status
    result = run.outcome(expected_to_wait=call == "wait_for_all" and run.helpers)
    arm.record(when_the_children_have_ended="waits" if result == "waits" else "goes on")
    if result == "waits":
        arm.symptom("silence", "parent", text="os.wait() does not return, although every started child has ended")
        run.end_helpers()
        children = {child.pid for child in run.children}
        arm.record(waits_for=sorted(arm.name_of(pid) for pid in run.outcome() if pid not in children))
    else:
        arm.record(waits_for=[])
    run.end()


# The program calls os.wait() once.


def waits_for_one(arm):
    wait_for_one(arm, "wait_for_one")


def sentinels(arm):
    wait_for_one(arm, "wait_for_sentinel")


def wait_for_one(arm, call):
    run = Program(arm, "process")
    run.begin(call)
    run.end_children()
    # Where the child is the fork server's, the program cannot see its end.
    result = run.outcome(expected_to_wait=run.children[0].first_parent != run.peer.pid and call == "wait_for_one")
    if result == "waits":
        arm.record(returns="nothing", status=None)
        arm.symptom("silence", "parent", text="os.wait() does not return when a child ends")
        run.end_helpers()
        run.outcome()
    elif result == "ChildProcessError":  # multiprocessing's child is not the program's
        arm.record(returns=result, status=None)
    else:
        pid, status = result
        arm.record(returns=arm.name_of(pid), status=status)
    run.end()


def child_runs(arm):
    """The child has not ended when the program calls os.wait()."""
    run = Program(arm, "process")
    run.begin("wait_for_one")
    result = run.outcome(expected_to_wait=True)
    arm.record(returns="nothing" if result == "waits" else str(result), child_lives=run.children[0].answers())
    run.end_helpers()
    run.end_children()
    if result == "waits":
        run.outcome()
    run.end()


# The program calls os.waitpid() with the pid of one process.


def waits_for_childs_pid(arm):
    wait_for_pid(arm, of_child=True)


def waits_for_another_pid(arm):
    """The pid is that of a process that the program did not start: the probe itself."""
    wait_for_pid(arm, of_child=False)


def wait_for_pid(arm, of_child):
    run = Program(arm, "process")
    child = run.children[0]
    run.begin("wait_for_pid", child.pid if of_child else os.getpid())
    result = run.outcome(expected_to_wait=of_child and child.first_parent == run.peer.pid)
    arm.record(while_child_runs=result if result == "waits" else result["type"], child_lives=child.answers())
    run.end_children()
    if result == "waits":
        arm.record(status=run.outcome())
    else:
        arm.record(status=None)
        if of_child:
            arm.symptom(**result)
    run.end()


def joins(arm):
    run = Program(arm, "process")
    run.begin("join")
    result = run.outcome(expected_to_wait=True)
    arm.record(while_child_runs="waits" if result == "waits" else "goes on", child_lives=run.children[0].answers())
    run.end_children()
    arm.record(status=run.outcome() if result == "waits" else result)
    run.end()


if __name__ == "__main__":
    main(
        with_process,
        with_shared_memory,
        only_forked,
        own_children,
        own_children_with_shared_memory,
        waits_for_one,
        sentinels,
        child_runs,
        waits_for_childs_pid,
        waits_for_another_pid,
        joins,
    )
