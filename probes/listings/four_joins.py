"""Four workers of 5, 3, 2 and 1 hours are started and then joined. It is the probe that has the clock: an hour passes
when all of them are at work. In the control each is joined before the next is started.

That clock stands still when the last of them has ended. How long the main process then takes to go on is told in real
time, beside all the time before.
"""

import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main
from _kit.play import Play

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs", "four_joins.py")


class Clock:
    """Counts hours, and remembers at what moment each began."""

    def __init__(self):
        self.now = 0
        self.changes = [(time.monotonic(), 0)]

    def becomes(self, hour):
        self.now = hour
        self.changes.append((time.monotonic(), hour))

    def at(self, moment):
        return max((hour for begun, hour in self.changes if begun <= moment), default=0)


def play(arm, how, *shifts):
    """The workers of one shift are at work at the same time; they begin in the order in which they stand there."""
    with Play(arm, PROGRAM, how) as program:
        clock = Clock()
        program.cue("main").leave(clock.now)
        began = time.monotonic()
        for shift in shifts:
            at_work = []
            for worker in shift:
                program.go(worker, then=f"{worker} begins")
                at_work.append(program.cue(worker))
            hour = clock.now
            for peer in sorted(filter(None, at_work), key=lambda peer: peer.details["hours"]):
                clock.becomes(hour + peer.details["hours"])
                peer.leave()
                program.shows(lambda lines, line=f"{peer.name} ends": line in lines)
                peer.wait_end()
        last_end = time.monotonic()
        back = program.cue("main")
        if back is not None:
            back.leave(clock.at(back.details["at"]))
        exit_code = program.end()
    arm.record(lines=program.lines, exit_code=exit_code)
    arm.record(seconds_to_the_last_end=last_end - began, seconds=back and back.details["at"] - began)


def experiment(arm):
    play(arm, "together", ["worker 2", "worker 1", "worker 3", "worker 4"])


def control(arm):
    play(arm, "one-by-one", ["worker 1"], ["worker 2"], ["worker 3"], ["worker 4"])


if __name__ == "__main__":
    main(experiment, control)
