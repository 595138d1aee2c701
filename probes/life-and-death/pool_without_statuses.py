"""A program ignores SIGCHLD, and its Pool's worker ends after each task: does another worker take the next task?"""

import os
import signal
import subprocess
import sys
from multiprocessing import Pool

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, check_in, hangs, main


def program(address, how):
    if how != "default":
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    if how == "restored":
        # --8<-- [start:default-action]
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # before the pool is made
        # --8<-- [end:default-action]
    pool = Pool(1, maxtasksperchild=1)
    hangs.call(address, "program", pool.starmap, work, [(address, "first"), (address, "second")], 1)


def work(address, task):
    check_in(address, f"{task} task").serve()
    return task


def run_tasks(arm, how):
    # A program that hangs in a Pool leaves its semaphores to the resource tracker, which complains about them.
    arm.launch(program, how, stderr=subprocess.DEVNULL)
    peer, first = arm.expect("program"), arm.expect("first task")
    first.leave()
    first.wait_state("gone")  # the system, the fork server or the pool has collected its exit status
    never = how == "ignored" and first.first_parent == peer.pid
    try:
        arm.expect("second task", timeout=5 * QUIET_TIME if never else TIMEOUT).leave()
        arm.record(second_task="begins")
    except TimeoutError:
        arm.record(second_task="does not begin")
    arm.record(results=hangs.outcome(arm, peer, longest_wait=QUIET_TIME if never else TIMEOUT))
    peer.leave()
    peer.wait_end()


def ignored(arm):
    run_tasks(arm, "ignored")


def default(arm):
    run_tasks(arm, "default")


def default_action(arm):
    run_tasks(arm, "restored")


if __name__ == "__main__":
    main(ignored, default, default_action)
