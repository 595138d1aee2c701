"""The fork server imports a module that registers a function with atexit: does the function run at each child's end?

The function writes the pid of its process into a file. Two children use the module, one after the other.
"""

import importlib
import multiprocessing
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

MODULE = """
import atexit, os

def clean_up():
    try:
        log = os.open({log!r}, os.O_WRONLY | os.O_APPEND)
    except FileNotFoundError:
        return  # this is the fork server, which ends after the probe
    try:
        os.write(log, b"%d\\n" % os.getpid())
    except OSError:  # the disk is full: the probe shall fail, because nobody sees the errors of exit handlers
        os.unlink({log!r})
        raise
    finally:
        os.close(log)

atexit.register(clean_up)
"""


def work(way):
    module = importlib.import_module("cleaning_module")
    if way == "os._exit":
        os._exit(0)
    if way == "finally":
        # --8<-- [start:finally]
        try:
            print("the target's work")
        finally:
            module.clean_up()
        # --8<-- [end:finally]


def preloaded(arm):
    run(arm, "returning")


def leaves_at_once(arm):
    run(arm, "os._exit")


def finally_clause(arm):
    run(arm, "finally")


def run(arm, way):
    folder = arm.folder()
    log = os.path.join(folder, "log")
    open(log, "w").close()
    with open(os.path.join(folder, "cleaning_module.py"), "w", encoding="utf-8") as file:
        file.write(MODULE.format(log=log))
    arm.launch(program, way, env={**os.environ, "PYTHONPATH": folder})
    parent = arm.expect("program")
    with open(log, encoding="utf-8") as file:
        ran_in = [int(line) for line in file]
    children = parent.details["children"]
    arm.record(children_that_clean_up=sum(pid in ran_in for pid in children), exit_codes=parent.details["codes"])
    parent.leave()
    if arm.facts["children_that_clean_up"] == 0 and way == "returning":
        arm.symptom("silence", "child", text="an exit handler of a preloaded module does not run")


def program(address, way):
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["cleaning_module"])
    children = []
    for _ in range(2):
        process = context.Process(target=work, args=(way,))
        process.start()
        process.join()
        children.append(process)
    pids, codes = [child.pid for child in children], [child.exitcode for child in children]
    check_in(address, "program", children=pids, codes=codes).serve()


if __name__ == "__main__":
    main(preloaded, leaves_at_once, finally_clause)
