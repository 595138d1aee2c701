"""A program loads a module from its file, under a name that import does not find, as pytest does with
--import-mode=importlib. Can a function of this module be the target of a child?

In the control the program imports the module, from a folder of sys.path.
"""

import importlib
import importlib.util
import os
import re
import sys
import types
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, printed_symptom, run_program

WORK = """
# --8<-- [start:folder-of-sys-path]
# tasks_of_the_program.py
def work():
    print("the task ran", flush=True)


# --8<-- [end:folder-of-sys-path]
"""

IMPORT = """
# --8<-- [start:folder-of-sys-path]
# test_tasks.py
import os
import sys

# the folder of tasks_of_the_program.py; the option pythonpath of pytest does the same
sys.path.insert(0, os.path.dirname(__file__))
from tasks_of_the_program import work
# --8<-- [end:folder-of-sys-path]
"""


def loaded_from_its_file(arm):
    run(arm, "load")


def imported(arm):
    run(arm, "import")


def folder_of_sys_path(arm):
    run(arm, "import the work")


def run(arm, way):
    folder = arm.folder()
    os.mkdir(os.path.join(folder, "checks"))
    sources = {"test_tasks": IMPORT if way == "import the work" else WORK, "tasks_of_the_program": WORK}
    for name, source in sources.items():
        with open(os.path.join(folder, "checks", f"{name}.py"), "w", encoding="utf-8") as file:
            file.write(source)
    end = run_program(arm, program, way, os.path.join(folder, "checks"))
    childs = [int(match[1]) for match in map(re.compile(r"exit code (-?\d+)").fullmatch, end.lines) if match]
    arm.record(
        task="ran" if "the task ran" in end.lines else "did not run",
        childs_exit_code=childs[0] if childs else None,  # None: start() has raised an error
        exit_code=end.exit_code,
    )
    if way == "load":
        printed_symptom(arm, end)


def program(_, way, folder):
    if way == "import":
        sys.path.insert(0, folder)
        module = importlib.import_module("test_tasks")
    else:
        module = load("checks.test_tasks", os.path.join(folder, "test_tasks.py"))
    process = Process(target=module.work)
    process.start()
    process.join()
    print("exit code", process.exitcode)


def load(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    package = name.rpartition(".")[0]
    sys.modules[package] = types.ModuleType(package)  # pytest does so too; otherwise start() would raise PicklingError
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main(loaded_from_its_file, imported, folder_of_sys_path)
