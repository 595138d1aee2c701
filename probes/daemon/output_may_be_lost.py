"""Daemons print while the main process ends: is their output lost?

A daemon may be terminated before it prints, and also after it: output to a pipe or a file (not to a terminal) is
buffered, and the buffer is lost. In the control the children are plain, and the main process waits for them. More
daemons print after a random time while the main process ends; there the outcome is luck, and is only counted.
"""

import os
import sys
import time
from multiprocessing import Pipe, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main, random_sleep, trials

LONGEST = 0.02
"""The longest random time, in seconds. The main process waits half of it, so that the outcome of each trial depends
only on that daemon's own time."""


def child_code(address, name):
    sys.stdout.reconfigure(line_buffering=False, write_through=False)  # even if the user has made it unbuffered
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
    connection = check_in(address, "main process", at_leisure=len(pipes))
    way = connection.serve()
    for pipe in pipes:
        pipe.send("go on")
    time.sleep(LONGEST / 2)  # a measured sleep: about half of the daemons should have printed by now
    connection.report_joins(*children)
    if way == "join":
        # --8<-- [start:join]
        for child in children:
            child.join()  # before the program ends
        # --8<-- [end:join]


def output_of_children(arm, daemon, way="end"):
    output = os.path.join(arm.folder(), "output")
    with open(output, "wb") as file:
        program = arm.launch(main_code, daemon, stdout=file)
    main_process, *children = (arm.expect(name) for name in ("main process", "late", "flushed", "buffered"))
    main_process.leave(way)
    main_process.wait_join()  # so its code has run, and its exit has terminated its daemons; or it joins them
    for child in children:
        child.leave()
    main_process.wait_end()
    program.wait()
    with open(output, encoding="utf-8") as file:
        shown = file.read().split()
    arm.record(
        **{child.name: "shown" if child.name in shown else "lost" for child in children},
        at_leisure={"seen": sum(map(str.isdigit, shown)), "of": main_process.details["at_leisure"]},
    )


def experiment(arm):
    output_of_children(arm, daemon=True)


def control(arm):
    output_of_children(arm, daemon=False)


def join(arm):
    output_of_children(arm, daemon=True, way="join")


if __name__ == "__main__":
    main(experiment, control, join)
