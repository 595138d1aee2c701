"""A program gives Process the result of its function, target=work(...), and not the function. Which process runs it?"""

import os
import sys
from multiprocessing import Pipe, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, printed_symptom, run_program


def work(pipe):
    pipe.send(os.getpid())


def square(pipe, number=3):
    pipe.send(os.getpid())
    return number * number


def no_result(arm):
    here, there = Pipe()
    process = Process(target=work(there))
    run(arm, process, here)
    arm.symptom("silence", "parent", text="the function runs in the program; the child does nothing, with exit code 0")


def result(arm):
    here, there = Pipe()
    process = Process(target=square(there))
    run(arm, process, here)
    printed_symptom(arm, run_program(arm, program_with_a_result))


def program_with_a_result(_):
    process = Process(target=len("abc"))
    process.start()
    process.join()


def without_parentheses(arm):
    here, there = Pipe()
    process = Process(target=work, args=(there,))
    run(arm, process, here)


def args(arm):
    here, there = Pipe()
    # --8<-- [start:args]
    process = Process(target=work, args=(there,))  # not: target=work(there)
    process.start()
    process.join()
    # --8<-- [end:args]
    record(arm, process, here)


def run(arm, process, here):
    process.start()
    process.join()
    record(arm, process, here)


def record(arm, process, here):
    """Record where the function has run, in this program or in another process, which can only be the child."""
    pid = here.recv() if here.poll(0) else None
    where = {None: "nowhere", os.getpid(): "program"}.get(pid, "child")
    arm.record(work_ran_in=where, exit_code=process.exitcode)


if __name__ == "__main__":
    main(no_result, result, without_parentheses, args)
