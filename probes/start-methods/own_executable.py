"""multiprocessing.set_executable() names a script that runs Python with a variable of the environment."""

import multiprocessing
import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

VARIABLE = "PROCSEM_STARTED_BY_SCRIPT"


def child(address):
    check_in(address, "child", by_script=VARIABLE in os.environ).serve()


def executable_set(arm):
    run(arm, set_it=True)


def executable_not_set(arm):
    run(arm, set_it=False)


def run(arm, set_it):
    script = os.path.join(arm.folder(), "python")
    with open(script, "w", encoding="utf-8") as file:
        file.write('#!/bin/sh\n{}=yes exec "{}" "$@"\n'.format(VARIABLE, sys.executable))
    os.chmod(script, 0o700)
    arm.launch(program, script, set_it)
    found = arm.expect("child")
    arm.record(by_script=found.details["by_script"])
    found.leave()
    arm.expect("program").leave()


def program(address, script, set_it):
    if set_it:
        multiprocessing.set_executable(script)
    process = Process(target=child, args=(address,))
    process.start()
    process.join()
    check_in(address, "program").serve()


if __name__ == "__main__":
    main(executable_set, executable_not_set)
