"""There is a line on the program's standard input. The program can read it; its child reads the end of the input."""

import os
import subprocess
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def read_line(address, name):
    try:
        line = input()
    except EOFError:
        line = "EOFError"
    check_in(address, name, read=line).serve()


def main_code(address, reader):
    if reader == "program":
        read_line(address, "reader")
    else:
        process = Process(target=read_line, args=(address, "reader"))
        process.start()
        process.join()


def input_of_a_program(arm, reader):
    program = arm.launch(main_code, reader, stdin=subprocess.PIPE)
    program.stdin.write(b"the line\n")
    program.stdin.flush()  # the pipe stays open, so the input has no end
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
