"""The empty entry of sys.path means the current directory. Does it mean the same in a child?

A program starts in one folder and changes to another. Both folders contain a module of the same name.
"""

import importlib
import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

MODULE = "module_of_the_folder"


def folder_of_module():
    return importlib.import_module(MODULE).FOLDER


def child(address):
    check_in(address, "child", imported=folder_of_module(), directory=os.path.basename(os.getcwd())).serve()


def main_code(address, to, absolute):
    sys.path.insert(0, "")
    os.chdir(to)
    if absolute:
        # --8<-- [start:absolute-entry]
        sys.path.insert(0, os.getcwd())  # after os.chdir()
        # --8<-- [end:absolute-entry]
    process = Process(target=child, args=(address,))
    process.start()
    check_in(address, "program", imported=folder_of_module()).serve()
    process.join()


def imports_of_a_program(arm, to, absolute=False):
    folder = arm.folder()
    for name in ("first", "second"):
        os.mkdir(os.path.join(folder, name))
        with open(os.path.join(folder, name, f"{MODULE}.py"), "w", encoding="utf-8") as file:
            file.write(f"FOLDER = {name!r}\n")
    program = arm.launch(main_code, os.path.join(folder, to), absolute, cwd=os.path.join(folder, "first"))
    peers = {name: arm.expect(name) for name in ("program", "child")}
    arm.record(
        program_imports_from=peers["program"].details["imported"],
        child_imports_from=peers["child"].details["imported"],
        child_is_in=peers["child"].details["directory"],
    )
    for peer in peers.values():
        peer.leave()
    program.wait()
    peers["child"].wait_end()  # Windows does not remove a process's working directory


def experiment(arm):
    imports_of_a_program(arm, to="second")
    if arm.facts["child_imports_from"] == "first":
        arm.symptom(
            "silence", "child", text="a child imports a module from the folder in which the program was started"
        )


def absolute_entry(arm):
    imports_of_a_program(arm, to="second", absolute=True)


def control(arm):
    imports_of_a_program(arm, to="first")


if __name__ == "__main__":
    main(experiment, control, absolute_entry)
