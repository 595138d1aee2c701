"""Three workers print two lines each, and work between the two. Do the lines of one worker stay together?

In the first round each works until all have tried to print their first line. The further rounds are counted: all print
at the same time, with random delays before each line.
"""

import os
import sys
from functools import partial
from multiprocessing import Lock, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import PIPES, check_in, counted, critical_section, main, random_sleep, trials, wait_program

WORKERS = 3
LONGEST = 0.002  # seconds of delay


def program(address, locked):
    lock = Lock() if locked else critical_section.NoLock()
    for name in map(str, range(WORKERS)):
        Process(target=worker, args=(address, name, lock)).start()
    check_in(address, "program").serve()


def worker(address, name, lock):
    print_name = partial(print, name, flush=True)

    def print_with_delays():
        random_sleep(LONGEST)
        with lock:
            print_name()
            random_sleep(LONGEST / 8)
            print_name()

    critical_section.enter(address, name, lock, first=print_name, then=print_name, print_with_delays=print_with_delays)


def run(arm, locked):
    path = os.path.join(arm.folder(), "screen")
    with open(path, "wb") as file:
        program_ = arm.launch(program, locked, stdout=file)
    main_process, *workers = [arm.expect(name) for name in ["program", *map(str, range(WORKERS))]]
    with open(path, encoding="utf-8") as file:
        critical_section.count_inside(workers)
        shown = file.read().split()
        by_luck = []
        for _ in trials():
            for peer in workers:
                peer.begin("print_with_delays")
            for peer in workers:
                peer.answer()
            by_luck.append(file.read().split())
    for peer in [*reversed(workers), main_process]:
        peer.leave()
    program_.wait()
    arm.record(
        lines=len(shown),
        pairs_together={"seen": pairs_together(shown), "of": WORKERS},
        shown=shown,
        mixed_by_luck=counted(pairs_together(lines) < WORKERS for lines in by_luck),
    )


def pairs_together(lines):
    """Return how many workers' two lines are next to each other."""
    return sum(lines[line] == lines[line + 1] for line in range(0, len(lines) - 1, 2))


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
    arm.record(lines=len(lines), together=pairs_together(names))


def experiment(arm):
    run(arm, locked=False)


def control(arm):
    run(arm, locked=True)


if __name__ == "__main__":
    main(experiment, control, lock)
