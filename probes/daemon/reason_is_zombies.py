"""Daemons may not have children, because these would become zombies: would they?

A daemon makes two children, one with Process after the check was switched off, and one with os.fork. The main process
ends, and the daemon with it. In the control the daemon lives: a zombie needs a parent that lives and does not wait.
"""

import os
import sys
from multiprocessing import Process, current_process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, init_stub, main, stay


def main_code(address):
    daemon = Process(target=daemon_code, args=(address,), name="daemon", daemon=True)
    daemon.start()
    connection = check_in(address, "main process")
    connection.serve()
    connection.report_joins(daemon)


def daemon_code(address):
    def start():
        current_process()._config["daemon"] = False  # which start() checks
        Process(target=stay, args=(address, "started"), daemon=False).start()

    def fork():
        if os.fork() == 0:
            try:
                stay(address, "forked")
            finally:
                os._exit(0)

    check_in(address, "daemon").serve(start=start, fork=fork)


def experiment(arm):
    with init_stub(arm) as adopter:
        adopter.call("launch", "main_code")
        main_process, daemon = arm.expect("main process"), arm.expect("daemon")
        daemon.call("start")
        daemon.call("fork")
        grandchildren = [arm.expect("started"), arm.expect("forked")]
        main_process.leave()
        main_process.wait_join()  # returns when its exit has terminated the daemon, or when it has ended
        arm.record(daemon=state_of(daemon))
        if arm.facts["daemon"] == "ended":
            daemon.wait_state("gone")  # then its children have their new parents
        for grandchild in grandchildren:
            how = grandchild.name
            arm.record(**{f"{how}_one": state_of(grandchild), f"{how}_ones_parent": arm.name_of(grandchild.parent())})
            grandchild.leave()
            arm.record(**{f"{how}_one_then": state_after_end(grandchild)})
        daemon.leave()


def state_of(process):
    return "lives" if process.answers() else "ended"


def state_after_end(process):
    """Return ``gone``, or ``zombie`` if no process reaps it within the timeout."""
    process.wait_end()
    try:
        return process.wait_state("gone", timeout=TIMEOUT / 2)
    except TimeoutError:
        return process.read_state()


def control(arm):
    with init_stub(arm) as adopter:
        adopter.call("launch", "main_code")
        main_process, daemon = arm.expect("main process"), arm.expect("daemon")
        daemon.call("fork")
        grandchild = arm.expect("forked")
        grandchild.leave()
        grandchild.wait_end()
        arm.record(daemon=state_of(daemon), forked_one_then=grandchild.read_state())
        main_process.leave()


if __name__ == "__main__":
    main(experiment, control)
