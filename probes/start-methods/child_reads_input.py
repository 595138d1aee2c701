"""Something is on the program's standard input: can its child read it?"""

import os
import subprocess
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def reads(address, name):
    try:
        read = input()
    except EOFError:
        read = "EOFError"
    check_in(address, name, read=read).serve()


def main_code(address, reader):
    if reader == "program":
        reads(address, "reader")
    else:
        process = Process(target=reads, args=(address, "reader"))
        process.start()
        process.join()


def input_of_a_program(arm, reader):
    program = arm.launch(main_code, reader, stdin=subprocess.PIPE)
    program.stdin.write(b"the line\n")
    program.stdin.flush()  # and it stays open: there is no end to be read
    peer = arm.expect("reader")
    arm.record(reads=peer.details["read"])
    peer.leave()
    program.stdin.close()
    program.wait()


def experiment(arm):
    input_of_a_program(arm, "child")


def control(arm):
    input_of_a_program(arm, "program")


if __name__ == "__main__":
    main(experiment, control)
