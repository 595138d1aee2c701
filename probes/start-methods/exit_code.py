"""A child leaves by sys.exit(): with a number, with nothing, with a text; and a program does the same."""

import os
import subprocess
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main
from _kit.checkin import PATIENCE


class Told:
    """A standard error stream that tells the probe what is written to it."""

    def __init__(self, line):
        self.line = line
        self.flush = bool  # there is nothing to flush

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
    printed = program.communicate(timeout=PATIENCE)[1].decode()
    arm.record(programs_exit_code=program.returncode, programs_words=printed.split())


def above_a_byte(arm):
    in_child(arm, [300])


def within_a_byte(arm):
    in_child(arm, [200])


def returns(arm):
    in_child(arm, None)


def in_child(arm, how):
    process = Process(target=child, args=(arm.address, how))
    process.start()
    peer = arm.expect("child")
    printed = "".join(iter(peer.hear, None))
    process.join()
    arm.record(exit_code=process.exitcode, words=printed.split())


def child(address, how):
    sys.stderr = Told(check_in(address, "child"))
    leave(address, how)


def leave(address, how):
    """Call sys.exit with that one argument, or return if there is none."""
    if how:
        sys.exit(how[0])


if __name__ == "__main__":
    main(number, nothing, text, above_a_byte, within_a_byte, returns)
