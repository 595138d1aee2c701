"""A coroutine starts a child that runs a coroutine itself: with the loop that the child finds, or with its own."""

import asyncio
import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, printed_symptom, run_program


async def hello():
    await asyncio.sleep(0)
    print("hello", flush=True)


def use_loop():
    asyncio.get_event_loop().run_until_complete(hello())


def use_running_loop():
    async def run_hello():
        use_loop()

    asyncio.run(run_hello())


# --8<-- [start:asyncio-run]
def work():
    asyncio.run(hello())


# --8<-- [end:asyncio-run]


def loop_of_the_program(arm):
    run(arm, "use_loop")


def running_loop(arm):
    """The child's loop runs already."""
    run(arm, "use_running_loop")


def new_loop(arm):
    run(arm, "work")


def run(arm, target):
    end = run_program(arm, program, target)
    arm.record(coroutine="ran" if "hello" in end.lines else "did not run", exit_code=end.exit_code)
    if target == "use_loop":
        printed_symptom(arm, end)


def program(address, target):
    sys.exit(asyncio.run(exit_code_of_child(globals()[target])))


def start(target):
    process = Process(target=target)
    process.start()
    return process


def start_work():
    # --8<-- [start:asyncio-run]
    process = Process(target=work)
    process.start()
    # --8<-- [end:asyncio-run]
    return process


async def exit_code_of_child(target):
    process = start_work() if target is work else start(target)
    process.join()
    return process.exitcode


if __name__ == "__main__":
    main(loop_of_the_program, running_loop, new_loop)
