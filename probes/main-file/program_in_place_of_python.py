"""sys.executable is the program itself: it is frozen into an executable, or an application that embeds Python.

Here the executable is a script. It starts Python, sets sys.executable to the script, as such programs do, and runs the
program as the main code.
"""

import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import PIPES, main, wait_program

INTERPRETER = """
import runpy, sys
executable, program, kind, *sys.argv = sys.argv[1:]
sys.executable = sys._base_executable = executable
if kind == "frozen":
    sys.frozen = True
runpy.run_path(program, run_name="__main__")
"""

PROGRAM = """
import argparse
import multiprocessing
import os


def note(what):
    with open(os.environ["PROBE_NOTES"], "a", encoding="utf-8") as file:
        file.write(f"{what}\\n")


def work():
    note("work")


def start_child():
    note("program")
    argparse.ArgumentParser(prog="program").parse_args()
    child = multiprocessing.get_context(os.environ["PROBE_START_METHOD"]).Process(target=work)
    child.start()
    child.join()
"""

WITHOUT_FIX = """
if __name__ == "__main__":
    start_child()
"""

FREEZE_SUPPORT = """
# --8<-- [start:freeze-support]
if __name__ == "__main__":
    multiprocessing.freeze_support()  # before anything else
    start_child()
# --8<-- [end:freeze-support]
"""

SET_EXECUTABLE = """
PYTHON = os.environ["PROBE_PYTHON"]
# --8<-- [start:set-executable]
if __name__ == "__main__":
    multiprocessing.set_executable(PYTHON)  # the path of a Python of the same version
    start_child()
# --8<-- [end:set-executable]
"""


def frozen(arm):
    run(arm, "frozen")


def embedded(arm):
    run(arm, "embedded")


def run_by_python(arm):
    run(arm, None)


def freeze_support(arm):
    run(arm, "frozen", FREEZE_SUPPORT)


def set_executable(arm):
    run(arm, "embedded", SET_EXECUTABLE)


def run(arm, kind, end=WITHOUT_FIX):
    folder = arm.folder()
    notes, program, interpreter = (os.path.join(folder, name) for name in ("notes", "program.py", "interpreter.py"))
    for path, text in ((program, PROGRAM + end), (interpreter, INTERPRETER), (notes, "")):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    words = [program]
    if kind:
        executable = make_executable(folder, interpreter, program, kind)
        words = [interpreter, executable, program, kind, executable]
    environment = {
        "PROBE_NOTES": notes,
        "PROBE_PYTHON": sys.executable,
        "PROBE_START_METHOD": arm.method,
        "TMPDIR": arm.folder(),
    }
    ended = wait_program(arm, arm.start_script(*words, env={**os.environ, **environment}, **PIPES))
    with open(notes, encoding="utf-8") as file:
        lines = file.read().split()
    arm.record(begins_again=lines.count("program") > 1, target_runs=lines.count("work"))
    if kind and end is WITHOUT_FIX:
        for line in ended.errors:
            # The line for the fork server contains every folder of sys.path.
            if "unrecognized arguments" in line and "multiprocessing.forkserver" not in line:
                arm.symptom("output", "child", text=line)


def make_executable(folder, interpreter, program, kind):
    """Write the script that is the program's executable, and return its path."""
    words = [sys.executable, *subprocess._args_from_interpreter_flags(), interpreter]
    if sys.platform == "win32":
        path, text = os.path.join(folder, "program.cmd"), '@{} "{}" "{}" {} %0 %*\n'
    else:
        path, text = os.path.join(folder, "program"), '#!/bin/sh\nexec {} "{}" "{}" {} "$0" "$@"\n'
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.format(" ".join(f'"{word}"' for word in words), path, program, kind))
    os.chmod(path, 0o700)
    return path


if __name__ == "__main__":
    main(frozen, embedded, run_by_python, freeze_support, set_executable)
