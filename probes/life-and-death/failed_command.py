"""A command cannot be started: its program or its folder does not exist, or its file may not be executed.

subprocess raises the error in the caller, and no child is left. A shell only prints it, and ends with an exit code.
"""

import os
import shutil
import stat
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main

PROGRAM = "no-such-program-anywhere"
FOLDER = os.path.join(os.path.dirname(__file__), "no-such-folder")


def start(arm, prefix, command, **options):
    """Try to run the command, and record the error of the caller and its name for the culprit."""
    try:
        error, code = None, subprocess.run(command, **options, stderr=subprocess.PIPE, check=False).returncode
    except OSError as raised:
        error, code = raised, None
    named = {PROGRAM: "the program", FOLDER: "the folder"}.get(getattr(error, "filename", None), "nothing")
    arm.record(**{prefix: type(error).__name__ if error else "no error", f"{prefix}_named": named})
    return code


def by_subprocess(arm):
    start(arm, "missing_program", [PROGRAM])
    start(arm, "missing_folder", [sys.executable, "-c", ""], cwd=FOLDER)
    script = os.path.join(arm.folder(), "script")
    with open(script, "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\n")
    os.chmod(script, stat.S_IRUSR | stat.S_IWUSR)
    start(arm, "not_executable", [script])
    arm.record(children_left=children_left())


def in_shell(arm):
    code = start(arm, "missing_program", PROGRAM, shell=True)
    arm.record(exit_code="not 0" if code else code)


def look_first(arm):
    # --8<-- [start:look-first]
    if shutil.which(PROGRAM) is None:
        message = f"{PROGRAM} is not installed, or not on PATH"
    # --8<-- [end:look-first]
    arm.record(told=message.startswith(PROGRAM))


def children_left():
    """Count the children of this process that have not been waited for. On Windows no child was created."""
    if not hasattr(os, "waitid"):
        return 0
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return 0
    return 1


if __name__ == "__main__":
    main(by_subprocess, in_shell, look_first)
