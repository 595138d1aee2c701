"""A program's current folder is removed before the program begins. Can the program start a child?

A temporary folder of a build or a test is often removed while programs still run in it.
"""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, symptoms


def removed(arm):
    run(arm, is_removed=True)


def kept(arm):
    run(arm, is_removed=False)


def another_folder(arm):
    run(arm, is_removed=True, another=arm.folder())


def run(arm, is_removed, another=None):
    folder = os.path.join(arm.folder(), "current")
    os.mkdir(folder)
    # Popen changes to the folder and then calls the function, in the new process.
    arm.launch(program, another, cwd=folder, preexec_fn=lambda: os.rmdir(folder) if is_removed else None)
    parent = arm.expect("program")
    symptom = parent.details["symptom"]
    arm.record(
        folder_exists=os.path.exists(folder),
        start=symptom["type"] if symptom else "works",
        exit_code=parent.details["exit_code"],
    )
    if symptom:
        arm.symptom(**symptom)
    parent.leave()


def program(address, another):
    symptom = None
    if another is not None:
        # --8<-- [start:another-folder]
        os.chdir(another)  # before the first process is started
        # --8<-- [end:another-folder]
    process = Process(target=int)
    try:
        process.start()
        process.join()
    except OSError as error:
        symptom = symptoms.raised(error, "parent")
    exit_code = "none" if process.exitcode is None else process.exitcode
    check_in(address, "program", symptom=symptom, exit_code=exit_code).serve()


if __name__ == "__main__":
    main(removed, kept, another_folder)
