"""A program adds a folder to the places where its children look for modules: with PYTHONPATH, or in its own sys.path.

The children are made by multiprocessing, or are Python programs that subprocess starts. Each arm is a separate program.
"""

import importlib
import os
import subprocess
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, printed_symptom, run_program

MODULE = "found_by_procsem"  # a module in a folder of the arm


def use_module():
    print(importlib.import_module(MODULE).WHERE, flush=True)


def variable_and_process(arm):
    run(arm, "variable", "process")


def variable_and_program(arm):
    run(arm, "variable", "program")


def path_and_process(arm):
    run(arm, "sys.path", "process")


def path_and_program(arm):
    run(arm, "sys.path", "program")


def neither_and_process(arm):
    run(arm, "neither", "process")


def pythonpath_for_the_program(arm):
    run(arm, "sys.path", "program with PYTHONPATH")


def run(arm, change, child):
    folder = arm.folder()
    with open(os.path.join(folder, f"{MODULE}.py"), "w", encoding="utf-8") as file:
        file.write("WHERE = 'in the folder'\n")
    end = run_program(arm, program, folder, change, child)
    arm.record(child_imports="the module" if "in the folder" in end.lines else "nothing", exit_code=end.exit_code)
    if change != "neither":
        printed_symptom(arm, end)


def program(address, folder, change, child):
    if change == "variable":
        os.environ["PYTHONPATH"] = folder
    elif change == "sys.path":
        # --8<-- [start:path-and-process]
        sys.path.insert(0, folder)
        # --8<-- [end:path-and-process]
    if child == "process":
        # --8<-- [start:path-and-process]
        process = Process(target=use_module)
        process.start()
        # --8<-- [end:path-and-process]
        process.join()
        sys.exit(process.exitcode)
    command = [sys.executable, "-c", f"import {MODULE}; print({MODULE}.WHERE)"]
    if child == "program with PYTHONPATH":
        # --8<-- [start:pythonpath-for-the-program]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run(command, env=environment)
        # --8<-- [end:pythonpath-for-the-program]
    else:
        done = subprocess.run(command)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main(
        variable_and_process,
        variable_and_program,
        path_and_process,
        path_and_program,
        neither_and_process,
        pythonpath_for_the_program,
    )
