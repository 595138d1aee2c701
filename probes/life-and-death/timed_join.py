"""join() has a timeout, which runs out: what does its caller see, and what becomes of the child?"""

import os
import sys
import threading
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, hangs, main, stay

SECONDS = 0.2


def program(address, way):
    process = Process(target=stay, args=(address, "child"))
    process.start()

    def join_for_a_while():
        return repr(process.join(SECONDS))

    def join():
        return repr(process.join())

    def look_at_exit_code():
        # --8<-- [start:exit-code]
        process.join(SECONDS)
        if process.exitcode is None:  # the timeout has run out, and the child still runs
            process.kill()
            process.join()
        # --8<-- [end:exit-code]
        return "the child did not end in time" if process.exitcode != 0 else "the child has ended"

    calls = {"timeout": join_for_a_while, "no timeout": join, "exit code": look_at_exit_code}
    child_runs = threading.Event()

    def call():
        child_runs.wait()
        return calls[way]()

    hangs.call(address, "program", call, actions={"child_runs": child_runs.set})


def join_child(arm, way):
    arm.launch(program, way)
    peer, child = arm.expect("program"), arm.expect("child")
    peer.call("child_runs")
    result = hangs.outcome(arm, peer, where=None, longest_wait=QUIET_TIME if way == "no timeout" else TIMEOUT)
    arm.record(join=result, child="lives" if child.answers() else "ended")
    child.leave()
    peer.leave()
    peer.wait_end()


def timeout_runs_out(arm):
    join_child(arm, "timeout")
    if arm.facts["child"] == "lives":
        arm.symptom("silence", "parent", text="join() with a timeout returns None while the child runs")


def no_timeout(arm):
    join_child(arm, "no timeout")


def exit_code(arm):
    join_child(arm, "exit code")


if __name__ == "__main__":
    main(timeout_runs_out, no_timeout, exit_code)
