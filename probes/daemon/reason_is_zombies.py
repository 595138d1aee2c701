"""The grandchildren that daemons are denied for fear of zombies: what would become of them?

A daemon makes two all the same, one by Process with the check switched off, one by os.fork. The main
process ends, and the daemon with it. The control leaves the daemon alive: a zombie is what a parent
makes that lives and does not wait, not one that has gone.
"""

import os
import sys
from multiprocessing import Process, current_process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, init_stub, main, stay


def main_code(address):
    daemon = Process(target=daemon_code, args=(address,), name="daemon", daemon=True)
    daemon.start()
    line = check_in(address, "main process")
    line.serve()
    line.report_joins(daemon)


def daemon_code(address):
    def start():
        current_process()._config["daemon"] = False  # where the check looks
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
        main_process.wait_join()  # before its end, if at all: it has terminated the daemon then
        arm.record(daemon=life_of(daemon))
        if arm.facts["daemon"] == "ended":
            daemon.wait_state("gone")  # the exit has waited for it: its children have another parent now
        for grandchild in grandchildren:
            how = grandchild.name
            arm.record(**{f"{how}_one": life_of(grandchild), f"{how}_ones_parent": arm.name_of(grandchild.parent())})
            grandchild.leave()
            arm.record(**{f"{how}_one_then": what_is_left_of(grandchild)})
        daemon.leave()


def life_of(process):
    return "lives" if process.answers() else "ended"


def what_is_left_of(process):
    """``gone``, or ``zombie`` if nobody reaps it for long."""
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
        arm.record(daemon=life_of(daemon), forked_one_then=grandchild.read_state())
        main_process.leave()


if __name__ == "__main__":
    main(experiment, control)
