"""Modules are named with set_forkserver_preload(): ones that can be imported, that fail, and too late.

Each module writes a line into a file when it is executed. Two children import it, one after the other. Its folder is in
PYTHONPATH, or only in the program's sys.path.
"""

import importlib
import multiprocessing
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main, symptoms

COUNT = "LOG = {!r}\nwith open(LOG, 'a') as file: file.write('executed\\n')\n"
MODULES = {
    "good_module": "",
    "module_that_fails_first": "if len(open(LOG).readlines()) == 1: raise ImportError('not yet')\n",
    "failing_module": "raise OSError('no connection')\n",
}
"""The code of each module. What it does first is to add a line to a file."""


def work(module):
    importlib.import_module(module)


def preloaded(arm):
    run(arm, "good_module", "before")


def not_preloaded(arm):
    run(arm, "good_module", "never")


def preloaded_from_own_path(arm):
    run(arm, "good_module", "before", by_environment=False)


def python_path(arm):
    run(arm, "good_module", "path first", by_environment=False)


def preloaded_too_late(arm):
    run(arm, "good_module", "after the first child")


def name_it_first(arm):
    run(arm, "good_module", "before")


def text_instead_of_list(arm):
    run(arm, "good_module", "text")


def list_of_names(arm):
    run(arm, "good_module", "before")


def import_error(arm):
    run(arm, "module_that_fails_first", "before")
    arm.symptom("silence", "parent", text="the fork server does not report that it could not import a module")


def import_it_first(arm):
    run(arm, "module_that_fails_first", "imported first")


def other_error(arm):
    run(arm, "failing_module", "before")


def other_error_not_preloaded(arm):
    run(arm, "failing_module", "never")


def import_failing_first(arm):
    run(arm, "failing_module", "imported first")


def run(arm, module, when, by_environment=True):
    folder = arm.folder()
    log = os.path.join(folder, "log")
    for name, code in MODULES.items():
        with open(os.path.join(folder, name + ".py"), "w", encoding="utf-8") as file:
            file.write(COUNT.format(log) + code)
    environment = {**os.environ, "PYTHONPATH": folder} if by_environment else os.environ
    launched = arm.launch(program, folder, module, when, stderr=subprocess.PIPE, text=True, env=environment)
    parent = arm.expect("program")
    parent.leave()
    parent.wait_end()
    _, stderr = launched.communicate(timeout=TIMEOUT)
    with open(log, encoding="utf-8") as file:
        executed = len(file.readlines())
    symptom = parent.details["symptom"]
    error = symptom["type"] if symptom else "none"
    arm.record(executed=executed, error=error, exit_codes=parent.details["codes"], printed=bool(stderr))
    if symptom and when != "imported first":
        arm.symptom(**symptom)


def program(address, folder, module, when):
    sys.path.insert(0, folder)
    context = multiprocessing.get_context("forkserver")
    symptom, codes = None, []
    try:
        if when == "imported first":
            import_and_name(module)
        elif when == "path first":
            name_with_path(folder, module)
        elif when in ("before", "text"):
            name(module if when == "text" else [module])
        for _ in range(2):
            process = context.Process(target=work, args=(module,))
            process.start()
            process.join()
            codes.append(process.exitcode)
            if when == "after the first child":
                name([module])
    except Exception as error:
        symptom = symptoms.raised(error, "parent")
    check_in(address, "program", codes=codes, symptom=symptom).serve()


def name(modules):
    # --8<-- [start:name-it-first]
    multiprocessing.set_forkserver_preload(modules)  # a list of names, before the program starts its first process
    # --8<-- [end:name-it-first]


def name_with_path(folder, module):
    # --8<-- [start:python-path]
    others = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([folder, others]) if others else folder
    multiprocessing.set_forkserver_preload([module])
    # --8<-- [end:python-path]


def import_and_name(module):
    # --8<-- [start:import-it-first]
    importlib.import_module(module)  # raises here what the fork server would not report
    multiprocessing.set_forkserver_preload([module])
    # --8<-- [end:import-it-first]


if __name__ == "__main__":
    main(
        preloaded,
        not_preloaded,
        preloaded_from_own_path,
        python_path,
        preloaded_too_late,
        name_it_first,
        text_instead_of_list,
        list_of_names,
        import_error,
        import_it_first,
        other_error,
        other_error_not_preloaded,
        import_failing_first,
    )
