"""Four workers of 5, 3, 2 and 1 hours are started and then joined. The probe simulates the clock: hours pass when all
workers are at work. In the control each worker is joined before the next is started.

The clock stops when the last worker has ended. How long the main process then takes to continue is measured in real
time, and compared with all the time before.
"""

import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, ScriptedProgram, main

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs", "four_joins.py")


class Clock:
    """Counts simulated hours, and remembers the real time at which each began."""

    def __init__(self):
        self.now = 0
        self.changes = [(time.monotonic(), 0)]

    def set(self, hour):
        self.now = hour
        self.changes.append((time.monotonic(), hour))

    def at(self, moment):
        return max((hour for begun, hour in self.changes if begun <= moment), default=0)


def run(arm, option, *shifts):
    """Run the program; the workers of one shift work at the same time, and begin in the order of the list."""
    with ScriptedProgram(arm, PROGRAM, option) as program:
        clock = Clock()
        program.wait_step("main").leave(clock.now)
        began = time.monotonic()
        after_joins = None
        for shift in shifts:
            at_work = []
            for worker in shift:
                program.run_step(worker, then=f"{worker} begins")
                at_work.append(program.wait_step(worker))
            hour = clock.now
            present = sorted(filter(None, at_work), key=lambda peer: peer.details["hours"])
            for peer in present:
                if (
                    shift is shifts[-1] and peer is present[-1]
                ):  # a join that does not wait for this worker is over soon
                    after_joins = program.wait_step("main", QUIET_TIME)
                clock.set(hour + peer.details["hours"])
                peer.leave()
                program.prints(lambda lines, line=f"{peer.name} ends": line in lines)
                peer.wait_end()
        last_end = time.monotonic()
        if after_joins is None:
            after_joins = program.wait_step("main")
        if after_joins is not None:
            after_joins.leave(clock.at(after_joins.details["at"]))
        exit_code = program.end()
    arm.record(lines=program.lines, exit_code=exit_code)
    arm.record(seconds_to_the_last_end=last_end - began, seconds=after_joins and after_joins.details["at"] - began)


def experiment(arm):
    run(arm, "together", ["worker 2", "worker 1", "worker 3", "worker 4"])


def control(arm):
    run(arm, "one-by-one", ["worker 1"], ["worker 2"], ["worker 3"], ["worker 4"])


if __name__ == "__main__":
    main(experiment, control)
