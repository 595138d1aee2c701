"""A program runs one of its own functions in a child. It is given with -c, on standard input, and as a file."""

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, main

PROGRAM = """
import multiprocessing

def task():
    print("the task ran", flush=True)

if __name__ == "__main__":
    multiprocessing.set_start_method({method!r})
    process = multiprocessing.Process(target={target})
    process.start()
    process.join()
    print("exit code", process.exitcode, flush=True)
"""

LIBRARY_FUNCTION = "print, args=('the task ran',), kwargs={'flush': True}"


def by_option(arm, target="task"):
    run(arm, "-c", PROGRAM.format(method=arm.method, target=target))


def by_option_with_a_library_function(arm):
    by_option(arm, LIBRARY_FUNCTION)


def on_standard_input(arm, target="task"):
    run(arm, "-", source=PROGRAM.format(method=arm.method, target=target))


def on_standard_input_with_a_library_function(arm):
    on_standard_input(arm, LIBRARY_FUNCTION)


def as_a_file(arm):
    path = os.path.join(arm.folder(), "program.py")
    with open(path, "w", encoding="utf-8") as file:
        file.write(PROGRAM.format(method=arm.method, target="task"))
    run(arm, path)


def run(arm, *arguments, source=""):
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    # In an empty folder, so that there is no file named <stdin>, which is the __file__ of a program on standard input.
    program = arm.start_script(*arguments, cwd=arm.folder(), text=True, **pipes)
    output, errors = program.communicate(source, timeout=2 * TIMEOUT)
    ended = re.search(r"exit code (\S+)", output)
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
    )
