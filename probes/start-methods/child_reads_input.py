"""There is a line on the program's standard input. The program can read it; its child reads the end of the input."""

import os
import subprocess
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def report(address, line):
    """Stands for the work of the child."""
    check_in(address, "reader", read=line, symptom=None).serve()


def read_line(address):
    symptom = None
    try:
        line = input()
    except EOFError as error:
        from _kit import symptoms

        line, symptom = "EOFError", symptoms.raised(error, "child")
    check_in(address, "reader", read=line, symptom=symptom).serve()


# --8<-- [start:read-in-the-program]
def work(address, line):
    report(address, line)  # the child's work


# --8<-- [end:read-in-the-program]


def main_code(address, reader):
    if reader == "program":
        read_line(address)
    elif reader == "program, for the child":
        # --8<-- [start:read-in-the-program]
        process = Process(target=work, args=(address, input()))
        process.start()
        # --8<-- [end:read-in-the-program]
        process.join()
    else:
        process = Process(target=read_line, args=(address,))
        process.start()
        process.join()


def input_of_a_program(arm, reader):
    program = arm.launch(main_code, reader, stdin=subprocess.PIPE)
    program.stdin.write(b"the line\n")
    program.stdin.flush()  # the pipe stays open, so the input has no end
    peer = arm.expect("reader")
    arm.record(reads=peer.details["read"])
    if peer.details["symptom"]:
        arm.symptom(**peer.details["symptom"])
    peer.leave()
    program.stdin.close()
    program.wait()


def experiment(arm):
    input_of_a_program(arm, "child")


def control(arm):
    input_of_a_program(arm, "program")


def read_in_the_program(arm):
    input_of_a_program(arm, "program, for the child")


if __name__ == "__main__":
    main(experiment, control, read_in_the_program)
