"""A child and a program call sys.exit() with a number, without an argument, and with a text."""

import os
import subprocess
import sys
from multiprocessing import Process, Queue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main


class ReportingStream:
    """A standard error stream that sends the probe whatever is written to it."""

    def __init__(self, line):
        self.line = line
        self.flush = bool  # nothing to flush

    def write(self, text):
        self.line.send(text)


def number(arm):
    compare(arm, 7)


def nothing(arm):
    compare(arm, None)


def text(arm):
    compare(arm, "a text")


def compare(arm, status):
    in_child(arm, [status])
    program = arm.launch(leave, [status], stderr=subprocess.PIPE)
    printed = program.communicate(timeout=TIMEOUT)[1].decode()
    arm.record(programs_exit_code=program.returncode, programs_words=printed.split())


def above_a_byte(arm):
    in_child(arm, [300])


def within_a_byte(arm):
    in_child(arm, [200])


# --8<-- [start:queue]
def put_code(results):  # the child's target
    results.put(300)


# --8<-- [end:queue]


def queue(arm):
    # --8<-- [start:queue]
    results = Queue()
    process = Process(target=put_code, args=(results,))
    process.start()
    code = results.get()
    process.join()
    # --8<-- [end:queue]
    arm.record(code=code)


def returns(arm):
    in_child(arm, None)


def in_child(arm, arguments):
    process = Process(target=child, args=(arm.address, arguments))
    process.start()
    peer = arm.expect("child")
    printed = "".join(iter(peer.receive, None))
    process.join()
    arm.record(exit_code=process.exitcode, words=printed.split())


def child(address, arguments):
    sys.stderr = ReportingStream(check_in(address, "child"))
    leave(address, arguments)


def leave(address, arguments):
    """Call sys.exit with these arguments, or return if they are None."""
    if arguments:
        sys.exit(*arguments)


if __name__ == "__main__":
    main(number, nothing, text, above_a_byte, within_a_byte, returns, queue)
