"""Two processes that only compute: on one CPU, on two CPUs, and on one CPU one after the other.

They pass a turn to each other, and each polls for it. If both run at the same time the turn comes back at once. If they
share a CPU it cannot come back without a context switch, so there are no more turns than switches.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, cpus, end_all, main, run_together, shared_page, take_turns

PROCESSES = ("process 1", "process 2")
# The CPU time of each process on a shared CPU. Windows lets a process run for up to 0.19 s before the next one.
SECONDS = 0.6 if sys.platform == "win32" else 0.1
# With one CPU each they seldom need it: ENOUGH turns take milliseconds once both processes have their CPUs.
SECONDS_ON_TWO = 0.5
ENOUGH = 2000
# Windows does not count the switches of a process, so this upper bound is used: it lets one of two ready processes run
# for some milliseconds before the other.
MOST_SWITCHES_A_SECOND = 10_000


def process(address, number, path, cpu, seconds):
    cpus.pin(cpu)
    check_in(address, PROCESSES[number]).serve(work=lambda: take_turns(path, number, seconds, ENOUGH))


def record(arm, answers):
    """Record how often the turn was passed on, and by how much that exceeds the number of switches."""
    passed_on = sum(answer["turns"] for answer in answers) - 1
    if answers[0]["voluntary"] is None:
        switches = int(sum(answer["seconds"] for answer in answers) * MOST_SWITCHES_A_SECOND)
    else:
        switches = sum(answer["voluntary"] + answer["involuntary"] for answer in answers)
        switches += 1  # the one at the end of the first process, which can no longer count it
    arm.record(turn_passed_on=passed_on, switches=switches, without_a_switch=max(0, passed_on - switches))


def at_the_same_time(arm, both_cpus, seconds):
    path = shared_page(arm)
    programs = [arm.launch(process, number, path, cpu, seconds) for number, cpu in enumerate(both_cpus)]
    peers = [arm.expect(name) for name in PROCESSES]
    answers = run_together(peers, "work")
    end_all(peers, programs)
    record(arm, answers)


def on_one_cpu(arm):
    at_the_same_time(arm, cpus.usable()[:1] * 2, SECONDS)


def on_two_cpus(arm):
    at_the_same_time(arm, cpus.usable()[:2], SECONDS_ON_TWO)


def one_after_the_other(arm):
    """The second process begins when the first has ended."""
    answers = []
    path = shared_page(arm)
    for number, name in enumerate(PROCESSES):
        program = arm.launch(process, number, path, cpus.usable()[0], SECONDS)
        peer = arm.expect(name)
        answers.append(peer.call("work"))
        end_all([peer], [program])
    record(arm, answers)


if __name__ == "__main__":
    main(on_one_cpu, on_two_cpus, one_after_the_other)
