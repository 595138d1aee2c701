"""The main file imports a module at its top, and starts two children that do not need it.

The module stands for an installed one that takes long to import: its folder is on PYTHONPATH.
"""

import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, main

HEAVY = r"""
import os

with open(os.environ["PROBE_NOTES"], "a", encoding="utf-8") as file:
    file.write(f"import {os.getpid()}\n")


def analyse():
    return 9
"""

PROGRAM = r"""
import multiprocessing
import os

{at_top}


def task():
    with open(os.environ["PROBE_NOTES"], "a", encoding="utf-8") as file:
        file.write(f"task {{os.getpid()}}\n")


{main}

if __name__ == "__main__":
    multiprocessing.set_start_method({method!r})
    {first}
    for _ in range(2):
        child = multiprocessing.Process(target=task)
        child.start()
        child.join()
    print(analyse_everything(), os.getpid(), flush=True)
"""

USE = """
def analyse_everything():
    return heavy.analyse()
"""

IMPORT_INSIDE = """
# --8<-- [start:import-inside]
def analyse_everything():
    import heavy  # not at the top of the main file

    return heavy.analyse()


# --8<-- [end:import-inside]
"""

PRELOAD = """
# --8<-- [start:preload]
multiprocessing.set_forkserver_preload(["heavy"])  # in the program, before its first child
# --8<-- [end:preload]
"""


def at_the_top(arm):
    run(arm, "import heavy", USE)


def in_the_task(arm):
    run(arm, "import heavy", USE, task_imports=True)


def import_inside(arm):
    run(arm, "", IMPORT_INSIDE)


def preload(arm):
    run(arm, "import heavy", USE, first=PRELOAD.strip().splitlines()[1])


def run(arm, at_top, use, first="pass", task_imports=False):
    folder, installed = arm.folder(), arm.folder()
    notes = os.path.join(folder, "notes")
    source = PROGRAM.format(at_top=at_top, main=use, method=arm.method, first=first)
    if task_imports:  # even a forked child runs the module again
        source = source.replace("def task():\n", "def task():\n    import importlib\n    importlib.reload(heavy)\n")
    for path, text in ((os.path.join(folder, "program.py"), source), (os.path.join(installed, "heavy.py"), HEAVY)):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    program = arm.start_script(
        os.path.join(folder, "program.py"),
        env={**os.environ, "PYTHONPATH": installed, "PROBE_NOTES": notes, "TMPDIR": arm.folder()},
        stdout=subprocess.PIPE,
        text=True,
    )
    answer, program_pid = program.communicate(timeout=2 * TIMEOUT)[0].split()
    with open(notes, encoding="utf-8") as file:
        lines = [line.split() for line in file]
    children = [pid for what, pid in lines if what == "task"]
    imports = [pid for what, pid in lines if what == "import"]
    arm.record(
        answer=answer,
        children=len(children),
        children_that_import=sum(pid in imports for pid in children),
        imports_in_others=sum(pid not in [program_pid, *children] for pid in imports),
    )


if __name__ == "__main__":
    main(at_the_top, in_the_task, import_inside, preload)
