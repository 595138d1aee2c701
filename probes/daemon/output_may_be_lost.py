"""What a daemon says may not be seen: it may be ended before it says it, and also when it has said it.

Into a pipe or a file (not onto a terminal) output goes by a buffer, which dies with the daemon. What plain
children say in the same places all comes, because the main process waits for them.
"""

import os
import sys
import time
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

AT_LEISURE = 2
LONGEST = 0.02
"""Seconds, at most, that those of whom no order is asked take: the daemons at leisure, and the main process."""


def dawdle():
    """Take a time of no one's choice."""
    time.sleep(LONGEST * os.urandom(1)[0] / 255)


def child_code(address, name):
    sys.stdout.reconfigure(line_buffering=False, write_through=False)  # also where the user has it unbuffered
    if name == "late":
        check_in(address, name).serve()
        print(name, flush=True)
    elif name == "flushed" or name == "buffered":
        print(name, flush=name == "flushed")
        check_in(address, name).serve()
    else:
        dawdle()  # the luck that is counted
        print(name, flush=True)


def main_code(address, daemon, at_leisure):
    names = ["late", "flushed", "buffered", *map(str, range(at_leisure))]
    children = [Process(target=child_code, args=(address, name), name=name, daemon=daemon) for name in names]
    for child in children:
        child.start()
    line = check_in(address, "main process")
    line.serve()
    dawdle()
    line.tell_joins(*children)


def words_of_children(arm, daemon, at_leisure):
    screen = os.path.join(arm.folder(), "screen")
    with open(screen, "wb") as file:
        program = arm.launch(main_code, daemon, at_leisure, stdout=file)
    main_process, *children = (arm.expect(name) for name in ("main process", "late", "flushed", "buffered"))
    main_process.leave()
    main_process.hear_join()  # so its code has run, and whom its exit terminates it has signalled
    for child in children:
        child.leave()
    main_process.wait_end()
    program.wait()
    with open(screen, encoding="utf-8") as file:
        shown = file.read().split()
    arm.record(**{child.name: "shown" if child.name in shown else "lost" for child in children})
    return sum(map(str.isdigit, shown))


def experiment(arm):
    shown = words_of_children(arm, daemon=True, at_leisure=AT_LEISURE)
    arm.record(at_leisure={"seen": shown, "of": AT_LEISURE})


def control(arm):
    words_of_children(arm, daemon=False, at_leisure=0)


if __name__ == "__main__":
    main(experiment, control)
