"""Three workers enter a room and leave it, and each prints a line each time. All are at the door before the first
enters. With a lock only one is inside at a time; without a lock all three are, and they leave in the reverse order.
"""

import os
import sys
from multiprocessing import Lock, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import PIPES, QUIET_TIME, TIMEOUT, ScriptedProgram, main, wait_program

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs", "workers.py")
WORKERS = 3


def run(arm, option, timeout):
    most = gone = 0
    with ScriptedProgram(arm, PROGRAM, option) as program:
        at_the_door = [program.wait_step("at the door") for _ in range(WORKERS)]
        for worker in filter(None, at_the_door):
            worker.leave()
        while gone < WORKERS:
            inside = wait_inside(program, WORKERS - gone, timeout)
            if not inside:
                break
            most = max(most, len(inside))
            for worker in sorted(inside, key=lambda worker: program.lines.index(f"{worker.pid} in"), reverse=True):
                worker.leave()
                worker.wait_end()
            gone += len(inside)
        program.run_step("main")
        exit_code = program.end()
    arm.record(most_inside=most, lines=by_letter(program.lines), exit_code=exit_code)


def wait_inside(program, number, timeout):
    """Wait until this number of workers is in the room, or no other enters within the timeout; returns those inside."""
    inside = [program.wait_step("in the room")]
    while inside[-1] is not None and len(inside) < number:
        inside.append(program.wait_step("in the room", timeout))
    inside = [worker for worker in inside if worker is not None]
    program.prints(lambda lines: all(f"{worker.pid} in" in lines for worker in inside))
    return inside


def by_letter(lines):
    """Return the lines with letters in place of the ids, in the order of their first appearance."""
    ids = list(dict.fromkeys(line.split()[0] for line in lines))
    return [f"{'ABCDEF'[ids.index(line.split()[0])]} {line.split()[1]}" for line in lines]


# --8<-- [start:lock]
def print_two_lines(lock, name):
    with lock:
        print(name, "begins", flush=True)
        print(name, "ends", flush=True)


# --8<-- [end:lock]


def printing_program(_address):
    lock = Lock()
    workers = [Process(target=print_two_lines, args=(lock, name)) for name in "ABC"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def lock(arm):
    """Three workers print two lines each while they hold a lock."""
    lines = wait_program(arm, arm.launch(printing_program, **PIPES)).lines
    names = [line.split()[0] for line in lines]
    together = sum(names[at] == names[at + 1] for at in range(0, len(names) - 1, 2))
    arm.record(lines=len(lines), together=together)


def without_lock(arm):
    run(arm, "as-they-come", TIMEOUT)


def with_lock(arm):
    run(arm, "in-turn", QUIET_TIME)


if __name__ == "__main__":
    main(without_lock, with_lock, lock)
