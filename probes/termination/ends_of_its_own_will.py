"""The exit codes of programs that end voluntarily: after their work, or because they cannot begin.

Four ways to finish, down to the call of the system's own library. No other process is involved, and the program chooses
the exit code.
"""

import ctypes
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import PIPES, TIMEOUT, check_in, main, wait_program


def call_of_the_system(code):
    if sys.platform == "win32":
        ctypes.WinDLL("kernel32").ExitProcess(code)
    else:
        ctypes.CDLL(None).exit(code)


WAYS = {"sys.exit": sys.exit, "os._exit": os._exit, "call of the system": call_of_the_system}


def program(address, way, code):
    check_in(address, "program").serve()
    print("my work is done", flush=True)
    if way != "last line":
        WAYS[way](code)


def finish(arm, way, code=0):
    """Let the program do its work, and record how it ends, and that it has no exit code before."""
    running = arm.launch(program, way, code, **PIPES)
    peer = arm.expect("program")
    arm.record(before=running.poll() if peer.answers() else "ended")
    peer.leave()
    end = wait_program(arm, running)
    arm.record(said=end.lines, exit_code=end.exit_code)


def last_line(arm):
    finish(arm, "last line")


def sys_exit(arm):
    finish(arm, "sys.exit")


def os_exit(arm):
    finish(arm, "os._exit")


def system_call(arm):
    finish(arm, "call of the system")


def another_code(arm):
    """Call it with another number, so that 0 is seen to be the program's choice."""
    finish(arm, "call of the system", 3)


def unfinished(arm):
    """Kill the program before it has done its work."""
    running = arm.launch(program, "last line", 0, **PIPES)
    peer = arm.expect("program")
    arm.record(before=running.poll() if peer.answers() else "ended")
    running.kill()
    end = wait_program(arm, running)
    arm.record(said=end.lines, exit_code=end.exit_code)


# ---------------------------------------------------------------- python a.py


def python_a_py(arm, there):
    folder = arm.folder()
    if there:
        with open(os.path.join(folder, "a.py"), "w", encoding="utf-8") as file:
            file.write("print('a.py runs')\n")
    done = subprocess.run([sys.executable, "a.py"], cwd=folder, timeout=TIMEOUT, **PIPES)
    arm.record(
        exit_code=done.returncode,
        said=done.stdout.decode().splitlines(),
        complains=b"can't open file" in done.stderr,
    )


def missing_file(arm):
    python_a_py(arm, there=False)


def file_there(arm):
    python_a_py(arm, there=True)


if __name__ == "__main__":
    main(last_line, sys_exit, os_exit, system_call, another_code, unfinished, missing_file, file_there)
