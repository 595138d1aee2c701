"""A program whose temporary folder has a long path starts a Manager, makes a queue and starts a process."""

import os
import sys
from multiprocessing import Manager, Process, Queue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import PIPES, TIMEOUT, check_in, main, printed_symptom, symptoms, wait_program

SHORT = "/tmp"
LONG = 150
"""Length of the long path. A socket's path has at most 107 characters on Linux, and 103 on macOS."""


def do_nothing():
    pass


def use_manager():
    with Manager() as manager:
        return list(manager.list(["job"]))


def use_queue():
    queue = Queue()
    queue.put("item")
    return queue.get(timeout=TIMEOUT)


def use_process():
    process = Process(target=do_nothing)
    process.start()
    process.join()
    return process.exitcode


def program(address, shorten):
    if shorten:
        # --8<-- [start:shorten-the-path]
        # before anything uses the temporary folder: a short one, which exists
        os.environ["TMPDIR"] = "/tmp"
        # --8<-- [end:shorten-the-path]
    facts, seen = {}, []
    for name, action in (("queue", use_queue), ("process", use_process), ("manager", use_manager)):
        try:
            action()
            facts[name] = "none"
        except Exception as error:
            facts[name] = type(error).__name__
            seen.append(symptoms.raised(error, "parent"))
    check_in(address, "program", facts=facts, symptoms=seen).close()


def long_path(arm):
    run(arm, make_long(arm.folder()))


def short_path(arm):
    run(arm, SHORT)


def shorten_the_path(arm):
    run(arm, make_long(arm.folder()), shorten=True)


def make_long(folder):
    path = os.path.join(folder, "x" * (LONG - len(folder) - 1))
    os.mkdir(path)
    return path


def run(arm, folder, shorten=False):
    launched = arm.launch(program, shorten, env={**os.environ, "TMPDIR": folder}, **PIPES)
    details = arm.expect("program").details
    end = wait_program(arm, launched)
    arm.record(**details["facts"], exit_code=end.exit_code)
    for symptom in details["symptoms"]:
        arm.symptom(**symptom)
    printed_symptom(arm, end)


if __name__ == "__main__":
    main(long_path, short_path, shorten_the_path)
