"""The main file makes a lock and a shared number at its top level, and a child uses them.

The program holds the lock meanwhile, so a child that finds it free has another lock. In the control the child makes its
own.
"""

import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, main

PROGRAM = """
import multiprocessing

context = multiprocessing.get_context({method!r})
lock = context.Lock()
counter = context.Value("i", 0)


def use(lock, counter):
    counter.value += 1
    print("lock", "free" if lock.acquire(block=False) else "taken", flush=True)


def use_globals():
    use(lock, counter)


def use_own():
    use(context.Lock(), context.Value("i", 0))


# --8<-- [start:pass-as-arguments]
def use_arguments(lock, counter):
    use(lock, counter)


# --8<-- [end:pass-as-arguments]
# --8<-- [start:initializer]
def set_up(program_lock, program_counter):  # runs once in each worker of the pool
    global lock, counter
    lock, counter = program_lock, program_counter


# --8<-- [end:initializer]


def start(target, *args):
    child = context.Process(target=target, args=args)
    child.start()
    child.join()


if __name__ == "__main__":
    with lock:
        if {way!r} == "arguments":
            # --8<-- [start:pass-as-arguments]
            child = context.Process(target=use_arguments, args=(lock, counter))  # the context of the lock
            # --8<-- [end:pass-as-arguments]
            child.start()
            child.join()
        elif {way!r} == "initializer":
            # --8<-- [start:initializer]
            with context.Pool(1, initializer=set_up, initargs=(lock, counter)) as pool:
                pool.apply(use_globals)
            # --8<-- [end:initializer]
        else:
            start(use_own if {way!r} == "own" else use_globals)
    print("counter", counter.value, flush=True)
"""


def globals_of_the_main_file(arm):
    run(arm, "globals")


def own_ones(arm):
    run(arm, "own")


def pass_as_arguments(arm):
    run(arm, "arguments")


def initializer(arm):
    run(arm, "initializer")


def run(arm, way):
    path = os.path.join(arm.folder(), "program.py")
    with open(path, "w", encoding="utf-8") as file:
        file.write(PROGRAM.format(method=arm.method, way=way))
    program = arm.start_script(path, stdout=subprocess.PIPE, text=True)
    said = dict(line.split() for line in program.communicate(timeout=2 * TIMEOUT)[0].splitlines())
    arm.record(lock=said.get("lock"), counter=said.get("counter"))
    if said.get("lock") == "free" and way == "globals":
        arm.symptom(
            "silence", "child", text="the child has another lock than the program, and both hold theirs at once"
        )


if __name__ == "__main__":
    main(globals_of_the_main_file, own_ones, pass_as_arguments, initializer)
