"""A program captures its output with contextlib.redirect_stdout: does it capture what its child prints?"""

import contextlib
import io
import os
import sys
from multiprocessing import Process
from threading import Thread

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def print_line(address):
    print("a line")
    check_in(address, "printer").serve()


def main_code(address, printer):
    with contextlib.redirect_stdout(io.StringIO()) as captured:
        worker = (Process if printer == "child" else Thread)(target=print_line, args=(address,))
        worker.start()
        worker.join()
    check_in(address, "program", caught=captured.getvalue().splitlines()).serve()


def print_under_redirection(arm, printer):
    path = os.path.join(arm.folder(), "screen")
    with open(path, "wb") as screen:
        program = arm.launch(main_code, printer, stdout=screen)
    arm.expect("printer").leave()
    peer = arm.expect("program")
    arm.record(program_catches=peer.details["caught"])
    peer.leave()
    program.wait()
    with open(path, encoding="utf-8") as file:
        arm.record(program_shows=file.read().splitlines())


def experiment(arm):
    print_under_redirection(arm, "child")


def control(arm):
    print_under_redirection(arm, "thread")


if __name__ == "__main__":
    main(experiment, control)
