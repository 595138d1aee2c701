"""The exit code of a child that has no standard output when it ends, or whose output cannot be written."""

import io
import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main


class FullDisk(io.StringIO):
    """A text stream with the error of a full disk: it appears when the text is flushed."""

    def flush(self):
        raise OSError(28, "No space left on device")


def without_output():
    sys.stdout = None


def closed_output():
    sys.stdout = io.StringIO()
    sys.stdout.close()


def unwritable_output():
    sys.stderr = io.StringIO()  # the traceback of the error is not a part of this
    sys.stdout = FullDisk()


def work():
    sys.stdout = FullDisk()


# --8<-- [start:flush-in-the-child]
def work_and_flush():  # the target of the child
    work()
    try:
        sys.stdout.flush()
    except OSError:
        sys.stdout = None  # or report it; the work is done


# --8<-- [end:flush-in-the-child]


def no_output(arm):
    record_exit_code(arm, without_output)


def output_is_closed(arm):
    record_exit_code(arm, closed_output)


def output_cannot_be_written(arm):
    record_exit_code(arm, unwritable_output)


def flush_in_the_child(arm):
    record_exit_code(arm, work_and_flush)


def record_exit_code(arm, target):
    process = Process(target=target)
    process.start()
    process.join()
    arm.record(exit_code=process.exitcode)


if __name__ == "__main__":
    main(no_output, output_is_closed, output_cannot_be_written, flush_in_the_child)
