"""Does the system take the CPU away from a process that never gives it up, after a time or because of priority?

Two processes that only compute share a CPU. If the turn that one passes on comes back, the other has run in between,
although the first never waited. Of two processes with different priorities, the lower one gets little of the CPU.
"""

import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, cpus, end_all, main, open_page, run_together, shared_page, take_turns

# CPU time in seconds. Windows lets a process run for up to 0.19 s before the next one.
SECONDS = 0.6 if sys.platform == "win32" else 0.1
FAVOURITES, OTHERS, OVER = 0, 1, 2  # offsets in the memory: which process has begun, and whether it is over


def spinner(address, name, path, number):
    cpus.pin(cpus.usable()[0])
    check_in(address, name).serve(work=lambda: take_turns(path, number, SECONDS))


def record(arm, answers):
    """Record how often the turn was passed on, and how many of these switches cannot have been voluntary."""
    passed_on = sum(answer["turns"] for answer in answers) - 1
    voluntary = sum(answer["voluntary"] or 0 for answer in answers)  # Windows does not count; no process waits
    arm.record(
        turn_passed_on=passed_on,
        taken_away_at_least=max(0, passed_on - voluntary),
        involuntary_switches=[answer["involuntary"] for answer in answers],
    )


def two_that_compute(arm):
    path = shared_page(arm)
    names = ("process 1", "process 2")
    programs = [arm.launch(spinner, name, path, number) for number, name in enumerate(names)]
    peers = [arm.expect(name) for name in names]
    answers = run_together(peers, "work")
    end_all(peers, programs)
    record(arm, answers)


def one_that_waits(arm):
    """The other process is on the same CPU, but waits for a message of the probe."""
    path = shared_page(arm)
    names = ("process 1", "process 2")
    programs = [arm.launch(spinner, name, path, number) for number, name in enumerate(names)]
    peers = [arm.expect(name) for name in names]
    answers = [peers[0].call("work")]
    end_all(peers, programs)
    record(arm, answers)


def lower_priority():
    if sys.platform == "win32":
        import ctypes

        kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
        # -1 is this process, as GetCurrentProcess gives it; 0x40 is IDLE_PRIORITY_CLASS.
        if not kernel32.SetPriorityClass(ctypes.c_void_p(-1), 0x40):
            raise ctypes.WinError(ctypes.get_last_error())
    else:
        os.nice(19)


def favourite(address, path):
    cpus.pin(cpus.usable()[0])

    def compute():
        with open_page(path) as page:
            while not page[OTHERS]:
                pass
            page[FAVOURITES] = 1
            began = time.process_time()
            while time.process_time() - began < SECONDS:
                pass
            page[OVER] = 1
            return time.process_time() - began

    check_in(address, "favourite").serve(work=compute)


def other(address, path, less_important):
    cpus.pin(cpus.usable()[0])
    if less_important:
        lower_priority()

    def compute():
        with open_page(path) as page:
            page[OTHERS] = 1
            while not page[FAVOURITES]:
                pass
            began = time.process_time()
            while not page[OVER]:
                pass
            return time.process_time() - began

    check_in(address, "other").serve(work=compute)


def with_a_favourite(arm, less_important):
    path = shared_page(arm)
    programs = [arm.launch(favourite, path), arm.launch(other, path, less_important)]
    peers = [arm.expect("favourite"), arm.expect("other")]
    favourites, others = run_together(peers, "work")
    end_all(peers, programs)
    arm.record(
        favourites_seconds=round(favourites, 3),
        others_seconds=round(others, 3),
        others_share=round(others / (favourites + others), 3),
    )


def less_important(arm):
    with_a_favourite(arm, True)


def equals(arm):
    with_a_favourite(arm, False)


if __name__ == "__main__":
    main(two_that_compute, less_important, one_that_waits, equals)
