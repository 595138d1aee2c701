"""Two children draw from the random module, which has not been seeded: do they draw the same numbers?

A forked child has a copy of the generator's state, but the module seeds its generator again in each forked child. Other
generator objects are not seeded again: their copies draw the same numbers.
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
    """Both children get a generator object that the program has made and not seeded."""
    two_children(arm, random.Random())


if __name__ == "__main__":
    main(experiment, with_a_generator)
