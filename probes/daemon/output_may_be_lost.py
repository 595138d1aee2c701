"""What a daemon says may not be seen: it may be ended before it says it, and also when it has said it.

Into a pipe or a file (not onto a terminal) output goes by a buffer, which dies with the daemon. What plain
children say in the same places all comes, because the main process waits for them. Of other daemons no order is
asked: once the main process goes to its end, each takes a time at random before it prints, and luck is counted.
"""

import os
import sys
import time
from multiprocessing import Pipe, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main, random_sleep, trials

LONGEST = 0.02
"""Seconds, at most, that a daemon at leisure takes. The main process takes half of it, so that each daemon's own time
decides: were that of the main process at random too, one trial would say the same as the next."""


def child_code(address, name):
    sys.stdout.reconfigure(line_buffering=False, write_through=False)  # also where the user has it unbuffered
    if name == "late":
        check_in(address, name).serve()
        print(name, flush=True)
    else:
        print(name, flush=name == "flushed")
        check_in(address, name).serve()


def at_leisure(pipe, number):
    pipe.send("here")
    pipe.poll(TIMEOUT)
    random_sleep(LONGEST)
    print(number, flush=True)


def main_code(address, daemon):
    children = [
        Process(target=child_code, args=(address, name), name=name, daemon=daemon)
        for name in ("late", "flushed", "buffered")
    ]
    for child in children:
        child.start()
    pipes = []
    for number in trials():
        here, there = Pipe()
        children.append(Process(target=at_leisure, args=(there, number), daemon=daemon))
        children[-1].start()
        here.poll(TIMEOUT)
        pipes.append(here)
    line = check_in(address, "main process", at_leisure=len(pipes))
    line.serve()
    for pipe in pipes:
        pipe.send("go on")
    time.sleep(LONGEST / 2)  # the luck that is counted: about half of them are to have spoken by now
    line.report_joins(*children)


def words_of_children(arm, daemon):
    screen = os.path.join(arm.folder(), "screen")
    with open(screen, "wb") as file:
        program = arm.launch(main_code, daemon, stdout=file)
    main_process, *children = (arm.expect(name) for name in ("main process", "late", "flushed", "buffered"))
    main_process.leave()
    main_process.wait_join()  # so its code has run, and whom its exit terminates it has signalled
    for child in children:
        child.leave()
    main_process.wait_end()
    program.wait()
    with open(screen, encoding="utf-8") as file:
        shown = file.read().split()
    arm.record(
        **{child.name: "shown" if child.name in shown else "lost" for child in children},
        at_leisure={"seen": sum(map(str.isdigit, shown)), "of": main_process.details["at_leisure"]},
    )


def experiment(arm):
    words_of_children(arm, daemon=True)


def control(arm):
    words_of_children(arm, daemon=False)


if __name__ == "__main__":
    main(experiment, control)
