"""The function that a child or a pool runs is defined in a file with the name __main__.py.

Python runs such a file for a package (python -m package), for a folder and for a zip file. In the control the same file
is run by its path. The remedy keeps the function in another module.
"""

import os
import re
import subprocess
import sys
import zipfile

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, hangs, main, symptoms, table

PROGRAMS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs")

WORK = """
# --8<-- [start:own-module]
# work.py
def square(number):
    print(f"the square is {number * number}", flush=True)
    return number * number


# --8<-- [end:own-module]
"""

IMPORT = """
# --8<-- [start:own-module]
# __main__.py (in a package: from package.work import square)
from work import square
# --8<-- [end:own-module]
"""


def package(arm):
    run_child(arm, "-m", "in_main")


def folder(arm):
    run_child(arm, os.path.join(PROGRAMS, "in_main"))


def zip_file(arm):
    path = os.path.join(arm.folder(), "program.pyz")
    with zipfile.ZipFile(path, "w") as file:
        file.write(os.path.join(PROGRAMS, "in_main", "__main__.py"), "__main__.py")
    run_child(arm, path)


def by_path(arm):
    run_child(arm, os.path.join(PROGRAMS, "in_main", "__main__.py"))


def own_module(arm):
    run_child(arm, folder_with_own_module(arm))


def run_child(arm, *arguments):
    program = start(arm, "child", *arguments, stdout=subprocess.PIPE)
    output, errors = program.communicate(timeout=2.5 * TIMEOUT)
    ended = re.search(r"exit code (\S+)", output)
    arm.record(
        task="ran" if "the square is 9" in output else "did not run",
        childs_exit_code=int(ended[1]) if ended else None,
        exit_code=program.returncode,
    )
    if "Traceback" in errors:
        arm.symptom(**symptoms.printed(errors, "child"))


def pool_of_a_folder(arm):
    run_pool(arm, os.path.join(PROGRAMS, "in_main"))


def pool_by_path(arm):
    run_pool(arm, os.path.join(PROGRAMS, "in_main", "__main__.py"))


def pool_and_own_module(arm):
    run_pool(arm, folder_with_own_module(arm), may_fail=False)


def folder_with_own_module(arm):
    """Make a folder with the same program, in which the function is in another module; return its path."""
    with open(os.path.join(PROGRAMS, "in_main", "__main__.py"), encoding="utf-8") as file:
        source = file.read()
    path = arm.folder()
    with open(os.path.join(path, "__main__.py"), "w", encoding="utf-8") as file:
        file.write(re.sub(r"(?s)def square\(.*?\n\n\n", IMPORT, source))
    with open(os.path.join(path, "work.py"), "w", encoding="utf-8") as file:
        file.write(WORK)
    return path


def run_pool(arm, path, may_fail=True):
    launched = start(arm, "pool", path, stdout=subprocess.DEVNULL)
    parent = arm.expect("program")
    if may_fail:
        table.wait_for(lambda: parent.call("look")[0] or parent.call("replaced"), 2 * TIMEOUT, "the end of the task")
    over = parent.call("look")[0]
    arm.record(results=hangs.outcome(arm, parent, longest_wait=QUIET_TIME if may_fail and not over else TIMEOUT))
    parent.leave()
    parent.wait_end()
    errors = launched.communicate(timeout=TIMEOUT)[1]
    if "Traceback" in errors:
        arm.symptom(**symptoms.printed(errors, "child"))


def start(arm, way, *arguments, stdout):
    """Start the program with the kit on its path, so that it can report to the probe."""
    environment = {
        "PROBE_ADDRESS": arm.address,
        "PROBE_KIT": os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
        "PROBE_START_METHOD": arm.method,
        "PROBE_WAY": way,
    }
    return arm.start_script(
        *arguments, cwd=PROGRAMS, env={**os.environ, **environment}, stdout=stdout, stderr=subprocess.PIPE, text=True
    )


if __name__ == "__main__":
    main(package, folder, zip_file, by_path, own_module, pool_of_a_folder, pool_by_path, pool_and_own_module)
