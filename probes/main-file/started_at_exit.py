"""A program starts a child after the code of its main file has ended. Does the child have the functions of that file?

Each arm is a script. An exit handler starts the child, or a thread that waits for the end of the code. In the control
the last line of the main file starts it.
"""

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, main, symptoms

SAVE = """
def save():
    print("the work ran", flush=True)
"""

# work.py of the remedy with a module of its own
WORK = """
# --8<-- [start:own-module]
# work.py
def save():
    print("the work ran", flush=True)


# --8<-- [end:own-module]
"""

# its main file
IMPORT = """
# --8<-- [start:own-module]
# the main file
import atexit
import multiprocessing

from work import save


def start_child():
    child = multiprocessing.Process(target=save)
    child.start()
    child.join()
# --8<-- [end:own-module]
    print("exit code", child.exitcode, flush=True)
"""

REGISTER_IT = """
# --8<-- [start:own-module]


if __name__ == "__main__":
    atexit.register(start_child)
# --8<-- [end:own-module]
"""

START = """
def start_child():
    child = multiprocessing.Process(target=save)
    try:
        child.start()
    except RuntimeError as error:
        print("start() raises", type(error).__name__, flush=True)
        raise
    child.join()
    print("exit code", child.exitcode, flush=True)
"""

HEAD = """
import atexit
import multiprocessing
import os
import threading
"""

SET_METHOD = """
if __name__ == "__main__":
    multiprocessing.set_start_method(os.environ["PROBE_START_METHOD"])
"""

AT_EXIT = """
    atexit.register(start_child)
"""

IN_THREAD = """
    def wait_and_start():
        threading.main_thread().join()
        start_child()

    threading.Thread(target=wait_and_start).start()
"""

AT_ONCE = """
    start_child()
"""

BEFORE_THE_END = """
def run():
    pass


# --8<-- [start:before-the-end]
if __name__ == "__main__":
    try:
        run()  # the program's work
    finally:  # the code of the main file has not ended yet
        start_child()  # instead of atexit.register(start_child)
# --8<-- [end:before-the-end]
"""


def exit_handler(arm):
    run(arm, HEAD + SAVE + START + SET_METHOD + AT_EXIT)


def thread_that_goes_on(arm):
    run(arm, HEAD + SAVE + START + SET_METHOD + IN_THREAD)


def last_line(arm):
    run(arm, HEAD + SAVE + START + SET_METHOD + AT_ONCE)


def before_the_end(arm):
    run(arm, HEAD + SAVE + START + SET_METHOD + BEFORE_THE_END)


def own_module(arm):
    run(arm, "import os\n" + IMPORT + SET_METHOD + REGISTER_IT, {"work.py": WORK})


def run_with_m(arm):
    run(arm, HEAD + SAVE + START + SET_METHOD + AT_EXIT, by_name=True)


# The command of the remedy run-with-m, for users to read.
"""
# --8<-- [start:run-with-m]
# python -m program, instead of python program.py
# --8<-- [end:run-with-m]
"""


def run(arm, source, modules=(), by_name=False):
    folder = arm.folder()
    for name, text in {"program.py": source, **dict(modules)}.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    environment = {"PROBE_START_METHOD": arm.method, "TMPDIR": arm.folder()}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    way = ["-m", "program"] if by_name else [os.path.join(folder, "program.py")]
    program = arm.start_script(*way, cwd=folder, env={**os.environ, **environment}, **pipes)
    output, errors = program.communicate(timeout=2.5 * TIMEOUT)
    raised = re.search(r"(?m)^start\(\) raises (\w+)$", output)
    ended = re.search(r"(?m)^exit code (-?\d+)$", output)
    arm.record(
        start=raised[1] if raised else "none",
        work="ran" if "the work ran" in output.splitlines() else "did not run",
        childs_exit_code=int(ended[1]) if ended else None,  # None: start() has raised an error
    )
    if "Traceback" in errors:
        arm.symptom(**symptoms.printed(errors, "parent" if raised else "child"))


if __name__ == "__main__":
    main(exit_handler, thread_that_goes_on, last_line, before_the_end, own_module, run_with_m)
