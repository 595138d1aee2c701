"""If a program turns on multiprocessing's own log, it is also on in the children that are started later."""

import os
import re
import sys
from multiprocessing import Process, get_logger, log_to_stderr

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, stay


def child(address):
    line = check_in(address, "child")
    get_logger().info("a message of the child")
    line.serve()


def main_code(address, turn_on):
    first = Process(target=stay, args=(address, "first child"))
    first.start()  # under forkserver this also starts the server
    if turn_on:
        logger = log_to_stderr("DEBUG")
        logger.info("a message of the program")
    process = Process(target=child, args=(address,))
    process.start()
    process.join()
    first.join()


def log_of_a_program(arm, turn_on):
    path = os.path.join(arm.folder(), "screen")
    with open(path, "wb") as screen:
        program = arm.launch(main_code, turn_on, stderr=screen)
    for name in ("child", "first child"):
        arm.expect(name).leave()
    program.wait()
    with open(path, encoding="utf-8") as file:
        text = file.read()
    arm.record(
        program_is_heard="a message of the program" in text,
        child_is_heard="a message of the child" in text,
        levels=sorted(set(re.findall(r"(?m)^\[(\w+)/", text))),
    )


def experiment(arm):
    log_of_a_program(arm, turn_on=True)


def control(arm):
    log_of_a_program(arm, turn_on=False)


if __name__ == "__main__":
    main(experiment, control)
