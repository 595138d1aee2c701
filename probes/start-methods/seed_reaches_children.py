"""The main file seeds the random module at its top level: do its children draw the numbers of that seed?

They do if each child runs the top level again and so seeds the module itself. In a forked copy of a seeded process the
module seeds itself again, from the system.
"""

import os
import random
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

SEED = 7
random.seed(SEED)


def child(address, name, seeds):
    if seeds == "the same":
        random.seed(SEED)
    elif seeds == "anew":
        random.seed()
    check_in(address, name, drawn=random.random()).serve()


def draw(arm, seeds=None):
    for name in ("child", "other_child"):
        Process(target=child, args=(arm.address, name, seeds)).start()
    seeded = random.Random(SEED).random()
    for name in ("child", "other_child"):
        drawn = arm.expect(name).details["drawn"]
        arm.record(**{name: "as seeded" if drawn == seeded else "something else"})
    return seeded


def experiment(arm):
    seeded = draw(arm)
    arm.record(program="as seeded" if random.random() == seeded else "something else")


def each_child_seeds(arm):
    draw(arm, seeds="the same")


def each_child_seeds_anew(arm):
    draw(arm, seeds="anew")


if __name__ == "__main__":
    main(experiment, each_child_seeds, each_child_seeds_anew)
