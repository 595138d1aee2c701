"""A program configures logging under the main guard: where does a message of its child go?

If the child is a copy, the message goes to the program's file. A new interpreter has logging's defaults: it drops
messages below WARNING.
"""

import logging
import os
import sys
from multiprocessing import Process, Queue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


# --8<-- [start:configure-in-the-child]
def configure(path):
    logging.basicConfig(filename=path, level=logging.INFO, format="%(message)s")


# --8<-- [end:configure-in-the-child]


def child(address):
    connection = check_in(address, "child")
    log_line()
    connection.serve()


def log_line():
    logging.getLogger("of the child").info("it works")


# --8<-- [start:configure-in-the-child]
def work(address, path):
    configure(path)  # in the child, as in the program
    child(address)  # the child's work


# --8<-- [end:configure-in-the-child]
# --8<-- [start:send-to-the-program]
def work_with_queue(records):
    from logging.handlers import QueueHandler

    root = logging.getLogger()
    root.setLevel(logging.INFO)
    root.handlers = [QueueHandler(records)]  # in the place of the handlers that a forked child has copied
    log_line()


# --8<-- [end:send-to-the-program]


def main_code(address, path, kind):
    if kind != "nobody sets up":
        configure(path)
        logging.getLogger("of the program").info("it begins")
    if kind == "child sets up":
        # --8<-- [start:configure-in-the-child]
        process = Process(target=work, args=(address, path))
        process.start()
        # --8<-- [end:configure-in-the-child]
        process.join()
    elif kind == "send to the program":
        # --8<-- [start:send-to-the-program]
        from logging.handlers import QueueListener

        records = Queue()
        process = Process(target=work_with_queue, args=(records,))
        process.start()
        listener = QueueListener(records, *logging.getLogger().handlers)
        listener.start()  # a thread, so after the children have started
        process.join()
        listener.stop()
        # --8<-- [end:send-to-the-program]
    else:
        process = Process(target=child, args=(address,))
        process.start()
        process.join()


def log_of_a_program(arm, kind):
    path = os.path.join(arm.folder(), "log")
    program = arm.launch(main_code, path, kind)
    if kind != "send to the program":
        arm.expect("child").leave()
    program.wait()
    logged = []
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            logged = file.read().splitlines()
    arm.record(logged=logged)
    if kind == "program sets up" and "it works" not in logged:
        arm.symptom("silence", "child", text="the messages that a child logs are missing")


def experiment(arm):
    log_of_a_program(arm, "program sets up")


def child_sets_up(arm):
    log_of_a_program(arm, "child sets up")


def nobody_sets_up(arm):
    log_of_a_program(arm, "nobody sets up")


def send_to_the_program(arm):
    log_of_a_program(arm, "send to the program")


if __name__ == "__main__":
    main(experiment, child_sets_up, nobody_sets_up, send_to_the_program)
