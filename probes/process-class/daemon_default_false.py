"""The daemon flag of a new Process object, made in the main process, in a plain child and in a daemonic child."""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def child(address):
    check_in(address, "child").serve(default=lambda: Process().daemon)


def default_in_a_child(arm, **flag):
    process = Process(target=child, args=(arm.address,), **flag)
    process.start()
    arm.record(child_is_daemonic=process.daemon, default_in_child=arm.expect("child").call("default"))


def experiment(arm):
    arm.record(default=Process().daemon)
    default_in_a_child(arm)


def control(arm):
    default_in_a_child(arm, daemon=True)


if __name__ == "__main__":
    main(experiment, control)
