"""The main file's top level opens a file for writing. The program writes a line to it, and its child another one: what
is in the file in the end?

Each arm is a separate program. The child writes its line to the file at once; the program's line is in the buffer of
the file object when the child is started.
"""

import errno
import os
import sys
from multiprocessing import Process, SimpleQueue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, run_program

if "PROBE_FILE" in os.environ:  # set for the programs of two arms
    log = open(os.environ["PROBE_FILE"], "w", encoding="utf-8")  # noqa: SIM115  stays open, for the child


def write_without_flush(line):
    log.write(f"{line}\n")


def write(line):
    write_without_flush(line)
    log.flush()


def close():
    """Close the file here: an error when it is freed would be silent."""
    log.close()


# --8<-- [start:append]
def append(path, line):  # in the program and in its children
    with open(path, "a", encoding="utf-8") as log:
        log.write(f"{line}\n")


# --8<-- [end:append]
# --8<-- [start:one-writer]
def work(lines):
    lines.put("of the child")


# --8<-- [end:one-writer]


def opened_at_top_level(arm):
    run(arm, "opened at top level")


def program_alone(arm):
    """There is no child, and the program writes both lines."""
    run(arm, "program alone")


def append_in_each(arm):
    run(arm, "append")


def one_writer(arm):
    run(arm, "one writer")


def run(arm, kind):
    path = os.path.join(arm.folder(), "log")
    open(path, "w", encoding="utf-8").close()
    opened = {"PROBE_FILE": path} if kind in ("opened at top level", "program alone") else {}
    end = run_program(arm, program, kind, path, env={**os.environ, **opened})
    if end.exit_code:  # a process could not write, for example because the disk is full
        raise RuntimeError("\n".join(end.errors))
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    arm.record(lines=lines)
    if kind == "opened at top level" and lines.count("of the program") > 1:
        arm.symptom("silence", "child", text="what the program has written to a file is in it twice")
    elif kind == "opened at top level" and "of the child" not in lines:
        arm.symptom("silence", "child", text="what a child has written to a file is not in it")


def program(address, kind, path):
    if kind == "append":
        # --8<-- [start:append]
        append(path, "of the program")
        process = Process(target=append, args=(path, "of the child"))
        process.start()
        # --8<-- [end:append]
    elif kind == "one writer":
        if not has_semaphores():
            return
        # --8<-- [start:one-writer]
        lines = SimpleQueue()
        process = Process(target=work, args=(lines,))
        process.start()
        with open(path, "w", encoding="utf-8") as log:  # only the program has the file open
            log.write("of the program\n")
            log.write(f"{lines.get()}\n")
        # --8<-- [end:one-writer]
    elif kind == "program alone":
        write_without_flush("of the program")
        write("of the child")
        return
    else:
        write_without_flush("of the program")
        process = Process(target=write, args=("of the child",))
        process.start()
    process.join()
    if kind == "opened at top level":
        close()
    sys.exit(process.exitcode)


def has_semaphores():
    try:
        SimpleQueue()
    except ImportError:
        return False
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        return False
    return True


if __name__ == "__main__":
    main(opened_at_top_level, program_alone, append_in_each, one_writer)
