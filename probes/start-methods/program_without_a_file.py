"""A program runs one of its own functions in a child. It is given with -c, on standard input, and as a file."""

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, main, symptoms

PROGRAM = """
import multiprocessing

if __name__ == "__main__":
    multiprocessing.set_start_method({method!r})


# --8<-- [start:file]
def task():
    print("the task ran", flush=True)


if __name__ == "__main__":  # because a child may import the file
    process = multiprocessing.Process(target=task)
    process.start()
    process.join()
    # --8<-- [end:file]
    print("exit code", process.exitcode, flush=True)
"""

WORK = """
# --8<-- [start:own-module]
# work.py
def task():
    print("the task ran", flush=True)


# --8<-- [end:own-module]
"""

IMPORT = """
# --8<-- [start:own-module]
# the program
from work import task
# --8<-- [end:own-module]
"""

OWN_FUNCTION = "task"
LIBRARY_FUNCTION = "print, args=('the task ran',), kwargs={'flush': True}"


def source_for(arm, target, program=PROGRAM):
    return program.format(method=arm.method).replace("target=task", f"target={target}")


def by_option(arm, target=OWN_FUNCTION):
    run(arm, "-c", source_for(arm, target))


def by_option_with_a_library_function(arm):
    by_option(arm, LIBRARY_FUNCTION)


def by_option_with_own_module(arm):
    folder = arm.folder()
    with open(os.path.join(folder, "work.py"), "w", encoding="utf-8") as file:
        file.write(WORK)
    program = re.sub(r"(?s)def task.*?\n\n", IMPORT, PROGRAM)
    run(arm, "-c", source_for(arm, OWN_FUNCTION, program), folder=folder)


def on_standard_input(arm, target=OWN_FUNCTION):
    run(arm, "-", source=source_for(arm, target))


def on_standard_input_with_a_library_function(arm):
    on_standard_input(arm, LIBRARY_FUNCTION)


def as_a_file(arm):
    path = os.path.join(arm.folder(), "program.py")
    with open(path, "w", encoding="utf-8") as file:
        file.write(source_for(arm, OWN_FUNCTION))
    run(arm, path)


def run(arm, *arguments, source="", folder=None):
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    # In an empty folder, so that there is no file named <stdin>, which is the __file__ of a program on standard input.
    program = arm.start_script(*arguments, cwd=folder or arm.folder(), text=True, **pipes)
    output, errors = program.communicate(source, timeout=2 * TIMEOUT)
    ended = re.search(r"exit code (\S+)", output)
    if "Traceback" in errors:
        in_parent = "in connect_to_new_process" in errors or "in read_signed" in errors
        arm.symptom(**symptoms.printed(errors, "parent" if in_parent else "child"))
    arm.record(
        task="ran" if "the task ran" in output else "did not run",
        childs_exit_code=int(ended[1]) if ended else None,
        programs_exit_code=program.returncode,
        printed=sorted(set(re.findall(r"(?m)^([\w.]+(?:Error|Exception)\b.*)$", errors))),
    )


if __name__ == "__main__":
    main(
        by_option,
        by_option_with_a_library_function,
        on_standard_input,
        on_standard_input_with_a_library_function,
        as_a_file,
        by_option_with_own_module,
    )
