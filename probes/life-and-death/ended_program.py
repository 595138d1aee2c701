"""A program is ended by a signal, SIGTERM or SIGKILL, or its code returns: what becomes of its children?

The children are daemonic or plain processes, and idle workers of a Pool and of a ProcessPoolExecutor.
"""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Pool, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, check_in, main, stay, table


# --8<-- [start:end-children]
def end_with_children(signum, frame):
    for child in multiprocessing.active_children():
        child.terminate()
    sys.exit(128 + signum)


# --8<-- [end:end-children]


# --8<-- [start:watch-parent]
# --8<-- [start:watching-workers]
def leave_with_parent():
    def watch():
        multiprocessing.parent_process().join()  # returns when the parent has ended, whatever ended it
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


# --8<-- [end:watch-parent]
# --8<-- [end:watching-workers]


def program(address, daemon, way):
    if way == "end children":
        # --8<-- [start:end-children]
        signal.signal(signal.SIGTERM, end_with_children)
        # --8<-- [end:end-children]
    target = watching_child if way == "watch parent" else stay
    child = Process(target=target, args=(address, "child"), name="child", daemon=daemon)
    child.start()
    check_in(address, "program").serve()


def watching_child(address, name):
    # --8<-- [start:watch-parent]
    leave_with_parent()  # in the child, before its work
    # --8<-- [end:watch-parent]
    stay(address, name)


def end_program(arm, daemon, way="none", returns=False):
    # An abrupt end leaves multiprocessing's temporary folder behind; this one is removed with the arm.
    launched = arm.launch(program, daemon, way, env={**os.environ, "TMPDIR": arm.folder()})
    peer, child = arm.expect("program"), arm.expect("child")
    if returns:
        peer.leave()
    else:
        launched.terminate()
        arm.event("program", "signalled", peer.pid, "SIGTERM", other="probe")
    peer.wait_end()
    arm.record(exit_code=arm.wait_exit_code(launched))
    handled = way == "end children" and sys.platform != "win32"  # Windows sends no signal
    expected_to_live = not (returns or handled or way == "watch parent")
    arm.record(child="ended" if ends(child, expected_to_live) else "lives")
    child.leave()
    child.wait_end()


def ends(process, expected_to_live=False):
    """Return whether a process ends; how long the answer may take depends on what is expected."""
    try:
        process.wait_state("gone", "zombie", timeout=5 * QUIET_TIME if expected_to_live else TIMEOUT)
    except TimeoutError:
        return False
    return True


def daemonic(arm):
    end_program(arm, daemon=True)
    if arm.facts["child"] == "lives":
        arm.symptom("silence", "child", text="a daemonic child runs on after SIGTERM has ended the program")


def plain(arm):
    end_program(arm, daemon=False)


def returns(arm):
    end_program(arm, daemon=True, returns=True)


def end_children(arm):
    end_program(arm, daemon=False, way="end children")


def watch_parent(arm):
    end_program(arm, daemon=False, way="watch parent")


# Idle workers.


def make_executor(watches):
    if watches:
        # --8<-- [start:watching-workers]
        executor = ProcessPoolExecutor(1, initializer=leave_with_parent)
        # --8<-- [end:watching-workers]
        return executor
    return ProcessPoolExecutor(1)


def pool_program(address, watches):
    # The executor comes first: a forked worker has copies of all pipes that there are at its start.
    executor = make_executor(watches)
    workers = {"executor's worker": executor.submit(os.getpid).result()}
    pool = Pool(1)
    workers["pool's worker"] = pool.apply(os.getpid)
    way = check_in(address, "program", workers=workers, tracker=tracker()).serve()
    if way == "return":
        executor.shutdown()
        pool.terminate()


def tracker():
    from multiprocessing import resource_tracker

    return resource_tracker._resource_tracker._pid


def end_program_with_workers(arm, watches=False, returns=False):
    program = arm.launch(
        pool_program,
        watches,
        env={**os.environ, "TMPDIR": arm.folder()},
        stderr=subprocess.DEVNULL,  # the tracker complains about the primitives of a killed program
    )
    peer = arm.expect("program")
    executors, pools = [arm.observe(pid, name) for name, pid in peer.details["workers"].items()]
    if peer.details["tracker"] is not None:
        arm.observe(peer.details["tracker"], "resource tracker")
    if returns:
        peer.leave("return")
    else:
        program.kill()
        arm.event("program", "signalled", peer.pid, "SIGKILL", other="probe")
    peer.wait_end()
    arm.record(pools_worker="ended" if ends(pools) else "lives")
    if ends(executors, expected_to_live=not (returns or watches)):
        arm.record(executors_worker="ended")
    else:
        arm.record(executors_worker="lives")
        arm.symptom("silence", "child", text="idle workers of a ProcessPoolExecutor run on after the program's end")
        table.kill(executors.pid, executors.started)


def program_killed(arm):
    end_program_with_workers(arm)


def program_returns(arm):
    end_program_with_workers(arm, returns=True)


def watching_workers(arm):
    end_program_with_workers(arm, watches=True)


if __name__ == "__main__":
    main(
        daemonic,
        plain,
        returns,
        end_children,
        watch_parent,
        program_killed,
        program_returns,
        watching_workers,
    )
