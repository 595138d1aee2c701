"""Two children draw from the random module, and nobody has seeded it: do they draw the same numbers?

A forked child has a copy of the generator's state, so it would, were the module not seeded anew in each. A generator
object of one's own is not: its copies draw alike.
"""

import os
import random
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def child(address, name, generator):
    check_in(address, name, drawn=(generator or random).random()).serve()


def two_children(arm, generator=None):
    for name in ("one child", "other child"):
        Process(target=child, args=(arm.address, name, generator)).start()
    one, other = (arm.expect(name).details["drawn"] for name in ("one child", "other child"))
    arm.record(they_draw="the same" if one == other else "different numbers")


def experiment(arm):
    two_children(arm)


def with_a_generator(arm):
    """Made by the program and not seeded either, and given to both."""
    two_children(arm, random.Random())


if __name__ == "__main__":
    main(experiment, with_a_generator)
