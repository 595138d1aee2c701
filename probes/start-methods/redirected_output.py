"""A program captures its output with contextlib.redirect_stdout: does it capture what its child prints?"""

import contextlib
import io
import os
import sys
from multiprocessing import Pipe, Process
from threading import Thread

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def print_line(address):
    print("a line")
    check_in(address, "printer").serve()


# --8<-- [start:capture-in-the-child]
def work(address, outputs):
    with contextlib.redirect_stdout(io.StringIO()) as captured:
        print_line(address)
    outputs.send(captured.getvalue())


# --8<-- [end:capture-in-the-child]


def capture_in_the_child_code(address):
    # --8<-- [start:capture-in-the-child]
    receiver, sender = Pipe(duplex=False)
    process = Process(target=work, args=(address, sender))
    process.start()
    captured = receiver.recv()
    # --8<-- [end:capture-in-the-child]
    process.join()
    check_in(address, "program", caught=captured.splitlines()).serve()


def main_code(address, printer):
    with contextlib.redirect_stdout(io.StringIO()) as captured:
        worker = (Process if printer == "child" else Thread)(target=print_line, args=(address,))
        worker.start()
        worker.join()
    check_in(address, "program", caught=captured.getvalue().splitlines()).serve()


def print_under_redirection(arm, code, *args):
    path = os.path.join(arm.folder(), "screen")
    with open(path, "wb") as screen:
        program = arm.launch(code, *args, stdout=screen)
    arm.expect("printer").leave()
    peer = arm.expect("program")
    arm.record(program_catches=peer.details["caught"])
    peer.leave()
    program.wait()
    with open(path, encoding="utf-8") as file:
        arm.record(program_shows=file.read().splitlines())


def experiment(arm):
    print_under_redirection(arm, main_code, "child")
    if not arm.facts["program_catches"]:
        arm.symptom("silence", "child", text="what a child prints is not captured")


def control(arm):
    print_under_redirection(arm, main_code, "thread")


def capture_in_the_child(arm):
    print_under_redirection(arm, capture_in_the_child_code)


if __name__ == "__main__":
    main(experiment, control, capture_in_the_child)
