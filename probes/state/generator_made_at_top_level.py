"""The main file's top level makes a generator of random numbers: do two children draw the same numbers from it?"""

import os
import random
import sys
from multiprocessing import Pool, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

generator = random.Random()  # of the system's randomness, once in each process that runs this line


def report(address, name, **facts):
    """Stands for the work of a child: what it has is seen by the probe."""
    check_in(address, name, **facts).serve()


def child(address, name):
    check_in(address, name, drawn=generator.random()).serve()


# --8<-- [start:make-it-in-the-child]
def work(address, name):
    generator = random.Random()  # the child's own
    report(address, name, drawn=generator.random())  # the child's work


# --8<-- [end:make-it-in-the-child]
# --8<-- [start:initializer]
def set_up():  # runs first in each worker
    generator.seed()


def draw(_):
    return generator.random()


# --8<-- [end:initializer]


def made_at_top_level(arm):
    compare(arm, numbers_of(arm, child))


def seeded_alike(arm):
    """Both children seed their generators with the same number."""
    compare(arm, numbers_of(arm, child_that_seeds))


def child_that_seeds(address, name):
    generator.seed(7)
    child(address, name)


def make_it_in_the_child(arm):
    numbers = []
    for name in ("one child", "other child"):
        address = arm.address
        # --8<-- [start:make-it-in-the-child]
        process = Process(target=work, args=(address, name))
        process.start()
        # --8<-- [end:make-it-in-the-child]
        numbers.append(arm.expect(name).details["drawn"])
    compare(arm, numbers)


def initializer(arm):
    numbers = []
    try:
        for _ in range(2):  # a worker of each pool, so that both are certain to draw
            # --8<-- [start:initializer]
            with Pool(1, initializer=set_up) as pool:
                drawn = pool.map(draw, range(4))
            # --8<-- [end:initializer]
            numbers.append(drawn[0])
    except (ImportError, OSError):  # the system has no semaphores
        arm.record(they_draw="nothing")
    else:
        compare(arm, numbers)


def numbers_of(arm, target):
    for name in ("one child", "other child"):
        Process(target=target, args=(arm.address, name)).start()
    return [arm.expect(name).details["drawn"] for name in ("one child", "other child")]


def compare(arm, numbers):
    arm.record(they_draw="different numbers" if numbers[0] != numbers[1] else "the same")
    if arm.name == "made_at_top_level" and numbers[0] == numbers[1]:
        arm.symptom("silence", "child", text="all children draw the same random numbers")


if __name__ == "__main__":
    main(made_at_top_level, seeded_alike, make_it_in_the_child, initializer)
