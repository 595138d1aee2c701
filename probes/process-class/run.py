"""start() runs run() in the child, and it is run() that calls the target. A subclass may replace it, and need not."""

import os
import sys
from multiprocessing import Pipe, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, main, table


def target(pipe):
    pipe.send(["target", os.getpid()])


class Plain(Process):
    """Has no run() of its own."""


class Telling(Process):
    """Its run() tells where it runs, and goes on as that of every Process does."""

    def __init__(self, pipe, **keywords):
        super().__init__(**keywords)
        self.pipe = pipe

    def run(self):
        self.pipe.send(["run", os.getpid()])
        super().run()


class Silencing(Telling):
    """Its run() does not go on."""

    def run(self):
        self.pipe.send(["run", os.getpid()])


def told(here):
    """Who told that it ran, and where: in this process or in another, which can only be the child."""
    where = {"run": "nowhere", "target": "nowhere"}
    while here.poll(0):
        who, pid = here.recv()
        where[who] = "parent" if pid == os.getpid() else "child"
    return where


def started_to_the_end(process):
    process.start()
    table.wait_for(lambda: process.exitcode is not None, TIMEOUT, "the end of the child")
    return process.exitcode


def started(arm, kind, **keywords):
    here, there = Pipe()
    if kind is not Plain:
        keywords["pipe"] = there
    process = kind(target=target, kwargs={"pipe": there}, **keywords)
    arm.record(exit_code=started_to_the_end(process), **told(here))


def starts(arm):
    started(arm, Telling)


def calls_run(arm):
    here, there = Pipe()
    process = Telling(there, target=target, kwargs={"pipe": there})
    process.run()
    arm.record(**told(here), started=process.pid is not None)


def run_does_not_go_on(arm):
    started(arm, Silencing)


def no_run_of_its_own(arm):
    started(arm, Plain)


def neither_run_nor_target(arm):
    arm.record(exit_code=started_to_the_end(Plain()))


if __name__ == "__main__":
    main(starts, calls_run, run_does_not_go_on, no_run_of_its_own, neither_run_nor_target)
