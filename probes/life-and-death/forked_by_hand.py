"""A child made by os.fork() ends with sys.exit(): which of its parent's code runs in it?

The parent has printed a line that is still in a buffer, has registered an exit handler, and is in a with block that
removes a folder at its end.
"""

import atexit
import os
import sys
import tempfile
import traceback

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import PIPES, main, wait_program

LINE = "report of today"


# --8<-- [start:leave-at-once]
def fork(work):
    """Run a function in a forked child, and return the child's pid."""
    sys.stdout.flush()  # otherwise both processes print what is in the buffer
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        try:
            work()  # must return, and not call sys.exit()
        finally:
            sys.stdout.flush()  # also what it has printed before an error
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)  # no exit handler runs, and none of the caller's code


# --8<-- [end:leave-at-once]


def work():
    print("details")


def program(address, way, note):
    atexit.register(add_pid, note)
    print(LINE)
    with tempfile.TemporaryDirectory(dir=os.path.dirname(note)) as folder:
        if way == "leave at once":
            # --8<-- [start:leave-at-once]
            pid = fork(work)
            # --8<-- [end:leave-at-once]
        else:
            pid = os.fork()
            if pid == 0:
                work()
                if way == "os._exit":
                    os._exit(0)
                sys.exit(0)
        os.waitpid(pid, 0)
        print("the folder is", "there" if os.path.isdir(folder) else "gone")


def add_pid(note):
    with open(note, "a", encoding="ascii") as file:
        file.write(f"{os.getpid()}\n")


def end_child(arm, way):
    note = os.path.join(arm.folder(), "note")
    launched = arm.launch(program, way, note, **PIPES)
    end = wait_program(arm, launched)
    with open(note, encoding="ascii") as file:
        ran_in = ["program" if int(pid) == launched.pid else "child" for pid in file]
    arm.record(
        exit_handler_ran_in=ran_in,
        line_printed=end.lines.count(LINE),
        childs_line_printed=end.lines.count("details"),
        folder=next(line.rpartition(" ")[2] for line in end.lines if line.startswith("the folder is")),
        exit_code=end.exit_code,
    )


def exits_with_handler(arm):
    end_child(arm, "sys.exit")
    if "child" in arm.facts["exit_handler_ran_in"]:
        arm.symptom("silence", "child", text="an exit handler of the parent has run at the end of its forked child")


def exits_in_block(arm):
    end_child(arm, "sys.exit")
    if arm.facts["folder"] == "gone":
        arm.symptom("silence", "child", text="the end of a forked child has removed the parent's temporary folder")


def leaves_by_os_exit(arm):
    end_child(arm, "os._exit")


def leave_at_once(arm):
    end_child(arm, "leave at once")


if __name__ == "__main__":
    main(exits_with_handler, exits_in_block, leaves_by_os_exit, leave_at_once)
