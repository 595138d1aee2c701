"""A program catches what is printed (contextlib.redirect_stdout): does it catch what its child prints?"""

import contextlib
import io
import os
import sys
from multiprocessing import Process
from threading import Thread

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def prints(address):
    print("a line")
    check_in(address, "printer").serve()


def main_code(address, printer):
    with contextlib.redirect_stdout(io.StringIO()) as caught:
        one = (Process if printer == "child" else Thread)(target=prints, args=(address,))
        one.start()
        one.join()
    check_in(address, "program", caught=caught.getvalue().splitlines()).serve()


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
