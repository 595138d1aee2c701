"""Where run() and the target are called: after start(), by hand, and with subclasses that replace run() or do not."""

import os
import sys
from multiprocessing import Pipe, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, main, table


def target(pipe):
    pipe.send(["target", os.getpid()])


class Plain(Process):
    """A subclass without a run() of its own."""


class Reporting(Process):
    """A subclass whose run() reports where it runs, and calls the run() of Process."""

    def __init__(self, pipe, **keywords):
        super().__init__(**keywords)
        self.pipe = pipe

    def run(self):
        self.pipe.send(["run", os.getpid()])
        super().run()


class Replacing(Reporting):
    """A subclass whose run() reports where it runs, and does not call the run() of Process."""

    def run(self):
        self.pipe.send(["run", os.getpid()])


def reports(here):
    """Return where run() and the target have run: in this process, or in another one, which can only be the child."""
    where = {"run": "nowhere", "target": "nowhere"}
    while here.poll(0):
        function, pid = here.recv()
        where[function] = "parent" if pid == os.getpid() else "child"
    return where


def run_to_the_end(process):
    process.start()
    table.wait_for(lambda: process.exitcode is not None, TIMEOUT, "the end of the child")
    return process.exitcode


def started(arm, kind, **keywords):
    here, there = Pipe()
    if kind is not Plain:
        keywords["pipe"] = there
    process = kind(target=target, kwargs={"pipe": there}, **keywords)
    arm.record(exit_code=run_to_the_end(process), **reports(here))


def starts(arm):
    started(arm, Reporting)


def calls_run(arm):
    here, there = Pipe()
    process = Reporting(there, target=target, kwargs={"pipe": there})
    process.run()
    arm.record(**reports(here), started=process.pid is not None)


def run_does_not_go_on(arm):
    started(arm, Replacing)


def no_run_of_its_own(arm):
    started(arm, Plain)


def neither_run_nor_target(arm):
    arm.record(exit_code=run_to_the_end(Plain()))


if __name__ == "__main__":
    main(starts, calls_run, run_does_not_go_on, no_run_of_its_own, neither_run_nor_target)
