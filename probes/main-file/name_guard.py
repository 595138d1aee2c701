"""A program asks for the name of its process, instead of for __name__, before it starts a child.

The program runs to its end. The probe reads the notes of its processes and its error stream.
"""

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, main, symptoms

PROGRAM = r"""
import multiprocessing
import os


def note(what):
    with open(os.environ["PROBE_NOTES"], "a", encoding="utf-8") as file:
        file.write(f"{what}\n")


def task():
    note("task")


def start_child():
    note("program")
    with open(os.environ["PROBE_NOTES"], encoding="utf-8") as file:
        if file.read().count("program") > 4:
            os._exit(70)  # the fuse, in case that the processes multiply
    child = multiprocessing.get_context(os.environ["PROBE_START_METHOD"]).Process(target=task)
    child.start()
    child.join()


"""

NO_GUARD = """
start_child()
"""

NAME_GUARD = """
if multiprocessing.current_process().name == "MainProcess":
    start_child()
"""

MAIN_GUARD = """
# --8<-- [start:main-guard]
if __name__ == "__main__":  # whatever the name of the process
    start_child()
# --8<-- [end:main-guard]
"""


def by_process_name(arm):
    run(arm, NAME_GUARD)


def without_guard(arm):
    run(arm, NO_GUARD)


def main_guard(arm):
    run(arm, MAIN_GUARD)


def run(arm, guard):
    folder = arm.folder()
    notes, path = os.path.join(folder, "notes"), os.path.join(folder, "program.py")
    with open(path, "w", encoding="utf-8") as file:
        file.write(PROGRAM + guard)
    environment = {"PROBE_NOTES": notes, "PROBE_START_METHOD": arm.method, "TMPDIR": arm.folder()}
    program = arm.start_script(path, env={**os.environ, **environment}, stderr=subprocess.PIPE, text=True)
    errors = program.communicate(timeout=2.5 * TIMEOUT)[1]
    with open(notes, encoding="utf-8") as file:
        lines = file.read().split()
    arm.record(
        program_begins=lines.count("program"),
        task_runs=lines.count("task"),
        exit_code=program.returncode,
        printed=re.findall(r"(?m)^([\w.]+(?:Error|Exception))\b", errors),
    )
    if guard != NAME_GUARD:
        return
    begin = "Traceback (most recent call last):"
    for text in errors.split(begin)[1:]:
        arm.symptom(**symptoms.printed(begin + text, "child" if 'File "<string>"' in text else "parent"))
    if lines.count("program") > 1 and begin not in errors:
        arm.symptom("silence", "parent", text="the program begins twice, and nothing says so")


if __name__ == "__main__":
    main(by_process_name, without_guard, main_guard)
